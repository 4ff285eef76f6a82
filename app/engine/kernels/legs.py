"""One youth with one opening, and with one session: the rules and the part of the score.

Same definitions, in the same order of floating-point operations, as ``hard_rules`` and ``score``.
``REFUSED`` stands for "a hard rule is broken".
"""

from __future__ import annotations

import math
from typing import NamedTuple

from app.engine.journeys import EARTH_KM
from app.engine.kernels.compiled import compiled
from app.engine.pool.columns import (
    NO,
    UNKNOWN,
    YES,
    Bytes,
    Ints,
    Longs,
    Openings,
    Rules,
    Sessions,
    Youths,
)

REFUSED = -1e9


class Window(NamedTuple):
    """Contract kinds that a youth and an opening share, first and last start day of each kind."""

    kinds: int
    first: int
    last: int
    other_first: int
    other_last: int


INSIDE, TO_CONFIRM, LIKELY_FAR, BEYOND = 0, 1, 2, 3


@compiled
def chord_km(squared: float) -> float:
    """See ``journeys.chord_km``."""
    return 2.0 * EARTH_KM * math.asin(min(1.0, 0.5 * math.sqrt(squared)))


@compiled
def reach(youths: Youths, i: int, km: float, minutes: float, rules: Rules) -> int:
    """See ``journeys.reach_of``; km and minutes are negative when unknown."""
    limit_km, limit_minutes = youths.limit_km[i], youths.limit_minutes[i]
    timed = TO_CONFIRM
    if minutes >= 0.0 and limit_minutes >= 0.0:
        timed = INSIDE if minutes <= limit_minutes else BEYOND
    if km < 0.0:
        return timed
    if limit_km >= 0.0 and km > limit_km:
        return BEYOND
    if limit_minutes < 0.0:
        return BEYOND if limit_km < 0.0 and km > rules.unlimited_km else INSIDE
    if minutes >= 0.0:
        return BEYOND if km > rules.fastest_kmh * limit_minutes / 60.0 else timed
    effort = 60.0 * km * youths.hours_per_km[i]
    if effort > limit_minutes * rules.minutes_slack:
        return BEYOND
    return LIKELY_FAR if effort > limit_minutes else TO_CONFIRM


@compiled
def worth(km: float, minutes: float, per_km: float, factor: float, rules: Rules) -> float:
    """See ``journeys.worth``."""
    if minutes >= 0.0:
        hours = minutes / 60.0
    elif km >= 0.0:
        hours = km * per_km
    else:
        return rules.unknown_journey
    return max(0.0, 1.0 - factor * hours / rules.far_hours)


@compiled
def set_aside(ids: Longs, first: int, last: int, row_id: int) -> bool:
    """Whether an id is among ``ids[first:last]``."""
    found = False
    for place in range(first, last):
        found |= ids[place] == row_id
    return found


@compiled
def first_start(youths: Youths, i: int, openings: Openings, o: int, kind: int) -> int:
    """First day of ``parts.opening_window``."""
    first = max(youths.first[i, kind], openings.start_from[o])
    if openings.minors[o] == NO and youths.adult_from[i] >= 0:
        first = max(first, youths.adult_from[i])
    return int(first)


@compiled
def opening_dates(youths: Youths, i: int, openings: Openings, o: int) -> int:
    """-1 when no start day is left, else how many doubts minority raises (0 or 1)."""
    kinds = youths.kinds[i] & openings.kinds[o]
    earliest, open_day = 2**30, False
    for kind in range(2):
        if kinds >> kind & 1:
            first = first_start(youths, i, openings, o, kind)
            earliest = min(earliest, first)
            if first <= min(youths.last[i, kind], openings.start_to[o]):
                open_day = True
    if not open_day:
        return -1
    if openings.minors[o] == YES:
        return 0
    if youths.adult_from[i] < 0:
        return 1
    return 1 if openings.minors[o] == UNKNOWN and earliest < youths.adult_from[i] else 0


