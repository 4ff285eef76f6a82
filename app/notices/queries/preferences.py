"""How a person chose to be told."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Membership
from app.core import clock
from app.notices.events import MORNING, Frequency, NoticeEvent, Scope, events_for
from app.notices.models import NoticePreference

Choice = tuple[str, Scope]


def choices_offered(db_session: Session, user_id: int) -> list[tuple[NoticeEvent, Scope]]:
    """What this person may choose, over all their organisations: the digest first. One statement."""
    roles = db_session.scalars(
        select(Membership.role).where(
            Membership.user_id == user_id,
            Membership.is_current(clock.today()),
        )
    )
    events = events_for(frozenset(roles))
    return [
        (MORNING, Scope.MINE),
        *((event, scope) for event in events for scope in Scope),
    ]


def choices_made(db_session: Session, user_id: int) -> dict[Choice, Frequency]:
    """What this person chose; what is absent keeps its default. One statement."""
    rows = db_session.execute(
        select(NoticePreference.event, NoticePreference.scope, NoticePreference.frequency).where(
            NoticePreference.user_id == user_id
        )
    )
    return {(row.event, row.scope): row.frequency for row in rows}
