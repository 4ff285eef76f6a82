"""The exact plan of a small pool, by mixed-integer programming over every triple."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from app.engine.judge import Triple
from app.engine.pool import Pool
from app.engine.pool.pack import places


@dataclass(frozen=True, slots=True)
class Columns:
    """Triples as columns of the programme; shape (m,) each, indices into the three leaves."""

    youth: NDArray[np.int64]
    opening: NDArray[np.int64]
    session: NDArray[np.int64]
    value: NDArray[np.float64]


def solve_exactly(
    columns: Columns, positions: NDArray[np.int64], seats: NDArray[np.int64], youths: int
) -> NDArray[np.int64]:
    """Indices of the columns of a plan of the highest value.

    ``max Σ value·x`` with ``Σ x ≤ 1`` a youth, ``≤ positions`` an opening, ``≤ seats`` a session.
    """
    solver = _programme(columns, positions, seats, youths)
    solution = np.asarray(solver.getSolution().col_value)
    return np.flatnonzero(solution > 0.5)


def plan_value(triples: Sequence[Triple], pool: Pool) -> float:
    """Value of the best plan made of these triples, every one of the pool given."""
    place = [
        {row: i for i, row in enumerate(ids)} for ids in (pool.youths, pool.openings, pool.sessions)
    ]
    columns = Columns(
        youth=np.array([place[0][t.youth] for t in triples], dtype=np.int64),
        opening=np.array([place[1][t.opening] for t in triples], dtype=np.int64),
        session=np.array([place[2][t.session] for t in triples], dtype=np.int64),
        value=np.array([t.score for t in triples], dtype=np.float64),
    )
    positions = np.array([places(o.positions_free) for o in pool.openings.values()], dtype=np.int64)
    seats = np.array([places(s.seats_free) for s in pool.sessions.values()], dtype=np.int64)
    return float(columns.value[solve_exactly(columns, positions, seats, len(pool.youths))].sum())


def _programme(
    columns: Columns,
    positions: NDArray[np.int64],
    seats: NDArray[np.int64],
    youths: int,
) -> highspy.Highs:
    """Build and run the programme."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (
        ("output_flag", False),
        ("threads", 1),
        ("random_seed", 1),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 1e-9),
    ):
        solver.setOptionValue(option, value)
    rows = (youths, youths + len(positions))
    limits: Sequence[float] = [1.0] * youths + [*map(float, positions), *map(float, seats)]
    for limit in limits:
        solver.addRow(-highspy.kHighsInf, limit, 0, [], [])
    for place in range(len(columns.value)):
        touched = [
            int(columns.youth[place]),
            rows[0] + int(columns.opening[place]),
            rows[1] + int(columns.session[place]),
        ]
        solver.addCol(-float(columns.value[place]), 0.0, 1.0, 3, touched, [1.0, 1.0, 1.0])
        solver.changeColIntegrality(place, highspy.HighsVarType.kInteger)
    solver.run()
    return solver
