"""Notices with their unread marks, and how each person wants to be told."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, enum_type
from app.notices.events import Frequency, Scope

_UNREAD = text("read_at IS NULL")


class Notice(Model):
    """One thing told to one person. The title never holds a youth's name, so that it may wait in a list or a mail.

    A withdrawn notice (the youth took the agreement back) keeps its row, says so, and leads nowhere.
    """

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint("withdrawn_at IS NULL OR path = ''", name="withdrawn_leads_nowhere"),
        Index("ix_notice_user_id_id", "user_id", "id"),
        # The bell counts these on every page.
        Index("ix_notice_unread", "user_id", postgresql_where=_UNREAD, sqlite_where=_UNREAD),
        Index("ix_notice_subject", "subject_kind", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    # The hat under which the person is told; opening the notice puts it on.
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    event: Mapped[str] = mapped_column(String(60))
    scope: Mapped[Scope] = mapped_column(enum_type(Scope))
    title: Mapped[str] = mapped_column(String(200))
    path: Mapped[str] = mapped_column(String(300))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    # Whom it is about, for a withdrawal of consent. No foreign key: those tables stand above this one.
    youth_id: Mapped[int | None] = mapped_column(index=True)
    placement_id: Mapped[int | None] = mapped_column(index=True)
    delivery: Mapped[Frequency] = mapped_column(enum_type(Frequency))
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class NoticePreference(Model):
    """A choice of one person for one event and scope; without a row the event's default holds."""

    __tablename__ = "notice_preference"
    __table_args__ = (UniqueConstraint("user_id", "event", "scope"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    event: Mapped[str] = mapped_column(String(60))
    scope: Mapped[Scope] = mapped_column(enum_type(Scope))
    frequency: Mapped[Frequency] = mapped_column(enum_type(Frequency))


class MorningDigest(Model):
    """A digest prepared for one person and hat on one day: the row makes it leave once, whatever runs twice."""

    __tablename__ = "morning_digest"
    __table_args__ = (UniqueConstraint("user_id", "organisation_id", "on_day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    on_day: Mapped[date]
    # Zero when there was nothing to say: no mail left, and the day is done.
    lines: Mapped[int]
    prepared_at: Mapped[datetime]
