"""What anybody may read: youth, positions and places by region and département, contracts and breaks of the country."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.reference.queries import departement_names, departements_of, region_names
from app.steering.cube import Cube, Table, Three, build_table, narrow_to, total_of
from app.steering.dimensions import Dimension
from app.steering.figures import Figure, all_figures, year_to_date
from app.steering.models import PublicStatistics
from app.steering.queries.editions import decided_now
from app.steering.queries.gap import load_cube
from app.steering.queries.histories import load_history
from app.steering.suppression import SMALL_CELL

SHOWN = ("V6", "V7", "V4", "V3-employer", "V3-cfa", "I9-3")


def public_figures(db_session: Session, on: date) -> dict[str, Any]:
    """The figures as JSON, youth as each region's own tables show them.

    The country's figure is shown when every region's is: it must not give back a hidden one.
    """
    names = region_names()
    cube = load_cube(db_session, names)
    parts = {code: narrow_to(cube, Dimension.DEPARTEMENT, departements_of(code)) for code in names}
    tables = {code: _departements(part) for code, part in parts.items()}
    totals = {code: table.foot.total for code, table in tables.items()}
    all_shown = all(one.youth is not None for one in totals.values())
    history = load_history(db_session, names, on)
    period = year_to_date(on)
    found = all_figures(history, period)
    return {
        "country": _line("FR", "France", total_of(cube.values()), not all_shown),
        "regions": [
            _line(code, names[code], three, three.youth is None) for code, three in totals.items()
        ],
        "departements": [
            _line(line.key, line.label, line.total, line.total.youth is None)
            for table in tables.values()
            for line in table.lines
        ],
        "since": period.first.isoformat(),
        "figures": {code: _figure(found[code]) for code in SHOWN},
    }


def _departements(cube: Cube) -> Table:
    labels: dict[Dimension, Mapping[str, str]] = {one: {} for one in Dimension}
    labels[Dimension.DEPARTEMENT] = departement_names()
    return build_table(
        cube, by=Dimension.DEPARTEMENT, across=None, labels=labels, youth=decided_now(cube)
    )


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
