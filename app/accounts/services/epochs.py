"""The epoch of an account: a number that a session and a reset link remember, and that ends them when it moves.

It follows the clock, so that it never returns to a value of the past: after the restore of an
older copy, `end_all_sessions` gives every account an epoch that no session of before can carry.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import case, update
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core import clock

BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)


def _seconds() -> int:
    """Seconds since 2020: below 2³¹ until 2088."""
    return int((clock.now() - BEGINNING).total_seconds())


def raise_epoch(user: User) -> None:
    """End every open session of this person."""
    user.session_epoch = max(user.session_epoch + 1, _seconds())


def sign_out_everywhere(db_session: Session, *, user_id: int) -> None:
    """End every open session of this person."""
    raise_epoch(db_session.get_one(User, user_id))


def end_all_sessions(db_session: Session) -> int:
    """End every session and every reset link of everybody; for a restore. Returns how many accounts."""
    seconds = _seconds()
    following = User.session_epoch + 1
    changed = db_session.execute(
        update(User)
        .values(session_epoch=case((following > seconds, following), else_=seconds))
        .execution_options(synchronize_session=False)
    )
    return int(changed.rowcount)  # type: ignore[attr-defined]
