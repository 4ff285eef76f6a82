"""One append-only table of what happened. Every timeline and every indicator reads it; nothing updates or deletes it.

A row says who, wearing which organisation's hat, did what to which subject, when, from which state to which, for which
reason, and who may read it.
"""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import clock
from app.core.db import Model, enum_type
from app.policy.actor import Actor


class Audience(enum.StrEnum):
    """Who may read a row besides the party that wrote it."""

    PARTIES = "parties"  # the three parties of the placement
    ADVISER = "adviser"  # the youth's organisation alone
    ORGANISATION = "organisation"  # the organisation that acted
    PLATFORM = "platform"  # technical: platform administrators


class JournalEvent(Model):
    __tablename__ = "journal_event"
    __table_args__ = (
        Index("ix_journal_event_subject", "subject_kind", "subject_id", "id"),
        Index("ix_journal_event_event_happened_at", "event", "happened_at"),
        # A person never acts without a hat: whoever wrote the row did it for an organisation.
        CheckConstraint("actor_user_id IS NULL OR actor_organisation_id IS NOT NULL", name="hat"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    happened_at: Mapped[datetime]
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    # Youth, opening and session that the event touches, so that their timelines need no join. No foreign key: a row
    # outlives an erasure, and then points to nobody.
    youth_id: Mapped[int | None] = mapped_column(index=True)
    opening_id: Mapped[int | None] = mapped_column(index=True)
    session_id: Mapped[int | None] = mapped_column(index=True)
    actor_user_id: Mapped[int | None]
    actor_organisation_id: Mapped[int | None] = mapped_column(index=True)
    event: Mapped[str] = mapped_column(String(60))
    from_state: Mapped[str | None] = mapped_column(String(40))
    to_state: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(String(60))
    audience: Mapped[Audience] = mapped_column(enum_type(Audience))
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)


def record(
    db_session: Session,
    actor: Actor,
    *,
    subject_kind: str,
    subject_id: int,
    event: str,
    from_state: str | None = None,
    to_state: str | None = None,
    reason: str | None = None,
    audience: Audience = Audience.ORGANISATION,
    youth_id: int | None = None,
    opening_id: int | None = None,
    session_id: int | None = None,
    details: dict[str, Any] | None = None,
) -> JournalEvent:
    """Append one event in the caller's transaction. `details` never holds a name, a contact or a free note."""
    row = JournalEvent(
        happened_at=clock.now(),
        subject_kind=subject_kind,
        subject_id=subject_id,
        youth_id=youth_id,
        opening_id=opening_id,
        session_id=session_id,
        actor_user_id=actor.user_id,
        actor_organisation_id=actor.organisation_id,
        event=event,
        from_state=from_state,
        to_state=to_state,
        reason=reason,
        audience=audience,
        details=details or {},
    )
    db_session.add(row)
    return row
