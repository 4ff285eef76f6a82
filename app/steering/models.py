"""What the coordination writes down, and the nightly figures that make a past day quick to ask again."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, code


class RegionalContracts(Model):
    """All alternance contracts signed in a region in a year, as a source says it: the denominator of I6.

    A figure is corrected by a new row; the newest one counts.
    """

    __tablename__ = "regional_contracts"
    __table_args__ = (
        CheckConstraint("contracts > 0", name="contracts"),
        CheckConstraint("year BETWEEN 2005 AND 2100", name="year"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    region_code: Mapped[str] = mapped_column(code(2), index=True)
    year: Mapped[int]
    contracts: Mapped[int]
    source: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class IndicatorSnapshot(Model):
    """One figure of one region as a day's night computed it from the journal; the page of that day reads it.

    A share has `count` of `total`; a spread has `count` values and their percentiles in days.
    """

    __tablename__ = "indicator_snapshot"
    __table_args__ = (UniqueConstraint("region_code", "on_day", "period_first", "indicator"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    region_code: Mapped[str] = mapped_column(code(2))
    on_day: Mapped[date]
    period_first: Mapped[date]
    indicator: Mapped[str] = mapped_column(String(20))
    count: Mapped[int]
    total: Mapped[int | None]
    quarter: Mapped[float | None]
    median: Mapped[float | None]
    three_quarters: Mapped[float | None]
    ninety: Mapped[float | None]
    computed_at: Mapped[datetime]


class YouthEdition(Model):
    """The figures of youth of a region that may be shown, decided together: one edition a night, the last one kept.

    One edition a night also means that nobody watches a figure move by one from hour to hour.
    """

    __tablename__ = "youth_edition"

    region_code: Mapped[str] = mapped_column(code(2), primary_key=True)
    on_day: Mapped[date]
    figures: Mapped[dict[str, Any]]
    computed_at: Mapped[datetime]


class MonthlyYouthEdition(Model):
    """The same for everybody outside the coordination: the edition of a night at the beginning of a month, until the
    next month. Two nights in a row are then one edition, and nobody can subtract them.
    """

    __tablename__ = "monthly_youth_edition"

    region_code: Mapped[str] = mapped_column(code(2), primary_key=True)
    on_day: Mapped[date]
    figures: Mapped[dict[str, Any]]
    computed_at: Mapped[datetime]


class PublicStatistics(Model):
    """What anybody may read without signing in: one row a night, small figures already hidden."""

    __tablename__ = "public_statistics"

    on_day: Mapped[date] = mapped_column(primary_key=True)
    figures: Mapped[dict[str, Any]]
    computed_at: Mapped[datetime]
