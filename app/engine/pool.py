"""The pool: everybody's rows, frozen, with what they share computed once.

A pool is a value. ``replaced``, ``removed`` and the named verbs return the *next* pool, whose
version is one more, and leave the old one whole for the threads that still read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeVar

from app.engine.journeys import NO_TIMES, TravelTimes
from app.engine.likeness import PoolLikeness
from app.engine.model import OpeningInput, SessionInput, YouthInput
from app.engine.similarity import Knowledge
from app.engine.weights import DEFAULT, Weights

Row = TypeVar("Row", YouthInput, OpeningInput, SessionInput)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Rows by id (ascending), the weights and the likeness they are judged with."""

    youths: Mapping[int, YouthInput]
    openings: Mapping[int, OpeningInput]
    sessions: Mapping[int, SessionInput]
    weights: Weights
    knowledge: Knowledge | None
    times: TravelTimes
    likeness: PoolLikeness
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
        """Read all rows. Raises ``ValueError`` when an id comes twice."""
        by_opening, by_session = _by_id(openings), _by_id(sessions)
        return Pool(
            youths=_by_id(youths),
            openings=by_opening,
            sessions=by_session,
            weights=weights,
            knowledge=knowledge,
            times=times,
            likeness=PoolLikeness(_titles(by_opening, by_session), knowledge),
            version=1,
        )

    def trades(self) -> list[str]:
        """Every ROME code met in the pool's openings, ascending."""
        return sorted({row.trade for row in self.openings.values() if row.trade is not None})

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
        """The next pool: rows given replace or join those of the same id, ids gone leave."""
        after_openings = _after(self.openings, openings, gone_openings)
        after_sessions = _after(self.sessions, sessions, gone_sessions)
        return replace(
            self,
            youths=_after(self.youths, youths, gone_youths),
            openings=after_openings,
            sessions=after_sessions,
            likeness=PoolLikeness(_titles(after_openings, after_sessions), self.knowledge),
            version=self.version + 1,
        )

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


def _after(rows: Mapping[int, Row], given: Iterable[Row], gone: Iterable[int]) -> Mapping[int, Row]:
    merged = {**rows, **{row.id: row for row in given}}
    for row_id in gone:
        merged.pop(row_id, None)
    return _by_id(merged.values())


def _titles(
    openings: Mapping[int, OpeningInput], sessions: Mapping[int, SessionInput]
) -> Iterable[str]:
    yield from (row.title for row in openings.values())
    yield from (row.title for row in sessions.values())
