"""From a pool to the scores of triples and the surplus of every youth, on one thread or several."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from app.engine.certificate.reach import LAT, LON
from app.engine.certificate.sheets import Sheets, Table, sheets_of
from app.engine.certificate.sums import Desk, scores, surpluses
from app.engine.certificate.worth import OUT, Scale
from app.engine.plan.model import Assigned
from app.engine.pool import Pool
from app.engine.weights import Weights

BLOCK = 500


class Books:
    """The tables of a pool, in which triples are scored and surpluses are added up."""

    def __init__(self, pool: Pool, threads: int) -> None:
        self._sheets, self._scale = sheets_of(pool), scale_of(pool.weights)
        self._threads = threads
        self._youths = {youth: row for row, youth in enumerate(pool.youths)}

    def surpluses(self, lam: Mapping[int, float], mu: Mapping[int, float], bonus: float) -> Table:
        """``max(0, best worth after prices)`` of every youth, by ascending id."""
        sheets = self._sheets
        prices = (
            np.array([lam[each] for each in sheets.opening_ids.tolist()]),
            np.array([mu[each] for each in sheets.session_ids.tolist()]),
        )
        out = np.zeros(len(sheets.youths))
        # Neighbours one after the other read the same rows, which the processor still holds.
        order = np.lexsort(np.round(sheets.youths[:, (LON, LAT)], 1).T)

        def run(first: int, last: int, desk: Desk) -> None:
            surpluses(order[first:last], sheets, prices, bonus, self._scale, desk, out)

        self._in_blocks(run, len(out))
        return out

    def scores(self, assigned: Sequence[Assigned]) -> Table:
        """The score of each triple, far below 0 when a rule forbids it."""
        openings, sessions = map(_numbers, (self._sheets.opening_ids, self._sheets.session_ids))
        rows = [(self._youths[a.youth], openings[a.opening], sessions[a.session]) for a in assigned]
        table = np.array(rows, dtype=np.int64).reshape(len(rows), 3)
        out = np.zeros(len(rows))

        def run(first: int, last: int, desk: Desk) -> None:
            scores(table[first:last], self._sheets, self._scale, desk, out[first:last])

        self._in_blocks(run, len(rows))
        return out

    def _in_blocks(self, run: Callable[[int, int, Desk], None], total: int) -> None:
        """Call ``run(first, last, desk)`` for blocks of rows, each thread at a desk of its own."""
        apart = BLOCK * self._threads

        def every(begin: int) -> None:
            desk = desk_for(self._sheets)
            for first in range(begin, total, apart):
                run(first, min(first + BLOCK, total), desk)

        with ThreadPoolExecutor(self._threads) as executor:
            list(executor.map(every, range(0, apart, BLOCK)))


def _numbers(ids: NDArray[np.int64]) -> dict[int, int]:
    return {each: row for row, each in enumerate(ids.tolist())}


def desk_for(sheets: Sheets) -> Desk:
    """Clean room to work for one thread."""
    titles = int(sheets.texts.item.max(initial=-1))
    for table in (sheets.openings, sheets.sessions):
        titles = max(titles, int(table[:, 9].max(initial=-1)))
    ranges = max(len(strips.start) for strips in (sheets.opening_strips, sheets.session_strips))
    return Desk(
        title=np.zeros(titles + 1),
        trade=np.zeros(sheets.near.shape[1]),
        barred=np.zeros(sheets.near.shape[1]),
        minutes=np.full(sheets.communes, np.nan),
        opening=np.zeros(len(sheets.openings)),
        opening_worth=np.zeros(len(sheets.openings)),
        session=np.zeros(len(sheets.sessions)),
        session_worth=np.zeros(len(sheets.sessions)),
        job=np.zeros(len(sheets.links.start) - 1),
        course=np.zeros(sheets.courses),
        most=np.full(sheets.courses, OUT),
        head=np.full(sheets.courses, -1),
        next=np.zeros(len(sheets.sessions), np.int64),
        begin=np.zeros(ranges, np.int64),
        end=np.zeros(ranges, np.int64),
    )


def scale_of(weights: Weights) -> Scale:
    """The weights as the sums read them."""
    w = weights.parts
    return Scale(
        wish_opening=w.wish_opening,
        wish_course=w.wish_course,
        opening_course=w.opening_course,
        journeys=w.journeys,
        dates=w.dates,
        level=w.level,
        doubt=weights.doubt_cost,
        company_share=weights.company_share,
        far_hours=weights.far_hours,
        unlimited_km=weights.unlimited_km,
        slack=weights.minutes_slack,
        boarding_km=weights.boarding_km,
        boarding_value=weights.boarding_value,
        dates_days=weights.dates_days,
        unknown_journey=weights.unknown_journey,
        unknown_dates=weights.unknown_dates,
        unknown_level=weights.unknown_level,
        fastest_kmh=weights.fastest_kmh,
    )
