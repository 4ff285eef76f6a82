"""Reminders of a contract: each on its day, once, to those who can act, without a name."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from time_machine import Traveller

from app.accounts.models import User
from app.contracts import services
from app.contracts.models import ContractSheet
from app.contracts.queries.projection import Part
from app.contracts.queries.reminders import ContractReminder, Ladder, due_contract_reminders
from app.contracts.services.retention import empty_sheets
from app.contracts.tasks import remind
from app.contracts.workflow import SheetEvent
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import AlreadyDone, Conflict, WrongState
from app.dashboard.queries.digest import sections_for
from app.notices.models import Notice
from app.placements import services as placements
from app.placements.models import Placement
from app.policy.actor import CLOCK, OrganisationKind, Role
from tests.factories.accounts import actor_of, csrf_token, make_organisation, make_user, sign_in
from tests.factories.contracts import fill_all, make_agreed
from tests.factories.placements import Triple, make_triple
from tests.helpers.swap import parse

pytestmark = pytest.mark.usefixtures("frozen")


def signed(session: Session, starts_on: date) -> tuple[Triple, int]:
    triple, placement = make_agreed(session)
    fill_all(session, triple, placement)
    placements.sign(
        session, triple.cfa.actor, placement_id=placement.id, contract_starts_on=starts_on
    )
    return triple, placement.id


def kinds(session: Session, today: date, ladder: Ladder) -> list[str]:
    return [one.kind for one in due_contract_reminders(session, today) if one.ladder is ladder]


@pytest.mark.parametrize(
    ("today", "kind"),
    [
        (date(2026, 11, 29), []),
        (date(2026, 11, 30), ["contract_signature_15"]),
        (date(2026, 12, 8), ["contract_signature_7"]),
        (date(2026, 12, 13), ["contract_signature_2"]),
        (date(2026, 12, 15), []),
    ],
)
def test_the_signature_is_asked_for_15_7_and_2_days_before_the_start(
    writing: Session, today: date, kind: list[str]
) -> None:
    triple = make_triple(writing)
    triple.opening.start_from = date(2026, 12, 15)
    writing.flush()
    make_agreed(writing, triple)

    assert kinds(writing, today, Ladder.SIGNATURE) == kind


@pytest.mark.parametrize(
    ("today", "kind"),
    [
        (date(2026, 12, 1), []),
        (date(2026, 12, 2), ["contract_deposit_2"]),
        (date(2026, 12, 4), ["contract_deposit_4"]),
        (date(2026, 12, 7), ["contract_deposit_6"]),
    ],
)
def test_the_deposit_is_asked_for_on_the_second_fourth_and_sixth_working_day(
    writing: Session, today: date, kind: list[str]
) -> None:
    signed(writing, date(2026, 11, 30))

    assert kinds(writing, today, Ladder.DEPOSIT) == kind


def test_a_deposited_contract_is_left_alone(writing: Session) -> None:
    triple, number = signed(writing, date(2026, 11, 30))
    services.note_deposit(writing, triple.employer.actor, placement_id=number)

    assert kinds(writing, date(2026, 12, 7), Ladder.DEPOSIT) == []


@pytest.mark.parametrize(
    ("today", "kind"),
    [
        (date(2027, 3, 22), []),
        (date(2027, 3, 23), ["contract_aid_1"]),
        (date(2027, 4, 23), ["contract_aid_2"]),
        (date(2027, 5, 8), ["contract_aid_3"]),
        (date(2027, 5, 24), []),
    ],
)
def test_the_aid_has_six_months_from_the_signature(
    writing: Session, today: date, kind: list[str]
) -> None:
    signed(writing, date(2026, 11, 30))

    assert kinds(writing, today, Ladder.AID) == kind


def test_a_birthday_that_moves_the_pay_is_told_fifteen_days_before_to_those_who_pay_and_teach(
    writing: Session,
) -> None:
    triple, _ = signed(writing, date(2026, 11, 30))
    triple.youth.birth_date = date(2009, 2, 10)
    writing.flush()

    found = [
        one
        for one in due_contract_reminders(writing, date(2027, 2, 14))
        if one.ladder is Ladder.BIRTHDAY
    ]

    assert [(one.kind, one.about_on) for one in found] == [
        ("contract_birthday_18", date(2027, 3, 1))
    ]
    assert found[0].organisation_ids == {
        triple.employer.organisation.id,
        triple.cfa.organisation.id,
    }
    assert found[0].user_ids == frozenset()
    assert triple.youth.family_name not in found[0].title
    assert kinds(writing, date(2027, 2, 13), Ladder.BIRTHDAY) == []


def make_help(session: Session, number: int) -> User:
    """A field agent made this proposal, and follows its contract."""
    network = make_organisation(session, OrganisationKind.FIELD_NETWORK)
    agent = make_user(session, network, Role.FIELD_AGENT)
    placement = session.get_one(Placement, number)
    placement.suggested_by = agent.id
    placement.suggested_by_organisation_id = network.id
    session.flush()
    return agent


def run_the_day(frozen: Traveller, day: date) -> list[Notice]:
    """The task of the morning, on this day; all that was ever told of a date of a contract."""
    frozen.move_to(datetime(day.year, day.month, day.day, 8, 20, tzinfo=UTC))
    remind()
    query = select(Notice).where(Notice.event == "contract_deadline").order_by(Notice.id)
    return list(db.session.scalars(query))


def test_the_answer_of_the_opco_is_asked_for_once_twenty_days_after_the_deposit(
    app: Flask, session: Session, client: FlaskClient, frozen: Traveller
) -> None:
    with transaction() as writing:
        triple, number = signed(writing, date(2026, 11, 30))
        agent = make_help(writing, number)
        services.note_deposit(writing, triple.employer.actor, placement_id=number)
    deposit = clock.today()

    eve = run_the_day(frozen, deposit + timedelta(days=19))
    told = run_the_day(frozen, deposit + timedelta(days=20))
    again = run_the_day(frozen, deposit + timedelta(days=21))

    assert eve == []
    assert {one.user_id for one in told} == {
        agent.id,
        triple.employer.user.id,
        triple.cfa.user.id,
    }
    assert {one.path for one in told} == {f"/propositions/{number}/contrat"}
    assert "OPCO" in told[0].title
    assert len(again) == len(told)
    for user in (agent, triple.employer.user, triple.cfa.user):
        sign_in(client, user)
        page = client.get("/").get_data(as_text=True)
        assert "l’OPCO devait répondre" in page
        assert f'href="/propositions/{number}/contrat"' in page
        lines = [
            line.words
            for one in sections_for(db.session(), actor_of(db.session(), user))
            for line in one.lines
            if line.path == f"/propositions/{number}/contrat"
        ]
        assert any("OPCO devait répondre" in words for words in lines)
    with transaction() as writing:
        services.note_decision(
            writing,
            actor_of(writing, agent),
            placement_id=number,
            event=SheetEvent.ACCEPT,
            number="0001",
        )
    assert "devait répondre" not in client.get("/").get_data(as_text=True)


def declared(session: Session, declared_on: date, born: date) -> tuple[Triple, int]:
    """A contract of a bakery whose place was declared for regulated work; deposited, then emptied by the retention."""
    triple, number = signed(session, date(2026, 11, 30))
    triple.youth.birth_date = born
    services.fill_part(
        session,
        triple.employer.actor,
        placement_id=number,
        part=Part.EMPLOYER,
        values={"dangerous_work": "yes", "regulated_declared_on": declared_on.isoformat()},
    )
    services.note_deposit(session, triple.employer.actor, placement_id=number)
    services.note_decision(
        session, triple.employer.actor, placement_id=number, event=SheetEvent.ACCEPT, number="0001"
    )
    empty_sheets(session, clock.now() + timedelta(days=2))
    return triple, number


def test_a_declaration_of_regulated_work_is_spoken_of_90_and_30_days_before_its_end_though_the_sheet_is_empty(
    app: Flask, session: Session, client: FlaskClient, frozen: Traveller
) -> None:
    with transaction() as writing:
        triple, number = declared(writing, date(2024, 3, 1), date(2010, 12, 2))
        agent = make_help(writing, number)

    counts = [
        len(run_the_day(frozen, day))
        for day in (
            date(2026, 11, 29),
            date(2026, 11, 30),
            date(2026, 12, 1),
            date(2027, 1, 28),
            date(2027, 1, 29),
            date(2027, 2, 27),
        )
    ]
    last = run_the_day(frozen, date(2027, 2, 28))

    assert counts == [0, 2, 2, 2, 4, 4]
    assert {one.user_id for one in last} == {agent.id, triple.employer.user.id}
    assert all("28/02/2027" in one.title for one in last)
    assert db.session.get_one(ContractSheet, number).typed == {}
    sign_in(client, triple.employer.user)
    assert "la déclaration de travaux réglementés prend fin" in client.get("/").get_data(
        as_text=True
    )


def test_a_declaration_that_outlives_the_minority_or_is_no_longer_needed_is_not_spoken_of(
    writing: Session,
) -> None:
    _, grown = declared(writing, date(2024, 3, 1), date(2009, 1, 15))
    triple, number = signed(writing, date(2026, 11, 30))
    triple.youth.birth_date = date(2010, 12, 2)
    for answer in ("yes", "no"):
        services.fill_part(
            writing,
            triple.employer.actor,
            placement_id=number,
            part=Part.EMPLOYER,
            values={"dangerous_work": answer, "regulated_declared_on": "2024-03-01"},
        )

    assert kinds(writing, date(2027, 1, 29), Ladder.DECLARATION) == []
    assert writing.get_one(ContractSheet, grown).declaration_ends_on == date(2027, 2, 28)
    assert writing.get_one(ContractSheet, number).declaration_ends_on is None


def test_a_renewed_declaration_is_noted_after_the_deposit_and_the_next_reminder_counts_from_it(
    app: Flask, session: Session, client: FlaskClient
) -> None:
    with transaction() as writing:
        triple, number = declared(writing, date(2024, 1, 15), date(2011, 12, 20))
    path, today = f"/propositions/{number}/contrat", clock.today()
    before = kinds(session, today, Ladder.DECLARATION)
    sign_in(client, triple.employer.user)
    form = {"csrf_token": csrf_token(app, client, "/contrats")}
    refused = {
        "": "Indiquez le jour",
        "hier": "date",
        (today + timedelta(days=1)).isoformat(): "à venir",
        "2024-01-15": "14/01/2027",
        "2023-06-01": "14/01/2027",
        "1024-01-15": "Vérifiez l’année",
    }

    for day, message in refused.items():
        answer = client.post(f"{path}/declaration", data={**form, "declaration-declared_on": day})
        error = parse(answer).select_one("#declaration-declared_on-error")
        assert (answer.status_code, error is not None) == (422, True), day
        assert error is not None
        assert message in error.get_text(), day
        if day:
            assert f'value="{day}"' in answer.get_data(as_text=True)
    done = client.post(
        f"{path}/declaration", data={**form, "declaration-declared_on": today.isoformat()}
    )

    last = date(today.year + 3, today.month, today.day) - timedelta(days=1)
    assert before == ["contract_declaration_1"]
    assert (done.status_code, done.headers["Location"]) == (303, path)
    session.expire_all()
    sheet = session.get_one(ContractSheet, number)
    assert (sheet.declaration_ends_on, sheet.typed) == (last, {})
    for day, kind in (
        (today, []),
        (date(2027, 1, 14), []),
        (last - timedelta(days=91), []),
        (last - timedelta(days=90), ["contract_declaration_1"]),
        (last - timedelta(days=30), ["contract_declaration_2"]),
    ):
        assert kinds(session, day, Ladder.DECLARATION) == kind, day
    assert "prend fin le" in client.get(path).get_data(as_text=True)
    timeline = client.get(f"/propositions/{number}").get_data(as_text=True)
    assert "Déclaration de travaux réglementés renouvelée" in timeline
    sign_in(client, triple.cfa.user)
    assert "Noter le renouvellement" not in client.get(path).get_data(as_text=True)
    form = {"csrf_token": csrf_token(app, client, "/contrats")}
    assert client.post(f"{path}/declaration", data=form).status_code == 404


@pytest.mark.parametrize("day", ["0026-12-01", "2014-01-15", "9999-12-31"])
def test_a_slip_of_the_year_is_told_beside_its_field_and_never_closes_the_sheet(
    app: Flask, session: Session, client: FlaskClient, day: str
) -> None:
    with transaction() as writing:
        triple, number = signed(writing, date(2026, 11, 30))
        triple.youth.birth_date = date(2011, 12, 20)
    path = f"/propositions/{number}/contrat"
    sign_in(client, triple.employer.user)
    form = {"csrf_token": csrf_token(app, client, "/contrats"), "employer-dangerous_work": "yes"}
    # Those of 2014 are days that contracts had, though before the rule on regulated work.
    status = 303 if day.startswith("2014") else 422

    for field in ("start_date", "end_date", "conclusion_date", "regulated_declared_on"):
        answer = client.post(f"{path}/employeur", data={**form, f"employer-{field}": day})
        error = None if status == 303 else parse(answer).select_one(f"#employer-{field}-error")
        assert answer.status_code == status, field
        assert status == 303 or (error is not None and "année" in error.get_text()), field
        assert client.get(path).status_code == 200, field
    assert client.get("/contrats").status_code == 200
    assert session.get_one(ContractSheet, number).declaration_ends_on is None


def test_a_declaration_is_renewed_only_where_one_is_known_and_the_contract_has_left(
    writing: Session,
) -> None:
    triple, number = signed(writing, date(2026, 11, 30))

    with pytest.raises(WrongState):
        services.renew_declaration(
            writing, triple.employer.actor, placement_id=number, declared_on=clock.today()
        )
    services.note_deposit(writing, triple.employer.actor, placement_id=number)
    with pytest.raises(Conflict, match="pas de déclaration"):
        services.renew_declaration(
            writing, triple.employer.actor, placement_id=number, declared_on=clock.today()
        )


def test_a_reminder_leaves_once_and_tells_the_parties(writing: Session, frozen: Traveller) -> None:
    triple, number = signed(writing, date(2026, 11, 30))
    frozen.move_to(datetime(2026, 12, 2, 9, tzinfo=UTC))
    due = due_contract_reminders(writing, date(2026, 12, 2))
    reminder: ContractReminder = next(one for one in due if one.ladder is Ladder.DEPOSIT)

    services.send_contract_reminder(writing, CLOCK, reminder=reminder)

    with pytest.raises(AlreadyDone):
        services.send_contract_reminder(writing, CLOCK, reminder=reminder)
    assert kinds(writing, date(2026, 12, 2), Ladder.DEPOSIT) == []
    told = set(writing.scalars(select(Notice.user_id).where(Notice.event == "contract_deadline")))
    assert {triple.employer.user.id, triple.cfa.user.id, triple.adviser.user.id} <= told
    paths = set(writing.scalars(select(Notice.path).where(Notice.event == "contract_deadline")))
    assert paths == {f"/propositions/{number}/contrat"}
