"""Whom an opening or a session may concern at all, told before any search.

A triple needs a wish above the floors for its opening (``app/engine/parts.py``). A question about
one opening therefore concerns the youths with a wish like its title or its trade; a question about
one session, those with a wish like an opening that its course leads to. Both read the tables of a
batch once: of half a million youths some thousands are left, each with the most that a triple of
theirs could be worth. A list of twenty asks the most promising first, and ends where nobody left can enter it.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

import numpy as np

from app.engine.kernels.asked import Ground, Query
from app.engine.pool.columns import (
    Flags,
    Floats,
    Ints,
    Near,
    Openings,
    SessionKinds,
    Texts,
    Youths,
    frozen,
    remade,
)


class Concerned(NamedTuple):
    """Rows of youths, and the most that each could be worth."""

    rows: Ints
    most: Floats


def concerned(ground: Ground, query: Query) -> Concerned:
    """The youths who may have a triple with what a query names.

    Nobody who has one is missing. Who is there wishes something like it, lives near enough, and
    breaks no rule that speaks of the youth and the opening or the session alone.
    """
    named = slice(query.opening, query.opening + 1) if query.opening >= 0 else slice(None)
    openings = remade(ground.openings, (column[named] for column in ground.openings))
    wishes = wishes_of(query.youths, query.texts, query.near, openings.title, openings.trade)
    rows = np.flatnonzero(wishes).astype(np.int32)
    courses = np.ones(len(rows))
    if query.session >= 0:
        title, trades = _course(ground.session_kinds, int(ground.sessions.kind[query.session]))
        courses = wishes_of(query.youths, query.texts, query.near, title, trades)[rows]
    most = wishes[rows]
    reach = import_module("app.engine.kernels.reach")
    near = reach.within_reach(ground, query, rows, most, courses)
    return Concerned(rows[:near], most[:near])


def _course(kinds: SessionKinds, kind: int) -> tuple[Ints, Ints]:
    """Title and trades of one kind of sessions."""
    return kinds.title[kind : kind + 1], kinds.trades[kinds.start[kind] : kinds.start[kind + 1]]


def narrowed(ground: Ground, query: Query) -> Ground:
    """The same ground for a query that names a session: it alone, and the openings its course leads to.

    Rows of sessions keep their numbers.
    """
    if query.session < 0 or query.opening >= 0:
        return ground
    kind = int(ground.sessions.kind[query.session])
    run = query.session + (np.arange(len(ground.ways.run)) > kind)
    ways = frozen(ground.ways._replace(run=run.astype(np.int32)))
    return leading_to(ground, kind)._replace(ways=ways)


def leading_to(ground: Ground, session_kind: int) -> Ground:
    """The same ground with the openings alone that have a link with a kind of sessions."""
    linked = openings_that_lead_to(ground, session_kind)
    openings = remade(ground.openings, (column[linked] for column in ground.openings))
    return with_openings(ground, openings, ground.opening_price[linked])


def with_openings(ground: Ground, openings: Openings, price: Floats) -> Ground:
    """The same ground with these openings in place of its own.

    Its shelves stand empty: they number the rows of those that were there.
    """
    none = ground.shelves._replace(row=ground.shelves.row[:0], cell=ground.shelves.cell[:0])
    return ground._replace(openings=frozen(openings), shelves=none, opening_price=price)


def openings_that_lead_to(ground: Ground, session_kind: int) -> Flags:
    """Which openings of a ground have a link with a kind of sessions."""
    has = np.zeros(len(ground.links.start) - 1, np.bool_)
    places = np.flatnonzero(ground.links.kind == session_kind)
    has[_holders(ground.links.start, places)] = True
    kinds = ground.opening_kinds
    found: Flags = has[kinds.row][kinds.group][ground.openings.kind]
    return found


def interested(youths: Youths, texts: Texts, near: Near, openings: Openings) -> Ints:
    """Rows of the youths with a wish that any of these openings answers by title or trade."""
    wishes = wishes_of(youths, texts, near, openings.title, openings.trade)
    return np.flatnonzero(wishes).astype(np.int32)


def wishes_of(youths: Youths, texts: Texts, near: Near, titles: Ints, trades: Ints) -> Floats:
    """What the best of some titles and trades is worth to each youth, rank of the wish included.

    0 where nothing passes the floors. Shape (youths,).
    """
    by_text = _best_of(texts.start, texts.title, texts.value, titles)
    by_trade = _best_of(near.start, near.trade, near.value, trades)
    wished = by_text[youths.wish_text]
    known = np.flatnonzero(youths.wish_trade >= 0)
    wished[known] = np.maximum(wished[known], by_trade[youths.wish_trade[known]])
    answered = np.flatnonzero(wished)
    best = np.zeros(len(youths.id))
    values = youths.wish_factor[answered] * wished[answered]
    np.maximum.at(best, _holders(youths.wish_start, answered), values)
    return best


def _best_of(
    start: np.ndarray[Any, np.dtype[Any]], column: Ints, value: Floats, wanted: Ints
) -> Floats:
    """For each ragged row, the highest value of an entry among the wanted numbers; -1 is none."""
    found = np.zeros(max(int(column.max(initial=-1)), int(wanted.max(initial=-1))) + 1, np.bool_)
    found[wanted[wanted >= 0]] = True
    places = np.flatnonzero(found[column])
    best = np.zeros(len(start) - 1)
    np.maximum.at(best, _holders(start, places), value[places])
    return best


def _holders(start: np.ndarray[Any, np.dtype[Any]], places: Any) -> Any:
    """The ragged rows that hold some places."""
    return np.searchsorted(start, places, side="right") - 1
