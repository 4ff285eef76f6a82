"""What a sector hires, and which of its trades are in shortage: NAF × ROME hirings with their source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.openings.models import Company, Opening
from app.openings.queries.records import record_of
from app.reference.models import ActivityHiring, ShortageMark, Trade

SHOWN = 3
SECTOR_SHARE = 0.05
"""A trade counts for a sector from one hiring in twenty on."""


@dataclass(frozen=True, slots=True)
class TenseTrade:
    """A trade that this sector hires and that a dated source says is in shortage."""

    rome_code: str
    label: str
    source: str
    year: int


def hiring_shares(db_session: Session, naf_codes: Collection[str]) -> dict[str, dict[str, float]]:
    """For each NAF code, the share of each ROME trade in the hirings of the newest year: one statement.

    Shares of a code sum to one; a code that the table does not know is absent.
    """
    if not naf_codes:
        return {}
    year = select(func.max(ActivityHiring.year)).scalar_subquery()
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for row in db_session.execute(
        select(ActivityHiring.naf_code, ActivityHiring.rome_code, ActivityHiring.hirings).where(
            ActivityHiring.year == year, ActivityHiring.naf_code.in_(naf_codes)
        )
    ):
        counts[row.naf_code][row.rome_code] = row.hirings
    return {
        naf: {rome: hirings / total for rome, hirings in of_naf.items()}
        for naf, of_naf in counts.items()
        if (total := sum(of_naf.values())) > 0
    }


def own_trades(db_session: Session, company_ids: Collection[int]) -> dict[int, set[str]]:
    """Trades that these records have offered before, by record: what they did beats what their sector does."""
    rows = db_session.execute(
        select(record_of(Company).label("record"), Opening.rome_code)
        .join(Opening, Opening.employer_id == Company.organisation_id)
        .where(record_of(Company).in_(company_ids), Opening.rome_code.is_not(None))
        .distinct()
    )
    found: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        found[row.record].add(row.rome_code)
    return dict(found)


def tense_trades(
    db_session: Session, naf_code: str | None, region_code: str | None, on: date
) -> list[TenseTrade]:
    """Trades in shortage among those that the sector hires, most hired first: two statements."""
    shares = hiring_shares(db_session, {naf_code} if naf_code else ()).get(naf_code or "", {})
    hired = [one for one, share in shares.items() if share >= SECTOR_SHARE]
    if not hired:
        return []
    rows = db_session.execute(
        select(ShortageMark.rome_code, Trade.label, ShortageMark.source, ShortageMark.year)
        .join(Trade, Trade.rome_code == ShortageMark.rome_code)
        .where(ShortageMark.rome_code.in_(hired), *_marks(region_code, on))
        .order_by(ShortageMark.year.desc(), ShortageMark.id)
    )
    newest: dict[str, TenseTrade] = {}
    for row in rows:
        newest.setdefault(row.rome_code, TenseTrade(row.rome_code, row.label, row.source, row.year))
    return sorted(newest.values(), key=lambda one: (-shares[one.rome_code], one.rome_code))[:SHOWN]


def tense_activities(db_session: Session, region_code: str | None, on: date) -> frozenset[str]:
    """NAF codes whose hirings hold a trade in shortage at `SECTOR_SHARE` or more: two statements."""
    short = frozenset(
        db_session.scalars(select(ShortageMark.rome_code).where(*_marks(region_code, on)))
    )
    year = select(func.max(ActivityHiring.year)).scalar_subquery()
    totals: dict[str, int] = defaultdict(int)
    most: dict[str, int] = defaultdict(int)
    for row in db_session.execute(
        select(ActivityHiring.naf_code, ActivityHiring.rome_code, ActivityHiring.hirings).where(
            ActivityHiring.year == year
        )
    ):
        totals[row.naf_code] += row.hirings
        if row.rome_code in short:
            most[row.naf_code] = max(most[row.naf_code], row.hirings)
    return frozenset(naf for naf, hirings in most.items() if hirings >= SECTOR_SHARE * totals[naf])


def is_marked_short(
    rome_code: InstrumentedAttribute[str], region_code: str | None, on: date
) -> ColumnElement[bool]:
    """Whether a list says today that the trade of the row is in shortage, in France or in this region."""
    return exists().where(ShortageMark.rome_code == rome_code, *_marks(region_code, on))


def _marks(region_code: str | None, on: date) -> tuple[ColumnElement[bool], ...]:
    scopes = ["FR", region_code] if region_code else ["FR"]
    return (
        ShortageMark.is_shortage.is_(True),
        ShortageMark.scope.in_(scopes),
        ShortageMark.valid_from <= on,
        or_(ShortageMark.valid_to.is_(None), ShortageMark.valid_to >= on),
    )
