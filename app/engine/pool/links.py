"""Which courses lead to which jobs, computed once for all openings alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.engine.pool.columns import Links, OpeningKinds, frozen
from app.engine.pool.compressed import Row, compressed
from app.engine.pool.words import Words
from app.engine.similarity import Neighbours
from app.engine.weights import Weights

RowKey = tuple[int, int]
"""(title, trade) of openings; the title is -1 where the trade alone decides."""


@dataclass(frozen=True, slots=True)
class Courses:
    """Session kinds by trade and by title; ``untraded`` are those without any ROME code."""

    by_trade: Mapping[int, list[int]]
    by_title: Mapping[int, list[int]]
    untraded: frozenset[int]


def courses_of(words: Words) -> Courses:
    """Session kinds, indexed."""
    by_trade, by_title = defaultdict[int, list[int]](list), defaultdict[int, list[int]](list)
    untraded = set()
    for (title, trades, _), number in words.sessions.numbers.items():
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


def links_of(
    words: Words,
    courses: Courses,
    rows: Iterable[RowKey],
    text_rows: Callable[[Sequence[int]], Iterable[Row]],
    neighbours: Neighbours,
    weights: Weights,
) -> Links:
    """Rows of :func:`app.engine.parts.course_link`.

    ``text_rows`` gives, for numbered titles, their similarity to every title of the pool.
    """
    codes = list(words.trades.numbers)
    keys = list(rows)
    asked = sorted({title for title, _ in keys if title >= 0})
    texts = dict(zip(asked, map(list, text_rows(asked)), strict=True))

    def row(title: int, trade: int) -> Row:
        best: dict[int, float] = {}
        for other, value in neighbours.near(codes[trade]) if trade >= 0 else ():
            for kind in courses.by_trade.get(other, ()):
                best[kind] = max(value, best.get(kind, 0.0))
        for other, value in texts.get(title, ()):
            if value >= weights.course_floor:
                for kind in courses.by_title.get(other, ()):
                    if trade < 0 or kind in courses.untraded:
                        best[kind] = value
        return sorted(best.items())

    return frozen(Links(*compressed(row(title, trade) for title, trade in keys)))


def stacked_links(first: Links, then: Links) -> Links:
    """The rows of one table after those of another."""
    return frozen(
        Links(
            np.concatenate([first.start, first.start[-1] + then.start[1:]]),
            np.concatenate([first.kind, then.kind]),
            np.concatenate([first.value, then.value]),
        )
    )
