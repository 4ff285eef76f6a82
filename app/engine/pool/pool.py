"""The pool: everybody's rows, frozen, with what they share computed once.

A pool is a value. ``changed`` and the verbs built on it return the *next* pool, whose version is
one more, and leave the old one whole for the threads that still read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeVar

import numpy as np

from app.engine.model import OpeningInput, SessionInput, YouthInput
from app.engine.pool.everybody import Everybody
from app.engine.pool.ground import Batch, Ground, build_ground, grown_ground, packed_batch
from app.engine.pool.texts import PoolLikeness
from app.engine.pool.words import YouthWords
from app.engine.similarity import Knowledge
from app.engine.travel_times import NO_TIMES, TravelTimes
from app.engine.weights import DEFAULT, Weights

Row = TypeVar("Row", YouthInput, OpeningInput, SessionInput)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Rows by id (ascending), the weights they are judged with, and the columns of the searches."""

    youths: Mapping[int, YouthInput]
    openings: Mapping[int, OpeningInput]
    sessions: Mapping[int, SessionInput]
    weights: Weights
    knowledge: Knowledge | None
    times: TravelTimes
    ground: Ground
    everybody: Everybody
    version: int

    @staticmethod
    def build(
        youths: Iterable[YouthInput],
        openings: Iterable[OpeningInput],
        sessions: Iterable[SessionInput],
        weights: Weights = DEFAULT,
        knowledge: Knowledge | None = None,
        times: TravelTimes = NO_TIMES,
    ) -> Pool:
        """Read all rows. Raises ``ValueError`` when an id comes twice or a value cannot be."""
        by_opening, by_session = _by_id(openings), _by_id(sessions)
        ground = build_ground(
            tuple(by_opening.values()), tuple(by_session.values()), weights, knowledge
        )
        return Pool(
            youths=_by_id(youths),
            openings=by_opening,
            sessions=by_session,
            weights=weights,
            knowledge=knowledge,
            times=times,
            ground=ground,
            everybody=Everybody(),
            version=1,
        )

    @property
    def likeness(self) -> PoolLikeness:
        """How texts and trades are compared."""
        return PoolLikeness(self.ground.texts, self.ground.words.spellings, self.knowledge)

    def batch(self, rows: Sequence[YouthInput]) -> Batch:
        """Columns of some youths against this pool."""
        return packed_batch(self.ground, YouthWords(), rows, self.times, self.weights)

    def whole_batch(self) -> Batch:
        """Columns of all youths of the pool, by ascending id; made once a version."""
        return self.everybody.batch(self.ground, self.youths, self.times, self.weights)

    def trades(self) -> list[str]:
        """Every ROME code of the pool's openings and sessions, ascending."""
        ground = self.ground
        numbers = ground.words.trades.numbers
        met = np.zeros(len(numbers) + 1, np.bool_)
        met[ground.openings.trade] = True
        held = np.zeros(len(ground.session_kinds.title), np.bool_)
        held[ground.sessions.kind] = True
        each = np.repeat(held, np.diff(ground.session_kinds.start))
        met[ground.session_kinds.trades[each]] = True
        return sorted(trade for trade, number in numbers.items() if met[number])

    def changed(
        self,
        *,
        youths: Iterable[YouthInput] = (),
        openings: Iterable[OpeningInput] = (),
        sessions: Iterable[SessionInput] = (),
        gone_youths: Iterable[int] = (),
        gone_openings: Iterable[int] = (),
        gone_sessions: Iterable[int] = (),
    ) -> Pool:
        """The next pool: rows given replace or join those of the same id, ids gone leave.

        ``ValueError`` when an id is given twice, or given and gone.
        """
        new_youths, left_youths = tuple(youths), tuple(gone_youths)
        new_openings, new_sessions = tuple(openings), tuple(sessions)
        left_openings, left_sessions = tuple(gone_openings), tuple(gone_sessions)
        ground = grown_ground(
            self.ground, new_openings, new_sessions, left_openings, left_sessions, self.weights
        )
        return replace(
            self,
            youths=_after(self.youths, new_youths, left_youths),
            openings=_after(self.openings, new_openings, left_openings),
            sessions=_after(self.sessions, new_sessions, left_sessions),
            ground=ground,
            everybody=self.everybody.after(new_youths, left_youths),
            version=self.version + 1,
        )

    def with_times(self, times: TravelTimes) -> Pool:
        """The next pool, with other tables of travel times."""
        return replace(self, times=times, everybody=Everybody(), version=self.version + 1)

    def replace_youth(self, row: YouthInput) -> Pool:
        """The next pool with this youth in place of the one of the same id, or added."""
        return self.changed(youths=(row,))

    def replace_opening(self, row: OpeningInput) -> Pool:
        """The next pool with this opening in place of the one of the same id, or added."""
        return self.changed(openings=(row,))

    def replace_session(self, row: SessionInput) -> Pool:
        """The next pool with this session in place of the one of the same id, or added."""
        return self.changed(sessions=(row,))

    def remove_youth(self, youth_id: int) -> Pool:
        """The next pool without this youth; nothing happens when the id is unknown."""
        return self.changed(gone_youths=(youth_id,))

    def remove_opening(self, opening_id: int) -> Pool:
        """The next pool without this opening; nothing happens when the id is unknown."""
        return self.changed(gone_openings=(opening_id,))

    def remove_session(self, session_id: int) -> Pool:
        """The next pool without this session; nothing happens when the id is unknown."""
        return self.changed(gone_sessions=(session_id,))


def _by_id(rows: Iterable[Row]) -> Mapping[int, Row]:
    ordered = sorted(rows, key=lambda row: row.id)
    by_id = {row.id: row for row in ordered}
    if len(by_id) != len(ordered):
        raise ValueError("the same id was given twice")
    return MappingProxyType(by_id)


def _after(rows: Mapping[int, Row], given: Sequence[Row], gone: Sequence[int]) -> Mapping[int, Row]:
    """The rows with some replaced, added or taken out; untouched when nothing changes."""
    if not given and not gone:
        return rows
    ids = {row.id for row in given}
    if len(ids) < len(given) or not ids.isdisjoint(gone):
        raise ValueError("an id was given twice, or given and gone")
    merged = dict(rows)
    known = all(row.id in merged for row in given)
    merged.update((row.id, row) for row in given)
    for row_id in gone:
        merged.pop(row_id, None)
    return MappingProxyType(merged) if known else _by_id(merged.values())
