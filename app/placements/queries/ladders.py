"""Which ladder holds for whom: what an organisation set, else the default."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.placements.deadlines import (
    ANSWERS,
    DEFAULTS,
    HOLDS,
    OF_THE_CFA,
    OF_THE_HOUSE,
    Escalation,
    Ladder,
    LadderKind,
)
from app.placements.models import LadderSetting
from app.placements.workflow import Leaf
from app.policy.actor import ADVISING_KINDS, OrganisationKind


@dataclass(frozen=True, slots=True)
class Ladders:
    """The ladders that some organisations set, and the defaults for everybody else."""

    own: Mapping[tuple[int, LadderKind], Ladder] = field(default_factory=dict)

    def of(self, kind: LadderKind, *, house_id: int | None, cfa_id: int | None) -> Ladder:
        """The ladder of a placement that this house follows and this CFA takes part in."""
        owner = house_id if kind in OF_THE_HOUSE else cfa_id
        return self.own.get((owner or 0, kind), DEFAULTS[kind])

    def of_answer(self, leaf: Leaf, *, house_id: int | None, cfa_id: int | None) -> Ladder:
        """The ladder of the question that is put to this leaf."""
        return self.of(ANSWERS[leaf], house_id=house_id, cfa_id=cfa_id)

    def of_hold(self, leaf: Leaf, *, house_id: int | None, cfa_id: int | None) -> Ladder:
        """The ladder of what this leaf's yes promises."""
        return self.of(HOLDS[leaf], house_id=house_id, cfa_id=cfa_id)


def ladders_of(
    db_session: Session, organisation_ids: Collection[int | None] | None = None
) -> Ladders:
    """The ladders that these organisations set, all of them when none is named: one statement."""
    query = select(LadderSetting)
    if organisation_ids is not None:
        wanted = [one for one in organisation_ids if one is not None]
        query = query.where(LadderSetting.organisation_id.in_(wanted))
    return Ladders(
        {
            (one.organisation_id, one.kind): Ladder(one.kind, tuple(one.days), one.escalates_to)
            for one in db_session.scalars(query)
        }
    )


def kinds_of(organisation_kind: OrganisationKind | None) -> tuple[LadderKind, ...]:
    """The ladders that an organisation of this kind sets for itself."""
    if organisation_kind in ADVISING_KINDS:
        return OF_THE_HOUSE
    return OF_THE_CFA if organisation_kind is OrganisationKind.TRAINING_CENTRE else ()


@dataclass(frozen=True, slots=True)
class Rungs:
    """The dates of one question that waits, as all parties see them."""

    due_on: date
    second_on: date
    escalation_on: date
    ends_on: date
    escalates_to: Escalation

    @property
    def time_to_answer(self) -> timedelta:
        """What is left between the last reminder and the end."""
        return self.ends_on - self.escalation_on


def rungs(ladder: Ladder, due_on: date) -> Rungs:
    """The dates of a question whose answer is due then; "parlons-en" moves them all together."""
    first, second, escalation, last = ladder.days
    return Rungs(
        due_on=due_on,
        second_on=due_on + timedelta(days=second - first),
        escalation_on=due_on + timedelta(days=escalation - first),
        ends_on=due_on + timedelta(days=last - first),
        escalates_to=ladder.escalates_to or Escalation.ADVISER,
    )
