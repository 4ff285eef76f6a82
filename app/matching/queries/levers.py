"""« Ce qui débloquerait »: levers of a youth, of an opening and of a session, with the words that a page shows.

A lever has a key that fits in an address, so that the list which it would give can be shown, linked and left again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.engine.journeys import crow_km
from app.engine.levers import LeverCode, youth_changes
from app.engine.model import YouthInput
from app.engine.pool import Pool
from app.engine.reasons import Value
from app.engine.travel_times import TravelTimes
from app.engine.unlock import Lever, unlock, unlock_opening, unlock_session
from app.matching.queries.pool import current_pool
from app.matching.queries.rows import load_youth
from app.matching.queries.words import OpeningWords, opening_words
from app.reference.queries import trade_labels

MOST_LEVERS = 8
MOST_BETTER = 2
BETWEEN = "~"
"""Between the two halves of a pair in an address; no key holds it."""


@dataclass(frozen=True, slots=True)
class LeverLine:
    """One lever as the page shows it: `added` triples; `best` is the opening of a new best one.

    `best_km` and, where a table knows them, `best_minutes` are from home.
    """

    codes: tuple[LeverCode, ...]
    values: tuple[Mapping[str, Value], ...]
    key: str
    added: int
    best: OpeningWords | None = None
    best_km: float | None = None
    best_minutes: float | None = None


@dataclass(frozen=True, slots=True)
class Around:
    """What the pool holds for the trades that a youth wishes, whatever the rules say; km are of the nearest."""

    trades: tuple[str, ...]
    openings: int
    nearest_opening: float | None
    sessions: int
    nearest_session: float | None


def youth_row(db_session: Session, pool: Pool, youth_id: int) -> YouthInput | None:
    """The engine row of a youth: from the pool, or read for the adviser when the youth is not listed."""
    known = pool.youths.get(youth_id)
    if known is not None:
        return known
    found = load_youth(db_session, [youth_id], only_listed=False)
    return found[0] if found else None


def lever_key(code: str, values: Mapping[str, Any]) -> str:
    """The name of one change in an address: its code and its values."""
    return "-".join([code.lower(), *(str(value) for value in values.values())])


def key_of(codes: Sequence[LeverCode], values: Sequence[Mapping[str, Value]]) -> str:
    """The name of a lever in an address: one change, or two."""
    pairs = zip(codes, values, strict=True)
    return BETWEEN.join(lever_key(code.name, its_values) for code, its_values in pairs)


def pull_lever(pool: Pool, row: YouthInput, key: str) -> tuple[YouthInput, Lever | None]:
    """The row after the changes that `key` names; unknown names change nothing.

    Each change is made as the engine makes it when it counts: all come from the row as it is today.
    """
    wanted = key.split(BETWEEN)
    changes = {
        lever_key(change.code.name, change.values): change
        for change in youth_changes(row, pool.trades(), pool.likeness, pool.weights)
    }
    if not all(one in changes for one in wanted):
        return row, None
    chosen = [changes[one] for one in wanted]
    for change in chosen:
        row = change.make(row)
    codes = tuple(change.code for change in chosen)
    return row, Lever(codes, tuple(change.values for change in chosen), added=0)


def youth_levers(db_session: Session, *, youth_id: int) -> list[LeverLine]:
    """Changes, alone or in pairs, that add triples, most first; then those that only lift the best one."""
    pool = current_pool(db_session)
    row = youth_row(db_session, pool, youth_id)
    if row is None:
        return []
    found = unlock(pool, row)
    adding = [lever for lever in found if lever.added > 0][:MOST_LEVERS]
    better = [lever for lever in found if lever.added == 0][:MOST_BETTER]
    chosen = [*adding, *better]
    words = opening_words(db_session, {one.best.opening for one in chosen if one.best is not None})
    return [_line(lever, row, words, pool.times) for lever in chosen]


def _line(
    lever: Lever, row: YouthInput, words: Mapping[int, OpeningWords], times: TravelTimes
) -> LeverLine:
    key = key_of(lever.codes, lever.values)
    best = words.get(lever.best.opening) if lever.best is not None and lever.gain > 0 else None
    if best is None:
        return LeverLine(lever.codes, lever.values, key, lever.added)
    km = crow_km(row, best.latitude, best.longitude)
    minutes = times.between(times.home(row), best.commune_code)
    return LeverLine(lever.codes, lever.values, key, lever.added, best, km, minutes)


def opening_levers(db_session: Session, *, opening_id: int) -> list[LeverLine]:
    """What the employer could change, and how many more youth the opening would suit."""
    pool = current_pool(db_session)
    return _lines(unlock_opening(pool, opening_id)) if opening_id in pool.openings else []


def session_levers(db_session: Session, *, session_id: int) -> list[LeverLine]:
    """What the CFA could change, and how many more youth the session would suit."""
    pool = current_pool(db_session)
    return _lines(unlock_session(pool, session_id)) if session_id in pool.sessions else []


def _lines(levers: Sequence[Lever]) -> list[LeverLine]:
    adding = [lever for lever in levers if lever.added > 0][:MOST_LEVERS]
    return [
        LeverLine(one.codes, one.values, key_of(one.codes, one.values), one.added) for one in adding
    ]


def lever_trades(db_session: Session, levers: Sequence[Lever | LeverLine]) -> dict[str, str]:
    """Labels of the neighbouring trades that levers name; no statement when there is none."""
    codes = {
        str(values["trade"]) for lever in levers for values in lever.values if "trade" in values
    }
    return trade_labels(db_session, codes) if codes else {}


def around(pool: Pool, row: YouthInput) -> Around:
    """What there is for these wishes at any distance: said when a list is empty, so that nobody guesses why."""
    wanted = frozenset(wish.trade for wish in row.wishes if wish.trade)
    openings = [one for one in pool.openings.values() if one.trade in wanted]
    sessions = [one for one in pool.sessions.values() if not wanted.isdisjoint(one.trades)]
    return Around(
        trades=tuple(sorted(wanted)),
        openings=len(openings),
        nearest_opening=_nearest(row, [(one.lat, one.lon) for one in openings]),
        sessions=len(sessions),
        nearest_session=_nearest(row, [(one.lat, one.lon) for one in sessions]),
    )


def _nearest(row: YouthInput, places: Sequence[tuple[float | None, float | None]]) -> float | None:
    known = (crow_km(row, *place) for place in places)
    return min((km for km in known if km is not None), default=None)
