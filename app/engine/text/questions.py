"""Questions: the words of analysed titles in the numbers of a corpus, ready to be compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from math import sqrt
from typing import NamedTuple

import numpy as np

from app.engine.text.arrays import Corpus, Floats, Ints, Shorts, Tinies, directions_of
from app.engine.text.compiling import loaded
from app.engine.text.lexicon import Analysis, Lexicon, word_grams
from app.engine.text.ragged import starts_of
from app.engine.text.stems import stem

VECTOR_FLOOR = 0.3  # cosine of two word vectors below which the words are strangers
VECTOR_WEIGHT = 0.9
STEM_WEIGHT = 0.8
SYNONYM_WEIGHT = 0.9
_SMALLEST = 1e-9
_REMEMBERED = 20_000  # words whose alike words are kept
_TOGETHER = 64  # words compared with all words of the corpus at once

_MOST = 255  # times an n-gram counts at most
_DAMPED = 1 + np.log(np.maximum(np.arange(_MOST + 1), 1))
_DAMPED_LIST: list[float] = _DAMPED.tolist()

Alike = tuple[Shorts, Floats]


class Questions(NamedTuple):
    """Some analysed titles asked of a corpus.

    Question ``q`` has the n-grams ``gram_starts[q]:gram_starts[q + 1]`` (ascending, with their
    part of its n-gram vector) and the words ``word_starts[q]:word_starts[q + 1]`` with weights
    that sum to ``total[q]``; words are numbered among those of the questions, and word ``w`` is
    alike to the corpus words ``alike_starts[w]:alike_starts[w + 1]``, likeness ascending.
    """

    gram_starts: Ints
    grams: Shorts
    factors: Floats
    word_starts: Ints
    words: Shorts
    weights: Floats
    total: Floats
    alike_starts: Ints
    alike: Shorts
    likeness: Floats
    directions: Tinies
    reach: Floats


class Asker:
    """Turns analysed titles into questions to one corpus. Read by any number of threads."""

    def __init__(self, lexicon: Lexicon, corpus: Corpus) -> None:
        self._lexicon = lexicon
        self._words = corpus.words
        self._grams = corpus.grams
        self._stems: dict[str, list[int]] = {}
        for word, number in self._words.items():
            self._stems.setdefault(stem(word), []).append(number)
        self._directed, self._reach = self._directions(tuple(self._words))
        self._alike: dict[str, Alike] = {}

    @cached_property
    def _exact(self) -> Floats:
        """Directions as floats, for numpy: products and sums of whole numbers stay exact."""
        return self._directed.astype(np.float64)

    def _directions(self, words: Sequence[str]) -> tuple[Tinies, Floats]:
        vectors = [self._lexicon.vector(word) for word in words]
        shape = (len(words), self._lexicon.dimensions)
        return directions_of(np.array(vectors, dtype=np.float32).reshape(shape))

    def questions(self, asked: Sequence[Analysis]) -> Questions:
        """The questions of some analysed titles, in their order."""
        words = list(dict.fromkeys(word for title in asked for word in title.words))
        numbers = {word: number for number, word in enumerate(words)}
        weights = {word: self._lexicon.weight(word) for word in words}
        rows = [[weights[word] for word in title.words] for title in asked]
        alike = self._alike_words(words)
        vectors = [self._lexicon.title_vector(title.words) for title in asked]
        return Questions(
            *self._spelled(asked),
            starts_of(map(len, rows)),
            np.array([numbers[word] for title in asked for word in title.words], np.int32),
            np.array([weight for row in rows for weight in row], np.float64),
            np.array([sum(row, _SMALLEST) for row in rows], np.float64),
            starts_of(len(likeness) for _, likeness in alike),
            np.concatenate([np.zeros(0, np.int32), *(found for found, _ in alike)]),
            np.concatenate([np.zeros(0), *(likeness for _, likeness in alike)]),
            *directions_of(
                np.array(vectors, np.float32).reshape(len(asked), self._lexicon.dimensions)
            ),
        )

    def _spelled(self, asked: Sequence[Analysis]) -> tuple[Ints, Shorts, Floats]:
        """Damped tf-idf of the n-grams of typed words, scaled to length one with unknown ones."""
        if len(asked) == 1:
            return self._spelled_alone(asked[0])
        spelled = {word: word_grams(word) for title in asked for word in title.typed}
        names = sorted({gram for grams in spelled.values() for gram in grams})
        numbers = {gram: number for number, gram in enumerate(names)}
        coded = {word: [numbers[gram] for gram in grams] for word, grams in spelled.items()}
        rows = [[gram for word in title.typed for gram in coded[word]] for title in asked]
        row_of = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
        column_of = np.array([gram for row in rows for gram in row], np.int64)
        keys, counts = np.unique(row_of * len(names) + column_of, return_counts=True)
        row_of, column_of = np.divmod(keys, max(1, len(names)))
        idf = np.array(self._lexicon.gram_weights(names), np.float64)
        factors = _DAMPED[np.minimum(counts, _MOST)] * idf[column_of]
        lengths = np.sqrt(np.bincount(row_of, np.square(factors), minlength=len(rows)))
        factors /= np.maximum(lengths, _SMALLEST)[row_of]
        known = np.array([self._grams.get(gram, -1) for gram in names], np.int32)[column_of]
        kept = known >= 0
        sizes = np.bincount(row_of[kept], minlength=len(rows))
        return starts_of(sizes.tolist()), known[kept], factors[kept]

    def _spelled_alone(self, asked: Analysis) -> tuple[Ints, Shorts, Floats]:
        """The same for one title: sums in the same order, without the cost of arrays."""
        counts: dict[str, int] = {}
        for word in asked.typed:
            for gram in word_grams(word):
                counts[gram] = counts.get(gram, 0) + 1
        names = sorted(counts)
        factors = [
            weight if (count := counts[gram]) == 1 else _DAMPED_LIST[min(count, _MOST)] * weight
            for gram, weight in zip(names, self._lexicon.gram_weights(names), strict=True)
        ]
        squared = 0.0
        for factor in factors:  # not sum(), which adds up in another way from Python 3.12 on
            squared += factor * factor
        length = max(sqrt(squared), _SMALLEST)
        kept = [
            (number, factor / length)
            for gram, factor in zip(names, factors, strict=True)
            if (number := self._grams.get(gram, -1)) >= 0
        ]
        return (
            np.array([0, len(kept)], np.int64),
            np.array([number for number, _ in kept], np.int32),
            np.array([factor for _, factor in kept], np.float64),
        )

    def _alike_words(self, words: Sequence[str]) -> list[Alike]:
        """Corpus words alike to each word, in ascending likeness; some are kept once computed."""
        found = {word: known for word in words if (known := self._alike.get(word)) is not None}
        fresh = [word for word in words if word not in found]
        for first in range(0, len(fresh), _TOGETHER):
            block = fresh[first : first + _TOGETHER]
            found.update(zip(block, self._compared(block), strict=True))
        room = max(0, _REMEMBERED - len(self._alike))
        self._alike.update((word, found[word]) for word in fresh[:room])
        return [found[word] for word in words]

    def _compared(self, words: Sequence[str]) -> list[Alike]:
        """The same, computed. Cosines are sums of whole numbers: exact in any order."""
        if not self._lexicon.dimensions:
            return [self._alike_to(word, {}) for word in words]
        whole, reach = self._directions(words)
        kernel = loaded()
        if kernel is None or not kernel.COMPILES:
            dots = np.einsum("ij,kj->ki", self._exact, whole.astype(np.float64))
        else:
            dots = np.empty((len(words), len(self._words)))
            kernel.dots_of(self._directed, whole, dots)
        cosines = dots * self._reach * reach[:, None]
        likeness = np.where(cosines >= VECTOR_FLOOR, VECTOR_WEIGHT * cosines, 0.0)
        near = [np.flatnonzero(row) for row in likeness]
        return [
            self._alike_to(word, dict(zip(found.tolist(), row[found].tolist(), strict=True)))
            for word, row, found in zip(words, likeness, near, strict=True)
        ]

    def _alike_to(self, word: str, found: dict[int, float]) -> Alike:
        """Add words of the same stem, synonyms and the word itself to those found by vectors."""
        for value, mates in (
            (STEM_WEIGHT, self._stems.get(stem(word), [])),
            (SYNONYM_WEIGHT, self._known(self._lexicon.synonyms.get(word, set()))),
            (1.0, self._known({word})),
        ):
            for mate in mates:
                found[mate] = max(found.get(mate, 0.0), value)
        numbers = sorted(found, key=lambda number: (found[number], number))
        return np.array(numbers, np.int32), np.array([found[number] for number in numbers])

    def _known(self, words: Iterable[str]) -> list[int]:
        return [self._words[word] for word in words if word in self._words]
