"""How youths answer to prices: the columns worth looking at, and what each youth would choose.

The choice is softened: at warmth ``τ`` a youth takes column ``c`` with the share
``exp(r_c / τ) / (1 + Σ exp(r / τ))``, where ``r`` is value minus prices and the one stands for taking
nothing. As ``τ`` falls, the shares settle on the best column.
"""

from __future__ import annotations

import math

from app.engine.kernels.asked import Columns, Listed, Places
from app.engine.kernels.compiled import compiled, entry
from app.engine.kernels.master import IMPOSSIBLE, NOTHING, reduced_value
from app.engine.pool.columns import Floats, Ints, Longs, Singles

FAINT = 12.0
"""A column so many times ``τ`` below the best has no share: less than one in 160,000."""


@compiled
def reduced_if_open(columns: Columns, y: int, slot: int, prices: Places, room: Places) -> float:
    """Value of a column minus its prices; ``IMPOSSIBLE`` when a place of it has no room."""
    o, s = columns.opening[y, slot], columns.session[y, slot]
    if room.openings[o] <= 0.0 or room.sessions[s] <= 0.0:
        return IMPOSSIBLE
    return float(reduced_value(columns, y, slot, prices))


@compiled
def least_wanted(
    columns: Columns, y: int, prices: Places, room: Places, chosen: Ints, margin: float
) -> float:
    """Reduced value above which a column of a youth is listed; no column of the placed ones is."""
    if chosen[y] != NOTHING:
        return math.inf
    best = 0.0
    for slot in range(columns.used[y]):
        best = max(best, reduced_if_open(columns, y, slot, prices, room))
    return best - margin


@entry
def count_near(
    columns: Columns,
    prices: Places,
    room: Places,
    chosen: Ints,
    margin: float,
    order: Ints,
    first: int,
    last: int,
    counts: Ints,
) -> None:
    """How many columns of youths ``order[first:last]`` are listed; see ``list_near``."""
    for row in range(first, last):
        y = order[row]
        least = least_wanted(columns, y, prices, room, chosen, margin)
        counts[row] = 0
        for slot in range(columns.used[y]):
            if reduced_if_open(columns, y, slot, prices, room) > least:
                counts[row] += 1


@entry
def list_near(
    columns: Columns,
    prices: Places,
    room: Places,
    chosen: Ints,
    margin: float,
    order: Ints,
    first: int,
    last: int,
    listed: Listed,
) -> None:
    """List the columns of youths ``order[first:last]`` that have room and may soon be chosen.

    Those worth ``margin`` less than the best of the youth (or than nothing) are left out.
    """
    for row in range(first, last):
        y, place = order[row], listed.start[row]
        least = least_wanted(columns, y, prices, room, chosen, margin)
        for slot in range(columns.used[y]):
            if reduced_if_open(columns, y, slot, prices, room) > least:
                listed.opening[place] = columns.opening[y, slot]
                listed.session[place] = columns.session[y, slot]
                listed.value[place] = columns.value[y, slot]
                place += 1


@entry
def slots_of(columns: Columns, listed: Listed, places: Longs, youths: Longs, slots: Ints) -> None:
    """Where the columns listed at some places stand among those of their youths, into ``slots``."""
    for each in range(len(places)):
        y, o, s = youths[each], listed.opening[places[each]], listed.session[places[each]]
        for slot in range(columns.used[y]):
            if columns.opening[y, slot] == o and columns.session[y, slot] == s:
                slots[each] = slot


@entry
def answer(
    listed: Listed,
    prices: Places,
    warmth: float,
    first: int,
    last: int,
    used: Places,
    best: Floats,
    work: Floats,
) -> None:
    """The use that rows ``first`` to ``last - 1`` make of places, each choosing softly.

    ``best`` receives each row's highest reduced value, 0 when none is above. ``work`` holds the columns
    of one youth.
    """
    used.openings[:] = 0.0
    used.sessions[:] = 0.0
    for row in range(first, last):
        start = listed.start[row]
        best[row], whole = choose(listed, prices, warmth, row, work)
        for place in range(start, listed.start[row + 1]):
            share = work[place - start] * whole
            if share > 0.0:
                used.openings[listed.opening[place]] += share
                used.sessions[listed.session[place]] += share


@entry
def shares(
    listed: Listed,
    prices: Places,
    warmth: float,
    first: int,
    last: int,
    share: Singles,
    work: Floats,
) -> None:
    """How much of each column rows ``first`` to ``last - 1`` choose, into ``share``."""
    for row in range(first, last):
        start = listed.start[row]
        _, whole = choose(listed, prices, warmth, row, work)
        for place in range(start, listed.start[row + 1]):
            share[place] = work[place - start] * whole


@compiled
def choose(
    listed: Listed, prices: Places, warmth: float, row: int, work: Floats
) -> tuple[float, float]:
    """Weigh the columns of one row against its best; that best, and what makes weights shares."""
    start, colder, most = listed.start[row], 1.0 / warmth, 0.0
    many = listed.start[row + 1] - start
    for place in range(start, start + many):
        paid = prices.openings[listed.opening[place]] + prices.sessions[listed.session[place]]
        work[place - start] = listed.value[place] - paid
        most = max(most, work[place - start])
    for each in range(many):
        work[each] = faded((work[each] - most) * colder)
    whole = faded(-most * colder)
    for each in range(many):
        whole += work[each]
    return most, 1.0 / whole


@compiled
def faded(behind: float) -> float:
    """``exp(behind)`` for numbers up to 0, within 4 in 1,000 of it, and 0 below ``-FAINT``.

    ``(1 + y + y²/2 + y³/6) ** 64`` with ``y = behind / 64``: only products, of which a processor does several
    at once, where the library's exponential would be half of a walk.
    """
    y = max(behind, -FAINT) / 64.0
    grown = 1.0 + y * (1.0 + y * (0.5 + y / 6.0))
    grown *= grown
    grown *= grown
    grown *= grown
    grown *= grown
    grown *= grown
    grown *= grown
    return grown if behind > -FAINT else 0.0
