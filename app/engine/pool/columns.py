"""Columns of a pool: named tuples of frozen arrays, one entry a row, as the searches read them.

Conventions: unknown levels are -1; yes/no/unknown is 1/0/2 (``YES``, ``NO``, ``UNKNOWN``); an
unknown day is an open side (``±FOREVER``); an unknown kind or level mask has every bit set.
Openings are sorted by grid cell, then by id, so that a circle on the map is a few runs of memory;
those without position come last, in the cell ``NOWHERE``. Sessions are sorted by kind first, so
that the sessions of one kind are one run.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Bytes = NDArray[np.int8]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

NO, YES, UNKNOWN = 0, 1, 2
ALL_LEVELS = 0xFFFF
MOST_LEVEL = 14
ALL_KINDS = 3
NOWHERE = 2**31 - 1
CELLS_PER_ROW = 4096
CELL_LAT, CELL_LON = 0.1, 0.15
"""Height and width of a cell of the grid, in degrees."""
ZONE = 8
"""So many cells high and wide is a zone; zones are told apart by row and column modulo ``ZONE_ROWS`` and
``ZONE_COLUMNS``, so that one bit each fits into a number that is never negative."""
ZONE_ROWS, ZONE_COLUMNS = 7, 9
ALL_ZONES = 2 ** (ZONE_ROWS * ZONE_COLUMNS) - 1
Number = TypeVar("Number", int, Longs)


def zone_number(row: Number, column: Number) -> Number:
    """Which bit stands for a zone, by its row and column on the map, in zones."""
    return row % ZONE_ROWS * ZONE_COLUMNS + column % ZONE_COLUMNS


class Openings(NamedTuple):
    """Openings; shapes (n,). ``kind`` indexes :class:`OpeningKinds`.

    ``title`` and ``trade`` repeat those of the kind, because every search reads them first.
    """

    id: Longs
    cell: Ints
    x: Floats
    y: Floats
    z: Floats
    title: Ints
    trade: Ints
    kind: Ints
    commune: Ints
    audience: Ints
    start_from: Ints
    start_to: Ints
    places: Ints
    kinds: Bytes
    licence: Bytes
    minors: Bytes
    start_unknown: Bytes
    doubts: Bytes
    fixed: Floats


class Shelves(NamedTuple):
    """Openings by title, then by trade, in the order of the map: one shelf a title, one a trade.

    The openings of title ``t`` are ``row[start[t]:start[t + 1]]``; trade ``c`` has the shelf
    ``titles + c``. ``cell`` repeats the cells of the openings.
    """

    titles: int
    start: Longs
    row: Ints
    cell: Ints


class Sessions(NamedTuple):
    """Sessions; shapes (n,). ``kind`` indexes :class:`SessionKinds`.

    ``contract_to`` includes the end of the certification. ``journey_factor`` is 1, or less for
    training in blocks.
    """

    id: Longs
    cell: Ints
    x: Floats
    y: Floats
    z: Floats
    kind: Ints
    commune: Ints
    audience: Ints
    start_from: Ints
    start_to: Ints
    contract_from: Ints
    contract_to: Ints
    places: Ints
    kinds: Bytes
    level: Bytes
    entry: Bytes
    boarding: Bytes
    start_unknown: Bytes
    doubts: Bytes
    journey_factor: Floats
    fixed: Floats


class OpeningKinds(NamedTuple):
    """Distinct (title, trade, accepted levels) of openings, as far as courses are concerned.

    ``group`` numbers the distinct (row of :class:`Links`, accepted levels) and has one entry a
    kind; ``row`` and ``levels`` have one entry a group.
    """

    group: Ints
    row: Ints
    levels: Ints


class SessionKinds(NamedTuple):
    """Distinct (title, trades, level) of sessions; trades are ``trades[start[i]:start[i + 1]]``."""

    title: Ints
    level: Bytes
    start: Ints
    trades: Ints


class Links(NamedTuple):
    """Session kinds that openings lead to, with link values: CSR.

    One row a trade where ROME codes decide, one a (title, trade) where titles do.
    """

    start: Longs
    kind: Ints
    value: Floats


class Ways(NamedTuple):
    """What each row of :class:`Links` leads to at best, and where the sessions of a kind stand.

    Sessions of kind ``k`` are the rows ``run[k]:run[k + 1]``. Of row ``r``, all courses together:
    their distinct titles and trades (ragged), a mask of their levels, and the highest weighted
    link plus ``fixed`` part minus price, ``-inf`` without any session. Of each kind, ``zones``
    has the bits of the zones its sessions are in (all bits with one of unknown place), and ``course`` is the
    highest ``fixed`` part minus price, which is ``session`` for each session.
    """

    run: Ints
    title_start: Longs
    title: Ints
    trade_start: Longs
    trade: Ints
    levels: Ints
    zones: Longs
    most: Floats
    course: Floats
    session: Floats


class Youths(NamedTuple):
    """Youths; shapes (n,) but for the ragged ones, whose entries start at ``*_start[i]``.

    ``first``/``last`` have shape (n, 2): first and last start day by contract kind.
    Wishes: row of :class:`Texts`, factor of the rank, row of :class:`Near` or -1. ``commune`` is
    a row of :class:`Times` (a ``travel_times.Home``), or -1 where no time can be known.
    """

    id: Longs
    x: Floats
    y: Floats
    z: Floats
    located: Bytes
    lat: Floats
    lon: Floats
    commune: Ints
    limit_km: Floats
    limit_minutes: Floats
    hours_per_km: Floats
    licence: Bytes
    boarding: Bytes
    first: Ints
    last: Ints
    kinds: Bytes
    adult_from: Ints
    held: Bytes
    expected: Bytes
    aimed: Bytes
    wanted: Ints
    membership: Ints
    fixed: Floats
    left_out: Bytes
    wish_start: Ints
    wish_text: Ints
    wish_factor: Floats
    wish_trade: Ints
    barred_start: Ints
    barred: Ints
    aside_openings_start: Ints
    aside_openings: Longs
    aside_sessions_start: Ints
    aside_sessions: Longs


class Texts(NamedTuple):
    """Similarity of each distinct wish to the pool's titles, above the floor: CSR."""

    start: Longs
    title: Ints
    value: Floats


