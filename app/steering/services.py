"""What is written about the region: figures from elsewhere, and the nightly snapshots."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, TypeVar

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from app.core import clock, journal
from app.core.errors import Invalid
from app.core.permissions import ensure
from app.core.requests import use_once
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.policy.permissions import Permission
from app.steering.figures import Figure, all_figures, twelve_months, year_to_date
from app.steering.models import (
    IndicatorSnapshot,
    MonthlyYouthEdition,
    PublicStatistics,
    RegionalContracts,
    YouthEdition,
)
from app.steering.queries.editions import decided_now
from app.steering.queries.gap import load_cube
from app.steering.queries.histories import load_history
from app.steering.queries.indicators import regional_contracts
from app.steering.queries.public import public_figures

Edition = TypeVar("Edition", YouthEdition, MonthlyYouthEdition)
PERIODS = (year_to_date, twelve_months)
FEWEST_DAYS = timedelta(days=20)
"""A first edition made at the end of a month serves the next month too."""


def record_regional_contracts(
    db_session: Session,
    actor: Actor,
    *,
    region_code: str,
    year: int,
    contracts: int,
    source: str,
    request_key: str | None = None,
) -> RegionalContracts:
    """Write down how many contracts a source counts in the region in a year; the newest row counts.

    Raises:
        NotFound: not the actor's region.
        Invalid: a year to come, no contract, no source.
        AlreadyDone: the same form came twice.
    """
    ensure(actor, Permission.STEERING_RECORD, Facts(regions=frozenset({region_code})))
    use_once(db_session, request_key)
    if not 2005 <= year <= clock.today().year:
        raise Invalid("Écrivez une année écoulée ou en cours, sur quatre chiffres.", field="year")
    if contracts <= 0:
        raise Invalid("Écrivez un nombre de contrats plus grand que zéro.", field="contracts")
    if not source.strip():
        raise Invalid("Dites d’où vient ce chiffre : sans source, il ne sert pas.", field="source")
    row = RegionalContracts(
        region_code=region_code,
        year=year,
        contracts=contracts,
        source=source.strip()[:200],
        recorded_at=clock.now(),
        recorded_by=actor.user_id,
    )
    db_session.add(row)
    db_session.flush()
    journal.record(
        db_session,
        actor,
        subject_kind="regional_contracts",
        subject_id=row.id,
        event="regional_contracts_recorded",
        details={"region": region_code, "year": year, "contracts": contracts},
    )
    return row


def take_snapshots(db_session: Session, *, region_code: str, on: date) -> int:
    """Compute every figure of a region for a day and keep it; again, it replaces. Returns how many rows."""
    history = load_history(db_session, [region_code], on)
    rows = []
    # On 31 December both periods are the same one.
    for period in dict.fromkeys(period_of(on) for period_of in PERIODS):
        known = (
            regional_contracts(db_session, region_code, on)
            if period.first.year == on.year
            else None
        )
        figures = all_figures(history, period, regional_contracts=known)
        rows += [
            _row(region_code, on, period.first, code, figure) for code, figure in figures.items()
        ]
    db_session.execute(
        delete(IndicatorSnapshot).where(
            IndicatorSnapshot.region_code == region_code, IndicatorSnapshot.on_day == on
        )
    )
    db_session.execute(insert(IndicatorSnapshot), rows)
    return len(rows)


def _row(region_code: str, on: date, first: date, code: str, figure: Figure) -> dict[str, object]:
    spread = figure.spread
    return {
        "region_code": region_code,
        "on_day": on,
        "period_first": first,
        "indicator": code,
        "count": figure.count,
        "total": figure.total,
        "quarter": spread.quarter if spread else None,
        "median": spread.median if spread else None,
        "three_quarters": spread.three_quarters if spread else None,
        "ninety": spread.ninety if spread else None,
        "computed_at": clock.now(),
    }


def keep_edition(db_session: Session, *, region_code: str, on: date) -> YouthEdition:
    """Decide which figures of youth of a region may be shown until the next night, and now and then for a month."""
    youth = decided_now(load_cube(db_session, [region_code])).to_json()
    last = db_session.get(MonthlyYouthEdition, region_code)
    if last is None or begins_month(last.on_day, on):
        _replace_edition(db_session, MonthlyYouthEdition, region_code, on, youth)
    return _replace_edition(db_session, YouthEdition, region_code, on, youth)


def begins_month(last: date, on: date) -> bool:
    """Whether a night makes the edition of its month: later than the month of the last one, and not a day after it."""
    return (on.year, on.month) > (last.year, last.month) and on - last >= FEWEST_DAYS


def _replace_edition(
    db_session: Session, kind: type[Edition], region_code: str, on: date, youth: dict[str, Any]
) -> Edition:
    db_session.execute(delete(kind).where(kind.region_code == region_code))
    row = kind(region_code=region_code, on_day=on, figures=youth, computed_at=clock.now())
    db_session.add(row)
    db_session.flush()
    return row


def publish_statistics(db_session: Session, *, on: date) -> PublicStatistics:
    """Keep what the public page shows of that day; again the same day, it replaces."""
    db_session.execute(delete(PublicStatistics).where(PublicStatistics.on_day == on))
    row = PublicStatistics(
        on_day=on, figures=public_figures(db_session, on), computed_at=clock.now()
    )
    db_session.add(row)
    db_session.flush()
    return row