@compiled
def opening_allowed(youths: Youths, i: int, openings: Openings, o: int, allowed: Bytes) -> bool:
    """The rules of ``hard_rules.broken_by_opening`` that need neither wish, way nor dates."""
    if openings.places[o] <= 0 or not youths.kinds[i] & openings.kinds[o]:
        return False
    if not allowed[youths.membership[i], openings.audience[o]]:
        return False
    if openings.licence[o] == YES and youths.licence[i] == NO:
        return False
    first, last = youths.aside_openings_start[i], youths.aside_openings_start[i + 1]
    return first == last or not set_aside(youths.aside_openings, first, last, openings.id[o])


@compiled
def opening_part(
    youths: Youths,
    i: int,
    openings: Openings,
    o: int,
    wish: float,
    km: float,
    minutes: float,
    rules: Rules,
) -> float:
    """See ``score.of_opening``; ``REFUSED`` when the way or the dates break a rule."""
    far = reach(youths, i, km, minutes, rules)
    if far == BEYOND:
        return REFUSED
    doubts = opening_dates(youths, i, openings, o)
    if doubts < 0:
        return REFUSED
    doubts += openings.doubts[o]
    if openings.licence[o] == YES and youths.licence[i] == UNKNOWN:
        doubts += 1
    if openings.licence[o] == UNKNOWN and youths.licence[i] != YES:
        doubts += 1
    if far != INSIDE:
        doubts += 1
    journey = rules.company * worth(km, minutes, youths.hours_per_km[i], 1.0, rules)
    cost = rules.doubt_cost * doubts
    return float(rules.wish_opening * wish + journey + rules.fixed * openings.fixed[o] - cost)


@compiled
def session_allowed(youths: Youths, i: int, sessions: Sessions, s: int, allowed: Bytes) -> bool:
    """The rules of ``hard_rules.broken_by_session`` that do not need the way."""
    if sessions.places[s] <= 0 or not youths.kinds[i] & sessions.kinds[s]:
        return False
    held, entry, level = youths.held[i], sessions.entry[s], sessions.level[s]
    if entry >= 0 and held >= 0 and entry > max(held, youths.expected[i]):
        return False
    if level >= 0 and not youths.wanted[i] >> level & 1:
        return False
    if not allowed[youths.membership[i], sessions.audience[s]]:
        return False
    first, last = youths.aside_sessions_start[i], youths.aside_sessions_start[i + 1]
    return first == last or not set_aside(youths.aside_sessions, first, last, sessions.id[s])


@compiled
def session_way(
    youths: Youths, i: int, sessions: Sessions, s: int, km: float, minutes: float, rules: Rules
) -> tuple[float, int]:
    """Value and doubts of ``journeys.to_site``; the value is ``REFUSED`` beyond every limit."""
    far = reach(youths, i, km, minutes, rules)
    direct = worth(km, minutes, youths.hours_per_km[i], sessions.journey_factor[s], rules)
    refused = youths.boarding[i] == NO or sessions.boarding[s] == NO
    sure = youths.boarding[i] == YES and sessions.boarding[s] == YES
    if km < 0.0 or km > rules.boarding_km or refused:
        if far == BEYOND:
            return REFUSED, 0
        return direct, 0 if far == INSIDE else 1
    boarding = rules.boarding_value * (1.0 - km / (2.0 * rules.boarding_km))
    if far != BEYOND:
        return max(direct, boarding) if sure else direct, 0 if far == INSIDE else 1
    if sure:
        return boarding, 0
    return min(direct, boarding), 1


@compiled
def level_worth(youths: Youths, i: int, given: int, rules: Rules) -> float:
    """The weighted part ``level`` for a diploma of this level; see ``parts.level_value``."""
    place = ((int(youths.held[i]) + 1) * 16 + int(youths.aimed[i]) + 1) * 16 + int(given) + 1
    return float(rules.level * rules.levels[place])


