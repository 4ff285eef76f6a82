"""Contracts whose last day has passed and of which nobody said how they ended."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from app.core import clock
from app.placements.deadlines import LadderKind
from app.placements.models import Placement, SentReminder
from app.placements.queries.ladders import Ladders, Rungs, ladders_of, rungs
from app.placements.workflow import RUNNING_STAGES
from app.rules.dates import add_months, longest_in_any_case
from app.training.models import Course, TrainingSession
from app.youth.models import Youth

# Kinds of its reminders: this word, and the rung.
CONTRACT_END = "contract_end"
ESCALATED = f"{CONTRACT_END}_escalation"
# Months have no fixed length: the database looks a few days further than the law, and Python counts exactly.
SLACK = timedelta(days=4)


@dataclass(frozen=True, slots=True)
class EndedContract:
    """A signed contract past its last day, which is what the parties said or what is expected (`ContractDays`)."""

    placement_id: int
    code: str
    course: str
    house_id: int
    cfa_id: int
    last_day: date

    def question(self, ladders: Ladders) -> Rungs:
        """When it is asked how the contract ended: the days of the CFA's ladder count from the last day."""
        ladder = ladders.of(LadderKind.CONTRACT_END, house_id=self.house_id, cfa_id=self.cfa_id)
        return rungs(ladder, self.last_day + timedelta(days=ladder.due))


def ended_contracts(
    db_session: Session,
    today: date,
    *,
    cfa_ids: Collection[int] | None = None,
    placement_id: int | None = None,
) -> list[EndedContract]:
    """All of them, those of these CFAs, or this one; the oldest first. One statement."""
    query = (
        select(
            Placement,
            Youth.public_code,
            Youth.organisation_id,
            Course.title,
            Course.cfa_id,
            TrainingSession.ends_on,
        )
        .join(Youth, Youth.id == Placement.youth_id)
        .join(TrainingSession, TrainingSession.id == Placement.session_id)
        .join(Course, Course.id == TrainingSession.course_id)
        .where(Placement.stage.in_(RUNNING_STAGES), _may_be_over(today))
    )
    if cfa_ids is not None:
        query = query.where(Course.cfa_id.in_(cfa_ids))
    if placement_id is not None:
        query = query.where(Placement.id == placement_id)
    found = [
        EndedContract(
            placement_id=one.Placement.id,
            code=one.public_code,
            course=one.title,
            house_id=one.organisation_id,
            cfa_id=one.cfa_id,
            last_day=one.Placement.contract_days(course_ends_on=one.ends_on).expected_last_day,
        )
        for one in db_session.execute(query)
    ]
    return sorted(
        (one for one in found if one.last_day < today),
        key=lambda one: (one.last_day, one.placement_id),
    )


def contracts_to_run_out(
    db_session: Session, today: date, *, placement_id: int | None = None
) -> list[EndedContract]:
    """Those of which nobody will say it any more: all of them, or this one. Three statements.

    The ladder is over, and its last reminder left so long ago that there was time to answer: a portal that was asleep,
    or that did not know the end of old contracts, asks before it ends them.
    """
    found = ended_contracts(db_session, today, placement_id=placement_id)
    if not found:
        return []
    ladders = ladders_of(db_session)
    asked = {
        (key, about_on): clock.local(sent_at).date()
        for key, about_on, sent_at in db_session.execute(
            select(SentReminder.placement_id, SentReminder.about_on, SentReminder.sent_at).where(
                SentReminder.kind == ESCALATED,
                SentReminder.placement_id.in_([one.placement_id for one in found]),
            )
        )
    }
    return [
        one
        for one in found
        if _is_over(one, ladders, asked.get((one.placement_id, one.last_day)), today)
    ]


def _is_over(one: EndedContract, ladders: Ladders, asked_on: date | None, today: date) -> bool:
    dates = one.question(ladders)
    had_time = asked_on is not None and asked_on + dates.time_to_answer < today
    return dates.ends_on < today and had_time


def _may_be_over(today: date) -> ColumnElement[bool]:
    """The rule of `ContractDays` as far as a database can count."""
    starts_on = func.coalesce(
        Placement.started_on, Placement.contract_starts_on, Placement.signed_on
    )
    said = case(
        (Placement.contract_ends_on.is_not(None), Placement.contract_ends_on),
        (TrainingSession.ends_on > starts_on, TrainingSession.ends_on),
    )
    oldest = add_months(today, -longest_in_any_case(today)) + SLACK
    return or_(said < today, and_(said.is_(None), starts_on < oldest))
