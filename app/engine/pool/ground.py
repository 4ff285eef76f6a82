"""Everything of a pool but the youths: columns of openings and sessions and what links them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from app.engine.model import OpeningInput, SessionInput, YouthInput
from app.engine.pool.columns import (
    Bytes,
    Floats,
    Links,
    Near,
    OpeningKinds,
    Openings,
    Rows,
    Rules,
    SessionKinds,
    Sessions,
    Shelves,
    Sizes,
    Texts,
    Times,
    Ways,
    Youths,
    remade,
)
from app.engine.pool.compressed import side_by_side, stacked
from app.engine.pool.links import (
    Courses,
    Leads,
    RowKey,
    courses_of,
    link_rows,
    links_of,
    opening_kinds,
)
from app.engine.pool.pack import pack_openings, pack_sessions, sorted_rows
from app.engine.pool.pack_youths import pack_youths
from app.engine.pool.shelves import shelves_of
from app.engine.pool.tables import (
    allowed_of,
    near_of,
    rules_of,
    session_kinds,
    times_of,
)
from app.engine.pool.texts import PoolTexts
from app.engine.pool.ways import ways_of
from app.engine.pool.words import Words, YouthWords
from app.engine.pool.workbench import Workbench
from app.engine.similarity import Knowledge, Neighbours
from app.engine.travel_times import TravelTimes
from app.engine.weights import Weights


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Columns and tables; replaced as a whole, piece by piece, when something changes."""

    openings: Openings
    shelves: Shelves
    sessions: Sessions
    opening_kinds: OpeningKinds
    session_kinds: SessionKinds
    link_rows: Mapping[RowKey, int]
    links: Links
    leads: Leads
    ways: Ways
    rules: Rules
    words: Words
    texts: PoolTexts
    knowledge: Knowledge | None
    neighbours: Neighbours
    free: tuple[Floats, Floats]
    """Prices of openings and sessions when no plan charges anything: zeros."""
    bench: Workbench[Any]

    def sizes(self) -> Sizes:
        """How large the scratch of a search must be."""
        return Sizes(
            titles=len(self.words.titles),
            trades=len(self.words.trades),
            communes=len(self.words.communes),
            groups=len(self.opening_kinds.row),
            session_kinds=len(self.words.sessions),
            openings=len(self.openings.id),
            sessions=len(self.sessions.id),
        )


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch of youths as the searches read them; see ``kernels.asked.Query``."""

    youths: Youths
    texts: Texts
    near: Near
    times: Times
    allowed: Bytes


def build_ground(
    openings: Sequence[OpeningInput],
    sessions: Sequence[SessionInput],
    weights: Weights,
    knowledge: Knowledge | None,
) -> Ground:
    """Columns and tables of all rows."""
    words = Words()
    words.audiences.number(None)
    opening_columns = pack_openings(openings, words, weights)
    session_columns = pack_sessions(sessions, words, weights)
    texts = PoolTexts(tuple(words.titles.numbers), knowledge)
    courses = courses_of(words)
    rows = link_rows(words, courses)
    neighbours = _neighbours(words, knowledge, weights)
    leads = _all_leads(rows, words, texts, weights)
    links = links_of(words, courses, list(rows), leads, neighbours)
    rules, kinds = rules_of(weights), session_kinds(words)
    free = _free(opening_columns, session_columns)
    return Ground(
        openings=opening_columns,
        shelves=_shelves(opening_columns, words),
        sessions=session_columns,
        opening_kinds=opening_kinds(words, courses, rows),
        session_kinds=kinds,
        link_rows=rows,
        links=links,
        leads=leads,
        ways=ways_of(session_columns, kinds, links, free[1], rules),
        rules=rules,
        words=words,
        texts=texts,
        knowledge=knowledge,
        neighbours=neighbours,
        free=free,
        bench=Workbench(),
    )


def _shelves(openings: Openings, words: Words) -> Shelves:
    return shelves_of(openings, len(words.titles), len(words.trades))


def _free(openings: Openings, sessions: Sessions) -> tuple[Floats, Floats]:
    return np.zeros(len(openings.id)), np.zeros(len(sessions.id))


def _neighbours(words: Words, knowledge: Knowledge | None, weights: Weights) -> Neighbours:
    related = None if knowledge is None else knowledge.related
    return Neighbours(words.trades.numbers, related, weights.trade_floor)


def _all_leads(
    rows: Mapping[RowKey, int], words: Words, texts: PoolTexts, weights: Weights
) -> Leads:
    """The titles of all rows against all titles."""
    return Leads.none().grown(rows, words, texts, weights.course_floor, all_titles=True)


def grown_ground(
    ground: Ground,
    openings: Sequence[OpeningInput],
    sessions: Sequence[SessionInput],
    gone_openings: Sequence[int],
    gone_sessions: Sequence[int],
    weights: Weights,
) -> Ground:
    """The ground after changes; what a change does not touch is shared with the old one."""
    if not (openings or sessions or gone_openings or gone_sessions):
        return ground
    words = ground.words.copy()
    new_openings = pack_openings(openings, words, weights)
    new_sessions = pack_sessions(sessions, words, weights)
    texts = ground.texts.grown(tuple(words.titles.numbers)[len(ground.words.titles) :])
    merged_openings = _spliced(ground.openings, new_openings, gone_openings)
    merged_sessions = _spliced(ground.sessions, new_sessions, gone_sessions)
    grown = replace(
        ground,
        openings=merged_openings,
        shelves=_shelves(merged_openings, words),
        sessions=merged_sessions,
        words=words,
        texts=texts,
        neighbours=ground.neighbours
        if len(words.trades) == len(ground.words.trades)
        else _neighbours(words, ground.knowledge, weights),
        free=_free(merged_openings, merged_sessions),
        bench=Workbench(),
    )
    return _linked_again(ground, grown, weights)


def _linked_again(before: Ground, ground: Ground, weights: Weights) -> Ground:
    """The kinds and links of a changed ground; computed again only where new kinds came in."""
    words = ground.words
    same_sessions = len(words.sessions) == len(before.words.sessions)
    if same_sessions and len(words.openings) == len(before.words.openings):
        return ground if ground.sessions is before.sessions else _wayed(ground)
    courses = courses_of(words)
    rows = link_rows(words, courses)
    linked = replace(
        ground,
        opening_kinds=opening_kinds(words, courses, rows),
        session_kinds=session_kinds(words),
        link_rows=rows,
    )
    keys = list(rows)
    if keys[: len(before.link_rows)] != list(before.link_rows):
        # The first course without any ROME code: what decided by trade is now told by title.
        leads = _all_leads(rows, words, ground.texts, weights)
        links = links_of(words, courses, keys, leads, ground.neighbours)
        return _wayed(replace(linked, links=links, leads=leads))
    return _wayed(_more_links(before, linked, courses, weights))


def _more_links(before: Ground, ground: Ground, courses: Courses, weights: Weights) -> Ground:
    """A ground whose rows of links go on where those before it ended: old kinds keep their links."""
    words, keys, known = ground.words, list(ground.link_rows), len(before.link_rows)
    floor, met = weights.course_floor, len(before.words.sessions)
    links, more = before.links, len(words.sessions) > met
    leads = before.leads.grown(keys[known:], words, ground.texts, floor, all_titles=more)
    if more:
        later = courses_of(words, since=met)
        links = side_by_side(links, links_of(words, later, keys[:known], leads, ground.neighbours))
    fresh = links_of(words, courses, keys[known:], leads, ground.neighbours)
    return replace(ground, links=stacked(links, fresh), leads=leads)


def _wayed(ground: Ground) -> Ground:
    """A ground with the table of what its links lead to made again."""
    ways = ways_of(
        ground.sessions, ground.session_kinds, ground.links, ground.free[1], ground.rules
    )
    return replace(ground, ways=ways)


def _spliced(columns: Rows, new: Rows, gone: Sequence[int]) -> Rows:
    """The columns without the ids gone or given again, with the new rows, in order."""
    out = np.concatenate([new.id, np.array(gone, dtype=np.int64)])
    if not len(out):
        return columns
    kept = ~np.isin(columns.id, out)
    both: Iterable[tuple[Any, Any]] = zip(columns, new, strict=True)
    merged = (np.concatenate([old[kept], more]) for old, more in both)
    return sorted_rows(remade(columns, merged))


def batch_of(
    ground: Ground, own: YouthWords, youths: Youths, texts: Texts, times: TravelTimes
) -> Batch:
    """Columns of some youths with what their trades, homes and agreements mean here."""
    return Batch(
        youths=youths,
        texts=texts,
        near=near_of(own, ground.neighbours),
        times=times_of(own, ground.words, times),
        allowed=allowed_of(own, ground.words),
    )


def packed_batch(
    ground: Ground,
    own: YouthWords,
    rows: Sequence[YouthInput],
    times: TravelTimes,
    weights: Weights,
) -> Batch:
    """The same from rows; ``own`` learns what they name."""
    youths = pack_youths(rows, own, ground.words.trades.numbers, weights, times)
    texts = ground.texts.above(tuple(own.wishes.numbers), weights.wish_floor)
    return batch_of(ground, own, youths, texts, times)
