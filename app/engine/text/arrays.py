"""The arrays over the titles of a corpus that scores are computed on, and how they are built."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.engine.text.lexicon import Analysis, Lexicon, word_grams
from app.engine.text.sparse import damped_tfidf, incidence, numbered, scale_rows, turned

Ints: TypeAlias = NDArray[np.int64]
Shorts: TypeAlias = NDArray[np.int32]
Tinies: TypeAlias = NDArray[np.int16]
Floats: TypeAlias = NDArray[np.float64]

_SMALLEST = 1e-9
_FULL = 32_767  # length of a direction in whole numbers


class TitleArrays(NamedTuple):
    """What is known of each distinct title, by n-gram, by word and by direction.

    Entries ``starts[i]:starts[i + 1]`` belong to n-gram or word ``i``. ``directions`` (titles,
    dimensions) times ``reach`` (titles) are the title vectors; see :func:`directions_of`.
    """

    gram_starts: Ints
    gram_titles: Shorts
    gram_values: NDArray[np.float32]
    word_starts: Ints
    word_titles: Shorts
    word_shares: Floats
    directions: Tinies
    reach: Floats


@dataclass(frozen=True, slots=True)
class Corpus:
    """Numbers of the words and n-grams of distinct titles, and the arrays over these titles."""

    words: dict[str, int]
    grams: dict[str, int]
    arrays: TitleArrays


def corpus_of(lexicon: Lexicon, titles: Sequence[Analysis]) -> Corpus:
    """Number the words and n-grams of some titles and fill the arrays."""
    words = numbered(word for title in titles for word in title.words)
    typed = numbered(word for title in titles for word in title.typed)
    grams = numbered(gram for word in typed for gram in word_grams(word))
    directions, reach = directions_of(
        np.array([lexicon.title_vector(title.words) for title in titles], dtype=np.float32).reshape(
            len(titles), lexicon.dimensions
        )
    )
    return Corpus(
        words,
        grams,
        TitleArrays(
            *_by_gram(lexicon, titles, typed, grams),
            *_by_word(lexicon, titles, words),
            directions,
            reach,
        ),
    )


def _by_word(
    lexicon: Lexicon, titles: Sequence[Analysis], words: dict[str, int]
) -> tuple[Ints, Shorts, Floats]:
    """Titles that hold each word, with the share of the title's weight that lies on it."""
    weights = np.array([lexicon.weight(word) for word in words])
    rows = [[words[word] for word in dict.fromkeys(title.words)] for title in titles]
    shares = incidence(rows, len(words))
    shares.data = weights[shares.indices]
    totals = np.asarray(shares.sum(axis=1)).ravel()
    scale_rows(shares, 1 / np.maximum(totals, _SMALLEST))
    return turned(shares)


def _by_gram(
    lexicon: Lexicon, titles: Sequence[Analysis], typed: dict[str, int], grams: dict[str, int]
) -> tuple[Ints, Shorts, NDArray[np.float32]]:
    """Titles that hold each n-gram, with its part of the title's n-gram vector."""
    rows = [[typed[word] for word in title.typed] for title in titles]
    spelled = [[grams[gram] for gram in word_grams(word)] for word in typed]
    weights = np.array(lexicon.gram_weights(grams))
    counts = incidence(rows, len(typed)) @ incidence(spelled, len(grams))
    counts.sort_indices()
    starts, found, values = turned(damped_tfidf(counts, weights))
    # Read from one end to the other for every query: the shorter, the faster.
    return starts, found, values.astype(np.float32)


def directions_of(vectors: NDArray[np.float32]) -> tuple[Tinies, Floats]:
    """Write vectors of length one or less in whole numbers of 16 bits; shape (n, dimensions).

    Returns the directions and the factor that gives each its length back. The dot product of two
    directions is a whole number below 2³¹, so it is the same whatever the order of additions,
    the number of threads and the processor.
    """
    exact = vectors.astype(np.float64)
    lengths = np.sqrt(np.square(exact).sum(axis=1))
    whole = np.rint(exact / np.maximum(lengths, _SMALLEST)[:, None] * _FULL)
    reach = lengths / np.maximum(np.sqrt(np.square(whole).sum(axis=1)), 1.0)
    return whole.astype(np.int16), reach
