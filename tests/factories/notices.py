"""Notices and preferences."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core import clock
from app.notices.events import Frequency, Scope
from app.notices.models import Notice, NoticePreference


def make_notice(session: Session, user: User, **values: Any) -> Notice:
    """Something that was told to this person and waits to be read."""
    row = Notice(
        **{
            "user_id": user.id,
            "event": "placement_answered",
            "scope": Scope.MINE,
            "title": "Un employeur a répondu à une proposition",
            "path": "/propositions/1",
            "subject_kind": "placement",
            "subject_id": 1,
            "delivery": Frequency.PORTAL,
            "created_at": clock.now(),
            **values,
        }
    )
    session.add(row)
    session.flush()
    return row


def choose(session: Session, user: User, event: str, frequency: Frequency, scope: Scope) -> None:
    """What this person wants for one kind of event."""
    session.add(NoticePreference(user_id=user.id, event=event, scope=scope, frequency=frequency))
    session.flush()
