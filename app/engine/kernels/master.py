"""The restricted master of a plan: columns kept, prices tried on them, plans rounded from them.

A column is a triple of a youth with its value. Columns live in a table of shape (youths, slots);
``used[y]`` slots of row ``y`` are in use.
"""

from __future__ import annotations

from app.engine.kernels.asked import Columns, Holders, Places
from app.engine.kernels.compiled import compiled, entry
from app.engine.pool.columns import Flags, Floats, Ints, Longs

NOBODY = -1
NOTHING = -1
REPLACED = -2
"""Nobody's number: only one holder is replaced."""
IMPOSSIBLE = -1e9


@entry
def add_columns(
    columns: Columns,
    rows: Ints,
    opening: Ints,
    session: Ints,
    reduced: Floats,
    found: Ints,
    prices: Places,
    kept: Ints,
) -> int:
    """Add the triples that a search found for the youths ``rows``; how many were new.

    A triple's value is its reduced value plus the prices it was charged. In a full row a new
    triple takes the slot of the lowest reduced value if its own is higher, but never the slot
    ``kept[y]``, which a plan relies on.
    """
    added = 0
    for row in range(len(rows)):
        y = rows[row]
        for place in range(found[row]):
            o, s = opening[row, place], session[row, place]
            value = reduced[row, place] + prices.openings[o] + prices.sessions[s]
            slot = slot_for(columns, y, o, s, reduced[row, place], prices, kept[y])
            if slot >= 0:
                columns.opening[y, slot] = o
                columns.session[y, slot] = s
                columns.value[y, slot] = value
                added += 1
    return added


@compiled
def slot_for(
    columns: Columns, y: int, o: int, s: int, reduced: float, prices: Places, kept: int
) -> int:
    """Slot for a new triple, -1 when it is there already or worse than all that are."""
    used, worst, lowest = columns.used[y], NOTHING, reduced
    for slot in range(used):
        other, session = columns.opening[y, slot], columns.session[y, slot]
        if other == o and session == s:
            return NOTHING
        value = columns.value[y, slot] - prices.openings[other] - prices.sessions[session]
        if value < lowest and slot != kept:
            worst, lowest = slot, value
    if used < columns.opening.shape[1]:
        columns.used[y] = used + 1
        return int(used)
    return worst


@compiled
def reduced_value(columns: Columns, y: int, slot: int, prices: Places) -> float:
    """Value of a column minus the prices of its opening and session."""
    paid = prices.openings[columns.opening[y, slot]] + prices.sessions[columns.session[y, slot]]
    return float(columns.value[y, slot] - paid)


@entry
def best_reduced(columns: Columns, prices: Places, first: int, last: int, out: Floats) -> None:
    """Best reduced values, none below 0, of youths ``first`` to ``last - 1`` into ``out``."""
    for y in range(first, last):
        out[y] = best_of_columns(columns, y, prices)


@compiled
def best_of_columns(columns: Columns, y: int, prices: Places) -> float:
    """The highest value minus prices of a youth's columns, none below 0."""
    best = 0.0
    for slot in range(columns.used[y]):
        best = max(best, reduced_value(columns, y, slot, prices))
    return best


@entry
def mark_free(columns: Columns, prices: Places, openings: Flags, sessions: Flags) -> None:
    """Mark the youths with a column whose opening costs nothing, and those whose session does not."""
    for y in range(len(columns.used)):
        for slot in range(columns.used[y]):
            openings[y] |= prices.openings[columns.opening[y, slot]] == 0.0
            sessions[y] |= prices.sessions[columns.session[y, slot]] == 0.0


@entry
def take_in_order(columns: Columns, order: Longs, chosen: Ints, room: Places) -> int:
    """Give each youth the first column of ``order`` (flat slots) that still has room; how many.

    ``chosen[y]`` is the slot taken or -1.
    """
    slots, taken = columns.opening.shape[1], 0
    for flat in order:
        y, slot = flat // slots, flat % slots
        if chosen[y] == NOTHING:
            o, s = columns.opening[y, slot], columns.session[y, slot]
            if room.openings[o] > 0.0 and room.sessions[s] > 0.0:
                chosen[y] = slot
                room.openings[o] -= 1.0
                room.sessions[s] -= 1.0
                taken += 1
    return taken


@compiled
def hold(start: Longs, held: Ints, place: int, y: int, old: int) -> None:
    """Replace one holder of a place by another; ``NOBODY`` stands for a free place."""
    for each in range(start[place], start[place + 1]):
        if held[each] == old:
            held[each], old = y, REPLACED


@compiled
def switch(
    columns: Columns, chosen: Ints, room: Places, holders: Holders, y: int, slot: int
) -> None:
    """Move a youth to another slot, or to none, keeping room and holders right."""
    if chosen[y] >= 0:
        o, s = columns.opening[y, chosen[y]], columns.session[y, chosen[y]]
        room.openings[o] += 1.0
        room.sessions[s] += 1.0
        hold(holders.opening_start, holders.opening, o, NOBODY, y)
        hold(holders.session_start, holders.session, s, NOBODY, y)
    chosen[y] = slot
    if slot >= 0:
        o, s = columns.opening[y, slot], columns.session[y, slot]
        room.openings[o] -= 1.0
        room.sessions[s] -= 1.0
        hold(holders.opening_start, holders.opening, o, y, NOBODY)
        hold(holders.session_start, holders.session, s, y, NOBODY)


