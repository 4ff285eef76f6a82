"""Sessions as their owner and the door see them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app.accounts.models import User, WebSession


def session_behind(
    db_session: Session, *, user_id: int, digest: str
) -> Row[User, WebSession] | None:
    """The person and the session behind a cookie, None when it opens nothing any more: one statement.

    A closed account, a session that was ended, one of an epoch that has passed: all open nothing.
    """
    return db_session.execute(
        select(User, WebSession)
        .join(WebSession, WebSession.user_id == User.id)
        .where(
            WebSession.digest == digest,
            User.id == user_id,
            User.is_active,
            User.session_epoch == WebSession.epoch,
        )
    ).one_or_none()


def live_sessions(
    db_session: Session, *, user_id: int, seen_since: datetime, begun_since: datetime
) -> list[WebSession]:
    """The machines where this person is signed in now, the last used first."""
    return list(
        db_session.scalars(
            select(WebSession)
            .join(User, User.id == WebSession.user_id)
            .where(
                WebSession.user_id == user_id,
                WebSession.epoch == User.session_epoch,
                WebSession.seen_at >= seen_since,
                WebSession.began_at >= begun_since,
            )
            .order_by(WebSession.seen_at.desc(), WebSession.id.desc())
        )
    )
