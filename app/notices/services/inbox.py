"""What a person does with what they were told."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import NotFound
from app.core.permissions import ensure
from app.notices.models import Notice
from app.notices.queries import notice_facts
from app.policy.actor import Actor
from app.policy.permissions import Permission


def mark_read(db_session: Session, actor: Actor, *, notice_id: int) -> Notice:
    """Note that a notice was read; the first reading counts.

    Raises:
        NotFound: it is somebody else's.
    """
    ensure(actor, Permission.NOTICE_READ, notice_facts(db_session, notice_id))
    notice = db_session.get_one(Notice, notice_id)
    notice.read_at = notice.read_at or clock.now()
    db_session.flush()
    return notice


def open_notice(db_session: Session, actor: Actor, *, notice_id: int) -> Notice:
    """Read a notice in order to act.

    Raises:
        NotFound: it is somebody else's, or it was taken back and leads nowhere.
    """
    notice = mark_read(db_session, actor, notice_id=notice_id)
    if not notice.path:
        raise NotFound
    return notice


def mark_all_read(db_session: Session, actor: Actor) -> int:
    """Note that all of one's notices were read. Returns how many were unread."""
    ensure(actor, Permission.NOTICE_READ)
    changed = db_session.execute(
        update(Notice)
        .where(Notice.user_id == actor.user_id, Notice.read_at.is_(None))
        .values(read_at=clock.now())
    )
    return int(changed.rowcount)  # type: ignore[attr-defined]
