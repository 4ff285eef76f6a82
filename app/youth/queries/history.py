"""What was done in a file, and who read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, User
from app.core.access import AccessPurpose, AccessRecord
from app.core.journal import JournalEvent

HISTORY_SHOWN = 100


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One event of the file, or one reading of it."""

    at: datetime
    who: str
    organisation: str | None
    what: str


def history_of(db_session: Session, youth_id: int) -> Sequence[HistoryRow]:
    """What was done in the file, newest first: one statement."""
    rows = db_session.execute(
        select(
            JournalEvent.happened_at,
            JournalEvent.event,
            User.given_name,
            User.family_name,
            Organisation.name.label("organisation"),
        )
        .outerjoin(User, User.id == JournalEvent.actor_user_id)
        .outerjoin(Organisation, Organisation.id == JournalEvent.actor_organisation_id)
        .where(JournalEvent.subject_kind == "youth", JournalEvent.subject_id == youth_id)
        .order_by(JournalEvent.id.desc())
        .limit(HISTORY_SHOWN)
    )
    return [HistoryRow(row.happened_at, _who(row), row.organisation, row.event) for row in rows]


def readings_of(db_session: Session, youth_id: int) -> Sequence[HistoryRow]:
    """Who read the named file, newest first: one statement ("Qui a vu mon dossier")."""
    rows = db_session.execute(
        select(
            AccessRecord.read_at,
            AccessRecord.purpose,
            User.given_name,
            User.family_name,
            Organisation.name.label("organisation"),
        )
        .outerjoin(User, User.id == AccessRecord.user_id)
        .outerjoin(Organisation, Organisation.id == AccessRecord.organisation_id)
        .where(AccessRecord.youth_id == youth_id)
        .order_by(AccessRecord.id.desc())
        .limit(HISTORY_SHOWN)
    )
    return [
        HistoryRow(row.read_at, _who(row), row.organisation, AccessPurpose(row.purpose).value)
        for row in rows
    ]


def _who(row: Any) -> str:
    return f"{row.given_name} {row.family_name}" if row.given_name else "Trèfle"
