"""The hourly clock: it does what is due, leaves the rest, and may run twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.db import transaction
from app.core.journal import JournalEvent
from app.openings.models import PositionHold
from app.placements.models import Placement
from app.placements.tasks import turn_the_clock
from app.placements.workflow import Clover, LeafState, Stage
from app.training.models import SeatHold
from tests.factories.placements import make_placement, make_triple, say_yes

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
