"""The title index: scores of a query against every title of a corpus, exact and fast.

The score of two titles, in [0, 1] and 1 for titles that fold alike, is

    ALIGNMENT · alignment + SURFACE · n-gram cosine + MEANING · cosine of title vectors

and 0 when neither the n-gram cosine reaches ``NGRAM_FLOOR`` nor the alignment ``ALIGNMENT_FLOOR``.
Alignment is the geometric mean of how much of the query is found in the title and how much of the
title in the query, words weighted by how telling they are; a word is found as well as its most
alike word on the other side (``related.py``). n-grams are taken on words as typed, which keeps a
singular title ahead of a plural heading. Without learnt vectors the third weight goes to the first
two in proportion. A query with a word that nobody knows is read with each
known word it may stand for (``spelling.py``); the score is the best over these readings, each
lowered by how much less likely it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from app.engine.text.arrays import Floats, Ints
from app.engine.text.asked import AskedTexts
from app.engine.text.batches import Reading, Scorer
from app.engine.text.knowledge import Knowledge
from app.engine.text.lexicon import Analysis, Lexicon, lexicon_for
from app.engine.text.sparse import table_of
from app.engine.text.spelling import Speller
from app.engine.text.tables import Tables

if TYPE_CHECKING:
    from scipy.sparse import csr_array


class _Snapshot(NamedTuple):
    """What is known of the distinct titles, and who compares with the titles of the corpus."""

    tables: Tables
    scorer: Scorer


class TitleIndex:
    """An index over titles. Any number of threads may read while one adds.

    Titles that fold alike and are typed alike are compared once.
    """

    def __init__(
        self,
        corpus: Sequence[str],
        knowledge: Knowledge | None = None,
        beside: TitleIndex | None = None,
    ) -> None:
        """``beside``: an index whose weights and spelling this one takes over.

        Its words and those of this corpus are known here; knowledge is then its knowledge.
        """
        self._beside = beside
        self.lexicon: Lexicon = beside.lexicon if beside else lexicon_for(corpus, knowledge)
        self._titles: list[str] = list(corpus)
        self._distinct: dict[Analysis, int] = {}
        self._places = [self._place(self.lexicon.analyse(title)) for title in corpus]
        self._lock = Lock()
        self._tables: Tables | None = None
        self._snapshot: _Snapshot | None = None
        self._current()

    def __len__(self) -> int:
        return len(self._titles)

    def _place(self, analysis: Analysis) -> int:
        return self._distinct.setdefault(analysis, len(self._distinct))

    def add(self, title: str) -> int:
        """Append a title and return its index; the next reading sees it.

        The weights of words stay those of the construction. Nothing is rebuilt for a title that is
        written like one already there.
        """
        with self._lock:
            known = len(self._distinct)
            self._places.append(self._place(self.lexicon.analyse(title)))
            self._titles.append(title)
            self._snapshot = None
            if len(self._distinct) > known:
                self._tables = None
            return len(self._titles) - 1

    def _current(self) -> _Snapshot:
        snapshot = self._snapshot
        if snapshot is None:
            with self._lock:
                if self._tables is None:
                    self._tables = Tables(self.lexicon, list(self._distinct), self._speller())
                places = np.array(self._places, dtype=np.int64)
                scorer = Scorer(self._tables.arrays, places, self._tables.asker)
                snapshot = self._snapshot = _Snapshot(self._tables, scorer)
        return snapshot

    @property
    def speller(self) -> Speller:
        """Who corrects the words of queries here."""
        return self._current().tables.speller

    def _speller(self) -> Speller:
        if self._beside:
            words = (word for analysis in self._distinct for word in analysis.words)
            return self._beside.speller.with_words(list(words))
        uses = Counter(self.lexicon.uses)
        uses.update(word for analysis in self._distinct for word in analysis.words)
        uses.update(self.lexicon.named)
        return Speller(uses, self.lexicon.strangers)

    def scores(self, query: str) -> tuple[Ints, Floats]:
        """Indices (ascending) and scores of all titles above the floors."""
        tables, scorer = self._current()
        return scorer.one(tables.readings(query))

    def scores_many(self, queries: Sequence[str], threads: int | None = None) -> csr_array:
        """Scores of many queries: CSR of shape (queries, titles), float32.

        The values are those of :meth:`scores`, whatever the number of threads (default: one a
        core). Queries that read alike are compared once. The first call loads numba.
        """
        tables, scorer = self._current()
        return _scored(scorer, [tables.readings(query) for query in queries], threads)

    def scores_and_asked(self, queries: Sequence[str]) -> tuple[csr_array, AskedTexts]:
        """The same, with the queries kept for the indexes that will stand beside this one."""
        tables, scorer = self._current()
        readings = [tables.readings(query) for query in queries]
        strange = tables.speller.strange(word for query in queries for word in query.split())
        asked = AskedTexts(self.lexicon, queries, readings, strange)
        return _scored(scorer, readings, None), asked

    def like(self, asked: AskedTexts) -> Ints:
        """Which queries, asked of the index this one stands beside, may have a score here.

        Ascending; all others have none, and some of these have none either.
        """
        words = [word for analysis in self._distinct for word in analysis.words]
        learnt = self._beside.speller.strange(words) if self._beside else words
        return asked.like(list(self._distinct), learnt)

    def typed_scores(self, query: str, completions: int) -> tuple[Ints, Floats]:
        """The same while the query is being typed: its last word may be the start of a word."""
        tables, scorer = self._current()
        return scorer.one(tables.readings(query) + tables.completions(query, completions))

    def spelled(self, query: str) -> str:
        """The folded query with its misspelt words corrected."""
        return self._current().tables.spelled(query)

    def unknown_share(self, query: str) -> float:
        """Share of the weight of a query that lies on words nobody knows, in [0, 1]."""
        return self._current().tables.unknown_share(query)

    def search(self, query: str, k: int) -> list[tuple[int, float]]:
        """The k best titles, best first; equal scores by title, then by index."""
        found, values = self.scores(query)
        if len(found) > k > 0:
            worst = np.partition(values, len(values) - k)[len(values) - k]
            kept = values >= worst
            found, values = found[kept], values[kept]
        pairs = zip(found.tolist(), values.tolist(), strict=True)
        return sorted(pairs, key=lambda pair: (-pair[1], self._titles[pair[0]], pair[0]))[:k]


def _scored(
    scorer: Scorer, readings: Sequence[Sequence[Reading]], threads: int | None
) -> csr_array:
    rows = scorer.many(readings, threads)
    return table_of(rows.values, rows.titles, rows.starts, scorer.width)
