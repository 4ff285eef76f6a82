"""From a pool and prices to the surplus of every youth, on one thread or several."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from app.engine.certificate.sheets import Sheets, Table, sheets_of
from app.engine.certificate.sums import LAT, Desk, Scale, surpluses
from app.engine.pool import Pool
from app.engine.weights import Weights

BLOCK = 500


def surpluses_of(
    pool: Pool, lam: Mapping[int, float], mu: Mapping[int, float], bonus: float, threads: int
) -> Table:
    """``max(0, best worth after prices)`` of every youth, by ascending id."""
    sheets, scale = sheets_of(pool), scale_of(pool.weights)
    prices = (
        np.array([lam[each] for each in sheets.opening_ids.tolist()]),
        np.array([mu[each] for each in sheets.session_ids.tolist()]),
    )
    placed = _placed(sheets.openings), _placed(sheets.sessions)
    out = np.zeros(len(sheets.youths))

    def run(first: int) -> None:
        desk = desk_for(sheets)
        for start in range(first, len(out), BLOCK * threads):
            last = min(start + BLOCK, len(out))
            surpluses(start, last, sheets, prices, placed, bonus, scale, desk, out)

    with ThreadPoolExecutor(threads) as executor:
        list(executor.map(run, range(0, threads * BLOCK, BLOCK)))
    return out


def _placed(table: Table) -> int:
    """How many rows have a position; they come first."""
    return int((~np.isnan(table[:, LAT])).sum())


def desk_for(sheets: Sheets) -> Desk:
    """Clean room to work for one thread."""
    titles = int(sheets.texts.item.max(initial=-1))
    for table in (sheets.openings, sheets.sessions):
        titles = max(titles, int(table[:, 9].max(initial=-1)))
    return Desk(
        title=np.zeros(titles + 1),
        trade=np.zeros(sheets.near.shape[1]),
        barred=np.zeros(sheets.near.shape[1]),
        minutes=np.full(sheets.communes, np.nan),
        opening=np.zeros(len(sheets.openings)),
        opening_worth=np.zeros(len(sheets.openings)),
        session=np.zeros(len(sheets.sessions)),
        session_worth=np.zeros(len(sheets.sessions)),
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
