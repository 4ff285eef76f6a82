"""The arrays of a corpus of titles, and the three parts of the score computed on them."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import takewhile
from math import log, sqrt
from operator import itemgetter
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from app.engine.text.fold import fold_title
from app.engine.text.lexicon import Analysis, Lexicon, word_grams
from app.engine.text.sparse import damped_tfidf, incidence, numbered, scale_rows
from app.engine.text.spelling import Speller
from app.engine.text.stems import stem

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]

VECTOR_FLOOR = 0.3  # cosine of two word vectors below which the words are strangers
VECTOR_WEIGHT = 0.9
STEM_WEIGHT = 0.8
SYNONYM_WEIGHT = 0.9
_SMALLEST = 1e-9
_SHORTEST_PREFIX = 2
_COMPLETED = 0.9  # trust in a word that is not typed to its end
_REMEMBERED = 20_000  # words whose alike words are kept


class Reading(NamedTuple):
    """One way to understand a query, and how far it is trusted, in (0, 1]."""

    asked: Analysis
    trust: float


def _completable(titles: Sequence[Analysis]) -> list[tuple[str, int, str]]:
    """Every spelling of every word with its uses and its base form, in alphabetical order."""
    uses: Counter[tuple[str, str]] = Counter()
    for title in titles:
        for word, typed in zip(title.words, title.typed, strict=True):
            uses.update({(word, word), (typed, word)})
    return sorted((spelling, count, base) for (spelling, base), count in uses.items())


class Tables:
    """Immutable arrays over the titles of a corpus, in the order given."""

    def __init__(self, lexicon: Lexicon, titles: Sequence[Analysis], speller: Speller) -> None:
        self.count = len(titles)
        self._lexicon = lexicon
        self._speller = speller
        self._alike: dict[str, tuple[Ints, Floats]] = {}
        self._index_words(titles)
        self._completable = _completable(titles)
        self._index_grams(titles)
        self._index_vectors()

    def _index_words(self, titles: Sequence[Analysis]) -> None:
        self._words = numbered(word for title in titles for word in title.words)
        self._stems: dict[str, list[int]] = {}
        for word, number in self._words.items():
            self._stems.setdefault(stem(word), []).append(number)
        rows = [[self._words[word] for word in dict.fromkeys(title.words)] for title in titles]
        self._weights = np.array([self._lexicon.weight(word) for word in self._words])
        self._presence = incidence(rows, len(self._words))
        self._by_title = self._presence.copy()
        self._by_title.data = self._weights[self._by_title.indices]
        totals = np.asarray(self._by_title.sum(axis=1)).ravel()
        shares = self._by_title.copy()
        scale_rows(shares, 1 / np.maximum(totals, _SMALLEST))
        self._shares = csr_array(shares.T.tocsr())

    def _index_grams(self, titles: Sequence[Analysis]) -> None:
        typed = numbered(word for title in titles for word in title.typed)
        self._grams = numbered(gram for word in typed for gram in word_grams(word))
        rows = [[typed[word] for word in title.typed] for title in titles]
        spelled = [[self._grams[gram] for gram in word_grams(word)] for word in typed]
        weights = np.array([self._lexicon.gram_weight(gram) for gram in self._grams])
        table = incidence(rows, len(typed)) @ incidence(spelled, len(self._grams))
        table = damped_tfidf(table, weights)
        self._by_gram = csr_array(table.T.tocsr())

    def _index_vectors(self) -> None:
        vectors = [self._lexicon.vector(word) for word in self._words]
        self._vectors = np.array(vectors, dtype=np.float32).reshape(
            len(vectors), self._lexicon.dimensions
        )
        strange = np.where(self._vectors.any(axis=1), 0.0, self._weights)
        sums = self._by_title @ self._vectors
        lengths = np.square(sums).sum(axis=1) + self._presence @ np.square(strange)
        scale = np.sqrt(np.maximum(lengths, _SMALLEST))
        self._title_vectors = np.asarray(sums / scale[:, None], dtype=np.float32)

    @property
    def has_vectors(self) -> bool:
        """Whether titles have a meaning part."""
        return self._lexicon.dimensions > 0

    def readings(self, query: str) -> list[Reading]:
        """Fold, correct and write out a query: the likeliest reading first.

        The other readings take another known word for one word that nobody knows.
        """
        folded, surface = fold_title(query)
        words, typed = folded.split(), surface.split()
        meant = [self._speller.meant(word) for word in words]
        best = [choices[0][0] for choices in meant]
        trust = min((choices[0][1] for choices in meant), default=1.0)
        readings = [Reading(self._question(words, typed, best), trust)]
        for place, choices in enumerate(meant):
            for word, less in choices[1:]:
                changed = [*best[:place], word, *best[place + 1 :]]
                readings.append(Reading(self._question(words, typed, changed), less))
        return readings

    def spelled(self, query: str) -> str:
        """The folded query with its words corrected, short forms left as they are."""
        return " ".join(self._speller.correct(word) for word in fold_title(query).folded.split())

    def unknown_share(self, query: str) -> float:
        """Share of the weight of a query that lies on words nobody knows, in [0, 1].

        The start of a known word counts as known at the end of the query: it is being typed.
        """
        folded, surface = fold_title(query)
        known = {word: self._speller.recognises(word) for word in folded.split()}
        if self._started(surface):
            known[folded.split()[-1]] = True
        weights = {word: self._lexicon.weight(word) for word in known}
        strange = sum(weight for word, weight in weights.items() if not known[word])
        return strange / max(sum(weights.values()), _SMALLEST)

    def _started(self, surface: str) -> list[tuple[str, int, str]]:
        """The spelled words that the last word typed may be the start of."""
        prefix = surface.rsplit(" ", maxsplit=1)[-1]
        if len(prefix) < _SHORTEST_PREFIX:
            return []
        first = bisect_left(self._completable, prefix, key=itemgetter(0))
        return list(takewhile(lambda row: row[0].startswith(prefix), self._completable[first:]))

    def completions(self, query: str, limit: int) -> list[Reading]:
        """Readings of a query whose last word is still being typed, most used words first."""
        folded, surface = fold_title(query)
        words, typed = folded.split(), surface.split()
        before = [self._speller.correct(word) for word in words[:-1]]
        by_use = sorted((-uses, base) for _, uses, base in self._started(surface))
        bases = list(dict.fromkeys(base for _, base in by_use))[:limit]
        return [
            Reading(self._question(words, typed, [*before, base]), _COMPLETED) for base in bases
        ]

    def _question(self, words: list[str], typed: list[str], meant: list[str]) -> Analysis:
        """Put the words meant in the place of those typed and write short forms out."""
        shown = [
            given if word == right else right
            for word, given, right in zip(words, typed, meant, strict=True)
        ]
        return self._lexicon.written_out(meant, shown)

    def surface(self, asked: Analysis) -> Floats:
        """Cosine of the character n-grams of typed words, one a title."""
        counts: dict[str, int] = {}
        for word in asked.typed:
            for gram in word_grams(word):
                counts[gram] = counts.get(gram, 0) + 1
        weights = {
            gram: (1 + log(count)) * self._lexicon.gram_weight(gram)
            for gram, count in counts.items()
        }
        length = max(sqrt(sum(weight**2 for weight in weights.values())), _SMALLEST)
        known = [gram for gram in sorted(weights) if gram in self._grams]
        rows = np.array([self._grams[gram] for gram in known], dtype=np.int64)
        return self._gather(self._by_gram, rows, np.array([weights[g] / length for g in known]))

    def _gather(self, table: csr_array, rows: Ints, factors: Floats) -> Floats:
        """Weighted sum of some rows of a table, as a dense vector over titles."""
        places, sizes = _runs(table.indptr, rows)
        values = table.data[places] * np.repeat(factors, sizes)
        sums = np.bincount(table.indices[places], weights=values, minlength=self.count)
        return np.asarray(sums, dtype=np.float64)

    def alignment(self, asked: Analysis) -> Floats:
        """Geometric mean of the shares of each side found in the other, one a title."""
        found = np.zeros(self.count)
        best_of_word = np.zeros(len(self._words))
        total = _SMALLEST
        for word in asked.words:
            weight = self._lexicon.weight(word)
            total += weight
            numbers, likeness = self._alike_words(word)
            best_of_word[numbers] = np.maximum(best_of_word[numbers], likeness)
            places, sizes = _runs(self._shares.indptr, numbers)
            best = np.zeros(self.count)
            # Likeness ascends: where a title holds several alike words the last write wins.
            best[self._shares.indices[places]] = np.repeat(likeness, sizes)
            found += weight * best
        rows = np.flatnonzero(best_of_word)
        return np.sqrt(found / total * self._gather(self._shares, rows, best_of_word[rows]))

    def _alike_words(self, word: str) -> tuple[Ints, Floats]:
        """Corpus words alike to a word, in ascending likeness; kept once computed."""
        known = self._alike.get(word)
        if known is None:
            known = self._find_alike(word)
            if len(self._alike) < _REMEMBERED:
                self._alike[word] = known
        return known

    def _find_alike(self, word: str) -> tuple[Ints, Floats]:
        likeness = np.zeros(len(self._words))
        if self.has_vectors:
            # einsum and not @: one thread, same sums whatever the shape, no wait for busy cores.
            cosines = np.einsum("ij,j->i", self._vectors, self._lexicon.vector(word))
            likeness = np.where(cosines >= VECTOR_FLOOR, VECTOR_WEIGHT * cosines, 0.0)
        for value, mates in (
            (STEM_WEIGHT, self._stems.get(stem(word), [])),
            (SYNONYM_WEIGHT, self._known(self._lexicon.synonyms.get(word, set()))),
            (1.0, self._known({word})),
        ):
            likeness[mates] = np.maximum(likeness[mates], value)
        numbers = np.flatnonzero(likeness)
        order = np.argsort(likeness[numbers], kind="stable")
        return numbers[order], likeness[numbers[order]]

    def _known(self, words: Iterable[str]) -> list[int]:
        return [self._words[word] for word in words if word in self._words]

    def meaning(self, asked: Analysis, titles: Ints) -> Floats:
        """Cosine of title vectors with the query's, never negative, for some titles."""
        query = self._lexicon.title_vector(asked.words)
        cosines = np.einsum("ij,j->i", self._title_vectors[titles], query)
        return np.asarray(np.maximum(cosines, 0.0), dtype=np.float64)


def _runs(starts: NDArray[np.integer], rows: Ints) -> tuple[Ints, Ints]:
    """Places of all entries of some rows of a CSR table, and the size of each row."""
    sizes = (starts[rows + 1] - starts[rows]).astype(np.int64)
    ends = np.cumsum(sizes)
    shift = np.repeat(starts[rows] - (ends - sizes), sizes)
    return np.arange(len(shift), dtype=np.int64) + shift, sizes
