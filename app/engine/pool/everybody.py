"""The columns of all youths, kept from one version of a pool to the next.

A change of an opening or a session leaves them as they are, but for titles never met before; a change
of some youths makes only their rows again. Nothing is made before a question about everybody is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from app.engine.model import YouthInput
from app.engine.pool.columns import Longs, Youths, frozen
from app.engine.pool.compressed import stacked
from app.engine.pool.ground import Batch, Ground, batch_of
from app.engine.pool.pack_youths import pack_youths
from app.engine.pool.words import YouthWords
from app.engine.text.asked import AskedTexts
from app.engine.text.ragged import runs
from app.engine.travel_times import TravelTimes
from app.engine.weights import Weights

RAGGED = {
    "wish_start": ("wish_text", "wish_factor", "wish_trade"),
    "barred_start": ("barred",),
    "aside_openings_start": ("aside_openings",),
    "aside_sessions_start": ("aside_sessions",),
}
MANY = 2
"""Beyond one youth in so many changed, everything is made again."""


class Met(NamedTuple):
    """How many titles, trades, communes and audiences of a pool some columns know."""

    titles: int
    trades: int
    communes: int
    audiences: int


class Made(NamedTuple):
    """Columns of everybody, the numbers their names have, and what they know of the pool.

    ``asked`` finds the wishes that a title nobody has met may be like.
    """

    batch: Batch
    own: YouthWords
    met: Met
    asked: AskedTexts | None


class Everybody:
    """Columns made earlier, if any, and the youths changed since: a row, or ``None`` for gone."""

    def __init__(
        self, made: Made | None = None, changes: Mapping[int, YouthInput | None] | None = None
    ) -> None:
        self._state = made, changes or {}

    def after(self, rows: Sequence[YouthInput], gone: Collection[int]) -> Everybody:
        """Those of the next version of the pool."""
        made, changes = self._state
        told: dict[int, YouthInput | None] = {row.id: row for row in rows}
        return Everybody(made, {**changes, **told, **dict.fromkeys(gone)})

    def batch(
        self,
        ground: Ground,
        rows: Mapping[int, YouthInput],
        times: TravelTimes,
        weights: Weights,
    ) -> Batch:
        """The columns, by ascending id. Two threads may make them twice, and find the same."""
        before, changes = self._state
        met = _met(ground)
        if before is not None and met.trades > before.met.trades:
            changes = {**_barring(ground, before.met.trades, rows), **changes}
        if before is None or MANY * len(changes) > len(rows):
            made = _made(ground, rows, times, weights)
        elif changes or met != before.met:
            made = _spliced(before, changes, ground, times, weights)
        else:
            made = before
        self._state = made, {}
        return made.batch


def _met(ground: Ground) -> Met:
    words = ground.words
    return Met(len(words.titles), len(words.trades), len(words.communes), len(words.audiences))


def _barring(ground: Ground, trades: int, rows: Mapping[int, YouthInput]) -> dict[int, YouthInput]:
    """The youths who bar a trade that came in after so many: it has no number in their columns."""
    codes = frozenset(list(ground.words.trades.numbers)[trades:])
    return {row.id: row for row in rows.values() if not codes.isdisjoint(row.barred_trades)}


def _made(
    ground: Ground, rows: Mapping[int, YouthInput], times: TravelTimes, weights: Weights
) -> Made:
    own = YouthWords()
    trades = ground.words.trades.numbers
    youths = pack_youths(tuple(rows.values()), own, trades, weights, times)
    wishes = tuple(own.wishes.numbers)
    texts, asked = ground.texts.above_and_asked(wishes, weights.wish_floor)
    return Made(batch_of(ground, own, youths, texts, times), own, _met(ground), asked)


def _spliced(
    before: Made,
    changes: Mapping[int, YouthInput | None],
    ground: Ground,
    times: TravelTimes,
    weights: Weights,
) -> Made:
    """Earlier columns with the youths changed and the titles new since."""
    own, known = before.own.copy(), len(before.own.wishes)
    youths, texts, floor = before.batch.youths, before.batch.texts, weights.wish_floor
    if changes:
        rows = [row for _, row in sorted(changes.items()) if row is not None]
        fresh = pack_youths(rows, own, ground.words.trades.numbers, weights, times)
        youths = spliced_youths(youths, fresh, np.array(list(changes), np.int64))
    wishes = tuple(own.wishes.numbers)
    if len(ground.words.titles) > before.met.titles:
        since = before.met.titles
        texts = ground.texts.with_later(texts, wishes[:known], before.asked, floor, since)
    texts = stacked(texts, ground.texts.above(wishes[known:], floor))
    batch = batch_of(ground, own, youths, texts, times)
    return Made(batch, own, _met(ground), before.asked)


def spliced_youths(old: Youths, fresh: Youths, out: Longs) -> Youths:
    """The columns without the ids ``out``, with fresh rows, by ascending id."""
    kept = np.flatnonzero(~np.isin(old.id, out))
    rows = np.concatenate([kept, len(old.id) + np.arange(len(fresh.id))])
    ids = np.concatenate([old.id, fresh.id])
    rows = rows[np.argsort(ids[rows], kind="stable")]
    columns: dict[str, Any] = {}
    for start, entries in RAGGED.items():
        first, second = getattr(old, start), getattr(fresh, start)
        starts = np.concatenate([first, first[-1] + second[1:]])
        places, sizes = runs(starts, rows)
        columns[start] = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
        for name in entries:
            columns[name] = np.concatenate([getattr(old, name), getattr(fresh, name)])[places]
    for name in old._fields:
        if name not in columns:
            columns[name] = np.concatenate([getattr(old, name), getattr(fresh, name)])[rows]
    return frozen(Youths(**columns))
