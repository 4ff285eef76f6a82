"""The figures of youth that may be shown: to the coordination those of the last night, to others those of the month."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.steering.cube import Cube
from app.steering.disclosure import Disclosure, disclose
from app.steering.models import MonthlyYouthEdition, YouthEdition

MOST_DECIDED_IN_A_PAGE = 500
"""Youth up to whom a page decides by itself: twelve thousand took seconds, which no page may take."""
NOTHING_YET = Disclosure({frozenset(): None}, {})
"""Every figure hidden."""


def youth_to_show(
    db_session: Session, regions: Iterable[str], cube: Cube, *, is_monthly: bool
) -> tuple[Disclosure, date | None]:
    """The decision and the day it is of: one statement.

    Before the first night, and for somebody of several regions, the coordination's is made now, from the cube, if that
    is quick; else nothing of youth is shown, and the day is None: the figures come with the night.

    Args:
        is_monthly: the reader is outside the coordination, and nights must not be subtracted.
    """
    codes = sorted(regions)
    if is_monthly:
        found = editions_of_month(db_session, codes)
        return found[codes[0]] if len(codes) == len(found) == 1 else (NOTHING_YET, None)
    rows = db_session.scalars(select(YouthEdition).where(YouthEdition.region_code.in_(codes))).all()
    if len(codes) == len(rows) == 1:
        return Disclosure.from_json(rows[0].figures), rows[0].on_day
    if sum(three.youth or 0 for three in cube.values()) > MOST_DECIDED_IN_A_PAGE:
        return NOTHING_YET, None
    return decided_now(cube), clock.today()


def editions_of_month(
    db_session: Session, regions: Iterable[str]
) -> dict[str, tuple[Disclosure, date | None]]:
    """The decision of the month and its day, by region that has one: one statement."""
    rows = db_session.scalars(
        select(MonthlyYouthEdition).where(MonthlyYouthEdition.region_code.in_(sorted(regions)))
    )
    return {row.region_code: (Disclosure.from_json(row.figures), row.on_day) for row in rows}


def decided_now(cube: Cube) -> Disclosure:
    """What may be shown of these counts."""
    return disclose({key: three.youth or 0 for key, three in cube.items()})
