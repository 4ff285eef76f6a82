"""What the portal promises about the data itself: how long it is kept, who asked for an erasure, what was done."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, enum_type
from app.core.retention import RetentionKind


class RetentionSetting(Model):
    """How many days one kind of data is kept, where the officer chose another figure than the default."""

    __tablename__ = "retention_setting"
    __table_args__ = (CheckConstraint("days BETWEEN 1 AND 3660", name="days"),)

    kind: Mapped[RetentionKind] = mapped_column(enum_type(RetentionKind), primary_key=True)
    days: Mapped[int]
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class RetentionWarning(Model):
    """The adviser was told that a file will be anonymised on a day; a contact noted meanwhile makes it void."""

    __tablename__ = "retention_warning"
    __table_args__ = (UniqueConstraint("youth_id", "due_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    youth_id: Mapped[int] = mapped_column(index=True)
    kind: Mapped[RetentionKind] = mapped_column(enum_type(RetentionKind))
    due_on: Mapped[date]
    warned_at: Mapped[datetime]


class RetentionRun(Model):
    """What one night did: counts by kind, no name and no id."""

    __tablename__ = "retention_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    ran_at: Mapped[datetime] = mapped_column(index=True)
    counts: Mapped[dict[str, Any]]


class ErasureState(enum.StrEnum):
    WAITING = "waiting"  # the thirty days of grace run
    KEPT = "kept"  # the youth changed their mind
    DONE = "done"


class ErasureRequest(Model):
    """A youth asks to be forgotten: thirty days to change one's mind, then a purge and its certificate.

    `youth_id` has no foreign key and `digest` is keyed: the certificate outlives the person's data and names nobody,
    yet whoever knows the name and the birth date can check that this person was erased.
    """

    __tablename__ = "erasure_request"
    __table_args__ = (
        Index("ix_erasure_request_state_due_on", "state", "due_on"),
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    youth_id: Mapped[int] = mapped_column(index=True)
    organisation_id: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64), index=True)
    state: Mapped[ErasureState] = mapped_column(
        enum_type(ErasureState), default=ErasureState.WAITING
    )
    asked_at: Mapped[datetime]
    # None: by the youth, through the link.
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    # False: a stop left the mark by itself, and a new agreement takes it away. What was asked for, only a word undoes.
    is_asked: Mapped[bool]
    due_on: Mapped[date]
    done_at: Mapped[datetime | None]
    # What was removed, by table; what was kept and why; and the hash of the whole.
    certificate: Mapped[dict[str, Any]] = mapped_column(default=dict)
    certificate_hash: Mapped[str | None] = mapped_column(String(64))


class CorrectionRequest(Model):
    """What the youth asks to correct, in their own words, for the adviser to do in the file."""

    __tablename__ = "correction_request"
    __table_args__ = (CheckConstraint("(done_at IS NULL) OR (done_by IS NOT NULL)", name="done"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    youth_id: Mapped[int] = mapped_column(ForeignKey("youth.id"), index=True)
    words: Mapped[str] = mapped_column(String(600))
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
