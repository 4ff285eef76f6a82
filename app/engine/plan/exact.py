"""The exact plan of a small pool, by mixed-integer programming over every triple."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray


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
    solver, _ = _programme(columns, positions, seats, youths, whole=True)
    solution = np.asarray(solver.getSolution().col_value)
    return np.flatnonzero(solution > 0.5)


def relaxed_prices(
    columns: Columns, positions: NDArray[np.int64], seats: NDArray[np.int64], youths: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Dual prices of positions and seats in the linear relaxation, none negative."""
    solver, rows = _programme(columns, positions, seats, youths, whole=False)
    duals = np.abs(np.asarray(solver.getSolution().row_dual))
    first, second = rows
    return duals[first:second], duals[second:]


def _programme(
    columns: Columns,
    positions: NDArray[np.int64],
    seats: NDArray[np.int64],
    youths: int,
    *,
    whole: bool,
) -> tuple[highspy.Highs, tuple[int, int]]:
    """Build and run the programme; the row offsets of openings and sessions come back too."""
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
        if whole:
            solver.changeColIntegrality(place, highspy.HighsVarType.kInteger)
    solver.run()
    return solver, rows
