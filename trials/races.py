"""The last seat and the last position, 64 people behind one barrier; the planted hole is a counter that nobody asks."""

from __future__ import annotations

import time

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.db import db
from app.openings.models import Opening
from app.openings.services import positions
from app.training.models import TrainingSession
from app.training.services import seats
from tests.concurrency.races import last_position, last_seat
from trials.report import Report

# Long enough for another reader to see the same number.
PAUSE_SECONDS = 0.01
HOLE_PEOPLE = 16
POSITION_EVERY = 4


def try_races(app: Flask, *, rounds: int) -> Report:
    """Race `rounds` times for a seat, each fourth time for a position too, then with counters that look too early.

    Two people who look together see the same number on PostgreSQL. On SQLite writers stand in a queue, so there the
    hole is a counter that does not look at all.
    """
    report = Report("Dernière place, dernier poste : 64 à la fois", "courses")
    seats_raced = positions_raced = 0
    for number in range(rounds):
        report.faults += last_seat(app, number=number).faults("NoSeatLeft")
        seats_raced += 1
        if number % POSITION_EVERY == 0:
            report.faults += last_position(app, number=number).faults("NoPositionLeft")
            positions_raced += 1
    report.tried = seats_raced + positions_raced
    report.details = {"dernière place": seats_raced, "dernier poste": positions_raced}
    with pytest.MonkeyPatch.context() as hole:
        hole.setattr(seats, "_count", _look_then_take_seat)
        hole.setattr(positions, "_count", _look_then_take_position)
        report.found_planted = all(
            race(app, number=rounds, people=HOLE_PEOPLE).faults(refusal)
            for race, refusal in ((last_seat, "NoSeatLeft"), (last_position, "NoPositionLeft"))
        )
    return report


def _looks() -> bool:
    return db.engine.dialect.name != "sqlite"


def _look_then_take_seat(db_session: Session, session_id: int, step: int) -> bool:
    row = select(TrainingSession.seats_taken, TrainingSession.capacity)
    taken, capacity = db_session.execute(row.where(TrainingSession.id == session_id)).one()
    if step > 0 and taken >= capacity and _looks():
        return False
    time.sleep(PAUSE_SECONDS)
    db_session.query(TrainingSession).filter_by(id=session_id).update({"seats_taken": taken + step})
    return True


def _look_then_take_position(db_session: Session, opening_id: int, step: int) -> bool:
    row = select(Opening.positions_taken, Opening.positions).where(Opening.id == opening_id)
    taken, there = db_session.execute(row).one()
    if step > 0 and taken >= there and _looks():
        return False
    time.sleep(PAUSE_SECONDS)
    db_session.query(Opening).filter_by(id=opening_id).update({"positions_taken": taken + step})
    return True
