"""The definition of the score on arrays, one question against all titles, in plain numpy.

The compiled search (``scoring.py``) does the same operations in the same order, so that both agree
to the last bit; this one is the oracle, and is used where nothing may be compiled.
"""

from __future__ import annotations

import numpy as np

from app.engine.text.arrays import Floats, Ints, Shorts, TitleArrays
from app.engine.text.questions import Questions
from app.engine.text.ragged import runs
from app.engine.text.weights import (
    ALIGNMENT,
    ALIGNMENT_FLOOR,
    MEANING,
    NGRAM_FLOOR,
    SURFACE,
)


def parts_of(titles: TitleArrays, questions: Questions, q: int) -> tuple[Ints, Floats]:
    """Titles that pass a floor (ascending) and their weighted parts, not yet cut at one."""
    surface = _surface(titles, questions, q)
    alignment = _alignment(titles, questions, q)
    found = _over(surface, alignment, 0.0)
    parts = ALIGNMENT * alignment[found] + SURFACE * surface[found]
    if titles.directions.shape[1]:
        parts += MEANING * _meaning(titles, questions, q, found)
    else:
        parts /= ALIGNMENT + SURFACE
    return found, parts


def passing(titles: TitleArrays, questions: Questions, q: int, slack: float) -> Ints:
    """Titles (ascending) that pass a floor lowered by some slack."""
    return _over(_surface(titles, questions, q), _alignment(titles, questions, q), slack)


def _over(surface: Floats, alignment: Floats, slack: float) -> Ints:
    reached = (surface >= NGRAM_FLOOR - slack) | (alignment >= ALIGNMENT_FLOOR - slack)
    return np.asarray(np.flatnonzero(reached), dtype=np.int64)


def _surface(titles: TitleArrays, questions: Questions, q: int) -> Floats:
    """Cosine of the character n-grams of typed words, one a title."""
    own = slice(questions.gram_starts[q], questions.gram_starts[q + 1])
    grams, factors = questions.grams[own], questions.factors[own]
    places, sizes = runs(titles.gram_starts, grams)
    values = titles.gram_values[places].astype(np.float64) * np.repeat(factors, sizes)
    return _sums(titles, titles.gram_titles[places], values)


def _sums(titles: TitleArrays, where: Shorts, values: Floats) -> Floats:
    """Sum of the values of each title."""
    sums = np.bincount(where, weights=values, minlength=len(titles.reach))
    return np.asarray(sums, dtype=np.float64)


def _alignment(titles: TitleArrays, questions: Questions, q: int) -> Floats:
    """Geometric mean of the shares of each side found in the other, one a title."""
    found = np.zeros(len(titles.reach))
    best_of_word = np.zeros(len(titles.word_starts) - 1)
    for place in range(questions.word_starts[q], questions.word_starts[q + 1]):
        word = questions.words[place]
        own = slice(questions.alike_starts[word], questions.alike_starts[word + 1])
        numbers, likeness = questions.alike[own], questions.likeness[own]
        best_of_word[numbers] = np.maximum(best_of_word[numbers], likeness)
        places, sizes = runs(titles.word_starts, numbers)
        best = np.zeros(len(titles.reach))
        # Likeness ascends: where a title holds several alike words the last write wins.
        best[titles.word_titles[places]] = np.repeat(likeness, sizes)
        found += questions.weights[place] * best
    rows = np.flatnonzero(best_of_word)
    places, sizes = runs(titles.word_starts, rows)
    values = titles.word_shares[places] * np.repeat(best_of_word[rows], sizes)
    back = _sums(titles, titles.word_titles[places], values)
    return np.asarray(np.sqrt(found / questions.total[q] * back), dtype=np.float64)


def _meaning(titles: TitleArrays, questions: Questions, q: int, found: Ints) -> Floats:
    """Cosine of title vectors with the question's, never negative, for some titles."""
    own = questions.directions[q].astype(np.float64)
    dots = np.einsum("ij,j->i", titles.directions[found].astype(np.float64), own)
    cosines = dots * titles.reach[found] * questions.reach[q]
    return np.asarray(np.maximum(cosines, 0.0), dtype=np.float64)
