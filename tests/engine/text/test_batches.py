"""Many texts compared at once score as each of them alone, compiled or not, to the last bit."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.engine.similarity import Knowledge, TitleIndex
from app.engine.text import batches, scoring
from app.engine.text.arrays import directions_of
from tests.engine.text.small_world import TITLES, small_knowledge

KNOWLEDGE = small_knowledge()
CORPUS = [title for titles in TITLES.values() for title in titles]
Arrays = tuple[NDArray[np.integer], NDArray[np.integer], NDArray[np.floating]]

words = st.sampled_from(
    (
        *("boulanger", "boulangere", "patissier", "vendeuse", "agent", "securite", "chef", "rayon"),
        *("auto", "boulengr", "moyteur", "monteur", "moteur", "xyzzy", "AVS", "3d"),
    )
)
texts = st.lists(words, max_size=4).map(" ".join)


def rows(
    index: TitleIndex, queries: list[str], *, compiled: bool, threads: int | None = None
) -> Arrays:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scoring, "COMPILES", compiled)
        found = index.scores_many(queries, threads)
    return found.indptr, found.indices, found.data


def one(index: TitleIndex, query: str, *, compiled: bool) -> tuple[list[int], list[float]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scoring, "COMPILES", compiled)
        found, values = index.scores(query)
    return found.tolist(), values.tolist()


@pytest.mark.parametrize("knowledge", [None, KNOWLEDGE], ids=["bare", "with knowledge"])
@given(corpus=st.lists(texts, max_size=8), queries=st.lists(texts, max_size=8))
@settings(max_examples=40, deadline=None)
def test_the_compiled_search_equals_the_plain_one_to_the_last_bit(
    knowledge: Knowledge | None, corpus: list[str], queries: list[str]
) -> None:
    index = TitleIndex(corpus, knowledge)

    plain = rows(index, queries, compiled=False)
    compiled = rows(index, queries, compiled=True)

    for left, right in zip(plain, compiled, strict=True):
        assert np.array_equal(left, right)


@given(query=texts)
@settings(max_examples=40, deadline=None)
def test_one_text_scores_the_same_compiled_or_not(query: str) -> None:
    index = TitleIndex(CORPUS, KNOWLEDGE)

    assert one(index, query, compiled=True) == one(index, query, compiled=False)


def test_blocks_and_threads_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    index = TitleIndex(CORPUS, KNOWLEDGE)
    queries = [*CORPUS, "boulengere", "agent", "", *CORPUS[:3]]
    straight = rows(index, queries, compiled=True, threads=1)

    monkeypatch.setattr(batches, "_BLOCK", 3)
    broken = rows(index, queries, compiled=True, threads=3)

    assert straight[0][-1] > 0
    for left, right in zip(straight, broken, strict=True):
        assert np.array_equal(left, right)


@given(st.lists(st.floats(-1, 1, width=32), min_size=3, max_size=3))
def test_a_direction_times_its_reach_has_the_length_of_its_vector(values: list[float]) -> None:
    vector = np.array([values], np.float32) / np.float32(2)

    whole, reach = directions_of(vector)

    dot = int(np.square(whole.astype(np.int64)).sum())
    length = float(np.square(vector.astype(np.float64)).sum())
    assert dot * reach[0] ** 2 == pytest.approx(length, abs=1e-12)
    assert dot < 2**31


def test_importing_the_public_face_loads_neither_numba_nor_scipy() -> None:
    code = "import sys, app.engine.similarity; print({'numba', 'scipy'} & sys.modules.keys())"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"
