"""Reads of seats and waiting lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.db import Base
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


@dataclass(frozen=True, slots=True)
class SeatLine:
    """One seat promised or taken here, without identity; `hold_until` of a promise."""

    youth_code: str
    state: HoldState
    hold_until: date | None
    since: datetime


def seat_lines(db_session: Session, session_id: int) -> list[SeatLine]:
    """Who holds a seat of this session: promises first, those that end soonest at the top; one statement."""
    youth = Base.metadata.tables["youth"]
    rows = db_session.execute(
        select(SeatHold, youth.c.public_code)
        .join(youth, youth.c.id == SeatHold.youth_id)
        .where(SeatHold.session_id == session_id)
        .order_by(SeatHold.hold_until.is_(None), SeatHold.hold_until, SeatHold.id)
    )
    return [
        SeatLine(code, hold.state, hold.hold_until, hold.created_at) for hold, code in rows.all()
    ]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of the waiting list, without identity."""

    entry_id: int
    rank: int
    youth_code: str
    entered_at: datetime
    complete_at: datetime | None
    manual_rank: int | None
    manual_reason: str | None


def waiting_list(db_session: Session, session_id: int) -> list[Waiting]:
    """The waiting list as its page shows it: two statements.

    Youth are named by their public code: it is all of their file that this slice may read. Who may
    know a name finds it, and leaves a trace, in the youth's own file.
    """
    entries = queue_of(db_session, session_id)
    youth = Base.metadata.tables["youth"]
    codes = {
        row.id: row.public_code
        for row in db_session.execute(
            select(youth.c.id, youth.c.public_code).where(
                youth.c.id.in_([one.youth_id for one in entries])
            )
        )
    }
    return [
        Waiting(
            entry_id=one.id,
            rank=rank,
            youth_code=codes[one.youth_id],
            entered_at=one.entered_at,
            complete_at=one.complete_at,
            manual_rank=one.manual_rank,
            manual_reason=one.manual_reason,
        )
        for rank, one in enumerate(entries, start=1)
    ]
