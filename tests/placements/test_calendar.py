"""A meeting as a calendar file, as RFC 5545 writes it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from app.core.db import transaction
from app.placements import services
from app.placements.calendar import as_calendar
from app.placements.models import Meeting, MeetingKind, MeetingOutcome
from tests.factories.accounts import sign_in
from tests.factories.placements import make_placement, make_triple, say_yes

AT = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


def file_of(**values: object) -> str:
    meeting = Meeting(
        **{
            "id": 5,
            "kind": MeetingKind.INTERVIEW,
            "starts_at": AT,
            "ends_at": None,
            "place": "Au fournil",
            "outcome": None,
            **values,
        }
    )
    return as_calendar(meeting, what="Apprenti boulanger", url="https://exemple.fr/p", now=AT)


def test_a_meeting_lasts_an_hour_unless_it_says_otherwise() -> None:
    lines = file_of().split("\r\n")

    assert "DTSTART:20261126T090000Z" in lines
    assert "DTEND:20261126T100000Z" in lines
    assert "SUMMARY:Entretien : Apprenti boulanger" in lines
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]


def test_marks_of_the_format_are_escaped() -> None:
    text = file_of(place="Fournil; porte 2, cour\\B\nau fond")

    assert "LOCATION:Fournil\\; porte 2\\, cour\\\\B\\nau fond\r\n" in text


def test_long_lines_are_folded_at_75_octets_and_no_letter_is_cut() -> None:
    place = "é" * 100

    text = file_of(place=place)

    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert f"LOCATION:{place}" in text.replace("\r\n ", "")


@pytest.mark.parametrize(
    ("outcome", "status"), [(None, "CONFIRMED"), (MeetingOutcome.CANCELLED, "CANCELLED")]
)
def test_a_cancelled_meeting_says_so(outcome: MeetingOutcome | None, status: str) -> None:
    assert f"STATUS:{status}\r\n" in file_of(outcome=outcome)


def test_the_file_of_a_meeting_names_nobody(
    frozen: time_machine.Traveller, app: Flask, session: Session
) -> None:
    with transaction() as writing:
        triple = make_triple(writing)
        placement = make_placement(writing, triple)
        say_yes(writing, triple, placement)
        meeting = services.interview(
            writing,
            triple.employer.actor,
            placement_id=placement.id,
            starts_at=AT,
            place="Au fournil",
        )
        path = f"/propositions/{placement.id}/rendez-vous/{meeting.id}"
    client = sign_in(app.test_client(), triple.employer.user)

    answer = client.get(f"{path}.ics")
    missing = client.get(f"{path}9.ics")

    text = answer.get_data(as_text=True)
    assert answer.mimetype == "text/calendar"
    assert "Apprenti boulanger" in text
    assert triple.youth.given_name not in text
    assert triple.youth.public_code not in text
    assert missing.status_code == 404
