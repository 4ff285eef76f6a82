"""What the courses behind each row of links have at best, so that a search need not look at them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.pool.columns import (
    ALL_ZONES,
    CELLS_PER_ROW,
    NOWHERE,
    ZONE,
    Floats,
    Ints,
    Links,
    Longs,
    Rules,
    SessionKinds,
    Sessions,
    Ways,
    frozen,
    zone_number,
)

Numbers = NDArray[np.integer[Any]]


def ways_of(
    sessions: Sessions, kinds: SessionKinds, links: Links, price: Floats, rules: Rules
) -> Ways:
    """The table of a ground; ``price`` is what a plan charges for each session."""
    rows = np.repeat(np.arange(len(links.start) - 1), np.diff(links.start))
    titles = _distinct(rows, kinds.title[links.kind], len(links.start) - 1)
    sizes = np.diff(kinds.start)[links.kind]
    firsts = np.repeat(kinds.start[links.kind] - np.cumsum(sizes) + sizes, sizes)
    trades = kinds.trades[firsts + np.arange(len(firsts))]
    levels = np.zeros(len(links.start) - 1, np.int32)
    known = kinds.level[links.kind] >= 0
    np.bitwise_or.at(levels, rows[known], 1 << kinds.level[links.kind][known].astype(np.int32))
    return frozen(
        Ways(
            np.searchsorted(sessions.kind, np.arange(len(kinds.title) + 1)).astype(np.int32),
            *titles,
            *_distinct(np.repeat(rows, sizes), trades, len(links.start) - 1),
            levels,
            zones_of(sessions, len(kinds.title)),
            *most_of(sessions, links, price, rules),
        )
    )


def zones_of(sessions: Sessions, kinds: int) -> Longs:
    """``Ways.zones``: where the sessions of each kind are."""
    cell = sessions.cell.astype(np.int64)
    bit = 1 << zone_number(cell // CELLS_PER_ROW // ZONE, cell % CELLS_PER_ROW // ZONE)
    zones = np.zeros(kinds, np.int64)
    np.bitwise_or.at(zones, sessions.kind, np.where(sessions.cell == NOWHERE, ALL_ZONES, bit))
    return zones


def priced(ways: Ways, sessions: Sessions, links: Links, price: Floats, rules: Rules) -> Ways:
    """The same table at other prices of sessions, or by other rules; read-only as the other.

    A search compiled for a table that may be written to would be another search.
    """
    most, course, session = most_of(sessions, links, price, rules)
    return frozen(ways._replace(most=most, course=course, session=session))


def most_of(
    sessions: Sessions, links: Links, price: Floats, rules: Rules
) -> tuple[Floats, Floats, Floats]:
    """``Ways.most``, ``Ways.course``, ``Ways.session``: the highest of each row and kind, and of each session."""
    rows = np.repeat(np.arange(len(links.start) - 1), np.diff(links.start))
    by_kind = np.full(max(_past(sessions.kind), _past(links.kind)), -np.inf)
    worth = rules.fixed * sessions.fixed - price
    np.maximum.at(by_kind, sessions.kind, worth)
    most = np.full(len(links.start) - 1, -np.inf)
    np.maximum.at(most, rows, rules.opening_course * links.value + by_kind[links.kind])
    return most, by_kind, worth


def _past(numbers: Numbers) -> int:
    return int(numbers.max(initial=-1)) + 1


def _distinct(rows: Numbers, values: Numbers, count: int) -> tuple[Longs, Ints]:
    """Ragged rows of the distinct values of each row, ascending."""
    width = _past(values)
    keys = np.unique(rows.astype(np.int64) * width + values)
    found, kept = np.divmod(keys, max(1, width))
    starts = np.searchsorted(found, np.arange(count + 1)).astype(np.int64)
    return starts, kept.astype(np.int32)
