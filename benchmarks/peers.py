"""What a competent user would pick instead, on the same rows: top 20 pairs youth–opening.

Each peer answers for a sample of youths and reports youths per second of one processor. They rank
pairs only, by title similarity within the travel limit: less than the engine's triples.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import nlargest
from time import process_time

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from sklearn.neighbors import BallTree  # type: ignore[import-untyped]

from app.engine.model import OpeningInput, YouthInput
from app.engine.text import fold

KM = 6371.0088
FAR = 50.0
TOP = 20


def peers(youths: Sequence[YouthInput], openings: Sequence[OpeningInput]) -> dict[str, float]:
    """Youths per processor second of each peer."""
    titles = [fold(row.title) for row in openings]
    places = np.radians(np.array([[row.lat or 0.0, row.lon or 0.0] for row in openings]))
    runs: dict[str, Callable[[], None]] = {
        "Python loop with RapidFuzz": lambda: _loop(youths, titles, places),
        "cdist on distinct titles, then filter": lambda: _cdist(youths, titles, places),
        "BallTree radius, RapidFuzz on candidates": lambda: _tree(youths, titles, places),
    }
    return {name: len(youths) / _seconds(run) for name, run in runs.items()}


def _seconds(run: Callable[[], None]) -> float:
    start = process_time()
    run()
    return process_time() - start


def _home(youth: YouthInput) -> NDArray[np.float64]:
    home: NDArray[np.float64] = np.radians(np.array([youth.lat or 0.0, youth.lon or 0.0]))
    return home


def _near(youth: YouthInput, places: NDArray[np.float64]) -> NDArray[np.int64]:
    home = _home(youth)
    half = np.sin((places - home) / 2) ** 2
    chord = half[:, 0] + np.cos(home[0]) * np.cos(places[:, 0]) * half[:, 1]
    return np.flatnonzero(2 * KM * np.arcsin(np.sqrt(chord)) <= (youth.limit_km or FAR))


def _best(youth: YouthInput, titles: Sequence[str], near: Sequence[int]) -> None:
    wishes = [fold(wish.text) for wish in youth.wishes]
    nlargest(TOP, (max(fuzz.token_set_ratio(w, titles[o]) for w in wishes) for o in near))


def _loop(youths: Sequence[YouthInput], titles: Sequence[str], places: NDArray[np.float64]) -> None:
    for youth in youths:
        _best(youth, titles, _near(youth, places).tolist())


def _tree(youths: Sequence[YouthInput], titles: Sequence[str], places: NDArray[np.float64]) -> None:
    tree = BallTree(places, metric="haversine")
    for youth in youths:
        radius = (youth.limit_km or FAR) / KM
        _best(youth, titles, tree.query_radius([_home(youth)], radius)[0].tolist())


def _cdist(
    youths: Sequence[YouthInput], titles: Sequence[str], places: NDArray[np.float64]
) -> None:
    distinct = sorted(set(titles))
    number = {title: place for place, title in enumerate(distinct)}
    columns = np.array([number[title] for title in titles])
    for youth in youths:
        wishes = [fold(wish.text) for wish in youth.wishes]
        scores = process.cdist(wishes, distinct, scorer=fuzz.token_set_ratio).max(axis=0)
        near = _near(youth, places)
        np.sort(scores[columns[near]])[::-1][:TOP]
