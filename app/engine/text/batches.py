"""Scores of many queries at once, on all cores.

numba is loaded by the first batch of a process; from then on single texts use it as well. Compiled
or not, on any number of threads, the scores are the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.engine.text.arrays import Floats, Ints, Shorts, TitleArrays
from app.engine.text.compiling import load, loaded
from app.engine.text.lexicon import Analysis
from app.engine.text.plain import parts_of
from app.engine.text.questions import Asker, Questions
from app.engine.text.ragged import runs, starts_of
from app.engine.text.weights import DECIMALS

_BLOCK = 64  # queries given to a thread at a time
_ROOM = 1 << 20  # scores that the output of a block may hold
_FIRST = np.zeros(1, np.int64)


class Reading(NamedTuple):
    """One way to understand a query, and how far it is trusted, in (0, 1]."""

    asked: Analysis
    trust: float


class Rows(NamedTuple):
    """Scores of queries: titles (ascending) and values ``starts[i]:starts[i + 1]`` of query i."""

    starts: Ints
    titles: Shorts
    values: NDArray[np.float32]


class Scorer:
    """Compares queries with the titles of one corpus. Any number of threads may use it.

    Title ``t`` of the corpus is the distinct title ``places[t]`` of ``titles``.
    """

    def __init__(self, titles: TitleArrays, places: Ints, asker: Asker) -> None:
        self.width = len(places)
        self._titles = titles
        self._places = places
        self._asker = asker
        self._idle: list[Any] = []

    def one(self, readings: Sequence[Reading]) -> tuple[Ints, Floats]:
        """Titles (ascending) and scores of one query."""
        questions = self._asker.questions([asked for asked, _ in readings])
        numbered = [(number, reading.trust) for number, reading in enumerate(readings)]
        kernel = loaded()
        if kernel is None or not kernel.COMPILES:
            return self._plain(questions, numbered)
        _, titles, values = self._block(kernel, questions, _ragged(kernel, [numbered]), _FIRST)
        return titles.astype(np.int64), values

    def many(self, queries: Sequence[Sequence[Reading]], threads: int | None = None) -> Rows:
        """Rows of many queries on so many threads, by default one a core.

        Each distinct reading is compared once.
        """
        numbers: dict[Analysis, int] = {}
        read = [
            [(numbers.setdefault(asked, len(numbers)), trust) for asked, trust in readings]
            for readings in queries
        ]
        kernel = load()
        questions = self._asker.questions(list(numbers))
        if not kernel.COMPILES:
            return _stacked([self._plain(questions, readings) for readings in read])
        return self._compiled(kernel, questions, _ragged(kernel, read), threads or kernel.CORES)

    def _compiled(
        self, kernel: ModuleType, questions: Questions, readings: Any, threads: int
    ) -> Rows:
        """Queries that begin with the same question follow one another: it is answered once."""
        first = readings.question[readings.starts[:-1]]
        order = np.argsort(first, kind="stable")
        size = max(1, min(_BLOCK, _ROOM // max(1, self.width)))
        blocks = [order[start : start + size] for start in range(0, len(order), size)]

        def run(block: Ints) -> Rows:
            sizes, titles, values = self._block(kernel, questions, readings, block)
            return Rows(sizes, titles, values.astype(np.float32))

        with ThreadPoolExecutor(threads) as executor:
            return _in_order(order, list(executor.map(run, blocks)))

    def _block(
        self, kernel: ModuleType, questions: Questions, readings: Any, block: Ints
    ) -> tuple[Ints, Shorts, Floats]:
        """How many titles each query of a block has, these titles and their scores."""
        room = len(block) * self.width
        output = kernel.Output(
            np.empty(room, np.int32), np.empty(room), np.zeros(len(block), np.int64)
        )
        try:
            work = self._idle.pop()
        except IndexError:
            work = kernel.new_scratch(self._titles)
        work.held[:] = -1
        kernel.scores_of(self._titles, self._places, questions, readings, block, work, output)
        self._idle.append(work)
        used = output.ends[-1]
        sizes = np.diff(output.ends, prepend=0)
        return sizes, output.titles[:used].copy(), output.values[:used].copy()

    def _plain(
        self, questions: Questions, readings: Sequence[tuple[int, float]]
    ) -> tuple[Ints, Floats]:
        best = np.zeros(len(self._titles.reach))
        for question, trust in readings:
            found, parts = parts_of(self._titles, questions, question)
            scores = np.round(trust * np.minimum(parts, 1.0), DECIMALS)
            best[found] = np.maximum(best[found], scores)
        values = best[self._places]
        titles = np.asarray(np.flatnonzero(values), dtype=np.int64)
        return titles, values[titles]


def _ragged(kernel: ModuleType, read: Sequence[Sequence[tuple[int, float]]]) -> Any:
    """Readings by query as the compiled search takes them."""
    return kernel.Readings(
        starts_of(len(readings) for readings in read),
        np.array([question for readings in read for question, _ in readings], np.int32),
        np.array([trust for readings in read for _, trust in readings], np.float64),
    )


def _stacked(rows: Sequence[tuple[Ints, Floats]]) -> Rows:
    """Rows of queries one after the other."""
    titles = [found.astype(np.int32) for found, _ in rows]
    values = [scores.astype(np.float32) for _, scores in rows]
    return Rows(
        starts_of(map(len, titles)),
        np.concatenate([np.zeros(0, np.int32), *titles]),
        np.concatenate([np.zeros(0, np.float32), *values]),
    )


def _in_order(order: Ints, blocks: Sequence[Rows]) -> Rows:
    """Put the rows of the queries ``order``, found block by block, in the order of the queries.

    In ``blocks`` the first field holds sizes and not starts.
    """
    none = np.zeros(0, np.int64)
    sizes = np.concatenate([none, *(block.starts for block in blocks)])
    titles = np.concatenate([none.astype(np.int32), *(block.titles for block in blocks)])
    values = np.concatenate([none.astype(np.float32), *(block.values for block in blocks)])
    starts = starts_of(sizes.tolist())
    back = np.argsort(order)
    places, sizes = runs(starts, back)
    return Rows(starts_of(sizes.tolist()), titles[places], values[places])
