"""Which youths an opening or a session may take, told without a search, and the most that each could get."""

from __future__ import annotations

from app.engine.kernels.around import own_radius, site_circle
from app.engine.kernels.asked import Ground, Query
from app.engine.kernels.compiled import compiled, entry
from app.engine.kernels.ground import squared_chord
from app.engine.kernels.legs import (
    dates_bound,
    level_worth,
    opening_allowed,
    opening_dates,
    session_allowed,
)
from app.engine.pool.columns import NOWHERE, Floats, Ints, Youths


@compiled
def squared_from(youths: Youths, i: int, x: float, y: float, z: float) -> float:
    """Squared chord, on the unit sphere, between the home of youth ``i`` and a place."""
    dx, dy, dz = youths.x[i] - x, youths.y[i] - y, youths.z[i] - z
    return float(dx * dx + dy * dy + dz * dz)


@compiled
def near_opening(ground: Ground, query: Query, i: int, o: int) -> bool:
    """Whether an opening lies within the circle of youth ``i``, or one of both has no place."""
    youths, openings = query.youths, ground.openings
    if not youths.located[i] or openings.cell[o] == NOWHERE:
        return True
    km = own_radius(youths, i, len(query.times.minutes) > 0, ground.rules)
    away = squared_from(youths, i, openings.x[o], openings.y[o], openings.z[o])
    return bool(away <= squared_chord(km))


@compiled
def near_session(ground: Ground, query: Query, i: int, s: int) -> bool:
    """The same for a session, boarding included."""
    youths, sessions = query.youths, ground.sessions
    if not youths.located[i] or sessions.cell[s] == NOWHERE:
        return True
    away = squared_from(youths, i, sessions.x[s], sessions.y[s], sessions.z[s])
    return bool(away <= site_circle(query, i, ground.rules).widest)


@entry
def within_reach(ground: Ground, query: Query, rows: Ints, wish: Floats, course: Floats) -> int:
    """Move the youths whom the opening and session named may take to the front; how many.

    ``wish`` is, row by row, what the openings are worth to the youth at most, ``course`` what the
    courses are. ``wish`` becomes the most that ``candidates.merit`` can be: sums in the order of the
    search, and each part at least what it is there, so never below the merit by a rounding.
    """
    youths, rules = query.youths, ground.rules
    kept = 0
    for place in range(len(rows)):
        i, o, s = rows[place], query.opening, query.session
        level, dates = rules.level, 1.0
        if o >= 0:
            if not opening_allowed(youths, i, ground.openings, o, query.allowed):
                continue
            if opening_dates(youths, i, ground.openings, o) < 0:
                continue
            if not near_opening(ground, query, i, o):
                continue
        if s >= 0:
            if not session_allowed(youths, i, ground.sessions, s, query.allowed):
                continue
            dates = dates_bound(youths, i, ground.sessions, s, rules)
            if dates < 0.0 or not near_session(ground, query, i, s):
                continue
            level = level_worth(youths, i, ground.sessions.level[s], rules)
        rows[kept] = i
        best = rules.wish_opening * wish[place] + (rules.wish_course * course[place] + level)
        wish[kept] = best + rules.dates * dates
        kept += 1
    return kept
