"""Which youths an opening or a session may take, told without a search, and the most that each could get."""

from __future__ import annotations

from app.engine.kernels.around import own_radius, site_radius, squared_to
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
from app.engine.pool.columns import Floats, Ints


@compiled
def near_opening(ground: Ground, query: Query, i: int, o: int) -> bool:
    """Whether an opening lies within the circle of youth ``i``, or one of both has no place."""
    km = own_radius(query.youths, i, len(query.times.minutes) > 0, ground.rules)
    return bool(squared_to(query.youths, i, ground.openings, o) <= squared_chord(km))


@compiled
def near_session(ground: Ground, query: Query, i: int, s: int) -> bool:
    """The same for a session, boarding included."""
    km = site_radius(query, i, ground.rules)
    return bool(squared_to(query.youths, i, ground.sessions, s) <= squared_chord(km))


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
