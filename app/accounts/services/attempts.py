"""Attempts per account and per address, counted where all workers see them."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Attempt
from app.core import clock
from app.core.errors import TooMany

ATTEMPT_WINDOW = timedelta(minutes=15)
ATTEMPTS_PER_ACCOUNT = 8
ATTEMPTS_PER_ADDRESS = 40


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def count_attempt(db_session: Session, *, kind: str, subject: str, limit: int) -> None:
    """Note one attempt and refuse when there were too many in the window; works across processes.

    Raises:
        TooMany: the limit is reached.
    """
    at, key = clock.now(), _digest(subject)
    _wait_for_turn(db_session, _digest(f"{kind}:{key}"))
    db_session.execute(delete(Attempt).where(Attempt.made_at < at - timedelta(days=1)))
    made = attempts_made(db_session, kind=kind, subject=subject)
    db_session.add(Attempt(kind=kind, subject=key, made_at=at))
    db_session.flush()
    if made >= limit:
        raise TooMany


def attempts_made(db_session: Session, *, kind: str, subject: str) -> int:
    """How many attempts of the window were counted for this subject."""
    made = db_session.scalar(
        select(func.count())
        .select_from(Attempt)
        .where(
            Attempt.kind == kind,
            Attempt.subject == _digest(subject),
            Attempt.made_at > clock.now() - ATTEMPT_WINDOW,
        )
    )
    return made or 0


def _wait_for_turn(db_session: Session, key: str) -> None:
    """Let those who are counted under one key pass one after the other, until their transactions end.

    SQLite has one writer anyway; on PostgreSQL sixteen requests of one instant would all read the count before.
    """
    if db_session.get_bind().dialect.name == "postgresql":
        db_session.execute(select(func.pg_advisory_xact_lock(int(key[:15], 16))))


def forget_attempts(db_session: Session, *, kind: str, subject: str) -> None:
    """A success clears the count of that account."""
    db_session.execute(
        delete(Attempt).where(Attempt.kind == kind, Attempt.subject == _digest(subject))
    )