@compiled
def session_part(
    youths: Youths,
    i: int,
    sessions: Sessions,
    s: int,
    wish: float,
    km: float,
    minutes: float,
    rules: Rules,
) -> float:
    """See ``score.of_session``; ``REFUSED`` when the site is too far."""
    value, doubts = session_way(youths, i, sessions, s, km, minutes, rules)
    if value == REFUSED:
        return REFUSED
    held, entry = int(youths.held[i]), int(sessions.entry[s])
    if entry < 0 or held < 0 or entry > held:
        doubts += 1
    doubts += sessions.doubts[s]
    level = level_worth(youths, i, sessions.level[s], rules)
    cost = rules.doubt_cost * doubts
    course = rules.wish_course * wish + rules.site * value
    return float(course + level + rules.fixed * sessions.fixed[s] - cost)


@compiled
def days_apart(
    youths: Youths, i: int, openings: Openings, o: int, sessions: Sessions, s: int
) -> int:
    """Fewest days between contract and course start (``parts.dates_fit``), -1 if no day fits."""
    kinds = youths.kinds[i] & openings.kinds[o] & sessions.kinds[s]
    best = -1
    for kind in range(2):
        if kinds >> kind & 1:
            first = max(first_start(youths, i, openings, o, kind), sessions.contract_from[s])
            last = min(youths.last[i, kind], openings.start_to[o], sessions.contract_to[s])
            if first <= last:
                days = max(0, sessions.start_from[s] - last, first - sessions.start_to[s])
                best = days if best < 0 else min(best, days)
    return best


@compiled
def window_of(youths: Youths, i: int, openings: Openings, o: int) -> Window:
    """When youth ``i`` may start at an opening, by contract kind."""
    end = openings.start_to[o]
    return Window(
        youths.kinds[i] & openings.kinds[o],
        first_start(youths, i, openings, o, 0),
        min(youths.last[i, 0], end),
        first_start(youths, i, openings, o, 1),
        min(youths.last[i, 1], end),
    )


@compiled
def days_within(window: Window, days: Ints, place: int) -> int:
    """:func:`days_apart` of a window and a session on the list; see ``Scratch.days``."""
    kinds, best = window.kinds & days[place, 0], -1
    first = max(window.first, days[place, 1])
    last = min(window.last, days[place, 2])
    if kinds & 1 and first <= last:
        best = max(0, days[place, 3] - last, first - days[place, 4])
    first = max(window.other_first, days[place, 1])
    last = min(window.other_last, days[place, 2])
    if kinds & 2 and first <= last:
        apart = max(0, days[place, 3] - last, first - days[place, 4])
        best = apart if best < 0 else min(best, apart)
    return int(best)


@compiled
def dates_bound(youths: Youths, i: int, sessions: Sessions, s: int, rules: Rules) -> float:
    """The most that ``dates`` can be worth with any opening; negative when no day can fit."""
    kinds = youths.kinds[i] & sessions.kinds[s]
    best = -1
    for kind in range(2):
        if kinds >> kind & 1:
            first = max(youths.first[i, kind], sessions.contract_from[s])
            last = min(youths.last[i, kind], sessions.contract_to[s])
            if first <= last:
                days = max(0, sessions.start_from[s] - last, first - sessions.start_to[s])
                best = days if best < 0 else min(best, days)
    if best < 0:
        return -1.0
    if sessions.start_unknown[s]:
        return rules.unknown_dates
    return max(rules.unknown_dates, 1.0 - best / rules.dates_days)


@compiled
def dates_value(days: int, unknown: bool, rules: Rules) -> float:
    """The part ``dates`` of a triple whose days are compatible."""
    if unknown:
        return rules.unknown_dates
    return max(0.0, 1.0 - days / rules.dates_days)


@compiled
def fits(levels: int, given: int) -> bool:
    """Whether a mask of accepted levels takes a given level; an unknown level is taken."""
    return given < 0 or bool(levels >> given & 1)
