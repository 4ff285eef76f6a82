"""Similarity of trade titles: the public face of ``app.engine.text``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz
from scipy.sparse import csr_array

from app.engine.text.fold import fold
from app.engine.text.knowledge import Knowledge, Synonym, TitledCode

__all__ = ["Knowledge", "Suggestion", "Synonym", "TitleIndex", "TitledCode", "TradeSuggester",
           "TradeTitle", "rank", "trade_proximity"]


def _grams(text: str) -> list[str]:
    padded = f" {text} "
    return [padded[i : i + 3] for i in range(len(padded) - 2)]


class TitleIndex:
    """An index over titles; reading is thread-safe."""

    FLOOR = 0.2

    def __init__(self, corpus: Sequence[str], knowledge: Knowledge | None = None) -> None:
        self._vocabulary: dict[str, int] = {}
        self._titles: list[str] = []
        self._rows: list[dict[int, int]] = []
        self._matrix: csr_array | None = None
        for title in corpus:
            self.add(title)

    def add(self, title: str) -> int:
        """Append a title and return its index."""
        row: dict[int, int] = {}
        for gram in _grams(fold(title)):
            column = self._vocabulary.setdefault(gram, len(self._vocabulary))
            row[column] = row.get(column, 0) + 1
        self._titles.append(title)
        self._rows.append(row)
        self._matrix = None
        return len(self._titles) - 1

    def _built(self) -> csr_array:
        if self._matrix is None:
            indptr = np.cumsum([0, *(len(row) for row in self._rows)])
            columns = np.array([c for row in self._rows for c in row], dtype=np.int64)
            values = np.array([v for row in self._rows for v in row.values()], dtype=np.float32)
            shape = (len(self._rows), len(self._vocabulary))
            matrix = csr_array((values, columns, indptr), shape=shape)
            document_frequency = np.bincount(columns, minlength=shape[1])
            self._idf = np.log((1 + shape[0]) / (1 + document_frequency)) + 1
            matrix.data *= self._idf[matrix.indices]
            norms = np.sqrt(matrix.multiply(matrix).sum(axis=1))
            matrix.data /= np.repeat(np.maximum(norms, 1e-12), np.diff(indptr))
            self._matrix = matrix
        return self._matrix

    def scores(self, query: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Indices (ascending) and scores in [0, 1] of all titles above the floor."""
        matrix = self._built()
        vector = np.zeros(matrix.shape[1])
        for gram in _grams(fold(query)):
            column = self._vocabulary.get(gram)
            if column is not None:
                vector[column] += self._idf[column]
        vector /= max(float(np.linalg.norm(vector)), 1e-12)
        cosine = np.clip(matrix @ vector, 0.0, 1.0)
        found = np.flatnonzero(cosine >= self.FLOOR)
        return found, cosine[found]

    def scores_many(self, queries: Sequence[str]) -> csr_array:
        """Scores of many queries: CSR of shape (queries, titles)."""
        rows = [self.scores(query) for query in queries]
        indptr = np.cumsum([0, *(len(found) for found, _ in rows)])
        indices = np.concatenate([found for found, _ in rows]) if rows else np.zeros(0, np.int64)
        values = np.concatenate([value for _, value in rows]) if rows else np.zeros(0)
        return csr_array((values, indices, indptr), shape=(len(queries), len(self._titles)))

    def search(self, query: str, k: int) -> list[tuple[int, float]]:
        """The k best titles, best first, ties by title then index."""
        found, values = self.scores(query)
        order = sorted(range(len(found)), key=lambda i: (-values[i], self._titles[found[i]], found[i]))
        return [(int(found[i]), float(values[i])) for i in order[:k]]


def rank(
    queries: Sequence[str], corpus: Sequence[str], k: int, knowledge: Knowledge | None = None
) -> list[list[tuple[int, float]]]:
    """The k best corpus titles of each query."""
    index = TitleIndex(corpus, knowledge)
    return [index.search(query, k) for query in queries]


@dataclass(frozen=True, slots=True)
class TradeTitle:
    """A title of a trade that may be proposed; ``kind`` is ``label`` or ``appellation``."""

    code: str
    title: str
    kind: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A trade proposed for a text; ``matched`` is the wording that brought it."""

    code: str
    title: str
    matched: str
    score: float


class TradeSuggester:
    """Trades proposed while somebody types."""

    def __init__(self, trades: Sequence[TradeTitle], knowledge: Knowledge | None = None) -> None:
        self._trades = tuple(trades)
        self._folded = [fold(trade.title) for trade in self._trades]

    def suggest(self, text: str, limit: int = 5) -> list[Suggestion]:
        """The best trades, one a code."""
        wanted = fold(text)
        best: dict[str, Suggestion] = {}
        for trade, folded in zip(self._trades, self._folded, strict=True):
            score = fuzz.WRatio(wanted, folded) / 100
            if score >= 0.8 and (trade.code not in best or best[trade.code].score < score):
                best[trade.code] = Suggestion(trade.code, trade.title, trade.title, score)
        return sorted(best.values(), key=lambda s: (-s.score, s.title))[:limit]


def trade_proximity(
    code_a: str, code_b: str, related: Mapping[tuple[str, str], float] | None = None
) -> float:
    """Proximity in [0, 1] of two ROME codes, symmetric."""
    if not code_a or not code_b:
        return 0.0
    if code_a == code_b:
        return 1.0
    if related:
        known = max(related.get((code_a, code_b), 0.0), related.get((code_b, code_a), 0.0))
        if known:
            return known
    for length, value in ((4, 0.8), (3, 0.5), (1, 0.15)):
        if code_a[:length] == code_b[:length]:
            return value
    return 0.0
