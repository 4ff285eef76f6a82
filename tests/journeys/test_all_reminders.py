"""One placement, day after day: each reminder leaves on its day, once, to whom it is for, by day, and none on others.

Ladders are the portal's own and the worker's timetable runs the tasks, so that what is read here is what people get.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.db import transaction
from app.openings.models import Opening, PositionHold
from app.placements import services
from app.placements.models import Placement
from app.placements.workflow import Clover, Leaf, LeafState, Stage
from app.policy.actor import OrganisationKind, Role
from app.training.models import SeatHold, TrainingSession
from tests.factories.accounts import (
    make_agreement,
    make_membership,
    make_organisation,
    make_territory,
    make_user,
)
from tests.factories.placements import Triple, make_placement, make_triple
from tests.factories.youth import make_youth
from tests.journeys.days import Act, Days

YES, QUEUED = LeafState.YES, LeafState.QUEUED
SILENT_DAYS = 16
DAYS = 400
"""From the proposal to the end of the six months after the break, each one lived."""
FOLLOWED = {"check_in": "CFA, employer, youth"}
LOOKING = {"window": "CFA, adviser"}
OPENING_HOURS = set(range(8, 20))


@pytest.fixture
def triple(frozen: time_machine.Traveller, app: Flask, session: Session) -> Triple:
    """A triple for the last seat of a session; a manager, a field agent and a point A stand behind its parties."""
    with transaction() as writing:
        made = make_triple(writing, capacity=1)
        made.youth.email = "youenn@exemple.fr"
        make_user(writing, made.adviser.organisation, Role.MANAGER, email="manager@exemple.fr")
        network = make_organisation(writing, OrganisationKind.FIELD_NETWORK)
        agent = make_user(writing, email="agent@exemple.fr")
        make_territory(writing, make_membership(writing, agent, network, Role.FIELD_AGENT), "29")
        point_a = make_organisation(writing, OrganisationKind.POINT_A)
        make_agreement(writing, point_a, made.cfa.organisation)
        make_user(writing, point_a, email="point-a@exemple.fr")
        make_placement(writing, made)
    return made


@pytest.fixture
def days(frozen: time_machine.Traveller, app: Flask, triple: Triple) -> Days:
    return Days(
        frozen,
        app,
        {
            "youenn@exemple.fr": "youth",
            triple.adviser.user.email: "adviser",
            triple.employer.user.email: "employer",
            triple.cfa.user.email: "CFA",
            "manager@exemple.fr": "manager",
            "agent@exemple.fr": "agent",
            "point-a@exemple.fr": "point A",
        },
    )


def silence(triple: Triple, key: int) -> dict[int, Act]:
    """The employer and the CFA promise, the youth says nothing; a second youth asks for the same seat."""
    yes = {"placement_id": key, "answer": YES}

    def stand_in_line(session: Session) -> None:
        house = triple.adviser.organisation
        youth = make_youth(session, house, triple.adviser.user, email=None)
        pair = services.suggest(
            session, triple.adviser.actor, youth_id=youth.id, session_id=triple.training.id
        )
        services.youth_says(session, triple.adviser.actor, placement_id=pair.id, answer=YES)
        services.cfa_says(session, triple.cfa.actor, placement_id=pair.id, answer=QUEUED)

    return {
        1: lambda s: services.employer_says(s, triple.employer.actor, **yes),
        2: lambda s: services.cfa_says(s, triple.cfa.actor, **yes),
        3: stand_in_line,
    }


def test_a_youth_who_stays_silent_frees_the_seat_and_the_position_on_the_fifteenth_day(
    session: Session, triple: Triple, days: Days
) -> None:
    key = session.scalars(select(Placement.id)).one()
    session.commit()

    days.live(SILENT_DAYS, silence(triple, key), in_the_evening=frozenset({1}))

    silent, queued = session.scalars(select(Placement).order_by(Placement.id)).all()
    assert days.told == {
        0: {"ask_cfa": "CFA", "ask_employer": "employer", "ask_youth": "youth"},
        2: {
            "answered": "adviser, adviser"
        },  # the employer's of the evening before, the CFA's of today
        3: {"ask_cfa": "CFA", "answered": "adviser"},  # about the one who stands in line
        7: {"reminder": "youth"},
        11: {"reminder": "youth"},
        12: {"hold_ends": "CFA, employer"},  # the position, promised until day 15
        13: {"escalation": "adviser, manager", "hold_ends": "CFA, employer"},  # the seat, day 16
        15: {
            "ended": "CFA, adviser, employer",
            "ended_youth": "youth",
            "offer": "CFA, adviser",  # the seat is free: it is kept for the next
        },
    }
    assert days.hours <= OPENING_HOURS
    assert silent.clover == Clover(Stage.EXPIRED, LeafState.WAITING, YES, YES)
    assert session.scalars(select(PositionHold.youth_id)).all() == []
    assert session.scalar(select(Opening.positions_taken)) == 0
    assert session.scalars(select(SeatHold.youth_id)).all() == [queued.youth_id]
    assert session.scalar(select(TrainingSession.seats_taken)) == 1


def acts(triple: Triple, key: int) -> dict[int, Act]:
    """What people do, and on which day after the proposal: late, as people are."""
    yes = {"placement_id": key, "answer": YES}
    about = {"placement_id": key}
    return {
        8: lambda s: services.youth_says(s, triple.adviser.actor, **yes),
        14: lambda s: services.employer_says(s, triple.employer.actor, **yes),
        22: lambda s: services.cfa_says(s, triple.cfa.actor, **yes),
        26: lambda s: services.prolong(s, triple.employer.actor, **about, leaf=Leaf.EMPLOYER),
        27: lambda s: services.interview(
            s,
            triple.employer.actor,
            **about,
            starts_at=clock.now() + timedelta(days=3),
            place="Au fournil",
        ),
        34: lambda s: services.sign(s, triple.cfa.actor, **about),
        35: lambda s: services.start(s, triple.cfa.actor, **about),
        225: lambda s: services.break_off(
            s, triple.adviser.actor, **about, reason="mutual_agreement"
        ),
    }


def test_every_reminder_leaves_on_its_day_once_and_none_on_another_day(
    session: Session, triple: Triple, days: Days
) -> None:
    key = session.scalars(select(Placement.id)).one()
    session.commit()

    days.live(DAYS, acts(triple, key), in_the_evening=frozenset({14}))

    assert days.told == {
        0: {"ask_cfa": "CFA", "ask_employer": "employer", "ask_youth": "youth"},
        7: {"reminder": "employer, youth"},
        11: {"reminder": "employer"},
        13: {"escalation": "adviser", "lead": "agent"},
        15: {"answered": "adviser", "reminder": "CFA"},  # the employer's yes of the evening before
        19: {"reminder": "CFA"},
        21: {"escalation": "adviser, point A"},
        22: {"agreed": "CFA, adviser, employer"},
        25: {"hold_ends": "CFA, employer"},  # the position of day 14, three days before its end
        29: {"meeting": "adviser, employer, youth"},
        # The seat of day 22; the position was prolonged, and the contract comes before its end.
        33: {"hold_ends": "CFA, employer"},
        34: {"signed": "CFA, adviser, employer"},
        36: FOLLOWED,  # day 1
        43: FOLLOWED,  # day 8
        56: FOLLOWED,  # day 21
        125: FOLLOWED,  # three months
        127: FOLLOWED,  # the 45th day of presence, estimated from the rhythm and the holidays
        217: FOLLOWED,  # six months
        225: {"broken": "CFA, adviser", "lead": "agent"},
        226: LOOKING,  # after the break: days 1, 15, 45, 120 and 165
        240: LOOKING,
        270: LOOKING,
        345: LOOKING,
        390: LOOKING,
    }
    assert days.hours <= OPENING_HOURS
    assert session.get_one(Placement, key).stage is Stage.BROKEN
