"""The hourly clock: it does what is due, leaves the rest, and may run twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core.db import transaction
from app.core.journal import JournalEvent
from app.core.outbox import OutboxMail
from app.openings.models import OpeningOutcome, PositionHold
from app.openings.services import close_opening
from app.placements.models import Placement
from app.placements.tasks import turn_the_clock
from app.placements.workflow import Clover, LeafState, Stage
from app.training.models import SeatHold, SessionStatus, TrainingSession
from tests.factories.accounts import sign_in
from tests.factories.placements import Triple, make_pair, make_placement, make_triple, say_yes

W, Y, S = LeafState.WAITING, LeafState.YES, LeafState.SOUGHT


@pytest.mark.parametrize(
    ("days", "clover"),
    [
        (14, Clover(Stage.AGREED, Y, Y, Y)),
        (15, Clover(Stage.OPEN, Y, W, W)),
        # The promises lapse together; 14 days later the employer leaves, 22 days later the CFA has not answered either.
        (30, Clover(Stage.OPEN, Y, S, W)),
        (40, Clover(Stage.EXPIRED, Y, S, W)),
    ],
)
def test_time_turns_a_clover_that_nobody_signs(
    frozen: time_machine.Traveller, app: Flask, session: Session, days: int, clover: Clover
) -> None:
    with transaction() as writing:
        triple = make_triple(writing)
        say_yes(writing, triple, make_placement(writing, triple))

    for _ in range(days):
        frozen.shift(timedelta(days=1))
        turn_the_clock()

    placement = session.scalars(select(Placement)).one()
    held = [
        session.scalar(select(func.count()).select_from(one)) for one in (SeatHold, PositionHold)
    ]
    assert placement.clover == clover
    assert held == ([1, 1] if days == 14 else [0, 0])


def test_a_second_run_finds_nothing_to_do(
    frozen: time_machine.Traveller, app: Flask, session: Session
) -> None:
    with transaction() as writing:
        triple = make_triple(writing)
        say_yes(writing, triple, make_placement(writing, triple))
    frozen.shift(timedelta(days=15))
    turn_the_clock()
    before = session.scalar(select(func.count()).select_from(JournalEvent))

    turn_the_clock()

    assert session.scalar(select(func.count()).select_from(JournalEvent)) == before


def test_a_silent_employer_is_counted_once_and_leaves_while_the_course_stays(
    frozen: time_machine.Traveller, app: Flask, session: Session
) -> None:
    with transaction() as writing:
        triple = make_triple(writing)
        say_yes(writing, triple, make_placement(writing, triple), "youth", "cfa")
    frozen.shift(timedelta(days=15))

    turn_the_clock()
    turn_the_clock()

    session.refresh(triple.employer.organisation)
    placement = session.scalars(select(Placement)).one()
    assert triple.employer.organisation.answers_due == 1
    held = [
        session.scalar(select(func.count()).select_from(one)) for one in (SeatHold, PositionHold)
    ]
    assert placement.clover == Clover(Stage.OPEN, Y, S, W)
    assert held == [0, 0]


def close_post(session: Session, triple: Triple) -> None:
    close_opening(
        session,
        triple.employer.actor,
        opening_id=triple.opening.id,
        outcome=OpeningOutcome.ABANDONED,
    )


def cancel_session(session: Session, triple: Triple) -> None:
    row = session.get_one(TrainingSession, triple.training.id)
    row.status = SessionStatus.CANCELLED


@pytest.mark.parametrize(
    ("yes", "happens", "left", "words"),
    [
        (("youth", "cfa"), close_post, Clover(Stage.OPEN, Y, S, Y), "l’offre est fermée"),
        (("youth", "employer"), cancel_session, Clover(Stage.OPEN, Y, Y, S), "est annulée"),
        # What was promised stays promised until its party takes it back.
        (("youth", "employer", "cfa"), close_post, Clover(Stage.AGREED, Y, Y, Y), ""),
        (("youth", "employer", "cfa"), cancel_session, Clover(Stage.AGREED, Y, Y, Y), ""),
    ],
)
def test_nobody_waits_for_an_answer_about_what_is_closed(
    frozen: time_machine.Traveller,
    app: Flask,
    session: Session,
    yes: tuple[str, ...],
    happens: Callable[[Session, Triple], None],
    left: Clover,
    words: str,
) -> None:
    with transaction() as writing:
        triple = make_triple(writing)
        key = say_yes(writing, triple, make_placement(writing, triple), *yes).id
        happens(writing, triple)
    adviser = sign_in(app.test_client(), triple.adviser.user)

    turn_the_clock()
    turn_the_clock()

    house = session.get_one(Organisation, triple.employer.organisation.id, populate_existing=True)
    mails = session.scalars(select(OutboxMail).where(OutboxMail.kind == "placement_ended")).all()
    party = triple.employer if happens is close_post else triple.cfa
    assert session.get_one(Placement, key, populate_existing=True).clover == left
    assert house.answers_due == ("employer" in yes)
    assert {one.recipient for one in mails} == (
        {triple.adviser.user.email, party.user.email} if words else set()
    )
    session.commit()
    assert words in adviser.get(f"/propositions/{key}").text


def test_a_pair_whose_session_is_cancelled_ends_and_the_youth_hears_why(
    frozen: time_machine.Traveller, app: Flask, session: Session
) -> None:
    with transaction() as writing:
        triple = make_triple(writing)
        triple.youth.email = "youenn@exemple.fr"
        key = make_pair(writing, triple).id
        cancel_session(writing, triple)

    turn_the_clock()

    mail = session.scalars(
        select(OutboxMail).where(OutboxMail.kind == "placement_ended_youth")
    ).one()
    assert session.get_one(Placement, key, populate_existing=True).stage is Stage.EXPIRED
    assert "Ce qui vous était proposé n’est plus ouvert" in mail.text_body
