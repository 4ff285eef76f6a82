"""The rows of a pool as plain tables of floats for the checker: one line a row, NaN for unknown.

Made here from the rows themselves; nothing of the planner's or the searches' columns is read, so
that a fault there cannot hide here. What titles and trades have in common is asked anew of
``TitleIndex`` and ``trade_proximity``, which define it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from math import floor
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from app.engine.model import OpeningInput, Rhythm, SessionInput, Window, YouthInput
from app.engine.paces import hours_per_km
from app.engine.parts import calm, rank_factor
from app.engine.pool import Pool
from app.engine.similarity import TitleIndex, trade_proximity
from app.engine.text import fold
from app.engine.travel_times import Home, TravelTimes
from app.engine.weights import Weights

Table = NDArray[np.float64]
Row = TypeVar("Row", YouthInput, OpeningInput, SessionInput)
Leaf = TypeVar("Leaf", OpeningInput, SessionInput)
NAN = float("nan")
CHUNK = 4096
FOREVER = 1e9
STRIP = 0.1
"""Height of a strip of the map, in degrees of latitude."""
ALL = float(0xFFFF)


class Ragged(NamedTuple):
    """Lists of different lengths: entries ``start[i]:start[i + 1]`` of ``item`` and ``value``."""

    start: NDArray[np.int64]
    item: NDArray[np.int64]
    value: Table


class Strips(NamedTuple):
    """Where the rows of each strip of the map begin, from the number ``lowest`` on, and the last end."""

    lowest: int
    start: NDArray[np.int64]


class Sheets(NamedTuple):
    """Everything the checker adds up.

    ``youths``, ``openings`` and ``sessions`` have one column a constant of ``worth.py``; openings and
    sessions are sorted strip by strip, from west to east, those without position last; ``*_ids``
    name them.
    ``wishes``: row of ``texts``; its factor is in ``value``. ``wish_trades``: row of ``near`` or -1.
    ``links``: the courses that lead to each job, with opening ↔ course.
    """

    youths: Table
    openings: Table
    sessions: Table
    opening_strips: Strips
    session_strips: Strips
    opening_ids: NDArray[np.int64]
    session_ids: NDArray[np.int64]
    wishes: Ragged
    wish_trades: NDArray[np.int64]
    texts: Ragged
    near: Table
    barred: Ragged
    aside_openings: Ragged
    aside_sessions: Ragged
    course_trades: Ragged
    courses: int
    links: Ragged
    allowed: NDArray[np.bool_]
    minutes: Ragged
    communes: int


def sheets_of(pool: Pool) -> Sheets:
    """The tables of a pool."""
    openings = _by_strip(pool.openings.values())
    sessions = _by_strip(pool.sessions.values())
    both: tuple[OpeningInput | SessionInput, ...] = (*openings, *sessions)
    youths = tuple(pool.youths.values())
    folded = _folded(youths, both)
    titles = _numbers(folded[row.title] for row in both)
    trades = _numbers(_trades(openings, sessions))
    communes = _numbers(row.commune for row in both if row.commune)
    audiences = _numbers(row.audience for row in both)
    members = _numbers(row.organisations for row in youths)
    homes = _numbers(home for row in youths if (home := pool.times.home(row)) is not None)
    texts = _numbers(folded[wish.text] for row in youths for wish in row.wishes)
    wanted = _numbers(wish.trade for row in youths for wish in row.wishes if wish.trade)
    courses = _numbers((folded[row.title], row.trades) for row in sessions)
    told = all(codes for _, codes in courses)
    jobs = _numbers(_job(row, folded, told) for row in openings)
    index = TitleIndex(tuple(titles), pool.knowledge)
    weights, near = pool.weights, _nearness(pool)

    def opening_line(row: OpeningInput) -> tuple[float, ...]:
        trade = trades.get(row.trade or "", len(trades))
        numbers = (titles[folded[row.title]], trade, jobs[_job(row, folded, told)])
        return *_leaf(row, audiences, communes), *numbers, *_opening(row, weights)

    def session_line(row: SessionInput) -> tuple[float, ...]:
        numbers = (titles[folded[row.title]], courses[folded[row.title], row.trades])
        return *_leaf(row, audiences, communes), *numbers, *_session(row, weights)

    return Sheets(
        youths=_table(
            youths, lambda row: _youth(row, members, _home(pool.times, row, homes), weights)
        ),
        openings=_table(openings, opening_line),
        sessions=_table(sessions, session_line),
        opening_strips=_strips(openings),
        session_strips=_strips(sessions),
        opening_ids=np.array([row.id for row in openings], dtype=np.int64),
        session_ids=np.array([row.id for row in sessions], dtype=np.int64),
        wishes=_ragged(
            [(texts[folded[wish.text]], rank_factor(wish.rank, weights)) for wish in row.wishes]
            for row in youths
        ),
        wish_trades=_wish_trades(youths, wanted),
        texts=_alike(index, list(texts), weights.wish_floor),
        near=_grid([[near(own, code) for code in trades] + [0.0] for own in wanted], len(trades)),
        barred=_listed([trades[c] for c in row.barred_trades if c in trades] for row in youths),
        aside_openings=_listed(row.set_aside_openings for row in youths),
        aside_sessions=_listed(row.set_aside_sessions for row in youths),
        course_trades=_listed([trades[code] for code in codes] for _, codes in courses),
        courses=len(courses),
        links=_links(jobs, courses, titles, index, near, weights),
        allowed=_allowed(members, audiences),
        minutes=_ragged(_minutes(pool.times, homes, communes)),
        communes=len(communes),
    )


def _nearness(pool: Pool) -> Callable[[str, str], float]:
    """Proximity of two trades, 0 below the floor."""
    related = pool.knowledge.related if pool.knowledge else None

    def near(one: str, other: str) -> float:
        value = trade_proximity(one, other, related)
        return value if value >= pool.weights.trade_floor else 0.0

    return near


def _by_strip(rows: Iterable[Leaf]) -> list[Leaf]:
    """Rows from south to north by strips, from west to east in each; those without position last."""
    return sorted(
        rows,
        key=lambda row: (
            (1, 0, 0.0, row.id)
            if row.lat is None or row.lon is None
            else (0, floor(row.lat / STRIP), row.lon, row.id)
        ),
    )


def _strips(rows: Sequence[Leaf]) -> Strips:
    """The strips of rows sorted by them; none when no row has a position."""
    numbers = [
        floor(row.lat / STRIP) for row in rows if row.lat is not None and row.lon is not None
    ]
    if not numbers:
        return Strips(0, np.zeros(1, np.int64))
    every = np.arange(numbers[0], numbers[-1] + 2)
    return Strips(numbers[0], np.searchsorted(numbers, every).astype(np.int64))


def _folded(
    youths: Iterable[YouthInput], both: Iterable[OpeningInput | SessionInput]
) -> dict[str, str]:
    """Every text met, folded once."""
    written = {wish.text for row in youths for wish in row.wishes} | {row.title for row in both}
    return {text: fold(text) for text in written}


def _job(row: OpeningInput, folded: Mapping[str, str], told: bool) -> tuple[str, str | None]:
    """What courses see of an opening; its title only where it is compared (``told``: nowhere)."""
    return ("" if told and row.trade else folded[row.title]), row.trade


def _trades(openings: Sequence[OpeningInput], sessions: Sequence[SessionInput]) -> Iterator[str]:
    yield from (row.trade for row in openings if row.trade)
    yield from (code for row in sessions for code in row.trades)


Name = TypeVar("Name")


def _numbers(names: Iterable[Name]) -> dict[Name, int]:
    return {name: number for number, name in enumerate(dict.fromkeys(names))}


def _table(rows: Sequence[Row], line: Callable[[Row], Sequence[float]]) -> Table:
    """One line a row, made in chunks so that half a million rows need little memory."""
    parts = [
        np.array([line(row) for row in rows[first : first + CHUNK]], dtype=np.float64)
        for first in range(0, len(rows), CHUNK)
    ]
    return np.concatenate(parts) if parts else np.zeros((0, 32))


def _ragged(rows: Iterable[Sequence[tuple[int, float]]]) -> Ragged:
    starts, items, values = [0], list[int](), list[float]()
    for row in rows:
        items.extend(item for item, _ in row)
        values.extend(value for _, value in row)
        starts.append(len(items))
    return Ragged(
        np.array(starts, dtype=np.int64), np.array(items, dtype=np.int64), np.array(values)
    )


def _listed(rows: Iterable[Collection[int]]) -> Ragged:
    return _ragged([(item, 1.0) for item in sorted(row)] for row in rows)


def _grid(rows: Sequence[Sequence[float]], trades: int) -> Table:
    """Nearness by wanted trade and trade met; the last column stands for no trade."""
    return np.array(rows, dtype=np.float64).reshape(len(rows), trades + 1)


def _wish_trades(youths: Sequence[YouthInput], wanted: Mapping[str, int]) -> NDArray[np.int64]:
    rows = [wanted.get(wish.trade or "", -1) for row in youths for wish in row.wishes]
    return np.array(rows, dtype=np.int64)


def _allowed(
    members: Collection[frozenset[int]], audiences: Collection[frozenset[int] | None]
) -> NDArray[np.bool_]:
    """Whether each membership may be shown to each audience."""
    rows = [[a is None or bool(a & own) for a in audiences] for own in members]
    return np.array(rows, dtype=np.bool_).reshape(len(members), len(audiences))


def _alike(index: TitleIndex, texts: Sequence[str], least: float) -> Ragged:
    """Titles alike to each text, from ``least`` on; an empty text is like nothing."""
    table = index.scores_many(list(texts))
    values: Table = table.data.astype(np.float64).round(6)
    sizes = np.diff(table.indptr)
    told = np.repeat(np.array([bool(text) for text in texts], dtype=np.bool_), sizes)
    kept = told & (values >= least)
    before = np.concatenate([[0], np.cumsum(kept)])
    return Ragged(
        before[table.indptr].astype(np.int64), table.indices[kept].astype(np.int64), values[kept]
    )


def _links(
    jobs: Mapping[tuple[str, str | None], int],
    courses: Mapping[tuple[str, tuple[str, ...]], int],
    titles: Mapping[str, int],
    index: TitleIndex,
    near: Callable[[str, str], float],
    weights: Weights,
) -> Ragged:
    """Opening ↔ course of every job and course: trades where both name them, else titles."""
    by_trade: dict[str, Table] = {}
    traded = np.array([bool(codes) for _, codes in courses], dtype=np.bool_)
    untold = {title for title, trade in jobs if trade is None or not traded.all()}
    rows = {title: row for row, title in enumerate(sorted(untold))}
    alike = _alike(index, list(rows), weights.course_floor)
    named = np.array([titles[name] for name, _ in courses], dtype=np.int64)

    def line(title: str, trade: str | None) -> list[tuple[int, float]]:
        links = np.zeros(len(courses))
        if title in rows:
            links = _spread(alike, rows[title], len(titles))[named]
        if trade is not None:
            if trade not in by_trade:
                by_trade[trade] = _by_codes(trade, courses, near)
            links[traded] = by_trade[trade][traded]
        return [(course, float(links[course])) for course in np.flatnonzero(links).tolist()]

    return _ragged(line(*job) for job in jobs)


def _spread(alike: Ragged, row: int, titles: int) -> Table:
    """One row of likenesses by number of the title."""
    own = slice(alike.start[row], alike.start[row + 1])
    spread = np.zeros(titles)
    spread[alike.item[own]] = alike.value[own]
    return spread


def _by_codes(
    trade: str,
    courses: Iterable[tuple[str, tuple[str, ...]]],
    near: Callable[[str, str], float],
) -> Table:
    """How near a trade is to the nearest trade of each course."""
    told = {code: near(trade, code) for code in {code for _, codes in courses for code in codes}}
    return np.array([max((told[code] for code in codes), default=0.0) for _, codes in courses])


def _home(times: TravelTimes, row: YouthInput, homes: Mapping[Home, int]) -> int:
    home = times.home(row)
    return -1 if home is None else homes[home]


def _minutes(
    times: TravelTimes, homes: Iterable[Home], communes: Mapping[str, int]
) -> Iterator[list[tuple[int, float]]]:
    """Known minutes from each home, pair by pair."""
    for home in homes:
        told = ((number, times.between(home, commune)) for commune, number in communes.items())
        yield [(number, minutes) for number, minutes in told if minutes is not None]


def _told(value: float | bool | None) -> float:
    return NAN if value is None else float(value)


def _mask(levels: frozenset[int] | None) -> float:
    return ALL if levels is None else float(sum(1 << level for level in levels))


def _kinds(kinds: int | None) -> float:
    return 3.0 if kinds is None else float(kinds)


def _window(window: Window | None) -> tuple[float, float]:
    return (-FOREVER, FOREVER) if window is None else (float(window[0]), float(window[1]))


def _day(day: int | None, unknown: float) -> float:
    return unknown if day is None else float(day)


def _youth(
    row: YouthInput,
    members: Mapping[frozenset[int], int],
    home: int,
    weights: Weights,
) -> tuple[float, ...]:
    """Columns ``Y_*``."""
    kinds = 3 if row.kinds is None else int(row.kinds)
    unsure = (row.apprenticeship_starts is None and kinds & 1) or (
        row.professionalisation_starts is None and kinds & 2
    )
    doubts = (row.kinds is None) + bool(unsure)
    ready = weights.unknown_readiness if row.readiness is None else row.readiness
    own = weights.parts.readiness * ready - weights.doubt_cost * doubts
    own += weights.parts.exposure * 0.25 * calm(row.live_proposals, 1)
    known = row.lat is not None and row.lon is not None
    return (
        _told(row.lat) if known else NAN, _told(row.lon) if known else NAN,
        _told(row.limit_km), _told(row.limit_minutes), hours_per_km(row.means),
        _told(row.licence), _told(row.boarding), kinds, _told(row.adult_from),
        _told(row.level_held), _told(row.level_expected), _told(row.level_aimed),
        _mask(row.levels_wanted), members[row.organisations], home,
        own, _day(row.available_from, -FOREVER), _day(row.available_to, FOREVER),
        *_window(row.apprenticeship_starts), *_window(row.professionalisation_starts),
        row.left_out_before, row.id,
    )  # fmt: skip


def _leaf(
    row: OpeningInput | SessionInput,
    audiences: Mapping[frozenset[int] | None, int],
    communes: Mapping[str, int],
) -> tuple[float, ...]:
    """The columns that openings and sessions share."""
    known = row.lat is not None and row.lon is not None
    return (
        _told(row.lat) if known else NAN, _told(row.lon) if known else NAN, row.id,
        audiences[row.audience], communes.get(row.commune or "", -1), _kinds(row.kinds),
        _day(row.start_from, -FOREVER), _day(row.start_to, FOREVER),
        row.start_from is None and row.start_to is None,
    )  # fmt: skip


def _opening(row: OpeningInput, weights: Weights) -> tuple[float, ...]:
    """Columns ``O_*`` from the free places on."""
    w = weights.parts
    rate = weights.unknown_answering if row.answer_rate is None else row.answer_rate
    own = w.shortage * bool(row.shortage) + w.answering * 0.5 * rate
    own += w.exposure * 0.5 * calm(row.live_proposals, row.positions_free)
    unknown = (row.kinds is None) + (row.levels is None) + (row.positions_free is None)
    unknown += row.start_from is None and row.start_to is None
    return (
        1 if row.positions_free is None else row.positions_free, _told(row.licence_needed),
        _told(row.minors_possible), _mask(row.levels), own, unknown,
    )  # fmt: skip


def _session(row: SessionInput, weights: Weights) -> tuple[float, ...]:
    """Columns ``S_*`` from the free places on."""
    w = weights.parts
    rate = weights.unknown_answering if row.answer_rate is None else row.answer_rate
    own = w.answering * 0.5 * rate + w.exposure * 0.25 * calm(row.live_proposals, row.seats_free)
    unknown = (row.kinds is None) + (row.level is None) + (row.certified_until is None)
    unknown += (row.seats_free is None) + (row.start_from is None and row.start_to is None)
    until = min(_day(row.contract_to, FOREVER), _day(row.certified_until, FOREVER))
    return (
        1 if row.seats_free is None else row.seats_free, _told(row.level), _told(row.entry_level),
        _told(row.boarding), weights.blocks_factor if row.rhythm is Rhythm.BLOCKS else 1.0,
        _day(row.contract_from, -FOREVER), until, own, unknown,
    )  # fmt: skip
