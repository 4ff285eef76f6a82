"""Contract sheets in every state: just opened, half filled, whole, deposited, sent back, accepted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.contracts import services
from app.contracts.queries.projection import Part
from app.contracts.workflow import SheetEvent
from app.core import clock
from app.core.errors import DomainError
from app.openings.models import Opening
from app.placements.models import Placement
from app.placements.workflow import Stage
from app.policy.actor import Actor
from app.training.models import Course, TrainingSession
from app.youth.models import Youth

EMPLOYER = {
    "contract_mode": "1",
    "employer_sector": "private",
    "employer_kind": "12",
    "employer_specific": "0",
    "social_regime": "2",
    "tutor_birth_name": "Martin",
    "tutor_given_name": "Dominique",
    "tutor_birth_date": "1981-04-12",
    "tutor_email": "tutorat@exemple.fr",
    "tutor_job": "Responsable d’équipe",
    "tutor_highest_diploma": "33",
    "tutor_level": "3",
    "tutor_attestation": "yes",
    "tutor_practice_years": "9",
    "weekly_hours": "35:00",
    "dangerous_work": "no",
    "supplementary_pension": "À préciser avec le comptable",
    "gross_at_start": "1867.02",
}
CENTRE = {
    "in_house_centre": "no",
    "target_diploma": "33",
    "main_place_is_centre": "yes",
    "training_hours": "800",
}
YOUTH = {
    "sex": "F",
    "nationality": "1",
    "high_level_athlete": "no",
    "business_project": "no",
    "situation_before": "11",
    "last_prepared_diploma": "25",
    "last_class": "01",
    "last_prepared_title": "Brevet",
    "highest_diploma": "25",
}


@dataclass(frozen=True, slots=True)
class Sides:
    """Who writes one sheet."""

    db_session: Session
    placement: Placement
    adviser: Actor
    employer: Actor
    cfa: Actor

    def fill(self, part: Part, actor: Actor, values: dict[str, str]) -> None:
        services.fill_part(
            self.db_session, actor, placement_id=self.placement.id, part=part, values=values
        )


def _begun(sides: Sides) -> None:
    sides.fill(Part.EMPLOYER, sides.employer, {"weekly_hours": "35:00", "tutor_job": "Chef"})


def _whole(sides: Sides) -> None:
    sides.fill(Part.EMPLOYER, sides.employer, EMPLOYER)
    sides.fill(Part.CENTRE, sides.cfa, CENTRE)
    sides.fill(Part.YOUTH, sides.adviser, YOUTH)


def _deposited(sides: Sides) -> None:
    _whole(sides)
    services.note_deposit(sides.db_session, sides.employer, placement_id=sides.placement.id)


def _silent(sides: Sides) -> None:
    """Left three weeks ago without an answer noted; its place was declared for regulated work long since."""
    _whole(sides)
    declared = {
        "dangerous_work": "yes",
        "regulated_declared_on": (clock.today() - NEARLY_THREE_YEARS).isoformat(),
        "regulated_medical_opinion": "yes",
    }
    sides.fill(Part.EMPLOYER, sides.employer, declared)
    services.note_deposit(
        sides.db_session,
        sides.employer,
        placement_id=sides.placement.id,
        deposited_on=clock.today() - THREE_WEEKS,
    )


def _accepted(sides: Sides) -> None:
    _deposited(sides)
    services.note_decision(
        sides.db_session,
        sides.cfa,
        placement_id=sides.placement.id,
        event=SheetEvent.ACCEPT,
        number=f"000{sides.placement.id:09d}",
    )


def _ridden(sides: Sides) -> None:
    """A contract whose tutor changed: its second version is written and waits for its signature."""
    _accepted(sides)
    rider = services.begin_rider(
        sides.db_session,
        sides.employer,
        placement_id=sides.placement.id,
        rider_type="36",
        effect_on=clock.today(),
    )
    services.fill_rider(
        sides.db_session,
        sides.employer,
        placement_id=sides.placement.id,
        number=rider.number,
        values={"tutor_birth_name": "Petit", "tutor_given_name": "Claude"},
    )


def _returned(sides: Sides) -> None:
    _deposited(sides)
    services.note_decision(
        sides.db_session,
        sides.employer,
        placement_id=sides.placement.id,
        event=SheetEvent.RETURN,
        why="tutor",
    )


def _nothing(_sides: Sides) -> None:
    """Three yes, and nobody has written yet."""


BEFORE_SIGNATURE: tuple[Callable[[Sides], None], ...] = (_begun, _whole, _nothing)
AFTER_SIGNATURE: tuple[Callable[[Sides], None], ...] = (
    _ridden,
    _silent,
    _deposited,
    _returned,
    _accepted,
    _whole,
)
MOST = 40
THREE_WEEKS = timedelta(days=21)
NEARLY_THREE_YEARS = timedelta(days=1040)


def build_contracts(
    db_session: Session, actor_of: Callable[[int], Actor], officers: dict[int, int]
) -> int:
    """Sheets of the demonstration's agreed and signed placements, states in turn. Returns how many.

    Args:
        actor_of: the actor of a user, as a request would load it.
        officers: the person of each organisation, by its id.
    """
    rows = db_session.execute(
        select(Placement, Youth.adviser_id, Opening.employer_id, Course.cfa_id)
        .join(Youth, Youth.id == Placement.youth_id)
        .join(Opening, Opening.id == Placement.opening_id)
        .join(TrainingSession, TrainingSession.id == Placement.session_id)
        .join(Course, Course.id == TrainingSession.course_id)
        .where(
            Placement.is_demonstration,
            Placement.stage.in_([Stage.AGREED, Stage.SIGNED, Stage.STARTED]),
        )
        .order_by(Placement.id)
        .limit(MOST)
    ).all()
    made = 0
    before, after = cycle(BEFORE_SIGNATURE), cycle(AFTER_SIGNATURE)
    for placement, adviser_id, employer_id, cfa_id in rows:
        if adviser_id is None:
            continue
        write = next(before if placement.stage is Stage.AGREED else after)
        sides = Sides(
            db_session,
            placement,
            actor_of(adviser_id),
            actor_of(officers[employer_id]),
            actor_of(officers[cfa_id]),
        )
        try:
            with db_session.begin_nested():
                write(sides)
                made += 1
        except DomainError:
            continue
    return made
