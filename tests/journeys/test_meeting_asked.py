"""An employer asks to meet the youth behind a profile: the adviser asks the youth, whose yes alone says who it is."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.db import transaction
from app.core.outbox import OutboxMail
from app.matching.models import MeetingRequest, MeetingState
from app.placements.models import Meeting, MeetingKind, MeetingOutcome
from tests.factories.placements import Triple, make_triple
from tests.journeys.test_three_yes import browser, send

MESSAGE = "Nous cherchons une personne pour janvier."


def ask(employer: FlaskClient, triple: Triple) -> None:
    """The employer reads a profile without identity, and asks."""
    profiles = f"/offres/{triple.opening.id}/profils"
    read = employer.get(profiles).get_data(as_text=True)
    asked = send(
        employer,
        profiles,
        f"/offres/{triple.opening.id}/rencontrer",
        code=triple.youth.public_code,
        message=MESSAGE,
        request_key="une-fois",
    )
    assert triple.youth.public_code in read
    assert triple.youth.family_name not in read
    assert asked.status_code == 303


def propose(adviser: FlaskClient, triple: Triple) -> str:
    """The adviser finds the wish on the first page, reads it, and asks the youth. Returns the proposal's address."""
    morning = adviser.get("/").get_data(as_text=True)
    triples = f"/jeunes/{triple.youth.id}/propositions"
    wished = adviser.get(triples).get_data(as_text=True)
    for page in (morning, wished):
        assert triple.employer.organisation.name in page
        assert MESSAGE in page
    assert triples in morning
    assert "Proposer cette offre au jeune" in wished
    sent = send(
        adviser,
        triples,
        "/propositions",
        youth_id=triple.youth.id,
        opening_id=triple.opening.id,
    )
    return sent.headers["Location"]


def consent(app: Flask, session: Session, triple: Triple) -> None:
    """The youth says yes without an account, by the link of the letter, which names the company."""
    letters = session.scalars(
        select(OutboxMail.text_body).where(OutboxMail.recipient == triple.youth.email)
    )
    link = next(found[1] for one in letters if (found := re.search(r"(/r/\S+)", one)))
    shown = app.test_client().get(link).get_data(as_text=True)
    assert triple.employer.organisation.name in shown
    assert send(app.test_client(), link, link, answer="yes").status_code == 303


def plan(employer: FlaskClient, session: Session, path: str) -> int:
    """A day and a place. Returns the number of the meeting."""
    planned = send(
        employer,
        path,
        f"{path}/rendez-vous",
        **{
            "interview-kind": MeetingKind.INTERVIEW.value,
            "interview-starts_at": "2026-11-26T14:00",
            "interview-place": "4 rue du Port, Quimper",
        },
    )
    assert planned.status_code == 303
    return session.scalars(select(Meeting.id)).one()


def test_a_wish_to_meet_becomes_a_meeting_once_the_youth_has_said_yes(
    frozen: time_machine.Traveller, app: Flask, session: Session
) -> None:
    with transaction() as writing:
        triple = make_triple(writing)
        youth = triple.youth
        youth.email = "jeune@exemple.fr"
    adviser, employer = browser(app, triple.adviser), browser(app, triple.employer)
    name, initial = youth.family_name, f"{youth.given_name} {youth.family_name[0]}."

    ask(employer, triple)
    path = propose(adviser, triple)
    hidden = employer.get(path).get_data(as_text=True)
    consent(app, session, triple)
    revealed = employer.get(path).get_data(as_text=True)
    meeting_id = plan(employer, session, path)
    calendar = employer.get(f"{path}/rendez-vous/{meeting_id}.ics")
    frozen.move_to(datetime(2026, 11, 27, 9, tzinfo=UTC))
    noted = send(
        browser(app, triple.employer),
        path,
        f"{path}/rendez-vous/{meeting_id}",
        **{f"outcome_{meeting_id}-outcome": MeetingOutcome.GOOD.value},
    )

    session.expire_all()
    assert session.scalars(select(MeetingRequest.state)).all() == [MeetingState.SUGGESTED]
    assert [part in hidden for part in (name, initial)] == [False, False]
    assert [part in revealed for part in (name, initial)] == [False, True]  # S2
    assert calendar.mimetype == "text/calendar"
    assert "DTSTART:20261126T130000Z" in calendar.get_data(as_text=True)
    assert name not in calendar.get_data(as_text=True)
    assert noted.status_code == 303
    assert session.scalars(select(Meeting.outcome)).one() is MeetingOutcome.GOOD
