"""How long a contract lasts: its last day as the parties said it, and the day from which an ended one is over."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Invalid, WrongState
from app.placements.models import Placement, TrainingResult
from app.placements.services.guarded import Opened, after, note, open_placement, turn
from app.placements.workflow import RUNNING_STAGES, Event
from app.policy.actor import Actor
from app.rules.dates import add_months
from app.training.models import TrainingSession
from app.youth.services import let_reveals_end
from app.youth.texts import FOLLOW_UP_MONTHS


def set_contract_end(
    db_session: Session, actor: Actor, *, placement_id: int, ends_on: date
) -> Placement:
    """Note the last day of a contract that runs, or move it. Who may sign may say it.

    A contract that ends before the day it was made for is broken off or completed; this one changes what was agreed.

    Raises:
        WrongState: nothing is signed, or the contract is over.
        Invalid: a day on which this contract cannot end; field `contract_ends_on`.
    """
    opened = open_placement(db_session, actor, placement_id, Event.SIGN)
    if opened.placement.stage not in RUNNING_STAGES:
        raise WrongState
    keep_contract_end(db_session, actor, opened.placement, ends_on)
    return opened.placement


def keep_contract_end(
    db_session: Session, actor: Actor, placement: Placement, ends_on: date
) -> None:
    """Write the last day that somebody said whom the caller has already judged; the journal says that it changed.

    Raises:
        Invalid: not after the first day, or later than any contract lasts; field `contract_ends_on`.
    """
    refused = placement.contract_days(course_ends_on=None).why_not(ends_on)
    if refused:
        raise Invalid(refused, field="contract_ends_on")
    if ends_on == placement.contract_ends_on:
        return
    placement.contract_ends_on, placement.updated_at = ends_on, clock.now()
    note(db_session, actor, placement, "end_moved", details={"ends_on": ends_on.isoformat()})
    db_session.flush()


def end_contract(
    db_session: Session, actor: Actor, opened: Opened, event: Event, result: TrainingResult
) -> None:
    """The contract is over, with this result.

    It was over on its last day, whenever that is said: what is kept for some months after a contract (the file, the
    names that its parties read) counts from that day. The journal keeps when it was said, and by whom.

    Raises:
        WrongState: it does not run.
    """
    clover = after(opened, event)
    placement, today = opened.placement, clock.today()
    course_ends_on = db_session.scalar(
        select(TrainingSession.ends_on).where(TrainingSession.id == placement.session_id)
    )
    ended_on = min(placement.contract_days(course_ends_on=course_ends_on).expected_last_day, today)
    placement.end_reason = result.value
    turn(
        db_session,
        actor,
        opened,
        event,
        clover,
        details={"result": result.value, "ended_on": ended_on.isoformat()},
        ended_on=ended_on,
    )
    let_reveals_end(
        db_session,
        youth_id=placement.youth_id,
        placement_id=placement.id,
        on=max(add_months(ended_on, FOLLOW_UP_MONTHS), today),
    )
