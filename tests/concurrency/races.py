"""Many people, one seat or one position, all released by one barrier: a round that tests run ten times and trials 200.

Each function makes its own rows, races on committed transactions, and reports what the database holds afterwards. It
needs an application whose tables exist, inside its context: `last_seat(app, number=0)`, `last_position(app, number=0)`.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from flask import Flask
from sqlalchemy import func, select

from app.core import clock
from app.core.db import db, transaction
from app.openings.models import Opening, PositionHold
from app.placements import services
from app.placements.models import LeafAnswer, Placement
from app.placements.workflow import LeafState
from app.training.models import SeatHold, TrainingSession
from tests.concurrency.conftest import race
from tests.factories.placements import Triple, make_triple
from tests.factories.youth import make_youth

PEOPLE = 64
# Shorter than the planted holes pause between looking and writing: they stay open while everybody passes.
DELAY_SECONDS = 0.004


@dataclass(frozen=True, slots=True)
class RaceReport:
    """What one round left behind.

    Attributes:
        answers: how many threads got each answer: "ok", the refusal's name, or "DEFECT …".
        counter: the counter of the session or opening.
        holds: rows of seats or positions.
        said: answers that were kept; one a winner, none for who was refused.
        capacity: how many could win.
        seconds: from the barrier to the last answer.
    """

    answers: Counter[str]
    counter: int
    holds: int
    said: int
    capacity: int
    seconds: float

    def faults(self, refusal: str) -> list[str]:
        """What is wrong with this round; empty when nothing was lost and nothing given twice."""
        won, lost = self.answers["ok"], self.answers[refusal]
        checks = (
            (won == self.capacity, f"{won} winners for {self.capacity}"),
            (won + lost == self.answers.total(), f"other answers: {dict(self.answers)}"),
            (self.counter == self.holds == won, f"counter {self.counter}, rows {self.holds}"),
            (self.said == won, f"{self.said} answers kept"),
        )
        return [fault for is_right, fault in checks if not is_right]


def last_seat(app: Flask, *, number: int, people: int = PEOPLE, seats: int = 1) -> RaceReport:
    """So many youths are admitted at once to a session with `seats` free seats.

    Args:
        number: the round; it decides the random delay of each thread.
    """
    triple, keys = _rivals(people, seats=seats, positions=people)
    verb = partial(services.cfa_says, actor=triple.cfa.actor, answer=LeafState.YES)
    return _run(
        app,
        number,
        [partial(verb, placement_id=key) for key in keys],
        keys,
        seats,
        lambda: (
            db.session.scalar(
                select(TrainingSession.seats_taken).where(TrainingSession.id == triple.training.id)
            )
            or 0,
            _count(SeatHold, SeatHold.session_id == triple.training.id),
        ),
    )


def last_position(
    app: Flask, *, number: int, people: int = PEOPLE, positions: int = 1
) -> RaceReport:
    """So many youths are accepted at once for an opening with `positions` positions; `number` as for a seat."""
    triple, keys = _rivals(people, seats=people, positions=positions)
    verb = partial(services.employer_says, actor=triple.employer.actor, answer=LeafState.YES)
    return _run(
        app,
        number,
        [partial(verb, placement_id=key) for key in keys],
        keys,
        positions,
        lambda: (
            db.session.scalar(
                select(Opening.positions_taken).where(Opening.id == triple.opening.id)
            )
            or 0,
            _count(PositionHold, PositionHold.opening_id == triple.opening.id),
        ),
    )


def _rivals(people: int, *, seats: int, positions: int) -> tuple[Triple, list[int]]:
    """That many youths asked about the same opening and the same session, written as rows: the race is what counts."""
    with transaction() as session:
        triple = make_triple(session, capacity=seats, positions=positions)
        now = clock.now()
        placements = [
            Placement(
                youth_id=make_youth(session, triple.adviser.organisation, triple.adviser.user).id,
                opening_id=triple.opening.id,
                session_id=triple.training.id,
                suggested_at=now,
                updated_at=now,
            )
            for _ in range(people)
        ]
        session.add_all(placements)
        session.flush()
        keys = [one.id for one in placements]
        session.expunge_all()
    return triple, keys


def _run(
    app: Flask,
    number: int,
    verbs: list[Callable[..., object]],
    keys: list[int],
    capacity: int,
    state: Callable[[], tuple[int, int]],
) -> RaceReport:
    began = time.perf_counter()
    answers = race(app, *verbs, delay=DELAY_SECONDS, seed=number)
    seconds = time.perf_counter() - began
    counter, holds = state()
    said = _count(LeafAnswer, LeafAnswer.placement_id.in_(keys))
    db.session.rollback()
    return RaceReport(Counter(answers), counter, holds, said, capacity, seconds)


def _count(model: type, condition: object) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(condition)) or 0  # type: ignore[arg-type]
