"""What the clock has to look at: promises whose last day has passed, questions that stayed without answer."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from app.core import clock
from app.openings.models import Opening, OpeningStatus, PositionHold, PositionState
from app.placements.deadlines import Ladder
from app.placements.models import CheckIn, CheckInSide, FollowUp, Placement
from app.placements.queries.ladders import ladders_of, rungs
from app.placements.workflow import LEAF_OPEN_STAGES, Leaf, LeafState, Stage
from app.training.models import Course, HoldState, SeatHold, SessionStatus, TrainingSession
from app.training.queries import queue_of
from app.youth.models import ConsentKind, ConsentRecord, Youth
from app.youth.queries import listed_condition


def lapsed_promises(db_session: Session, on: date) -> list[tuple[int, Leaf]]:
    """Placements whose seat or position was promised until a day before `on`, with the leaf that promised it."""
    open_ones = select(Placement.id).where(Placement.stage.in_(LEAF_OPEN_STAGES))
    seats = (
        open_ones.outerjoin(
            SeatHold,
            and_(
                SeatHold.session_id == Placement.session_id,
                SeatHold.youth_id == Placement.youth_id,
                SeatHold.state == HoldState.HELD,
            ),
        )
        .where(
            Placement.cfa_leaf == LeafState.YES,
            or_(
                Placement.window_ends < on,
                and_(Placement.window_ends.is_(None), SeatHold.hold_until < on),
            ),
        )
        .order_by(Placement.id)
    )
    positions = (
        open_ones.join(
            PositionHold,
            and_(
                PositionHold.opening_id == Placement.opening_id,
                PositionHold.youth_id == Placement.youth_id,
                PositionHold.state == PositionState.HELD,
            ),
        )
        .where(Placement.employer_leaf == LeafState.YES, PositionHold.hold_until < on)
        .order_by(Placement.id)
    )
    return [
        *((one, Leaf.CFA) for one in db_session.scalars(seats)),
        *((one, Leaf.EMPLOYER) for one in db_session.scalars(positions)),
    ]


def over_the_ladder(db_session: Session, on: date) -> list[tuple[int, Leaf]]:
    """Open placements with a leaf that still waits after the end of its ladder: two statements."""
    rows = db_session.execute(
        select(Placement, Youth.organisation_id, Course.cfa_id)
        .join(Youth, Youth.id == Placement.youth_id)
        .outerjoin(TrainingSession, TrainingSession.id == Placement.session_id)
        .outerjoin(Course, Course.id == TrainingSession.course_id)
        .where(
            Placement.stage.in_(LEAF_OPEN_STAGES),
            or_(
                *(
                    and_(state == LeafState.WAITING, due < on)
                    for state, due in (
                        (Placement.youth_leaf, Placement.youth_due_on),
                        (Placement.employer_leaf, Placement.employer_due_on),
                        (Placement.cfa_leaf, Placement.cfa_due_on),
                    )
                )
            ),
        )
        .order_by(Placement.id)
    ).all()
    ladders = ladders_of(db_session)
    return [
        (placement.id, leaf)
        for placement, house_id, cfa_id in rows
        for leaf in Leaf
        if is_over(placement, leaf, ladders.of_answer(leaf, house_id=house_id, cfa_id=cfa_id), on)
    ]


def is_over(placement: Placement, leaf: Leaf, ladder: Ladder, on: date) -> bool:
    """True when this leaf still waits on a day after the end of its ladder."""
    due: date | None = getattr(placement, f"{leaf.value}_due_on")
    return (
        due is not None
        and placement.clover.leaf(leaf) is LeafState.WAITING
        and rungs(ladder, due).ends_on < on
    )


def void_questions(db_session: Session, placement_id: int | None = None) -> list[tuple[int, Leaf]]:
    """Answers that are awaited about a closed post or a cancelled session; of all placements, or of this one.

    What was promised before stays promised: its party takes it back itself.
    """
    query = (
        select(Placement.id, Opening.status, Placement.employer_leaf)
        .outerjoin(Opening, Opening.id == Placement.opening_id)
        .outerjoin(TrainingSession, TrainingSession.id == Placement.session_id)
        .where(
            Placement.stage == Stage.OPEN,
            or_(
                and_(
                    Opening.status == OpeningStatus.CLOSED,
                    Placement.employer_leaf == LeafState.WAITING,
                ),
                and_(
                    TrainingSession.status == SessionStatus.CANCELLED,
                    Placement.cfa_leaf.in_([LeafState.WAITING, LeafState.QUEUED]),
                ),
            ),
        )
        .order_by(Placement.id)
    )
    if placement_id is not None:
        query = query.where(Placement.id == placement_id)
    return [
        (
            one.id,
            Leaf.EMPLOYER
            if one.status is OpeningStatus.CLOSED and one.employer_leaf is LeafState.WAITING
            else Leaf.CFA,
        )
        for one in db_session.execute(query)
    ]


def took_agreement_back(db_session: Session, placement_id: int | None = None) -> list[int]:
    """Open placements whose youth said stop after they were proposed; all of them, or this one."""
    stopped = aliased(ConsentRecord)
    query = (
        select(Placement.id)
        .join(Youth, Youth.id == Placement.youth_id)
        .where(
            Placement.stage.in_(LEAF_OPEN_STAGES),
            ~listed_condition(clock.today()),
            select(stopped.id)
            .where(
                stopped.youth_id == Placement.youth_id,
                stopped.kind == ConsentKind.LISTING,
                stopped.withdrawn_at >= Placement.suggested_at,
            )
            .exists(),
        )
        .order_by(Placement.id)
    )
    if placement_id is not None:
        query = query.where(Placement.id == placement_id)
    return list(db_session.scalars(query))


def check_ins_to_ask(db_session: Session, on: date) -> list[tuple[int, CheckInSide]]:
    """Contacts of the last week that are due and not made, with each party that was not asked: two statements.

    An older contact is not asked about any more: a question of last month would only disturb.
    """
    contacts = db_session.scalars(
        select(FollowUp.id)
        .join(Placement, Placement.id == FollowUp.placement_id)
        .where(
            Placement.stage == Stage.STARTED,
            FollowUp.done_at.is_(None),
            FollowUp.due_on.between(on - timedelta(days=7), on),
        )
        .order_by(FollowUp.due_on, FollowUp.id)
    ).all()
    asked = {
        (one.follow_up_id, one.side)
        for one in db_session.execute(
            select(CheckIn.follow_up_id, CheckIn.side).where(CheckIn.follow_up_id.in_(contacts))
        )
    }
    return [(key, side) for key in contacts for side in CheckInSide if (key, side) not in asked]


def offers_to_make(db_session: Session) -> list[int]:
    """Queued placements that are next in line for a seat that is free now, as many a session as it has free seats."""
    free = TrainingSession.capacity - TrainingSession.seats_declared - TrainingSession.seats_taken
    rows = db_session.execute(
        select(Placement.id, Placement.session_id, Placement.youth_id, free.label("free"))
        .join(TrainingSession, TrainingSession.id == Placement.session_id)
        .where(
            Placement.stage == Stage.OPEN,
            Placement.cfa_leaf == LeafState.QUEUED,
            Placement.offer_until.is_(None),
            Placement.offer_missed_at.is_(None),
            TrainingSession.status == SessionStatus.OPEN,
            free > 0,
        )
        .order_by(Placement.id)
    ).all()
    by_session: dict[int, dict[int, int]] = {}
    seats: dict[int, int] = {}
    for key, session_id, youth_id, count in rows:
        by_session.setdefault(session_id or 0, {}).setdefault(youth_id, key)
        seats[session_id or 0] = count
    chosen: list[int] = []
    for session_id, waiting in by_session.items():
        line = [one.youth_id for one in queue_of(db_session, session_id)]
        chosen += [waiting[one] for one in line if one in waiting][: seats[session_id]]
    return chosen


def offers_that_ended(db_session: Session, at: datetime) -> list[int]:
    """Queued placements whose offer ran out."""
    return list(
        db_session.scalars(
            select(Placement.id)
            .where(
                Placement.stage == Stage.OPEN,
                Placement.cfa_leaf == LeafState.QUEUED,
                Placement.offer_until < at,
            )
            .order_by(Placement.id)
        )
    )