class Near(NamedTuple):
    """Trades of the pool near each trade wished, above the floor: CSR."""

    start: Longs
    trade: Ints
    value: Floats


class Times(NamedTuple):
    """Known minutes from the homes of youths to communes of the pool: CSR."""

    start: Longs
    commune: Ints
    minutes: Floats


class Rules(NamedTuple):
    """The weights as the searches read them; ``levels`` is the table of ``level_value``."""

    wish_opening: float
    wish_course: float
    opening_course: float
    company: float
    site: float
    dates: float
    level: float
    fixed: float
    doubt_cost: float
    far_hours: float
    unlimited_km: float
    minutes_slack: float
    boarding_km: float
    boarding_value: float
    dates_days: float
    unknown_journey: float
    unknown_dates: float
    fastest_kmh: float
    levels: Floats


class Sizes(NamedTuple):
    """How large the scratch of a search must be."""

    titles: int
    trades: int
    communes: int
    groups: int
    session_kinds: int
    openings: int
    sessions: int


Columns = TypeVar(
    "Columns",
    Openings,
    Sessions,
    OpeningKinds,
    SessionKinds,
    Links,
    Ways,
    Youths,
    Texts,
    Near,
    Times,
)


Rows = TypeVar("Rows", Openings, Sessions)


def frozen(columns: Columns) -> Columns:
    """The same columns, contiguous and read-only."""
    return remade(columns, (_frozen(array) for array in columns))


def remade(columns: Columns, arrays: Iterable[Any]) -> Columns:
    """Columns of the same kind made of other arrays."""
    return type(columns)(*arrays)


def _frozen(array: NDArray[np.generic]) -> NDArray[np.generic]:
    whole = np.ascontiguousarray(array)
    whole.flags.writeable = False
    return whole


def ragged(rows: Iterable[Collection[int]]) -> tuple[Ints, Longs]:
    """Start offsets (one more than rows) and all entries in ascending order, row by row.

    Most rows are empty: nothing is made for them, so that half a million cost little.
    """
    starts, flat = [0], list[int]()
    for row in rows:
        if row:
            flat.extend(sorted(row))
        starts.append(len(flat))
    return np.array(starts, dtype=np.int32), np.array(flat, dtype=np.int64)
