"""Similarity of texts to the titles of a pool: each distinct folded text is compared once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.engine.pool.columns import Floats, Texts, frozen
from app.engine.pool.compressed import side_by_side
from app.engine.similarity import Knowledge, TitleIndex, trade_proximity
from app.engine.text import fold
from app.engine.text.asked import AskedTexts

if TYPE_CHECKING:
    from scipy.sparse import csr_array

TextRow = tuple[NDArray[np.int64], Floats]
DECIMALS = 6
REMEMBERED = 4096
FEW = 16
NOTHING: TextRow = (np.zeros(0, np.int64), np.zeros(0))


class PoolTexts:
    """Folded titles in parts: those of the build, then those met since, each with its index.

    A later part never changes an earlier one, so growing costs only the new titles. Later parts
    weigh and spell words as the first one does.
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
        first = self._parts[0][1] if self._parts else None
        part = (len(self.titles), TitleIndex(titles, self._knowledge, first))
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

    def above(self, queries: Sequence[str], floor: float) -> Texts:
        """Rows of some folded texts as one table, without what lies below a floor.

        Many are compared together and not remembered.
        """
        if len(queries) > FEW:
            return frozen(self._compared(queries, floor))
        rows = [self.row(query) for query in queries]
        starts = np.cumsum([0, *(len(titles) for titles, _ in rows)])
        titles = np.concatenate([NOTHING[0], *(titles for titles, _ in rows)])
        values = np.concatenate([NOTHING[1], *(values for _, values in rows)])
        kept = values >= floor
        return frozen(Texts(_counted(kept)[starts], titles[kept].astype(np.int32), values[kept]))

    def _compared(self, queries: Sequence[str], floor: float) -> Texts:
        """Many texts with the titles of all parts; a country has millions of entries."""
        table = empty_table(len(queries))
        for first, index in self._parts:
            found = _above(first, index.scores_many(queries), floor)
            table = side_by_side(table, found) if first else found
        return table

    def above_and_asked(
        self, queries: Sequence[str], floor: float
    ) -> tuple[Texts, AskedTexts | None]:
        """The table of many texts, and these texts kept for titles to come.

        ``None`` when there is no title yet.
        """
        if not self._parts:
            return empty_table(len(queries)), None
        scores, asked = self._parts[0][1].scores_and_asked(queries)
        table = self.with_later(_above(0, scores, floor), queries, asked, floor, since=1)
        return table, asked

    def with_later(
        self,
        table: Texts,
        queries: Sequence[str],
        asked: AskedTexts | None,
        floor: float,
        since: int,
    ) -> Texts:
        """A table of texts against the titles before ``since``, with those from there on.

        Only texts that may be like a new title are compared with it: ``asked`` holds the first of
        them and finds those; all texts after them are compared.
        """
        known = 0 if asked is None else asked.count
        for first, index in self._parts:
            if first >= since:
                like = [index.like(asked)] if asked else []
                rows = np.concatenate([*like, np.arange(known, len(queries))])
                scores = index.scores_many([queries[row] for row in rows.tolist()])
                found = spread(_above(first, scores, floor), rows, len(queries))
                table = side_by_side(table, found)
        return frozen(table)


def spread(table: Texts, rows: NDArray[np.int64], count: int) -> Texts:
    """The rows of a table as the rows ``rows`` (ascending) of one of so many rows."""
    sizes = np.zeros(count + 1, np.int64)
    sizes[rows + 1] = np.diff(table.start)
    return table._replace(start=np.cumsum(sizes))


def empty_table(rows: int) -> Texts:
    """The table of so many texts that are like nothing."""
    return Texts(np.zeros(rows + 1, np.int64), np.zeros(0, np.int32), NOTHING[1])


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
