"""Figures of a day: those the night kept, else those the journal gives now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.steering.definitions import BY_CODE, Unit
from app.steering.figures import (
    DayFigures,
    Figure,
    OrganisationFigures,
    all_figures,
    by_organisation,
)
from app.steering.life import Period, Side, Spread
from app.steering.models import IndicatorSnapshot, RegionalContracts
from app.steering.queries.histories import end_of_day, load_history

LISTED = 20
"""So many figures of the region are listed."""


def figures_on(
    db_session: Session,
    region_code: str,
    on: date,
    period: Period,
    recorded: Sequence[RegionalContracts] | None = None,
) -> DayFigures:
    """One statement when the night kept that day; else the journal is read again up to it (nine statements)."""
    kept = db_session.scalars(
        select(IndicatorSnapshot).where(
            IndicatorSnapshot.region_code == region_code,
            IndicatorSnapshot.on_day == on,
            IndicatorSnapshot.period_first == period.first,
        )
    ).all()
    # A night before an indicator existed did not keep it: the journal still tells it.
    if kept and BY_CODE.keys() <= {row.indicator for row in kept}:
        return DayFigures(on, period, {row.indicator: _figure(row) for row in kept}, is_kept=True)
    known = None
    if period.first.year == on.year:
        # The page has read them all, unless there are more than it lists.
        if recorded is not None and len(recorded) < LISTED:
            known = _known(recorded, on)
        else:
            known = regional_contracts(db_session, region_code, on)
    history = load_history(db_session, [region_code], on)
    figures = all_figures(history, period, regional_contracts=known)
    return DayFigures(on, period, figures, is_kept=False)


def newest_night(
    db_session: Session, region_code: str, period: Period, needed: frozenset[str]
) -> DayFigures | None:
    """The figures of the last night kept in the period, its last day included: one statement.

    None when no night kept all that is needed.
    """
    kept = (IndicatorSnapshot.region_code == region_code) & (
        IndicatorSnapshot.period_first == period.first
    )
    newest = (
        select(func.max(IndicatorSnapshot.on_day))
        .where(kept, IndicatorSnapshot.on_day <= period.last)
        .scalar_subquery()
    )
    rows = db_session.scalars(
        select(IndicatorSnapshot).where(kept, IndicatorSnapshot.on_day == newest)
    ).all()
    if not needed <= {row.indicator for row in rows}:
        return None
    on = rows[0].on_day
    figures = {row.indicator: _figure(row) for row in rows}
    return DayFigures(on, Period(period.first, on), figures, is_kept=True)


def _known(recorded: Sequence[RegionalContracts], on: date) -> int | None:
    """The newest of the rows at hand that was written down by then."""
    end = end_of_day(on)
    rows = [row for row in recorded if row.year == on.year and row.recorded_at < end]
    return max(rows, key=lambda row: row.id).contracts if rows else None


def _figure(row: IndicatorSnapshot) -> Figure:
    definition = BY_CODE.get(row.indicator)
    if definition is None or definition.unit is not Unit.DAYS:
        return Figure(row.count, row.total)
    days = Spread(row.count, row.quarter, row.median, row.three_quarters, row.ninety)
    return Figure(row.count, spread=days)


def regional_contracts(db_session: Session, region_code: str, on: date) -> int | None:
    """All contracts of the region in that year, by the newest figure recorded by the end of the day."""
    return db_session.scalar(
        select(RegionalContracts.contracts)
        .where(
            RegionalContracts.region_code == region_code,
            RegionalContracts.year == on.year,
            RegionalContracts.recorded_at < end_of_day(on),
        )
        .order_by(RegionalContracts.id.desc())
        .limit(1)
    )


def recorded_contracts(db_session: Session, region_code: str) -> Sequence[RegionalContracts]:
    """What was recorded, the newest first."""
    return db_session.scalars(
        select(RegionalContracts)
        .where(RegionalContracts.region_code == region_code)
        .order_by(RegionalContracts.year.desc(), RegionalContracts.id.desc())
        .limit(LISTED)
    ).all()


def shares_by_month(
    db_session: Session, region_code: str, until: date, months: int = 12
) -> list[tuple[date, Figure]]:
    """The mission-locale share as the last night of each month kept it, oldest first."""
    rows = db_session.scalars(
        select(IndicatorSnapshot)
        .where(
            IndicatorSnapshot.region_code == region_code,
            IndicatorSnapshot.indicator == "I6",
            IndicatorSnapshot.on_day <= until,
        )
        .order_by(IndicatorSnapshot.on_day, IndicatorSnapshot.period_first)
    ).all()
    last_of_month: dict[tuple[int, int], IndicatorSnapshot] = {}
    for row in rows:
        if row.period_first.month == 1 and row.period_first.day == 1:
            last_of_month[row.on_day.year, row.on_day.month] = row
    return [(row.on_day, _figure(row)) for row in list(last_of_month.values())[-months:]]


def organisations_answering(
    db_session: Session, region_code: str, on: date, period: Period, side: Side
) -> list[tuple[str, OrganisationFigures]]:
    """Each organisation with enough questions and how it answers, with its name: eight statements."""
    found = by_organisation(load_history(db_session, [region_code], on), side, period)
    names = {
        row.id: row.name
        for row in db_session.execute(
            select(Organisation.id, Organisation.name).where(
                Organisation.id.in_([one.organisation_id for one in found])
            )
        )
    }
    return [(names.get(one.organisation_id, ""), one) for one in found]