@compiled
def own_value(columns: Columns, chosen: Ints, y: int) -> float:
    """Value of what a youth has now."""
    return float(columns.value[y, chosen[y]]) if chosen[y] >= 0 else 0.0


@compiled
def best_free(
    columns: Columns,
    y: int,
    room: Places,
    without_o: int,
    without_s: int,
    freed_o: int,
    freed_s: int,
) -> tuple[float, int]:
    """Best column of a youth with room, not using the ``without`` places.

    ``freed`` are places that become free when the youth leaves them.
    """
    best, chosen = 0.0, NOTHING
    for slot in range(columns.used[y]):
        o, s = columns.opening[y, slot], columns.session[y, slot]
        if columns.value[y, slot] <= best or o == without_o or s == without_s:
            continue
        if (room.openings[o] > 0.0 or o == freed_o) and (room.sessions[s] > 0.0 or s == freed_s):
            best, chosen = float(columns.value[y, slot]), slot
    return best, chosen


@compiled
def cheapest_holder(
    columns: Columns,
    chosen: Ints,
    room: Places,
    start: Longs,
    held: Ints,
    place: int,
    is_opening: bool,
    taken: int,
    y: int,
) -> tuple[float, int, int]:
    """Who of a full place would lose least by leaving: loss, youth, and the slot it moves to.

    ``taken`` is the place of the other kind that the newcomer takes at the same time.
    """
    loss, who, where = 1e9, NOBODY, NOTHING
    for each in range(start[place], start[place + 1]):
        z = held[each]
        if z in (NOBODY, y):
            continue
        o, s = columns.opening[z, chosen[z]], columns.session[z, chosen[z]]
        if is_opening:
            value, slot = best_free(columns, z, room, place, taken, NOTHING, s)
        else:
            value, slot = best_free(columns, z, room, taken, place, o, NOTHING)
        lost = own_value(columns, chosen, z) - value
        if lost < loss:
            loss, who, where = lost, z, slot
    return loss, who, where


@compiled
def try_improve(
    columns: Columns,
    chosen: Ints,
    room: Places,
    holders: Holders,
    prices: Places,
    near: float,
    y: int,
) -> float:
    """Make the best move of one youth, pushing at most one holder aside; what it gains.

    Moves where opening and session are both full are tried when one youth holds both. Columns worth
    ``near`` less than the youth's best at good prices are not tried: whoever holds their places
    would lose more by leaving them.
    """
    least = best_of_columns(columns, y, prices) - near
    now = own_value(columns, chosen, y)
    now_o = columns.opening[y, chosen[y]] if chosen[y] >= 0 else NOTHING
    now_s = columns.session[y, chosen[y]] if chosen[y] >= 0 else NOTHING
    gain, best, pushed, to = 1e-9, NOTHING, NOBODY, NOTHING
    for slot in range(columns.used[y]):
        more = float(columns.value[y, slot]) - now
        if more <= gain or slot == chosen[y] or reduced_value(columns, y, slot, prices) < least:
            continue
        o, s = columns.opening[y, slot], columns.session[y, slot]
        free_o = room.openings[o] > 0.0 or o == now_o
        free_s = room.sessions[s] > 0.0 or s == now_s
        loss, who, where = 0.0, NOBODY, NOTHING
        if not free_o and not free_s:
            loss, who, where = holder_of_both(columns, chosen, room, holders, o, s)
        elif not free_o:
            loss, who, where = cheapest_holder(
                columns, chosen, room, holders.opening_start, holders.opening, o, True, s, y
            )
        elif not free_s:
            loss, who, where = cheapest_holder(
                columns, chosen, room, holders.session_start, holders.session, s, False, o, y
            )
        if more - loss > gain:
            gain, best, pushed, to = more - loss, slot, who, where
    if best == NOTHING:
        return 0.0
    if pushed != NOBODY:
        switch(columns, chosen, room, holders, pushed, to)
    switch(columns, chosen, room, holders, y, best)
    return gain


@compiled
def holder_of_both(
    columns: Columns, chosen: Ints, room: Places, holders: Holders, o: int, s: int
) -> tuple[float, int, int]:
    """The holder of a full opening who holds the full session too, if any, and what it loses."""
    loss, who, where = 1e9, NOBODY, NOTHING
    for each in range(holders.opening_start[o], holders.opening_start[o + 1]):
        z = holders.opening[each]
        if z != NOBODY and columns.session[z, chosen[z]] == s:
            value, slot = best_free(columns, z, room, o, s, NOTHING, NOTHING)
            lost = own_value(columns, chosen, z) - value
            if lost < loss:
                loss, who, where = lost, z, slot
    return loss, who, where


@entry
def improve(
    columns: Columns,
    chosen: Ints,
    room: Places,
    holders: Holders,
    prices: Places,
    near: float,
    order: Longs,
) -> float:
    """One pass of local search over youths in ``order``; the total gain."""
    gained = 0.0
    for y in order:
        gained += try_improve(columns, chosen, room, holders, prices, near, y)
    return gained


@entry
def seat(columns: Columns, chosen: Ints, holders: Holders) -> None:
    """Fill the empty holders of a plan from its choices."""
    for y in range(len(chosen)):
        if chosen[y] >= 0:
            o, s = columns.opening[y, chosen[y]], columns.session[y, chosen[y]]
            hold(holders.opening_start, holders.opening, o, y, NOBODY)
            hold(holders.session_start, holders.session, s, y, NOBODY)
