"""Two questions by link after the first day; what goes badly becomes a task, and the employer reads none of it."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.db import transaction
from app.core.errors import NotFound
from app.core.journal import Audience, JournalEvent
from app.core.outbox import OutboxMail
from app.notices.models import Notice
from app.placements import services
from app.placements.models import (
    CheckIn,
    CheckInSide,
    FollowUp,
    FollowUpState,
    Going,
    Placement,
)
from app.placements.tasks import ask_how_it_goes
from app.placements.workflow import LeafState
from app.policy.actor import Actor, Link, LinkSubject
from tests.factories.accounts import sign_in
from tests.factories.placements import Party, Triple, make_placement, make_triple, sign


@pytest.fixture
def triple(frozen: time_machine.Traveller, app: Flask, session: Session) -> Triple:
    """A contract that began today, with a youth who reads mails."""
    with transaction() as writing:
        triple = make_triple(writing)
        triple.youth.email = "youenn@exemple.fr"
        placement = sign(writing, triple, make_placement(writing, triple))
        services.start(writing, triple.cfa.actor, placement_id=placement.id)
        return triple


def links(session: Session) -> dict[str, str]:
    """The address in each mail of the two questions, by recipient."""
    found = {}
    for mail in session.scalars(select(OutboxMail).where(OutboxMail.kind == "placement_check_in")):
        address = re.search(r"https?://[^/\s]+(/s/\S+)", mail.text_body)
        assert address
        found[mail.recipient] = address[1]
    session.commit()  # the reading ends here, or its rollback would undo what a browser writes next
    return found


def answer(client: FlaskClient, address: str, to: str | None = None, **values: str) -> int:
    token = re.search(
        r'csrf_token"[^>]*value="([^"]+)"', client.get(address).get_data(as_text=True)
    )
    assert token
    return client.post(to or address, data={"csrf_token": token[1], **values}).status_code


def text_of(app: Flask, party: Party, path: str) -> str:
    return sign_in(app.test_client(), party.user).get(path).get_data(as_text=True)


def test_each_party_is_asked_once_on_the_day_of_the_contact(
    frozen: time_machine.Traveller, session: Session, triple: Triple
) -> None:
    ask_how_it_goes()
    before = links(session)
    frozen.shift(timedelta(days=1))

    ask_how_it_goes()
    ask_how_it_goes()

    mails = session.scalars(select(OutboxMail).where(OutboxMail.kind == "placement_check_in")).all()
    assert before == {}
    assert sorted(one.recipient for one in mails) == sorted(
        ("youenn@exemple.fr", triple.employer.user.email, triple.cfa.user.email)
    )
    assert not [one for one in mails if triple.youth.family_name in one.text_body]


def test_the_tutor_s_own_address_is_asked_instead_of_the_company_s_until_the_contract_ends(
    frozen: time_machine.Traveller, app: Flask, session: Session, triple: Triple
) -> None:
    placement_id = session.scalars(select(Placement.id)).one()
    path = f"/propositions/{placement_id}/tuteur"
    client = sign_in(app.test_client(), triple.employer.user)
    session.commit()  # the reading ends here, or its rollback would undo what the browser writes next

    wrong = answer(client, path[: -len("/tuteur")], to=path, tutor_email="gaelle sans arobase")
    noted = answer(client, path[: -len("/tuteur")], to=path, tutor_email="Gaelle@fournil.fr ")
    frozen.shift(timedelta(days=1))
    ask_how_it_goes()
    asked = set(links(session))
    with transaction() as writing:
        services.break_off(
            writing, triple.cfa.actor, placement_id=placement_id, reason="mutual_agreement"
        )

    assert (wrong, noted) == (422, 303)
    assert asked == {"youenn@exemple.fr", "gaelle@fournil.fr", triple.cfa.user.email}
    assert session.get_one(Placement, placement_id, populate_existing=True).tutor_email is None


def test_an_early_sign_waits_for_the_adviser_until_a_contact_is_noted(
    frozen: time_machine.Traveller, app: Flask, session: Session, triple: Triple
) -> None:
    frozen.shift(timedelta(days=1))
    ask_how_it_goes()
    address = links(session)["youenn@exemple.fr"]

    status = answer(app.test_client(), address, going="badly", wants_call="yes")

    told = session.scalars(select(Notice).where(Notice.event == "early_sign")).all()
    row = session.scalars(select(CheckIn).where(CheckIn.side == CheckInSide.YOUTH)).one()
    assert status == 303
    assert [one.user_id for one in told] == [triple.adviser.user.id]
    assert triple.youth.family_name not in told[0].title
    assert (row.is_sign, row.handled_at) == (True, None)
    with transaction() as writing:
        services.note_follow_up(
            writing,
            triple.adviser.actor,
            follow_up_id=row.follow_up_id,
            state=FollowUpState.TO_WATCH,
        )
    session.refresh(row)
    assert row.handled_at is not None


def test_the_adviser_and_the_cfa_read_the_answers_and_the_employer_does_not(
    frozen: time_machine.Traveller, app: Flask, session: Session, triple: Triple
) -> None:
    frozen.shift(timedelta(days=1))
    ask_how_it_goes()
    answer(app.test_client(), links(session)["youenn@exemple.fr"], going="so_so", wants_call="no")
    path = f"/propositions/{session.scalars(select(Placement.id)).one()}"

    seen = {
        who: "Le jeune : moyennement" in " ".join(text_of(app, getattr(triple, who), path).split())
        for who in ("adviser", "cfa", "employer")
    }

    assert seen == {"adviser": True, "cfa": True, "employer": False}


def test_what_goes_well_asks_nothing_of_anybody(
    frozen: time_machine.Traveller, app: Flask, session: Session, triple: Triple
) -> None:
    frozen.shift(timedelta(days=1))
    ask_how_it_goes()
    address = links(session)[triple.employer.user.email]
    client = app.test_client()

    refused = answer(client, address, going="well")
    answer(client, address, going="well", wants_call="no")
    answer(client, address, going="well", wants_call="no")

    said = session.scalars(select(JournalEvent).where(JournalEvent.event == "check_in")).all()
    assert refused == 422
    assert [one.audience for one in said] == [Audience.ADVISER]
    assert session.scalars(select(Notice).where(Notice.event == "early_sign")).all() == []


@pytest.mark.parametrize(
    "link",
    [
        Link(LinkSubject.YOUTH, "answer", 1),
        Link(LinkSubject.YOUTH, "check_in", 999),
        Link(LinkSubject.LEGAL_REPRESENTATIVE, "check_in", 1),
        None,
    ],
)
def test_only_the_bearer_of_this_very_link_answers(
    frozen: time_machine.Traveller, session: Session, triple: Triple, link: Link | None
) -> None:
    frozen.shift(timedelta(days=1))
    ask_how_it_goes()

    with transaction() as writing, pytest.raises(NotFound):
        services.answer_check_in(
            writing, Actor(link=link), check_in_id=1, going=Going.WELL, wants_call=False
        )


def test_a_link_says_nothing_once_the_contract_is_over(
    frozen: time_machine.Traveller, app: Flask, session: Session, triple: Triple
) -> None:
    frozen.shift(timedelta(days=1))
    ask_how_it_goes()
    address = links(session)["youenn@exemple.fr"]
    with transaction() as writing:
        key = writing.scalars(select(Placement.id)).one()
        services.break_off(
            writing,
            triple.cfa.actor,
            placement_id=key,
            reason="mutual_agreement",
            cause="transport",
        )

    assert app.test_client().get(address).status_code == 404


def test_the_45th_day_of_presence_is_called_an_estimate(
    app: Flask, session: Session, triple: Triple
) -> None:
    key = session.scalars(select(Placement.id)).one()

    page = text_of(app, triple.adviser, f"/propositions/{key}")

    due = session.scalars(select(FollowUp.due_on).order_by(FollowUp.due_on)).all()
    assert "45e jour de présence (date estimée d’après le rythme, hors absences)" in page
    assert due[0] == date(2026, 11, 24)
    assert len(due) == 6


def test_a_break_keeps_its_cause_from_the_employer_and_tells_a_minors_house_the_same_day(
    app: Flask, session: Session, triple: Triple
) -> None:
    with transaction() as writing:
        triple.youth.birth_date = date(2009, 6, 30)
        writing.merge(triple.youth)
        key = writing.scalars(select(Placement.id)).one()
        services.break_off(
            writing,
            triple.cfa.actor,
            placement_id=key,
            reason="mutual_agreement",
            cause="transport",
        )

    pages = {
        who: text_of(app, getattr(triple, who), f"/propositions/{key}")
        for who in ("adviser", "cfa", "employer")
    }
    mail = session.scalars(
        select(OutboxMail).where(OutboxMail.kind == "placement_minor_leaves")
    ).one()
    assert {who: "cause : Transport" in page for who, page in pages.items()} == {
        "adviser": True,
        "cfa": True,
        "employer": False,
    }
    assert all("Commun accord écrit" in page for page in pages.values())
    assert mail.recipient == triple.adviser.user.email
    assert mail.created_at.date() == date(2026, 11, 23)


def test_a_refused_text_leaves_a_quality_alert_without_its_words(
    app: Flask, session: Session, triple: Triple
) -> None:
    with transaction() as writing:
        other = make_triple(writing)
        key = make_placement(writing, other).id
    client = sign_in(app.test_client(), other.employer.user)
    page = client.get(f"/propositions/{key}").get_data(as_text=True)
    token = re.search(r'csrf_token"[^>]*value="([^"]+)"', page)
    assert token

    status = client.post(
        f"/propositions/{key}/employeur",
        data={
            "csrf_token": token[1],
            "answer": "no",
            "employer-reason": "other",
            "employer-words": "Nous cherchons une personne valide",
        },
    ).status_code

    alert = session.scalars(
        select(JournalEvent).where(JournalEvent.event == "forbidden_wording")
    ).one()
    assert status == 422
    assert session.get_one(Placement, key).employer_leaf is LeafState.WAITING
    assert alert.details["leaf"] == "employer"
    assert alert.details["criteria"] == ["health"]
    assert "valide" not in str(alert.details)
