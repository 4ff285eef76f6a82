"""What people say about proposed matches: this one is set aside, this one we would like to meet."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, enum_type


class SetAsideReason(enum.StrEnum):
    """Why an adviser sets a proposal aside; neutral words, and none of them touches a forbidden criterion."""

    OTHER_TRADE = "other_trade"
    TOO_FAR = "too_far"
    TIMETABLE = "timetable"
    WORKING_CONDITIONS = "working_conditions"
    ALREADY_CONTACTED = "already_contacted"
    NOT_NOW = "not_now"
    OTHER = "other"


class SetAside(Model):
    """An opening or a session is not shown to this youth until a date, or until somebody takes it back."""

    __tablename__ = "set_aside"
    __table_args__ = (
        UniqueConstraint("youth_id", "opening_id"),
        UniqueConstraint("youth_id", "session_id"),
        CheckConstraint("(opening_id IS NULL) <> (session_id IS NULL)", name="one_thing"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    youth_id: Mapped[int] = mapped_column(ForeignKey("youth.id"), index=True)
    opening_id: Mapped[int | None] = mapped_column(ForeignKey("opening.id"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("training_session.id"))
    reason: Mapped[SetAsideReason] = mapped_column(enum_type(SetAsideReason))
    # Digest of what the reason rests on in the youth's file: when the file changes, the reason has ended.
    basis: Mapped[str | None] = mapped_column(String(16))
    until: Mapped[date | None]
    set_at: Mapped[datetime]
    set_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class MeetingState(enum.StrEnum):
    WAITING = "waiting"
    SUGGESTED = "suggested"  # the adviser turned it into a placement
    DECLINED = "declined"


class MeetingRequest(Model):
    """An employer would like to meet the youth behind an anonymous profile; the adviser decides with the youth."""

    __tablename__ = "meeting_request"
    __table_args__ = (
        UniqueConstraint("opening_id", "youth_id"),
        Index("ix_meeting_request_youth_id_state", "youth_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    opening_id: Mapped[int] = mapped_column(ForeignKey("opening.id"))
    youth_id: Mapped[int] = mapped_column(ForeignKey("youth.id"))
    message: Mapped[str | None] = mapped_column(String(400))
    state: Mapped[MeetingState] = mapped_column(
        enum_type(MeetingState), default=MeetingState.WAITING
    )
    requested_at: Mapped[datetime]
    requested_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
