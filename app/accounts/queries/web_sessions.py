"""Sessions as their owner and the door see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, join, select
from sqlalchemy.orm import Session

from app.accounts.models import Membership, Organisation, User, WebSession
from app.accounts.queries.people import (
    HAT_COLUMNS,
    HAT_ORDER,
    Hat,
    gather_hats,
    hat_condition,
)


@dataclass(frozen=True, slots=True)
class Behind:
    """Who is behind a cookie: the person, the session, the organisations that they may act for."""

    user: User
    session: WebSession
    hats: list[Hat]


def session_behind(db_session: Session, *, user_id: int, digest: str) -> Behind | None:
    """The person, the session and the hats behind a cookie, None when it opens nothing any more: one statement.

    A closed account, a session that was ended, one of an epoch that has passed: all open nothing.
    """
    hat = join(Membership, Organisation, Organisation.id == Membership.organisation_id)
    rows = db_session.execute(
        select(User, WebSession, *HAT_COLUMNS)
        .join(WebSession, WebSession.user_id == User.id)
        .outerjoin(hat, and_(Membership.user_id == User.id, hat_condition()))
        .where(
            WebSession.digest == digest,
            User.id == user_id,
            User.is_active,
            User.session_epoch == WebSession.epoch,
        )
        .order_by(*HAT_ORDER)
    ).all()
    if not rows:
        return None
    return Behind(rows[0].User, rows[0].WebSession, gather_hats(rows))


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
