"""Rows of openings and sessions become columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from app.engine.model import ContractKind, OpeningInput, Rhythm, SessionInput
from app.engine.parts import FOREVER
from app.engine.pool.columns import (
    ALL_KINDS,
    ALL_LEVELS,
    MOST_LEVEL,
    NO,
    UNKNOWN,
    YES,
    Floats,
    Ints,
    Openings,
    Rows,
    Sessions,
    frozen,
    remade,
)
from app.engine.pool.places import stands_of
from app.engine.pool.words import Numbering, Words
from app.engine.text import fold
from app.engine.weights import Weights

ANSWERS = {True: YES, False: NO, None: UNKNOWN}


def pack_openings(rows: Sequence[OpeningInput], words: Words, weights: Weights) -> Openings:
    """Columns of openings, sorted by cell then id; ``words`` learns their names."""
    stands = stands_of([(row.lat, row.lon) for row in rows])
    titles = ints(words.title(row.title) for row in rows)
    trades = ints(-1 if row.trade is None else words.trades.number(row.trade) for row in rows)
    start_unknown = _mask(row.start_from is None and row.start_to is None for row in rows)
    unknowns = [
        (row.kinds is None) + (row.levels is None) + (row.positions_free is None) for row in rows
    ]
    columns = Openings(
        id=np.array([row.id for row in rows], dtype=np.int64),
        cell=stands.cell,
        x=stands.x,
        y=stands.y,
        z=stands.z,
        title=titles,
        trade=trades,
        kind=ints(
            words.openings.number((title, trade, level_mask(row.levels)))
            for title, trade, row in zip(titles.tolist(), trades.tolist(), rows, strict=True)
        ),
        commune=ints(numbered_commune(row.commune, words.communes) for row in rows),
        audience=ints(words.audiences.number(row.audience) for row in rows),
        start_from=days((row.start_from for row in rows), -FOREVER),
        start_to=days((row.start_to for row in rows), FOREVER),
        places=ints(places(row.positions_free) for row in rows),
        kinds=kinds_of(row.kinds for row in rows),
        licence=answers(row.licence_needed for row in rows),
        minors=answers(row.minors_possible for row in rows),
        start_unknown=start_unknown,
        doubts=(np.array(unknowns, dtype=np.int8) + start_unknown).astype(np.int8),
        fixed=_opening_fixed(rows, weights),
    )
    return sorted_rows(columns)


def pack_sessions(rows: Sequence[SessionInput], words: Words, weights: Weights) -> Sessions:
    """Columns of sessions, sorted by kind, cell and id; ``words`` learns their names."""
    stands = stands_of([(row.lat, row.lon) for row in rows])
    start_unknown = _mask(row.start_from is None and row.start_to is None for row in rows)
    unknowns = [
        (row.kinds is None)
        + (row.level is None)
        + (row.certified_until is None)
        + (row.seats_free is None)
        for row in rows
    ]
    until = days((row.certified_until for row in rows), FOREVER)
    blocks = weights.blocks_factor
    columns = Sessions(
        id=np.array([row.id for row in rows], dtype=np.int64),
        cell=stands.cell,
        x=stands.x,
        y=stands.y,
        z=stands.z,
        kind=ints(_session_kind(row, words) for row in rows),
        commune=ints(numbered_commune(row.commune, words.communes) for row in rows),
        audience=ints(words.audiences.number(row.audience) for row in rows),
        start_from=days((row.start_from for row in rows), -FOREVER),
        start_to=days((row.start_to for row in rows), FOREVER),
        contract_from=days((row.contract_from for row in rows), -FOREVER),
        contract_to=np.minimum(days((row.contract_to for row in rows), FOREVER), until),
        places=ints(places(row.seats_free) for row in rows),
        kinds=kinds_of(row.kinds for row in rows),
        level=levels(row.level for row in rows),
        entry=levels(row.entry_level for row in rows),
        boarding=answers(row.boarding for row in rows),
        start_unknown=start_unknown,
        doubts=(np.array(unknowns, dtype=np.int8) + start_unknown).astype(np.int8),
        journey_factor=np.array(
            [blocks if row.rhythm is Rhythm.BLOCKS else 1.0 for row in rows], dtype=np.float64
        ),
        fixed=_session_fixed(rows, weights),
    )
    return sorted_rows(columns)


def sorted_rows(columns: Rows) -> Rows:
    """The same rows by cell, then id; sessions by kind before."""
    if isinstance(columns, Sessions):
        order = np.lexsort((columns.id, columns.cell, columns.kind))
    else:
        order = np.lexsort((columns.id, columns.cell))
    return frozen(remade(columns, (array[order] for array in columns)))


def places(free: int | None) -> int:
    """Free places; an unknown number counts as one (and is a doubt). ``ValueError`` below 0."""
    if free is not None and free < 0:
        raise ValueError("free places cannot be negative")
    return 1 if free is None else free


def folded(titles: Iterable[str]) -> dict[str, str]:
    """Each distinct title with its folded form."""
    return {title: fold(title) for title in dict.fromkeys(titles)}


def level_mask(accepted: frozenset[int] | None) -> int:
    """Accepted levels as bits, all bits when anything is accepted."""
    return ALL_LEVELS if accepted is None else sum(1 << checked(level) for level in accepted)


def checked(level: int) -> int:
    """A level that the tables can hold; ``ValueError`` otherwise."""
    if not 0 <= level <= MOST_LEVEL:
        raise ValueError(f"{level} is not a diploma level")
    return level


def ints(values: Iterable[int]) -> Ints:
    """A column of small integers."""
    return np.array(list(values), dtype=np.int32)


def days(values: Iterable[int | None], unknown: int) -> Ints:
    """A column of days, with the open side for unknown ones."""
    return np.array([unknown if day is None else day for day in values], dtype=np.int32)


def levels(values: Iterable[int | None]) -> NDArray[np.int8]:
    """A column of levels, -1 when unknown."""
    return np.array([-1 if v is None else checked(v) for v in values], dtype=np.int8)


def kinds_of(values: Iterable[ContractKind | None]) -> NDArray[np.int8]:
    """A column of contract kind masks, both bits when unknown."""
    return np.array([ALL_KINDS if v is None else v.value for v in values], dtype=np.int8)


def numbered_commune(commune: str | None, communes: Numbering[str]) -> int:
    """Number of a commune, -1 when unknown."""
    return -1 if commune is None else communes.number(commune)


def calm_of(live: Sequence[int], places_free: Ints) -> Floats:
    """Column of :func:`app.engine.parts.calm`."""
    return 1.0 / (1.0 + np.array(live, dtype=np.float64) / np.maximum(1, places_free))


def or_unknown(values: Iterable[float | None], unknown: float) -> Floats:
    """A column of rates with the value used when unknown."""
    return np.array([unknown if v is None else v for v in values], dtype=np.float64)


def answers(values: Iterable[bool | None]) -> NDArray[np.int8]:
    return np.array([ANSWERS[v] for v in values], dtype=np.int8)


def _mask(values: Iterable[bool]) -> NDArray[np.int8]:
    return np.array(list(values), dtype=np.int8)


def _session_kind(row: SessionInput, words: Words) -> int:
    trades = tuple(sorted({words.trades.number(trade) for trade in row.trades}))
    level = -1 if row.level is None else checked(row.level)
    return words.sessions.number((words.title(row.title), trades, level))


def _opening_fixed(rows: Sequence[OpeningInput], weights: Weights) -> Floats:
    """Column of :func:`app.engine.score.of_opening_alone`."""
    w = weights.parts
    shortage = np.array([w.shortage if row.shortage else 0.0 for row in rows], dtype=np.float64)
    rates = 0.5 * or_unknown((row.answer_rate for row in rows), weights.unknown_answering)
    free = ints(places(row.positions_free) for row in rows)
    calmness = 0.5 * calm_of([row.live_proposals for row in rows], free)
    return shortage + w.answering * rates + w.exposure * calmness


def _session_fixed(rows: Sequence[SessionInput], weights: Weights) -> Floats:
    """Column of :func:`app.engine.score.of_session_alone`."""
    w = weights.parts
    rates = or_unknown((row.answer_rate for row in rows), weights.unknown_answering)
    free = ints(places(row.seats_free) for row in rows)
    calmness = 0.25 * calm_of([row.live_proposals for row in rows], free)
    return w.answering * 0.5 * rates + w.exposure * calmness
