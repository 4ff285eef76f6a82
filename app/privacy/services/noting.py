"""The history of a youth's file, as the verbs of this slice write it."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from app.core import journal
from app.policy.actor import Actor


def note_on_file(
    db_session: Session,
    actor: Actor,
    youth_id: int,
    event: str,
    details: dict[str, Any] | None = None,
) -> None:
    """One line for the house that follows the youth; the file is not dated by it, as `youth.note_change` does."""
    journal.record(
        db_session,
        actor,
        subject_kind="youth",
        subject_id=youth_id,
        event=event,
        audience=journal.Audience.ADVISER,
        youth_id=youth_id,
        details=details,
    )
