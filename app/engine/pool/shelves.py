"""Openings by title and by trade, so that a search finds those wished without passing by others."""

from __future__ import annotations

import numpy as np

from app.engine.pool.columns import Ints, Openings, Shelves


def shelves_of(openings: Openings, titles: int, trades: int) -> Shelves:
    """Shelves of openings that stand by cell, for so many titles and trades."""
    known = np.flatnonzero(openings.trade >= 0).astype(np.int32)
    row = np.concatenate(
        [_in_order(openings.title), known[_in_order(openings.trade[known])]], dtype=np.int32
    )
    sizes = [
        np.bincount(openings.title, minlength=titles),
        np.bincount(openings.trade[known], minlength=trades),
    ]
    start = np.concatenate([[0], np.cumsum(np.concatenate(sizes))]).astype(np.int64)
    columns = start, row, openings.cell[row]
    for column in columns:
        column.flags.writeable = False
    return Shelves(titles, *columns)


def _in_order(keys: Ints) -> Ints:
    return np.argsort(keys, kind="stable").astype(np.int32)
