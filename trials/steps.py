"""Placements at each step of a contract, so that garbage meets every form of the sheet and of its riders."""

from __future__ import annotations

from collections.abc import Callable, Collection

from sqlalchemy.orm import Session

from app.contracts.services import (
    begin_rider,
    deposit_rider,
    fill_rider,
    note_decision,
    note_deposit,
)
from app.contracts.workflow import SheetEvent
from app.core import clock
from app.placements import services
from app.placements.models import Placement
from app.placements.workflow import LeafState
from tests.factories.contracts import fill_all
from tests.factories.estate import Estate
from tests.factories.openings import make_opening
from tests.factories.placements import Party, Triple, make_pair, make_placement, say_yes
from tests.factories.training import make_course, make_training_session
from tests.factories.youth import make_youth

Step = Callable[[Session, Triple], Placement]


def add_steps(
    session: Session, estate: Estate, *, only: Collection[str] | None = None
) -> dict[str, int]:
    """One placement of the own side at each step, or at some: its number by the name of the step."""
    world = estate.world
    adviser, employer, cfa = (
        Party(world.places[place], world.users[who], world.actors[who])
        for place, who in (("mission", "adviser"), ("employer", "employer"), ("cfa", "cfa"))
    )
    opening = make_opening(session, employer.organisation, positions=20)
    training = make_training_session(session, make_course(session, cfa.organisation), capacity=30)
    found = {}
    for name in STEPS if only is None else only:
        youth = make_youth(session, adviser.organisation, adviser.user)
        triple = Triple(youth, opening, training, adviser, employer, cfa)
        found[name] = STEPS[name](session, triple).id
        session.flush()
    return found


def _trainee(session: Session, triple: Triple) -> Placement:
    row = make_pair(session, triple)
    services.cfa_says(session, triple.cfa.actor, placement_id=row.id, answer=LeafState.YES)
    return services.start_training(session, triple.cfa.actor, placement_id=row.id)


def _written(session: Session, triple: Triple) -> Placement:
    row = say_yes(session, triple, make_placement(session, triple))
    fill_all(session, triple, row)
    return row


def _signed(session: Session, triple: Triple) -> Placement:
    row = _written(session, triple)
    return services.sign(session, triple.cfa.actor, placement_id=row.id)


def _deposited(session: Session, triple: Triple) -> Placement:
    row = _signed(session, triple)
    note_deposit(session, triple.employer.actor, placement_id=row.id)
    return row


def _returned(session: Session, triple: Triple) -> Placement:
    row = _deposited(session, triple)
    note_decision(
        session,
        triple.employer.actor,
        placement_id=row.id,
        event=SheetEvent.RETURN,
        why="tutor",
    )
    return row


def _started(session: Session, triple: Triple) -> Placement:
    row = _deposited(session, triple)
    note_decision(
        session,
        triple.employer.actor,
        placement_id=row.id,
        event=SheetEvent.ACCEPT,
        number="029202611000001",
    )
    return services.start(session, triple.cfa.actor, placement_id=row.id)


def _amended(session: Session, triple: Triple) -> Placement:
    row, actor = _started(session, triple), triple.employer.actor
    begin_rider(session, actor, placement_id=row.id, rider_type="36", effect_on=clock.today())
    values = {"tutor_birth_name": "Kerbrat", "weekly_hours": "35:00"}
    fill_rider(session, actor, placement_id=row.id, number=1, values=values)
    return row


def _rider_sent(session: Session, triple: Triple) -> Placement:
    row, actor = _amended(session, triple), triple.employer.actor
    fill_rider(session, actor, placement_id=row.id, number=1, values={}, signed_on=clock.today())
    deposit_rider(session, actor, placement_id=row.id, number=1)
    return row


def _broken(session: Session, triple: Triple) -> Placement:
    row = _started(session, triple)
    services.break_off(session, triple.cfa.actor, placement_id=row.id, reason="mutual_agreement")
    return row


STEPS: dict[str, Step] = {
    "trainee": _trainee,
    "written": _written,
    "signed": _signed,
    "deposited": _deposited,
    "returned": _returned,
    "started": _started,
    "amended": _amended,
    "rider sent": _rider_sent,
    "broken": _broken,
}
