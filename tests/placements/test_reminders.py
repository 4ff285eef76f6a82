"""Reminders climb a ladder, each rung once; and a youth who says stop disappears."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.db import transaction
from app.core.outbox import OutboxMail
from app.openings.models import PositionHold
from app.placements import services
from app.placements.models import Placement, SentReminder
from app.placements.tasks import remind, stop_unlisted
from app.placements.workflow import Clover, LeafState, Stage
from app.training.models import SeatHold
from app.youth.services.consent import give_listing_consent, withdraw_consent
from tests.factories.placements import Triple, make_pair, make_placement, make_triple, say_yes

W, Y, S = LeafState.WAITING, LeafState.YES, LeafState.SOUGHT


@pytest.fixture
def triple(frozen: time_machine.Traveller, app: Flask, session: Session) -> Triple:
    with transaction() as writing:
        return make_triple(writing)


def propose(triple: Triple, *leaves: str) -> None:
    """The triple, proposed today, with these answers."""
    with transaction() as writing:
        placement = make_placement(writing, triple)
        if leaves:
            say_yes(writing, triple, placement, *leaves)


def run_days(frozen: time_machine.Traveller, days: int) -> None:
    """Let days pass, with the daily reminders of each, run twice as a restarted worker would."""
    for _ in range(days):
        frozen.shift(timedelta(days=1))
        remind()
        remind()


def rungs(session: Session) -> list[tuple[str, date]]:
    return [
        (one.kind, one.sent_at.date())
        for one in session.scalars(select(SentReminder).order_by(SentReminder.id))
    ]


def test_a_silent_employer_is_reminded_twice_then_the_adviser_is_told(
    frozen: time_machine.Traveller, session: Session, triple: Triple
) -> None:
    propose(triple, "youth", "cfa")

    run_days(frozen, 13)

    climbed = [one for one in rungs(session) if one[0].startswith("employer")]
    mails = session.scalars(
        select(OutboxMail.recipient).where(OutboxMail.kind == "placement_escalation")
    ).all()
    assert climbed == [
        ("employer_first", date(2026, 11, 30)),
        ("employer_second", date(2026, 12, 4)),
        ("employer_escalation", date(2026, 12, 6)),
    ]
    assert mails == [triple.adviser.user.email]


def test_who_answered_is_left_in_peace(
    frozen: time_machine.Traveller, session: Session, triple: Triple
) -> None:
    propose(triple, "youth", "employer", "cfa")

    run_days(frozen, 10)

    assert rungs(session) == []


def test_after_a_pause_only_the_highest_rung_is_sent(
    frozen: time_machine.Traveller, session: Session, triple: Triple
) -> None:
    propose(triple, "youth", "cfa")
    frozen.shift(timedelta(days=11))

    remind()

    assert [kind for kind, _ in rungs(session)] == ["employer_second", "cfa_hold"]


def test_the_end_of_a_promise_is_announced_three_days_before(
    frozen: time_machine.Traveller, session: Session, triple: Triple
) -> None:
    propose(triple, "youth", "employer", "cfa")

    run_days(frozen, 11)

    assert rungs(session) == [
        ("cfa_hold", date(2026, 12, 4)),
        ("employer_hold", date(2026, 12, 4)),
    ]


def test_a_trainee_without_employer_is_announced_at_the_alert_days_of_the_dossier(
    frozen: time_machine.Traveller, session: Session, triple: Triple
) -> None:
    with transaction() as writing:
        pair = make_pair(writing, triple)
        say_yes(writing, triple, pair, "youth", "cfa")
        services.start_training(writing, triple.cfa.actor, placement_id=pair.id)

    sent = []
    for days in (29, 1, 30, 15, 10, 10):
        frozen.shift(timedelta(days=days))
        remind()
        sent.append(len(rungs(session)))

    assert sent == [0, 1, 2, 3, 4, 4]
    assert [kind for kind, _ in rungs(session)] == [
        "window_30",
        "window_60",
        "window_75",
        "window_85",
    ]


def test_a_youth_who_says_stop_disappears_from_every_proposal(
    session: Session, triple: Triple
) -> None:
    propose(triple, "youth", "employer")
    with transaction() as writing:
        withdraw_consent(writing, triple.adviser.actor, youth_id=triple.youth.id)

    stop_unlisted()

    placement = session.scalars(select(Placement)).one()
    ended = session.scalars(select(OutboxMail).where(OutboxMail.kind == "placement_ended")).all()
    assert placement.stage is Stage.EXPIRED
    assert session.scalars(select(PositionHold)).all() == []
    assert {one.recipient for one in ended} >= {triple.employer.user.email, triple.cfa.user.email}
    assert "accord" not in " ".join(one.text_body for one in ended)


def test_a_seat_stays_until_the_youth_has_been_asked(session: Session, triple: Triple) -> None:
    propose(triple, "youth", "employer", "cfa")
    with transaction() as writing:
        withdraw_consent(writing, triple.adviser.actor, youth_id=triple.youth.id)

    stop_unlisted()
    stop_unlisted()

    placement = session.scalars(select(Placement)).one()
    asked = session.scalars(
        select(OutboxMail.recipient).where(OutboxMail.kind == "placement_ask_about_seat")
    ).all()
    assert placement.clover == Clover(Stage.OPEN, Y, S, Y)
    assert len(session.scalars(select(SeatHold)).all()) == 1
    assert session.scalars(select(PositionHold)).all() == []
    assert asked == [triple.adviser.user.email]


def test_who_comes_back_is_proposed_again_and_stays(
    frozen: time_machine.Traveller, session: Session, triple: Triple
) -> None:
    with transaction() as writing:
        withdraw_consent(writing, triple.adviser.actor, youth_id=triple.youth.id)
    frozen.shift(timedelta(hours=1))
    with transaction() as writing:
        give_listing_consent(
            writing, triple.adviser.actor, youth_id=triple.youth.id, channel="in_person"
        )
    propose(triple)

    stop_unlisted()

    assert session.scalars(select(Placement.stage)).one() is Stage.OPEN
