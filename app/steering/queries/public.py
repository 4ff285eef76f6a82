"""What anybody may read: youth, positions and places by region and département, contracts and breaks of the country."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.reference.queries import departement_names, departements_of, region_names
from app.steering.cube import Cube, Table, Three, build_table, narrow_to
from app.steering.dimensions import Dimension
from app.steering.disclosure import Disclosure
from app.steering.figures import Figure, all_figures, year_to_date
from app.steering.models import PublicStatistics
from app.steering.queries.details import last_month
from app.steering.queries.editions import NOTHING_YET, decided_now, editions_of_month
from app.steering.queries.gap import load_cube
from app.steering.queries.histories import load_history
from app.steering.suppression import SMALL_CELL

SHOWN = ("V6", "V7", "V4", "V3-employer", "V3-cfa", "I9-3")


def public_figures(db_session: Session, on: date) -> dict[str, Any]:
    """The figures as JSON: positions and places of that day, youth and proposals in one edition a month.

    Youth are as each region's own tables show them. The country's figure is shown when every region's is: it must not
    give back a hidden one.
    """
    names = region_names()
    cube = load_cube(db_session, names)
    parts = {code: narrow_to(cube, Dimension.DEPARTEMENT, departements_of(code)) for code in names}
    editions = editions_of_month(db_session, names)
    tables = {
        code: _departements(part, editions[code][0] if code in editions else _unknown(part))
        for code, part in parts.items()
    }
    totals = {code: table.foot.total for code, table in tables.items()}
    shown = [one.youth for one in totals.values()]
    country = Three(
        sum(one or 0 for one in shown),
        sum(one.positions for one in totals.values()),
        sum(one.places for one in totals.values()),
    )
    period = year_to_date(last_month(on + timedelta(days=1)).last)
    found = all_figures(load_history(db_session, names, period.last), period)
    return {
        "country": _line("FR", "France", country, None in shown),
        "regions": [
            _line(code, names[code], three, three.youth is None) for code, three in totals.items()
        ],
        "departements": [
            _line(line.key, line.label, line.total, line.total.youth is None)
            for table in tables.values()
            for line in table.lines
        ],
        "youth_on": max((day.isoformat() for _, day in editions.values() if day), default=None),
        "since": period.first.isoformat(),
        "until": period.last.isoformat(),
        "figures": {code: _figure(found[code]) for code in SHOWN},
    }


def _unknown(cube: Cube) -> Disclosure:
    """Of a region without an edition: nothing, or that there is nobody."""
    return NOTHING_YET if any(three.youth for three in cube.values()) else decided_now(cube)


def _departements(cube: Cube, youth: Disclosure) -> Table:
    labels: dict[Dimension, Mapping[str, str]] = {one: {} for one in Dimension}
    labels[Dimension.DEPARTEMENT] = departement_names()
    return build_table(cube, by=Dimension.DEPARTEMENT, across=None, labels=labels, youth=youth)


def _line(code: str, label: str, three: Three, is_hidden: bool) -> dict[str, Any]:
    return {
        "code": code,
        "label": label,
        "youth": None if is_hidden else three.youth,
        "positions": three.positions,
        "places": three.places,
    }


def _figure(figure: Figure) -> dict[str, Any]:
    """A share or a spread that rests on fewer than five is hidden; so is one that leaves fewer than five outside."""
    small = 0 < figure.count < SMALL_CELL or (
        figure.total is not None and 0 < figure.total - figure.count < SMALL_CELL
    )
    median = figure.spread.median if figure.spread else None
    return {
        "count": None if small else figure.count,
        "total": None if small else figure.total,
        "median": None if small or median is None else round(median, 1),
    }


def newest_statistics(db_session: Session) -> PublicStatistics | None:
    """The last night's figures; None before the first night."""
    return db_session.scalar(
        select(PublicStatistics).order_by(PublicStatistics.on_day.desc()).limit(1)
    )
