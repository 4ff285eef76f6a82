"""Reads of seats and waiting lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.training.models import HoldState, QueueEntry, SeatHold


def seat_hold(db_session: Session, session_id: int, youth_id: int) -> SeatHold | None:
    """The seat of this youth in this session, promised or taken."""
    return db_session.scalar(
        select(SeatHold).where(SeatHold.session_id == session_id, SeatHold.youth_id == youth_id)
    )


def lapsed_holds(db_session: Session, on: date) -> list[SeatHold]:
    """Promises whose last day is before `on`, oldest first; taken seats never lapse."""
    return list(
        db_session.scalars(
            select(SeatHold)
            .where(SeatHold.state == HoldState.HELD, SeatHold.hold_until < on)
            .order_by(SeatHold.hold_until, SeatHold.id)
        )
    )


def queue_entry(db_session: Session, session_id: int, youth_id: int) -> QueueEntry | None:
    """The entry of this youth in the waiting list of this session."""
    return db_session.scalar(
        select(QueueEntry).where(
            QueueEntry.session_id == session_id, QueueEntry.youth_id == youth_id
        )
    )


def queue_of(db_session: Session, session_id: int) -> list[QueueEntry]:
    """The waiting list in its order: complete files first, by the day they were complete, then by
    the day of entry.

    An entry whose rank the CFA fixed stands at that rank; the others keep their public order around
    it.
    """
    return in_queue_order(
        list(db_session.scalars(select(QueueEntry).where(QueueEntry.session_id == session_id)))
    )


def in_queue_order(entries: Sequence[QueueEntry]) -> list[QueueEntry]:
    """The order of one session's entries; `queue_of` says which."""
    public = sorted(
        (one for one in entries if one.manual_rank is None),
        key=lambda one: (
            one.complete_at is None,
            one.complete_at or one.entered_at,
            one.entered_at,
            one.id,
        ),
    )
    fixed = sorted(
        (one for one in entries if one.manual_rank is not None),
        key=lambda one: (one.manual_rank or 0, one.entered_at, one.id),
    )
    for one in fixed:
        public.insert(max(0, (one.manual_rank or 1) - 1), one)
    return public


def queue_rank(db_session: Session, *, session_id: int, youth_id: int) -> int | None:
    """The rank of this youth in the waiting list, from 1; None when it is not in it."""
    for rank, entry in enumerate(queue_of(db_session, session_id), start=1):
        if entry.youth_id == youth_id:
            return rank
    return None
