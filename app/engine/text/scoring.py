"""The score of many questions against all titles, compiled. Importing this loads numba.

The same operations in the same order as ``plain.py``, on one title at a time.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numba
import numpy as np

from app.engine.kernels.compiled import compiled, entry
from app.engine.text.arrays import Floats, Ints, Shorts, Tinies, TitleArrays
from app.engine.text.questions import Questions
from app.engine.text.weights import (
    ALIGNMENT,
    ALIGNMENT_FLOOR,
    DECIMALS,
    MEANING,
    NGRAM_FLOOR,
    SURFACE,
)

COMPILES = not numba.config.DISABLE_JIT  # type: ignore[attr-defined]
CORES = int(numba.config.NUMBA_DEFAULT_NUM_THREADS)  # type: ignore[attr-defined]
_SCALE = float(10**DECIMALS)


class Readings(NamedTuple):
    """Ways to read each query: ``starts[i]:starts[i + 1]`` number questions, with their trust."""

    starts: Ints
    question: Shorts
    trust: Floats


class Scratch(NamedTuple):
    """Memory of one thread: zeros by title and by word between questions, and a list of titles.

    ``held`` says which question ``passing`` and ``parts`` answer (-1: none) and how many pass.
    """

    surface: Floats
    found: Floats
    back: Floats
    best: Floats
    best_of_word: Floats
    passing: Shorts
    parts: Floats
    held: Ints
    score: Floats


class Output(NamedTuple):
    """Where scores of a block of queries go, one after the other, and where each query ends."""

    titles: Shorts
    values: Floats
    ends: Ints


def new_scratch(titles: TitleArrays) -> Scratch:
    """Clean scratch for these titles."""
    count = len(titles.reach)
    return Scratch(
        surface=np.zeros(count),
        found=np.zeros(count),
        back=np.zeros(count),
        best=np.zeros(count),
        best_of_word=np.zeros(len(titles.word_starts) - 1),
        passing=np.zeros(count, np.int32),
        parts=np.zeros(count),
        held=np.full(2, -1, np.int64),
        score=np.zeros(count),
    )


@compiled
def _add_surface(titles: TitleArrays, questions: Questions, q: int, work: Scratch) -> None:
    for place in range(questions.gram_starts[q], questions.gram_starts[q + 1]):
        gram, factor = questions.grams[place], questions.factors[place]
        for entry_ in range(titles.gram_starts[gram], titles.gram_starts[gram + 1]):
            work.surface[titles.gram_titles[entry_]] += titles.gram_values[entry_] * factor


@compiled
def _add_word(
    titles: TitleArrays, questions: Questions, word: int, weight: float, work: Scratch
) -> None:
    first, last = questions.alike_starts[word], questions.alike_starts[word + 1]
    for place in range(first, last):
        number, likeness = questions.alike[place], questions.likeness[place]
        work.best_of_word[number] = max(work.best_of_word[number], likeness)
        for entry_ in range(titles.word_starts[number], titles.word_starts[number + 1]):
            work.best[titles.word_titles[entry_]] = likeness
    for place in range(first, last):
        number = questions.alike[place]
        for entry_ in range(titles.word_starts[number], titles.word_starts[number + 1]):
            title = titles.word_titles[entry_]
            work.found[title] += weight * work.best[title]
            work.best[title] = 0.0


@compiled
def _add_back(titles: TitleArrays, work: Scratch) -> None:
    for number in range(len(work.best_of_word)):
        best = work.best_of_word[number]
        if best != 0.0:
            for entry_ in range(titles.word_starts[number], titles.word_starts[number + 1]):
                work.back[titles.word_titles[entry_]] += titles.word_shares[entry_] * best
            work.best_of_word[number] = 0.0


@compiled
def _dot(left: Tinies, i: int, right: Tinies, j: int) -> float:
    """Dot product of two directions; below 2³¹, so that it is exact in 32 bits."""
    total = np.int32(0)
    for place in range(left.shape[1]):
        total = np.int32(total + np.int32(left[i, place]) * np.int32(right[j, place]))
    return float(total)


@entry
def dots_of(rows: Tinies, asked: Tinies, output: Floats) -> None:
    """Dot products of all directions asked with all rows; shape (asked, rows)."""
    for i in range(len(asked)):
        for j in range(len(rows)):
            output[i, j] = _dot(rows, j, asked, i)


@compiled
def _answer(titles: TitleArrays, questions: Questions, q: int, work: Scratch) -> None:
    """``plain.parts_of`` into ``passing`` and ``parts``; sums are wiped on the way."""
    _add_surface(titles, questions, q, work)
    for place in range(questions.word_starts[q], questions.word_starts[q + 1]):
        _add_word(titles, questions, questions.words[place], questions.weights[place], work)
    _add_back(titles, work)
    total, meant = questions.total[q], titles.directions.shape[1] > 0
    count = 0
    for title in range(len(work.surface)):
        surface, found = work.surface[title], work.found[title]
        if surface == 0.0 and found == 0.0:
            continue
        work.surface[title] = 0.0
        alignment = 0.0
        if (
            found != 0.0
        ):  # else no word of the title is alike to one asked: nothing came back either
            alignment = math.sqrt(found / total * work.back[title])
            work.found[title] = 0.0
            work.back[title] = 0.0
        if surface >= NGRAM_FLOOR or alignment >= ALIGNMENT_FLOOR:
            part = ALIGNMENT * alignment + SURFACE * surface
            if meant:
                dot = _dot(titles.directions, title, questions.directions, q)
                cosine = dot * titles.reach[title] * questions.reach[q]
                part += MEANING * max(cosine, 0.0)
            else:
                part /= ALIGNMENT + SURFACE
            work.passing[count], work.parts[count] = title, part
            count += 1
    work.held[0], work.held[1] = q, count


@compiled
def _score(
    titles: TitleArrays, questions: Questions, readings: Readings, query: int, work: Scratch
) -> None:
    """The best over the readings of a query, by title, into ``score``."""
    for place in range(readings.starts[query], readings.starts[query + 1]):
        if work.held[0] != readings.question[place]:
            _answer(titles, questions, readings.question[place], work)
        trust = readings.trust[place]
        for found in range(work.held[1]):
            title = work.passing[found]
            score = np.rint(trust * min(work.parts[found], 1.0) * _SCALE) / _SCALE
            work.score[title] = max(work.score[title], score)


@entry
def scores_of(
    titles: TitleArrays,
    places: Ints,
    questions: Questions,
    readings: Readings,
    queries: Ints,
    work: Scratch,
    output: Output,
) -> None:
    """Scores of some queries; title ``t`` of the corpus is the distinct title ``places[t]``.

    ``output`` has room for every title in every query, and is filled from its start.
    """
    used = 0
    for number in range(len(queries)):
        _score(titles, questions, readings, queries[number], work)
        for title in range(len(places)):
            value = work.score[places[title]]
            if value > 0.0:
                output.titles[used], output.values[used] = title, value
                used += 1
        output.ends[number] = used
        work.score[:] = 0.0
