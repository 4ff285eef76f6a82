"""Which courses lead to which jobs, computed once for all openings alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from app.engine.pool.columns import Links, OpeningKinds, Texts, frozen
from app.engine.pool.compressed import Row, compressed, stacked
from app.engine.pool.texts import PoolTexts, empty_table
from app.engine.pool.words import Words
from app.engine.similarity import Neighbours

RowKey = tuple[int, int]
"""(title, trade) of openings; the title is -1 where the trade alone decides."""


@dataclass(frozen=True, slots=True)
class Courses:
    """Session kinds by trade and by title; ``untraded`` are those without any ROME code."""

    by_trade: Mapping[int, list[int]]
    by_title: Mapping[int, list[int]]
    untraded: frozenset[int]


def courses_of(words: Words, since: int = 0) -> Courses:
    """Session kinds, indexed: all, or those numbered from ``since`` on."""
    by_trade, by_title = defaultdict[int, list[int]](list), defaultdict[int, list[int]](list)
    untraded = set()
    kinds = islice(words.sessions.numbers.items(), since, None)
    for (title, trades, _), number in kinds:
        by_title[title].append(number)
        for trade in trades:
            by_trade[trade].append(number)
        if not trades:
            untraded.add(number)
    return Courses(by_trade, by_title, frozenset(untraded))


def link_rows(words: Words, courses: Courses) -> dict[RowKey, int]:
    """Numbered rows of the links: openings of one trade share a row when ROME codes decide."""
    rows: dict[RowKey, int] = {}
    for kind in words.openings.numbers:
        rows.setdefault(_row_key(kind, courses), len(rows))
    return rows


def _row_key(kind: tuple[int, int, int], courses: Courses) -> RowKey:
    title, trade, _ = kind
    return (-1, trade) if trade >= 0 and not courses.untraded else (title, trade)


def opening_kinds(words: Words, courses: Courses, rows: Mapping[RowKey, int]) -> OpeningKinds:
    """Kinds of openings, grouped by what courses see of them."""
    groups: dict[tuple[int, int], int] = {}
    group = [
        groups.setdefault((rows[_row_key(kind, courses)], kind[2]), len(groups))
        for kind in words.openings.numbers
    ]
    table = np.array(list(groups), dtype=np.int32).reshape(-1, 2)
    return frozen(OpeningKinds(np.array(group, dtype=np.int32), table[:, 0], table[:, 1]))


@dataclass(frozen=True, slots=True)
class Leads:
    """Titles of openings whose courses are found by title, each with the titles like it.

    Row ``i`` of ``table`` is the title ``titles[i]`` against the first ``met`` titles of the pool.
    """

    titles: tuple[int, ...]
    table: Texts
    met: int

    @staticmethod
    def none() -> Leads:
        """No title at all."""
        return Leads((), empty_table(0), 0)

    def grown(
        self,
        keys: Iterable[RowKey],
        words: Words,
        texts: PoolTexts,
        floor: float,
        *,
        all_titles: bool,
    ) -> Leads:
        """The same with the titles of more rows; with ``all_titles``, against those met since too."""
        names = list(words.titles.numbers)
        known, met = frozenset(self.titles), self.met
        new = sorted({title for title, _ in keys if title >= 0}.difference(known))
        table = self.table
        if all_titles and self.titles and met < len(names):
            asked = [names[title] for title in self.titles]
            table = texts.with_later(table, asked, None, floor, met)
        fresh = texts.above([names[title] for title in new], floor)
        return Leads((*self.titles, *new), stacked(table, fresh), len(names) if all_titles else met)

    def rows(self, wanted: Collection[int]) -> dict[int, Row]:
        """By title wanted, the titles like it with their similarity."""
        start, titles, values = self.table
        found = dict[int, Row]()
        for place, title in enumerate(self.titles):
            if title in wanted:
                own = slice(start[place], start[place + 1])
                found[title] = list(zip(titles[own].tolist(), values[own].tolist(), strict=True))
        return found


def links_of(
    words: Words,
    courses: Courses,
    keys: Sequence[RowKey],
    leads: Leads,
    neighbours: Neighbours,
) -> Links:
    """Rows of :func:`app.engine.parts.course_link`; ``leads`` knows the titles of the rows."""
    codes = list(words.trades.numbers)
    texts = leads.rows(frozenset(title for title, _ in keys))

    def row(title: int, trade: int) -> Row:
        best: dict[int, float] = {}
        for other, value in neighbours.near(codes[trade]) if trade >= 0 else ():
            for kind in courses.by_trade.get(other, ()):
                best[kind] = max(value, best.get(kind, 0.0))
        for other, value in texts.get(title, ()):
            for kind in courses.by_title.get(other, ()):
                if trade < 0 or kind in courses.untraded:
                    best[kind] = value
        return sorted(best.items())

    return frozen(Links(*compressed(row(title, trade) for title, trade in keys)))
