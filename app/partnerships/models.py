"""National agreements, agreements between two organisations, and the signatures of their data-sharing sheets."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model


class Framework(Model):
    """A national agreement between two networks, of which mission locale and point A sign local versions."""

    __tablename__ = "framework"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    signed_on: Mapped[date]
    # Of the past: shown, and no local version is made from it any more.
    is_history: Mapped[bool] = mapped_column(default=False)
    shares_youth: Mapped[bool] = mapped_column(default=True)
    shares_places: Mapped[bool] = mapped_column(default=False)
    shares_events: Mapped[bool] = mapped_column(default=True)


class Agreement(Model):
    """Two parties share kinds of things from a date on: youth, training places, events.

    `shares_youth`: the youth of the advising party may be seen, once listed, by the other one.
    `shares_places`: the point A may act for the CFA's courses and sessions.
    """

    __tablename__ = "agreement"
    __table_args__ = (
        CheckConstraint("first_party_id <> second_party_id", name="two_parties"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
        CheckConstraint("shares_youth OR shares_places OR shares_events", name="shares_something"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    first_party_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    second_party_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    shares_youth: Mapped[bool] = mapped_column(default=False)
    shares_places: Mapped[bool] = mapped_column(default=False)
    shares_events: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    contact: Mapped[str | None] = mapped_column(String(200))
    framework_id: Mapped[int | None] = mapped_column(ForeignKey("framework.id"), index=True)
    # Written for two others: nothing is shared before both have signed the sheet.
    waits_for_signatures: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class AgreementSignature(Model):
    """One party signed the data-sharing sheet: who, when, which version of its text."""

    __tablename__ = "agreement_signature"
    __table_args__ = (UniqueConstraint("agreement_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    signed_at: Mapped[datetime]
    text_version: Mapped[str] = mapped_column(String(20))
