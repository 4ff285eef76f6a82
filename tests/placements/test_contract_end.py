"""When a contract ends: who says it, which days are possible, what the portal expects where nobody said."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.db import transaction
from app.core.errors import NotFound, WrongState
from app.core.journal import JournalEvent
from app.placements import services
from app.placements.contract_end import ContractDays
from app.placements.models import Placement
from tests.factories.accounts import csrf_token, make_organisation, sign_in
from tests.factories.placements import (
    Triple,
    make_party,
    make_placement,
    make_triple,
    say_yes,
    sign,
)
from tests.helpers.swap import parse

SIGNED = date(2026, 11, 23)


@pytest.fixture
def triple(frozen: time_machine.Traveller, app: Flask, session: Session) -> Triple:
    with transaction() as writing:
        return make_triple(writing)


def signed(triple: Triple, ends_on: date | None = None) -> int:
    """A contract that runs, with the last day that was said."""
    with transaction() as writing:
        placement = sign(writing, triple, make_placement(writing, triple))
        placement.contract_ends_on = ends_on
        return placement.id


def agreed(triple: Triple) -> int:
    with transaction() as writing:
        return say_yes(writing, triple, make_placement(writing, triple)).id


def end_of(session: Session, key: int) -> date | None:
    return session.get_one(Placement, key, populate_existing=True).contract_ends_on


def send(client: FlaskClient, key: int, verb: str, **values: str) -> tuple[int, str]:
    """Press a button of the page; the status and what the page says."""
    token = csrf_token(client.application, client, "/propositions")
    answer = client.post(f"/propositions/{key}/{verb}", data={"csrf_token": token, **values})
    return answer.status_code, answer.get_data(as_text=True)


def test_a_signature_may_say_when_the_contract_ends_and_the_parties_read_it(
    client: FlaskClient, session: Session, triple: Triple
) -> None:
    key = agreed(triple)
    sign_in(client, triple.employer.user)
    session.commit()

    status, _ = send(
        client,
        key,
        "signer",
        **{"sign-contract_starts_on": "2026-11-30", "sign-contract_ends_on": "2028-08-31"},
    )

    page = " ".join(parse(client.get(f"/propositions/{key}")).get_text(" ").split())
    assert status == 303
    assert end_of(session, key) == date(2028, 8, 31)
    assert "Fin du contrat jeudi 31 août 2028" in page


@pytest.mark.parametrize(
    ("ends_on", "words"),
    [
        ("2026-11-30", "se termine après le jour où il commence"),
        ("2030-11-30", "au plus tard le 29/11/2030"),
    ],
)
def test_an_end_that_no_contract_can_have_is_refused_beside_its_field_and_nothing_is_signed(
    client: FlaskClient, session: Session, triple: Triple, ends_on: str, words: str
) -> None:
    key = agreed(triple)
    sign_in(client, triple.cfa.user)
    session.commit()

    status, text = send(
        client,
        key,
        "signer",
        **{"sign-contract_starts_on": "2026-11-30", "sign-contract_ends_on": ends_on},
    )

    page = parse(text)
    field = page.select_one("#sign-contract_ends_on")
    assert (status, end_of(session, key)) == (422, None)
    assert field is not None
    assert field["value"] == ends_on
    assert words in page.get_text()


def test_the_last_day_is_moved_by_hand_while_the_contract_runs_and_the_journal_says_so(
    client: FlaskClient, session: Session, triple: Triple
) -> None:
    key = signed(triple, date(2027, 8, 31))
    sign_in(client, triple.cfa.user)
    session.commit()

    nothing, text = send(client, key, "fin-du-contrat")
    wrong, _ = send(
        client, key, "fin-du-contrat", **{"contract_end-contract_ends_on": "2026-11-22"}
    )
    session.commit()
    moved, _ = send(
        client, key, "fin-du-contrat", **{"contract_end-contract_ends_on": "2028-08-31"}
    )

    told = session.scalars(
        select(JournalEvent.event).where(JournalEvent.event == "end_moved")
    ).all()
    page = client.get(f"/propositions/{key}").get_data(as_text=True)
    assert (nothing, wrong, moved) == (422, 422, 303)
    assert "Écrivez le dernier jour du contrat." in text
    assert end_of(session, key) == date(2028, 8, 31)
    assert told == ["end_moved"]
    assert "Fin du contrat mise à jour" in page


def test_who_may_not_sign_may_not_move_the_last_day(session: Session, triple: Triple) -> None:
    key = signed(triple)
    with transaction() as writing:
        other = make_party(writing, make_organisation(writing))
        writing.get_one(Placement, key).suggested_by = other.user.id

    with pytest.raises(NotFound), transaction() as writing:
        services.set_contract_end(writing, other.actor, placement_id=key, ends_on=date(2028, 8, 31))

    assert end_of(session, key) is None


def test_the_last_day_of_what_is_not_signed_or_is_over_is_nobodys_to_move(
    session: Session, triple: Triple
) -> None:
    key = agreed(triple)
    with pytest.raises(WrongState), transaction() as writing:
        services.set_contract_end(
            writing, triple.cfa.actor, placement_id=key, ends_on=date(2028, 8, 31)
        )
    with transaction() as writing:
        services.sign(writing, triple.cfa.actor, placement_id=key)
        services.break_off(writing, triple.cfa.actor, placement_id=key, reason="mutual_agreement")

    with pytest.raises(WrongState), transaction() as writing:
        services.set_contract_end(
            writing, triple.cfa.actor, placement_id=key, ends_on=date(2028, 8, 31)
        )


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (
            ContractDays(SIGNED, ends_on=date(2027, 6, 30), course_ends_on=date(2028, 8, 31)),
            date(2027, 6, 30),
        ),
        (ContractDays(SIGNED, course_ends_on=date(2028, 8, 31)), date(2028, 8, 31)),
        # A course that was over before the contract began says nothing of it: the law's longest is left.
        (ContractDays(SIGNED, course_ends_on=date(2026, 6, 30)), date(2030, 11, 22)),
        (ContractDays(SIGNED, contract_starts_on=date(2026, 11, 30)), date(2030, 11, 29)),
        (
            ContractDays(
                SIGNED, contract_starts_on=date(2026, 11, 30), started_on=date(2026, 12, 2)
            ),
            date(2030, 12, 1),
        ),
    ],
)
def test_the_expected_end_is_what_was_said_else_the_course_else_the_longest_that_the_law_allows(
    days: ContractDays, expected: date
) -> None:
    assert days.expected_last_day == expected
