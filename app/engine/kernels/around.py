"""Where a youth looks: how far, and at which rows of openings.

Either the runs of the map inside the circle, or the shelves of the titles and trades wished, cut to
the circle: in a town where thousands of openings lie in reach, few of them are wished.
"""

from __future__ import annotations

from typing import NamedTuple

from app.engine.kernels.asked import Ground, Query
from app.engine.kernels.compiled import compiled
from app.engine.kernels.ground import (
    EVERYWHERE,
    WHOLE_MAP,
    Box,
    Circle,
    box_of,
    circle_of,
    outside,
    runs_of,
    squared_chord,
)
from app.engine.kernels.scratch import Scratch
from app.engine.kernels.wishes import LISTED, WISHED
from app.engine.pool.columns import (
    NO,
    NOWHERE,
    Ints,
    Openings,
    Rules,
    Sessions,
    Shelves,
    Youths,
)

SHORT = 48
"""A shelf of at most so many openings is read as a whole."""
A_SHELF = 12
"""Looking for a title costs about as much as passing by so many openings."""
NONE = -1


class Look(NamedTuple):
    """What a youth reads: so many runs, of shelves or of the map, cut to a box and a squared chord."""

    runs: int
    shelved: bool
    box: Box
    widest: float


@compiled
def look_around(ground: Ground, query: Query, i: int, work: Scratch) -> Look:
    """Find the runs that hold every opening wished in the circle of youth ``i``."""
    youths, shelves = query.youths, ground.shelves
    km = own_radius(youths, i, len(query.times.minutes) > 0, ground.rules)
    box = box_of(youths.lat[i], youths.lon[i], km) if youths.located[i] else WHOLE_MAP
    runs = runs_around(ground.openings.cell, youths, i, box, query.opening, work)
    shelved = query.opening < 0 and len(shelves.row) > 0 and many(runs, query, i, work)
    if shelved:
        runs = wished_runs(shelves, query, i, box, work)
    return Look(runs, shelved, box, squared_chord(km))


@compiled
def opening_at(
    ground: Ground, query: Query, i: int, place: int, look: Look, work: Scratch
) -> tuple[int, float]:
    """The opening at a place of a run and how far it is (a squared chord).

    ``NONE`` when it is not wished, was met before or lies outside the circle.
    """
    o = place
    if look.shelved:
        if outside(ground.shelves.cell[place], look.box):
            return NONE, 0.0
        o = ground.shelves.row[place]
    if not wished(ground.openings, o, place, look.shelved, work):
        return NONE, 0.0
    squared = squared_to(query.youths, i, ground.openings, o)
    return (NONE, 0.0) if squared > look.widest else (o, squared)


@compiled
def site_circle(query: Query, i: int, rules: Rules) -> Circle:
    """Where sites are possible for a youth, boarding included."""
    youths, km = query.youths, site_radius(query, i, rules)
    return circle_of(youths.lat[i], youths.lon[i], km) if youths.located[i] else EVERYWHERE


@compiled
def site_radius(query: Query, i: int, rules: Rules) -> float:
    """Kilometres beyond which no site is possible for a youth."""
    km = own_radius(query.youths, i, len(query.times.minutes) > 0, rules)
    return float(km if query.youths.boarding[i] == NO else max(km, rules.boarding_km))


@compiled
def own_radius(youths: Youths, i: int, timed: bool, rules: Rules) -> float:
    """Kilometres beyond which ``journeys.reach_of`` is always ``BEYOND``."""
    limit_km, limit_minutes = youths.limit_km[i], youths.limit_minutes[i]
    if limit_minutes < 0.0:
        return rules.unlimited_km if limit_km < 0.0 else float(limit_km)
    km = limit_minutes * rules.minutes_slack / 60.0 / youths.hours_per_km[i]
    if timed:
        km = max(km, rules.fastest_kmh * limit_minutes / 60.0)
    return float(km if limit_km < 0.0 else min(km, limit_km))


@compiled
def squared_to(youths: Youths, i: int, places: Openings | Sessions, row: int) -> float:
    """Squared chord between a home and an opening or a session, -1 when one of both is unknown."""
    if not youths.located[i] or places.cell[row] == NOWHERE:
        return -1.0
    dx, dy = youths.x[i] - places.x[row], youths.y[i] - places.y[row]
    dz = youths.z[i] - places.z[row]
    return float(dx * dx + dy * dy + dz * dz)


@compiled
def runs_around(cells: Ints, youths: Youths, i: int, box: Box, only: int, work: Scratch) -> int:
    """Runs of rows to look at: all when the home is unknown, one row when it was named."""
    if only >= 0:
        work.begin[0], work.end[0] = only, only + 1
        return 1
    if not youths.located[i]:
        work.begin[0], work.end[0] = 0, len(cells)
        return 1
    return runs_of(cells, 0, len(cells), box, 0, work.begin, work.end)


@compiled
def many(runs: int, query: Query, i: int, work: Scratch) -> bool:
    """Whether the runs hold so many rows that it is shorter to look for each title wished."""
    rows, titles = 0, 0
    for run in range(runs):
        rows += work.end[run] - work.begin[run]
    for wish in range(query.youths.wish_start[i], query.youths.wish_start[i + 1]):
        text = query.youths.wish_text[wish]
        titles += query.texts.start[text + 1] - query.texts.start[text] + 1
    return bool(rows > A_SHELF * titles)


@compiled
def wished_runs(shelves: Shelves, query: Query, i: int, box: Box, work: Scratch) -> int:
    """Runs of shelves that hold the titles and trades of youth ``i``, each once; how many."""
    youths, texts, near, count = query.youths, query.texts, query.near, 0
    for wish in range(youths.wish_start[i], youths.wish_start[i + 1]):
        text, trade = youths.wish_text[wish], youths.wish_trade[wish]
        for place in range(texts.start[text], texts.start[text + 1]):
            title = texts.title[place]
            if work.title_hit[title] == WISHED:
                work.title_hit[title] = LISTED
                count = shelf_runs(shelves, title, box, count, work)
        if trade >= 0:
            for place in range(near.start[trade], near.start[trade + 1]):
                code = near.trade[place]
                if work.trade_hit[code] == WISHED:
                    work.trade_hit[code] = LISTED
                    count = shelf_runs(shelves, shelves.titles + code, box, count, work)
    return count


@compiled
def shelf_runs(shelves: Shelves, shelf: int, box: Box, count: int, work: Scratch) -> int:
    """Add the runs of one shelf after ``count`` others, one run if it is short; how many now."""
    first, last = shelves.start[shelf], shelves.start[shelf + 1]
    if last - first > max(SHORT, box.north - box.south):
        return runs_of(shelves.cell, first, last, box, count, work.begin, work.end)
    work.begin[count], work.end[count] = first, last
    return count + 1


@compiled
def wished(openings: Openings, o: int, place: int, shelved: bool, work: Scratch) -> bool:
    """Whether an opening is wished and not met before: shelves of trades come after all titles."""
    title, trade = openings.title[o], openings.trade[o]
    if work.barred[trade]:
        return False
    if shelved:
        return place < len(openings.title) or not work.title_hit[title]
    return bool(work.title_hit[title] or work.trade_hit[trade])
