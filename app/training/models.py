"""Courses, sessions, seats and the waiting list."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Model, code, enum_type


class Rhythm(enum.StrEnum):
    """Pattern of presence. Weekly means back and forth within the week; the others are weeks at the
    CFA / in company.
    """

    WEEKLY = "weekly"
    ONE_ONE = "one_one"
    ONE_TWO = "one_two"
    ONE_THREE = "one_three"
    TWO_TWO = "two_two"
    BLOCKS = "blocks"
    UNKNOWN = "unknown"


class Course(Model):
    """What a CFA teaches, whatever the dates. Levels are those of the 2019 scale."""

    __tablename__ = "course"
    __table_args__ = (
        CheckConstraint(
            "duration_months IS NULL OR duration_months BETWEEN 1 AND 48", name="duration"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cfa_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    title: Mapped[str] = mapped_column(String(250))
    sort_name: Mapped[str] = mapped_column(String(250), index=True)
    rncp_code: Mapped[str | None] = mapped_column(code(10), index=True)
    cfd_code: Mapped[str | None] = mapped_column(code(8))
    level: Mapped[int | None]
    entry_level: Mapped[int | None]  # None: unknown, or open to all with entry_level_known
    entry_level_known: Mapped[bool] = mapped_column(default=False)
    duration_months: Mapped[int | None]
    rhythm: Mapped[Rhythm] = mapped_column(enum_type(Rhythm), default=Rhythm.UNKNOWN)
    has_boarding: Mapped[bool | None]
    for_apprenticeship: Mapped[bool] = mapped_column(default=True)
    for_professionalisation: Mapped[bool] = mapped_column(default=False)
    certification_ends_on: Mapped[date | None]  # end of registration in RNCP
    is_archived: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    trades: Mapped[list[CourseTrade]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan"
    )


class CourseTrade(Model):
    __tablename__ = "course_trade"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    rome_code: Mapped[str] = mapped_column(
        ForeignKey("trade.rome_code"), primary_key=True, index=True
    )


class SessionStatus(enum.StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class TrainingSession(Model):
    """A dated group of a course on a site. Free seats = capacity − seats_declared − seats_taken.

    `seats_declared` are those enrolled outside Trèfle; `seats_taken` equals the rows of
    `seat_hold`. A capacity lowered below their sum is overbooking: a state that is shown, not an
    error.
    """

    __tablename__ = "training_session"
    __table_args__ = (
        CheckConstraint("capacity >= 0", name="capacity"),
        CheckConstraint("seats_declared >= 0", name="seats_declared"),
        CheckConstraint("seats_taken >= 0", name="seats_taken"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="period"),
        Index("ix_training_session_status_starts_on", "status", "starts_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    has_rolling_entry: Mapped[bool] = mapped_column(default=False)
    capacity: Mapped[int]
    seats_declared: Mapped[int] = mapped_column(default=0)
    seats_taken: Mapped[int] = mapped_column(default=0)
    boarding_seats: Mapped[int | None]
    status: Mapped[SessionStatus] = mapped_column(
        enum_type(SessionStatus), default=SessionStatus.OPEN
    )
    checked_on: Mapped[date]  # the day a person last said that the figures are right
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    course: Mapped[Course] = relationship(lazy="raise_on_sql")

    @property
    def seats_free(self) -> int:
        """Negative when overbooked."""
        return self.capacity - self.seats_declared - self.seats_taken


class HoldState(enum.StrEnum):
    HELD = "held"  # promised until a date
    TAKEN = "taken"  # contract signed, or training started


class SeatHold(Model):
    """One youth on one seat. `seats_taken` of the session counts these rows; releasing deletes the
    row.
    """

    __tablename__ = "seat_hold"
    __table_args__ = (
        UniqueConstraint("session_id", "youth_id"),
        CheckConstraint("state = 'taken' OR hold_until IS NOT NULL", name="held_has_end"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id"))
    youth_id: Mapped[int] = mapped_column(ForeignKey("youth.id"), index=True)
    state: Mapped[HoldState] = mapped_column(enum_type(HoldState))
    hold_until: Mapped[date | None] = mapped_column(index=True)
    extended: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class QueueEntry(Model):
    """A place in the waiting list of a full session; the order is public: complete files first,
    then by date.
    """

    __tablename__ = "queue_entry"
    __table_args__ = (UniqueConstraint("session_id", "youth_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id"), index=True)
    youth_id: Mapped[int] = mapped_column(ForeignKey("youth.id"), index=True)
    entered_at: Mapped[datetime]
    complete_at: Mapped[datetime | None]
    # Set only when the CFA reorders, with its written reason.
    manual_rank: Mapped[int | None]
    manual_reason: Mapped[str | None] = mapped_column(String(300))
