"""The waiting list of a full session: a public order, and a written reason whenever the CFA departs
from it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core import clock, journal
from app.core.errors import Invalid, NotFound
from app.core.permissions import ensure
from app.policy.actor import Actor
from app.policy.permissions import Permission
from app.rules.wording import check_wording
from app.training.models import QueueEntry
from app.training.queries import queue_entry, session_facts

REASON_MAX = 300


def join_queue(
    db_session: Session, *, session_id: int, youth_id: int, complete_at: datetime | None = None
) -> QueueEntry:
    """Put a youth at its place in the waiting list; asked again, the same entry is returned with
    its first date.

    Args:
        complete_at: when the file became complete, None while it is not.
    """
    known = queue_entry(db_session, session_id, youth_id)
    if known is not None:
        return known
    try:
        with db_session.begin_nested():
            entry = QueueEntry(
                session_id=session_id,
                youth_id=youth_id,
                entered_at=clock.now(),
                complete_at=complete_at,
            )
            db_session.add(entry)
    except IntegrityError:
        twin = queue_entry(db_session, session_id, youth_id)
        if twin is None:
            raise
        return twin
    return entry


def leave_queue(db_session: Session, *, session_id: int, youth_id: int) -> bool:
    """Take a youth off the waiting list; False when it was not there."""
    known = queue_entry(db_session, session_id, youth_id)
    if known is None:
        return False
    db_session.delete(known)
    db_session.flush()
    return True


def complete_file(db_session: Session, actor: Actor, *, session_id: int, entry_id: int) -> None:
    """Note that the file of a waiting youth is complete now; a first date is never changed.

    Raises:
        NotFound: no such entry, or a session of somebody else.
    """
    entry = _entry_to_change(db_session, actor, session_id, entry_id)
    if entry.complete_at is not None:
        return
    entry.complete_at = clock.now()
    journal.record(
        db_session,
        actor,
        subject_kind="session",
        subject_id=session_id,
        session_id=session_id,
        youth_id=entry.youth_id,
        event="queue_file_complete",
    )


def place_in_queue(
    db_session: Session,
    actor: Actor,
    *,
    session_id: int,
    entry_id: int,
    rank: int | None,
    reason: str = "",
) -> None:
    """Fix the rank of one entry, with a written reason; `rank` None gives the entry its public
    place back.

    Raises:
        NotFound: no such entry, or a session of somebody else.
        Invalid: no reason, a reason that names a forbidden criterion, or a rank below one.
    """
    entry = _entry_to_change(db_session, actor, session_id, entry_id)
    words = reason.strip()[:REASON_MAX]
    if rank is not None:
        _check_reason(rank, words)
    before, entry.manual_rank = entry.manual_rank, rank
    entry.manual_reason = words if rank is not None else None
    journal.record(
        db_session,
        actor,
        subject_kind="session",
        subject_id=session_id,
        session_id=session_id,
        youth_id=entry.youth_id,
        event="queue_reordered",
        from_state=str(before) if before else None,
        to_state=str(rank) if rank else None,
    )


def _check_reason(rank: int, words: str) -> None:
    if rank < 1:
        raise Invalid("Le rang commence à 1.", field="rank")
    if not words:
        raise Invalid(
            "Écrivez pourquoi ce jeune change de rang : la raison est conservée.", field="reason"
        )
    found = check_wording(words, clock.today())
    if found:
        raise Invalid(" ".join(one.message for one in found), field="reason")


def _entry_to_change(
    db_session: Session, actor: Actor, session_id: int, entry_id: int
) -> QueueEntry:
    ensure(
        actor,
        Permission.SESSION_EDIT,
        session_facts(db_session, session_id),
        seen_by=Permission.COURSE_VIEW,
    )
    entry = db_session.scalar(
        select(QueueEntry).where(QueueEntry.id == entry_id, QueueEntry.session_id == session_id)
    )
    if entry is None:
        raise NotFound
    return entry
