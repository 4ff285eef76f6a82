"""Agreements between two organisations."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model


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
    created_at: Mapped[datetime]
