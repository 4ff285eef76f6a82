"""History of the shortage lists: each edition of a source holds until the next one."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.reference.models import ShortageMark


def set_validity(db_session: Session) -> None:
    """Give each edition its period: from 1 January of its year to the eve of the next edition.

    Editions may come in any order. An edition speaks of every trade: one that a newer edition of
    the same source and scope no longer names ends too.
    """
    years: dict[tuple[str, str], list[int]] = defaultdict(list)
    for source, scope, year in db_session.execute(
        select(ShortageMark.source, ShortageMark.scope, ShortageMark.year)
        .distinct()
        .order_by(ShortageMark.source, ShortageMark.scope, ShortageMark.year)
    ):
        years[source, scope].append(year)
    for (source, scope), known in years.items():
        for year, following in zip(known, [*known[1:], None], strict=True):
            ends = date(following, 1, 1) - timedelta(days=1) if following else None
            db_session.execute(
                update(ShortageMark)
                .where(
                    ShortageMark.source == source,
                    ShortageMark.scope == scope,
                    ShortageMark.year == year,
                )
                .values(valid_from=date(year, 1, 1), valid_to=ends)
                .execution_options(synchronize_session=False)
            )
