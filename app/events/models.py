"""Operations of promotion: who organises them, with whom, who is invited, and who meets whom when."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, code, enum_type
from app.events.workflow import EventState, GuestState


class EventKind(enum.StrEnum):
    """The operations that missions locales, points A and CFAs hold together (dossier, N18)."""

    JOB_DATING = "job_dating"
    FORUM = "forum"
    OPEN_DAY = "open_day"
    INFORMATION_SESSION = "information_session"


class PromotionEvent(Model):
    """One operation. Its day is cut into slots of `slot_minutes`; none when nobody meets one to one."""

    __tablename__ = "promotion_event"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="period"),
        CheckConstraint("slot_minutes IS NULL OR slot_minutes BETWEEN 5 AND 120", name="slot"),
        CheckConstraint("state <> 'planned' OR slot_minutes IS NOT NULL", name="planned"),
        Index("ix_promotion_event_region_code_starts_at", "region_code", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[EventKind] = mapped_column(enum_type(EventKind))
    title: Mapped[str] = mapped_column(String(160))
    organiser_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(200))
    commune_code: Mapped[str] = mapped_column(ForeignKey("commune.insee_code"))
    region_code: Mapped[str] = mapped_column(code(3))
    slot_minutes: Mapped[int | None]
    state: Mapped[EventState] = mapped_column(enum_type(EventState), default=EventState.DRAFT)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    planned_at: Mapped[datetime | None]
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    @property
    def slots(self) -> int:
        """How many meetings one person can have."""
        if not self.slot_minutes:
            return 0
        minutes = int((self.ends_at - self.starts_at).total_seconds()) // 60
        return minutes // self.slot_minutes


class EventPartner(Model):
    """An organisation that holds the operation with its organiser."""

    __tablename__ = "event_partner"

    event_id: Mapped[int] = mapped_column(ForeignKey("promotion_event.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id"), primary_key=True, index=True
    )
    added_at: Mapped[datetime]


class EventCompany(Model):
    """An invited company; it meets as many youth at a time as it has tables."""

    __tablename__ = "event_company"
    __table_args__ = (
        UniqueConstraint("event_id", "company_id"),
        CheckConstraint("tables BETWEEN 1 AND 20", name="tables"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("promotion_event.id"))
    company_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    tables: Mapped[int] = mapped_column(default=1)
    state: Mapped[GuestState] = mapped_column(
        enum_type(GuestState, name="company_state"), default=GuestState.INVITED
    )
    invited_at: Mapped[datetime]
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    letter_sent_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]


class EventOpening(Model):
    """An opening that an invited company shows on the day."""

    __tablename__ = "event_opening"

    guest_id: Mapped[int] = mapped_column(
        ForeignKey("event_company.id", ondelete="CASCADE"), primary_key=True
    )
    opening_id: Mapped[int] = mapped_column(ForeignKey("opening.id"), primary_key=True, index=True)


class EventYouth(Model):
    """An invited youth. `door_code` is what is typed at the door: short, of this operation alone."""

    __tablename__ = "event_youth"
    __table_args__ = (
        UniqueConstraint("event_id", "youth_id"),
        UniqueConstraint("event_id", "door_code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("promotion_event.id"))
    youth_id: Mapped[int] = mapped_column(ForeignKey("youth.id"), index=True)
    door_code: Mapped[str] = mapped_column(code(4))
    state: Mapped[GuestState] = mapped_column(
        enum_type(GuestState, name="youth_state"), default=GuestState.INVITED
    )
    invited_at: Mapped[datetime]
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    letter_sent_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    came_at: Mapped[datetime | None]


class EventMeeting(Model):
    """One short meeting. The database itself refuses anybody in two places at once."""

    __tablename__ = "event_meeting"
    __table_args__ = (
        UniqueConstraint("event_id", "slot", "youth_id"),
        UniqueConstraint("event_id", "slot", "company_id", "table_number"),
        UniqueConstraint("event_id", "youth_id", "company_id"),
        CheckConstraint("slot >= 0", name="slot"),
        CheckConstraint("table_number >= 0", name="table_number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("promotion_event.id"))
    slot: Mapped[int]
    company_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    table_number: Mapped[int]
    youth_id: Mapped[int] = mapped_column(ForeignKey("youth.id"), index=True)
    opening_id: Mapped[int] = mapped_column(ForeignKey("opening.id"))
    was_held: Mapped[bool | None]  # known once the operation is done
