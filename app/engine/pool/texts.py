"""Similarity of texts to the titles of a pool: each distinct folded text is compared once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.engine.pool.columns import Floats, Texts, frozen
from app.engine.similarity import Knowledge, TitleIndex, trade_proximity
from app.engine.text import fold

if TYPE_CHECKING:
    from scipy.sparse import csr_array

TextRow = tuple[NDArray[np.int64], Floats]
DECIMALS = 6
REMEMBERED = 4096
FEW = 16
NOTHING: TextRow = (np.zeros(0, np.int64), np.zeros(0))


class PoolTexts:
    """Folded titles in parts: those of the build, then those met since, each with its index.

    A later part never changes an earlier one, so growing costs only the new titles.
    """

    def __init__(self, titles: Sequence[str], knowledge: Knowledge | None) -> None:
        self.titles = tuple(titles)
        self._knowledge = knowledge
        self._parts: tuple[tuple[int, TitleIndex], ...] = (
            ((0, TitleIndex(self.titles, knowledge)),) if titles else ()
        )
        self._rows: dict[str, TextRow] = {}
        self._folded: dict[str, str] = {}

    def grown(self, titles: Sequence[str]) -> PoolTexts:
        """The same with more titles at the end; ``self`` stays as it is."""
        if not titles:
            return self
        other = PoolTexts((), self._knowledge)
        other.titles = (*self.titles, *titles)
        part = (len(self.titles), TitleIndex(titles, self._knowledge))
        other._parts = (*self._parts, part)
        return other

    def fold(self, text: str) -> str:
        """Folded form of a text, remembered."""
        known = self._folded.get(text)
        if known is None:
            if len(self._folded) >= REMEMBERED:
                self._folded = {}
            known = self._folded[text] = fold(text)
        return known

    def forget(self) -> None:
        """Forget remembered rows, so that the next question compares afresh."""
        self._rows, self._folded = {}, {}

    def row(self, query: str) -> TextRow:
        """Title numbers (ascending) and similarities of one folded text, remembered."""
        known = self._rows.get(query)
        if known is None:
            if len(self._rows) >= REMEMBERED:
                self._rows = {}
            known = self._rows[query] = self._read(query)
        return known

    def _read(self, query: str) -> TextRow:
        if not query:
            return NOTHING
        found = [(first, *index.scores(query)) for first, index in self._parts]
        titles = [first + places for first, places, _ in found]
        values = [scores for _, _, scores in found]
        return (
            np.concatenate([np.zeros(0, np.int64), *titles]),
            np.round(np.concatenate([np.zeros(0), *values]), DECIMALS),
        )

    def rows(self, queries: Sequence[str]) -> list[TextRow]:
        """Rows of many folded texts, compared together and not remembered."""
        if len(queries) <= FEW:
            return [self.row(query) for query in queries]
        starts, titles, values = self._compared(queries, 0.0)
        return [
            (titles[begin:end].astype(np.int64), values[begin:end])
            for begin, end in pairwise(starts.tolist())
        ]

    def above(self, queries: Sequence[str], floor: float, since: int = 0) -> Texts:
        """The same as one table, without what lies below a floor; titles from ``since`` on."""
        if since or len(queries) > FEW:
            return frozen(self._compared(queries, floor, since))
        rows = [self.row(query) for query in queries]
        starts = np.cumsum([0, *(len(titles) for titles, _ in rows)])
        titles = np.concatenate([NOTHING[0], *(titles for titles, _ in rows)])
        values = np.concatenate([NOTHING[1], *(values for _, values in rows)])
        kept = values >= floor
        return frozen(Texts(_counted(kept)[starts], titles[kept].astype(np.int32), values[kept]))

    def _compared(self, queries: Sequence[str], floor: float, since: int = 0) -> Texts:
        """Many texts with the titles of all parts; a country has millions of entries."""
        return side_by_side(
            [
                _above(first, index.scores_many(queries), floor)
                for first, index in self._parts
                if first >= since
            ]
            or [Texts(np.zeros(len(queries) + 1, np.int64), np.zeros(0, np.int32), NOTHING[1])]
        )


def side_by_side(parts: Sequence[Texts]) -> Texts:
    """Tables of the same texts and ascending titles as one."""
    if len(parts) == 1:
        return parts[0]
    count = len(parts[0].start) - 1
    rows = np.concatenate([np.repeat(np.arange(count), np.diff(each.start)) for each in parts])
    order = np.argsort(rows, kind="stable")
    titles = np.concatenate([each.title for each in parts])[order]
    values = np.concatenate([each.value for each in parts])[order]
    return frozen(Texts(np.searchsorted(rows[order], np.arange(count + 1)), titles, values))


def stacked(first: Texts, then: Texts) -> Texts:
    """Tables of the same titles, the texts of one after those of the other."""
    return frozen(
        Texts(
            np.concatenate([first.start, first.start[-1] + then.start[1:]]),
            np.concatenate([first.title, then.title]),
            np.concatenate([first.value, then.value]),
        )
    )


def _above(first: int, table: csr_array, floor: float) -> Texts:
    """The entries of a table that reach a floor; its titles are numbered from ``first``."""
    values = np.asarray(np.round(table.data.astype(np.float64), DECIMALS), dtype=np.float64)
    kept = values >= floor
    titles = table.indices[kept].astype(np.int32) + np.int32(first)
    return Texts(_counted(kept)[table.indptr], titles, values[kept])


def _counted(kept: NDArray[np.bool_]) -> NDArray[np.int64]:
    """How many are kept before each entry, and in all."""
    counts = np.zeros(len(kept) + 1, np.int64)
    np.cumsum(kept, out=counts[1:])
    return counts


class PoolLikeness:
    """The :class:`app.engine.parts.Likeness` of a pool."""

    def __init__(
        self, texts: PoolTexts, spellings: Mapping[str, int], knowledge: Knowledge | None
    ) -> None:
        self._texts = texts
        self._spellings = spellings
        self._related = None if knowledge is None else knowledge.related

    def text(self, query: str, title: str) -> float:
        """Similarity of a typed text to a title of the pool, as it is written there."""
        titles, values = self._texts.row(self._texts.fold(query))
        number = self._spellings[title]
        place = int(titles.searchsorted(number))
        found = place < len(titles) and titles[place] == number
        return float(values[place]) if found else 0.0

    def trade(self, code_a: str, code_b: str) -> float:
        """Proximity of two ROME codes."""
        return trade_proximity(code_a, code_b, self._related)
