"""The exact plan of a small pool, by mixed-integer programming over every triple."""

from __future__ import annotations

from collections.abc import Sequence

import highspy
import numpy as np
from numpy.typing import NDArray

from app.engine import search
from app.engine.kernels.asked import Columns, Places, Query
from app.engine.plan.rounding import Draft, value_of
from app.engine.pool import Pool
from app.engine.search import master

MOST_TRIPLES = 100_000
"""More triples than this are not given to the solver: it would not come back in useful time."""


def best_of_all(pool: Pool, query: Query, places: Places) -> tuple[Columns, Draft]:
    """Every triple as a column, and the plan of the highest value there is.

    ``ValueError`` above ``MOST_TRIPLES`` triples.
    """
    counts = search.count_each(pool, query)
    if sum(counts) > MOST_TRIPLES:
        raise ValueError(f"{sum(counts)} triples are too many for an exact plan")
    columns = _every_triple(pool, query, max(counts, default=0))
    chosen = np.full(len(counts), -1, dtype=np.int32)
    for youth, slot in _solved(columns, places):
        chosen[youth] = slot
    room = Places(places.openings.copy(), places.sessions.copy())
    placed = np.flatnonzero(chosen >= 0)
    np.subtract.at(room.openings, columns.opening[placed, chosen[placed]], 1.0)
    np.subtract.at(room.sessions, columns.session[placed, chosen[placed]], 1.0)
    return columns, Draft(chosen, value_of(columns, chosen), room)


def _every_triple(pool: Pool, query: Query, slots: int) -> Columns:
    found = search.search(pool, search.ground_for(pool), query, slots)
    shape = found.score.shape
    columns = Columns(
        np.zeros(shape, np.int32), np.zeros(shape, np.int32), np.zeros(shape), found.count * 0
    )
    free = Places(np.zeros(len(pool.openings)), np.zeros(len(pool.sessions)))
    none = np.full(len(found.count), -1, np.int32)
    everybody = np.arange(len(none), dtype=np.int32)
    master().add_columns(
        columns, everybody, found.opening, found.session, found.score, found.count, free, none
    )
    return columns


def _solved(columns: Columns, places: Places) -> list[tuple[int, int]]:
    """Youths with the slots they get.

    ``max Σ value·x`` with ``Σ x ≤ 1`` a youth, ``≤ positions`` an opening, ``≤ seats`` a session.
    """
    used = np.arange(columns.value.shape[1]) < columns.used[:, None]
    youth, slot = np.nonzero(used)
    solver = _programme(
        (youth, columns.opening[used], columns.session[used]),
        columns.value[used],
        ([1.0] * len(columns.used), places.openings.tolist(), places.sessions.tolist()),
    )
    taken = np.flatnonzero(np.asarray(solver.getSolution().col_value) > 0.5)
    return list(zip(youth[taken].tolist(), slot[taken].tolist(), strict=True))


def _programme(
    ends: Sequence[NDArray[np.integer]],
    values: NDArray[np.float64],
    limits: Sequence[list[float]],
) -> highspy.Highs:
    """Build and run the programme; ``ends`` and ``limits``: youths, openings, sessions.

    Raises:
        RuntimeError: the solver did not run; its empty answer would look like a plan for nobody.
    """
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (
        ("output_flag", False),
        ("threads", 1),
        ("random_seed", 1),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 1e-9),
    ):
        solver.setOptionValue(option, value)
    for limit in (each for some in limits for each in some):
        solver.addRow(-highspy.kHighsInf, limit, 0, [], [])
    shifts = np.cumsum([0, *map(len, limits)])[:3]
    rows = np.stack([end + shift for end, shift in zip(ends, shifts, strict=True)], axis=1)
    for place, touched in enumerate(rows.tolist()):
        solver.addCol(-float(values[place]), 0.0, 1.0, 3, touched, [1.0, 1.0, 1.0])
        solver.changeColIntegrality(place, highspy.HighsVarType.kInteger)
    if solver.run() != highspy.HighsStatus.kOk:
        raise RuntimeError("The solver refused the programme.")
    return solver
