"""Idempotency: a double click, a reload or a retry of the same form has one effect.

Every form that creates something carries a random key. The first request that stores the key wins; the second one
meets the unique constraint and is told so.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import String
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import clock
from app.core.db import Model
from app.core.errors import AlreadyDone


class RequestKey(Model):
    __tablename__ = "request_key"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    used_at: Mapped[datetime]


def new_request_key() -> str:
    """A key for a form about to be shown."""
    return secrets.token_urlsafe(24)


def use_once(db_session: Session, key: str | None) -> None:
    """Consume the key in the caller's transaction. A missing key is allowed: not every caller is a form.

    Raises:
        AlreadyDone: the key was used before.
    """
    if not key:
        return
    try:
        with db_session.begin_nested():
            db_session.add(RequestKey(key=key[:64], used_at=clock.now()))
    except IntegrityError:
        raise AlreadyDone from None
