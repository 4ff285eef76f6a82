"""Sessions as rows: opened at sign-in, listed for their owner, ended one by one or all at once."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from app.accounts.models import User, WebSession
from app.core import clock
from app.core.errors import NotFound
from app.core.vault import VaultClosed, lock, unlock

TOUCH_EVERY = timedelta(minutes=1)
MOST_SESSIONS = 5  # a desk, a telephone, a tablet, and two that were left open


def digest_of(key: str) -> str:
    """What the database keeps of a session's key: 256 random bits need no slow hash."""
    return hashlib.sha256(key.encode()).hexdigest()


def begin_session(
    db_session: Session,
    user: User,
    *,
    device: str,
    has_second_factor: bool,
    former_key: str | None,
    provider_token: str | None = None,
) -> tuple[str, WebSession]:
    """Open a session; the one that this browser had before is over.

    Returns:
        the key for the cookie, and the row.
    """
    if former_key:
        end_session(db_session, key=former_key)
    key = secrets.token_urlsafe(32)
    at = clock.now()
    row = WebSession(
        user_id=user.id,
        digest=digest_of(key),
        epoch=user.session_epoch,
        began_at=at,
        seen_at=at,
        device=device,
        has_second_factor=has_second_factor,
        provider_token=lock(provider_token) if provider_token else None,
    )
    db_session.add(row)
    db_session.flush()
    _end_oldest(db_session, user.id)
    return key, row


def _end_oldest(db_session: Session, user_id: int) -> None:
    """Past the most that an account may have, the session unused for the longest is over."""
    extra = (
        select(WebSession.id)
        .where(WebSession.user_id == user_id)
        .order_by(WebSession.seen_at.desc(), WebSession.id.desc())
        .offset(MOST_SESSIONS)
    )
    gone = list(db_session.scalars(extra))
    if gone:
        db_session.execute(delete(WebSession).where(WebSession.id.in_(gone)))


def end_session(db_session: Session, *, key: str) -> str | None:
    """Sign out: the key opens nothing any more, wherever it was copied.

    Returns:
        the ID token of the provider that opened it, for the sign-out there.
    """
    row = db_session.scalar(select(WebSession).where(WebSession.digest == digest_of(key)))
    if row is None:
        return None
    kept = row.provider_token
    db_session.delete(row)
    db_session.flush()
    try:
        return unlock(kept) if kept else None
    except VaultClosed:
        return None


def end_own_session(db_session: Session, *, user_id: int, session_id: int) -> None:
    """End one of one's own sessions, on another machine.

    Raises:
        NotFound: it is over already, or somebody else's.
    """
    ended = db_session.execute(
        delete(WebSession).where(WebSession.id == session_id, WebSession.user_id == user_id)
    )
    if ended.rowcount != 1:  # type: ignore[attr-defined]
        raise NotFound


def touch_session(db_session: Session, *, session_id: int) -> None:
    """Write that a session is in use."""
    db_session.execute(
        update(WebSession).where(WebSession.id == session_id).values(seen_at=clock.now())
    )


def forget_old_sessions(db_session: Session, *, seen_before: datetime) -> int:
    """Delete the rows of sessions that are over: not used since then, or of an epoch that has passed.

    Returns:
        how many.
    """
    passed = (
        select(User.id)
        .where(User.id == WebSession.user_id, User.session_epoch != WebSession.epoch)
        .exists()
    )
    gone = db_session.execute(
        delete(WebSession)
        .where(or_(WebSession.seen_at < seen_before, passed))
        .execution_options(synchronize_session=False)
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]
