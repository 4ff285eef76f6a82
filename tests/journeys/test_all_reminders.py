"""One placement, day after day for more than a year: each reminder leaves on its day, once, and none on others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.db import db, transaction
from app.core.outbox import OutboxMail
from app.placements import services
from app.placements.models import Placement
from app.placements.tasks import ask_how_it_goes, remind, turn_the_clock
from app.placements.workflow import Leaf, LeafState, Stage
from tests.factories.placements import Triple, make_placement, make_triple

REMINDING = {
    "placement_reminder": "reminder",
    "placement_escalation": "somebody calls",
    "placement_hold_ends": "promise ends",
    "placement_meeting": "meeting tomorrow",
    "placement_check_in": "two questions",
    "placement_window": "no employer",
}
DAYS = 400
"""From the proposal to the end of the six months after the break, each one lived."""


@pytest.fixture
def triple(frozen: time_machine.Traveller, app: Flask, session: Session) -> Triple:
    with transaction() as writing:
        made = make_triple(writing)
        made.youth.email = "youenn@exemple.fr"
        make_placement(writing, made)
    return made


def acts(triple: Triple, key: int) -> dict[int, Callable[[Session], object]]:
    """What people do, and on which day after the proposal: late, as people are."""
    yes = {"placement_id": key, "answer": LeafState.YES}
    return {
        8: lambda s: services.youth_says(s, triple.adviser.actor, **yes),
        14: lambda s: services.employer_says(s, triple.employer.actor, **yes),
        22: lambda s: services.cfa_says(s, triple.cfa.actor, **yes),
        26: lambda s: services.prolong(
            s, triple.employer.actor, placement_id=key, leaf=Leaf.EMPLOYER
        ),
        27: lambda s: services.interview(
            s,
            triple.employer.actor,
            placement_id=key,
            starts_at=clock.now() + timedelta(days=3),
            place="Au fournil",
        ),
        34: lambda s: services.sign(s, triple.cfa.actor, placement_id=key),
        35: lambda s: services.start(s, triple.cfa.actor, placement_id=key),
        225: lambda s: services.break_off(
            s, triple.adviser.actor, placement_id=key, reason="mutual_agreement"
        ),
    }


def test_every_reminder_leaves_on_its_day_once_and_none_on_another_day(
    frozen: time_machine.Traveller, session: Session, triple: Triple
) -> None:
    key = session.scalars(select(Placement.id)).one()
    session.commit()
    start, todo = clock.now(), acts(triple, key)
    told: dict[int, list[str]] = {}
    known = 0
    for day in range(DAYS + 1):
        frozen.move_to(start + timedelta(days=day))
        remind()
        ask_how_it_goes()
        turn_the_clock()
        rows = db.session.execute(
            select(OutboxMail.id, OutboxMail.kind)
            .where(OutboxMail.id > known)
            .order_by(OutboxMail.id)
        ).all()
        db.session.rollback()
        known = max([known, *(row.id for row in rows)])
        if kinds := sorted({REMINDING[row.kind] for row in rows if row.kind in REMINDING}):
            told[day] = kinds
        if day in todo:
            with transaction() as writing:
                todo[day](writing)

    assert told == {
        7: ["reminder"],  # the youth and the employer
        11: ["reminder"],  # the employer again
        13: ["somebody calls"],  # the field agent, or the manager, for the employer
        15: ["reminder"],  # the CFA
        19: ["reminder"],
        21: ["somebody calls"],  # the point A, or the manager, for the CFA
        25: ["promise ends"],  # the position of day 14, three days before its end
        29: ["meeting tomorrow"],
        33: [
            "promise ends"
        ],  # the seat of day 22; the position was prolonged, and the contract comes before its end
        36: ["two questions"],  # the day after the first
        43: ["two questions"],  # day 8
        56: ["two questions"],  # day 21
        125: ["two questions"],  # three months
        127: [
            "two questions"
        ],  # the 45th day of presence, estimated from the rhythm and the holidays
        217: ["two questions"],  # six months
        226: ["no employer"],  # after the break: days 1, 15, 45, 120 and 165
        240: ["no employer"],
        270: ["no employer"],
        345: ["no employer"],
        390: ["no employer"],
    }
    assert session.get_one(Placement, key).stage is Stage.BROKEN
