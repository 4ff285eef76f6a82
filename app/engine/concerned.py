"""Whom an opening or a session may concern at all, told before any search.

A triple needs a wish above the floors for its opening (``app/engine/parts.py``). A question about
one opening therefore concerns the youths with a wish like its title or its trade; a question about
one session, those with a wish like an opening that its course leads to. Both read the tables of a
batch once: of half a million youths a few thousand are left to be searched.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from app.engine.kernels.asked import Ground, Query
from app.engine.pool.columns import Ints, Near, Openings, Texts, Youths, remade

Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]


def concerned(ground: Ground, query: Query) -> Ints:
    """Rows, ascending, of the youths who may have a triple with what a query names.

    Nobody who has one is missing; who is there wishes something like it and lives near enough,
    whatever their age, level or dates.
    """
    named = slice(query.opening, query.opening + 1) if query.opening >= 0 else slice(None)
    openings = remade(ground.openings, (column[named] for column in ground.openings))
    rows = interested(query.youths, query.texts, query.near, openings)
    near = import_module("app.engine.kernels.reach").within_reach(ground, query, rows)
    return rows[:near]


def narrowed(ground: Ground, query: Query) -> Ground:
    """The same ground for a query that names a session: only openings that its course leads to."""
    if query.session < 0 or query.opening >= 0:
        return ground
    linked = openings_that_lead_to(ground, int(ground.sessions.kind[query.session]))
    return ground._replace(
        openings=remade(ground.openings, (column[linked] for column in ground.openings)),
        opening_price=ground.opening_price[linked],
    )


def openings_that_lead_to(ground: Ground, session_kind: int) -> Mask:
    """Which openings of a ground have a link with a kind of sessions."""
    has = _any_of(ground.links.start, ground.links.kind == session_kind)
    kinds = ground.opening_kinds
    found: Mask = has[kinds.row][kinds.group][ground.openings.kind]
    return found


def interested(youths: Youths, texts: Texts, near: Near, openings: Openings) -> Ints:
    """Rows of the youths with a wish that any of these openings answers by title or trade."""
    by_text = _any_of(texts.start, _marked(texts.title, openings.title))
    by_trade = _any_of(near.start, _marked(near.trade, openings.trade))
    wished = by_text[youths.wish_text]
    known = youths.wish_trade >= 0
    wished[known] |= by_trade[youths.wish_trade[known]]
    return np.flatnonzero(_any_of(youths.wish_start, wished)).astype(np.int32)


def _marked(column: Ints, wanted: Ints) -> Mask:
    """Which entries of a column are among the wanted numbers; -1 is none."""
    found = np.zeros(max(int(column.max(initial=-1)), int(wanted.max(initial=-1))) + 1, np.bool_)
    found[wanted[wanted >= 0]] = True
    marked: Mask = found[column]
    return marked


def _any_of(start: np.ndarray[Any, np.dtype[Any]], entries: Mask) -> Mask:
    """For each ragged row, whether any of its entries holds."""
    some = np.zeros(len(start) - 1, np.bool_)
    some[np.searchsorted(start, np.flatnonzero(entries), side="right") - 1] = True
    return some
