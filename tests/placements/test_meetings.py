"""Meetings before a contract: who arranges what, the day before, the request of an immersion, and who did not come."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.access import NamedExport
from app.core.db import transaction
from app.core.errors import Forbidden, Invalid, WrongState
from app.core.outbox import OutboxMail
from app.placements import services
from app.placements.models import Meeting, MeetingKind, MeetingOutcome
from app.placements.tasks import remind
from tests.factories.accounts import sign_in
from tests.factories.placements import Party, Triple, make_pair, make_placement, make_triple


@pytest.fixture
def triple(frozen: time_machine.Traveller, app: Flask, session: Session) -> Triple:
    with transaction() as writing:
        return make_triple(writing)


def arrange(
    triple: Triple, by: Party, kind: MeetingKind, *, is_pair: bool = False, days: int = 3
) -> tuple[int, int]:
    """A proposal with a meeting: their ids."""
    with transaction() as writing:
        placement = make_pair(writing, triple) if is_pair else make_placement(writing, triple)
        starts_at = datetime(2026, 11, 23, 14, tzinfo=clock.PARIS) + timedelta(days=days)
        meeting = services.interview(
            writing,
            by.actor,
            placement_id=placement.id,
            kind=kind,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(days=4),
            place="Fournil des Monts",
        )
        return placement.id, meeting.id


def mails(session: Session, kind: str) -> list[str]:
    return sorted(session.scalars(select(OutboxMail.recipient).where(OutboxMail.kind == kind)))


def test_the_cfa_arranges_its_visits_before_any_employer_is_there(
    session: Session, triple: Triple
) -> None:
    _, key = arrange(triple, triple.cfa, MeetingKind.CFA_VISIT, is_pair=True)

    assert session.get_one(Meeting, key).kind is MeetingKind.CFA_VISIT


def test_the_cfa_arranges_no_interview_and_nobody_one_without_employer(triple: Triple) -> None:
    with pytest.raises(Forbidden):
        arrange(triple, triple.cfa, MeetingKind.INTERVIEW)
    with pytest.raises(WrongState):
        arrange(triple, triple.adviser, MeetingKind.INTERVIEW, is_pair=True)


def test_everybody_who_comes_is_reminded_the_day_before_once(
    frozen: time_machine.Traveller, session: Session, triple: Triple
) -> None:
    arrange(triple, triple.employer, MeetingKind.INTERVIEW)

    for _ in range(3):
        frozen.shift(timedelta(days=1))
        remind()
        remind()

    assert mails(session, "placement_meeting") == sorted(
        (triple.adviser.user.email, triple.employer.user.email, str(triple.youth.email))
    )
    sent = session.scalars(
        select(OutboxMail.created_at).where(OutboxMail.kind == "placement_meeting")
    ).all()
    assert {one.date() for one in sent} == {date(2026, 11, 25)}


def test_a_cancelled_meeting_reminds_nobody(
    frozen: time_machine.Traveller, session: Session, triple: Triple
) -> None:
    _, key = arrange(triple, triple.employer, MeetingKind.INTERVIEW)
    with transaction() as writing:
        services.meeting_outcome(
            writing, triple.employer.actor, meeting_id=key, outcome=MeetingOutcome.CANCELLED
        )
    frozen.shift(timedelta(days=2))

    remind()

    assert mails(session, "placement_meeting") == []


def test_before_its_hour_a_meeting_can_only_be_cancelled(
    frozen: time_machine.Traveller, app: Flask, session: Session, triple: Triple
) -> None:
    placement_id, key = arrange(triple, triple.employer, MeetingKind.INTERVIEW)
    path = f"/propositions/{placement_id}"
    client = sign_in(app.test_client(), triple.employer.user)

    before = client.get(path).get_data(as_text=True)
    with transaction() as writing, pytest.raises(Invalid, match="pas encore eu lieu"):
        services.meeting_outcome(
            writing, triple.employer.actor, meeting_id=key, outcome=MeetingOutcome.NOBODY_CAME
        )
    frozen.shift(timedelta(days=4))
    client = sign_in(app.test_client(), triple.employer.user)
    after = client.get(path).get_data(as_text=True)

    assert ("Annuler ce rendez-vous" in before, "nobody_came" in before) == (True, False)
    assert ("Annuler ce rendez-vous" in after, "nobody_came" in after) == (False, True)


def test_an_immersion_needs_its_last_day(triple: Triple) -> None:
    with transaction() as writing:
        placement = make_placement(writing, triple)

        with pytest.raises(Invalid) as refused:
            services.interview(
                writing,
                triple.adviser.actor,
                placement_id=placement.id,
                kind=MeetingKind.IMMERSION,
                starts_at=clock.now() + timedelta(days=3),
                place="Fournil des Monts",
            )

    assert refused.value.field == "ends_at"


def test_who_did_not_come_is_offered_another_day_without_blame(
    frozen: time_machine.Traveller, session: Session, triple: Triple
) -> None:
    _, key = arrange(triple, triple.employer, MeetingKind.INTERVIEW)
    frozen.shift(timedelta(days=4))

    for _ in range(2):
        with transaction() as writing:
            services.meeting_outcome(
                writing, triple.employer.actor, meeting_id=key, outcome=MeetingOutcome.NOBODY_CAME
            )

    words = session.scalars(
        select(OutboxMail.text_body).where(OutboxMail.kind == "placement_missed")
    ).all()
    assert mails(session, "placement_missed") == sorted(
        (triple.adviser.user.email, str(triple.youth.email))
    )
    assert "une autre date" in words[0]
    assert "absent" not in words[0]


def test_the_request_of_an_immersion_is_filled_for_the_house_alone_and_registered(
    app: Flask, session: Session, triple: Triple
) -> None:
    placement_id, key = arrange(triple, triple.adviser, MeetingKind.IMMERSION)
    path = f"/propositions/{placement_id}/rendez-vous/{key}/demande"

    answers = {
        who: sign_in(app.test_client(), getattr(triple, who).user).get(path)
        for who in ("adviser", "employer", "cfa")
    }

    page = answers["adviser"].get_data(as_text=True)
    assert {who: one.status_code for who, one in answers.items()} == {
        "adviser": 200,
        "employer": 404,
        "cfa": 404,
    }
    assert triple.youth.full_name in page
    assert str(triple.youth.phone) in page
    assert triple.employer.organisation.name in page
    assert "30 nov. 2026" in page
    assert session.scalars(select(NamedExport.kind)).all() == ["placements.immersion"]


def test_the_page_of_a_pair_offers_a_visit_of_the_cfa_and_no_interview(
    app: Flask, triple: Triple
) -> None:
    with transaction() as writing:
        key = make_pair(writing, triple).id

    page = sign_in(app.test_client(), triple.cfa.user).get(f"/propositions/{key}")

    text = page.get_data(as_text=True)
    assert '<option value="cfa_visit">' in text or 'value="cfa_visit"' in text
    assert 'value="interview"' not in text
