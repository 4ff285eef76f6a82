"""What a youth, an opening and a session are worth together, by the checker's own plain formulas.

``OUT`` stands wherever a rule forbids them.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from app.engine.certificate.reach import LAT, LON, kilometres
from app.engine.certificate.sheets import Ragged, Sheets, Table
from app.engine.kernels.compiled import compiled

# Columns of the tables, in the order in which ``sheets.py`` writes them.
(
    Y_LAT, Y_LON, Y_KM, Y_MINUTES, Y_PACE, Y_LICENCE, Y_BOARDING, Y_KINDS, Y_ADULT, Y_HELD,
    Y_EXPECTED, Y_AIMED, Y_WANTED, Y_MEMBER, Y_HOME, Y_OWN, Y_FROM, Y_TO, Y_A_FROM, Y_A_TO,
    Y_P_FROM, Y_P_TO, Y_BEFORE, Y_ID,
) = range(24)  # fmt: skip
ID, AUDIENCE, COMMUNE, KINDS, FROM, TO, NO_START, TITLE = range(2, 10)
O_TRADE, O_JOB, O_FREE, O_LICENCE, O_MINORS, O_LEVELS, O_OWN, O_UNKNOWN = range(10, 18)
(
    S_COURSE, S_FREE, S_LEVEL, S_ENTRY, S_BOARDING, S_FACTOR, S_SIGN_FROM, S_SIGN_TO, S_OWN,
    S_UNKNOWN,
) = range(10, 20)  # fmt: skip

OUT = -1e18
INSIDE, ASK, FAR, BEYOND = 0, 1, 2, 3


class Scale(NamedTuple):
    """The weights, as numbers."""

    wish_opening: float
    wish_course: float
    opening_course: float
    journeys: float
    dates: float
    level: float
    doubt: float
    company_share: float
    far_hours: float
    unlimited_km: float
    slack: float
    boarding_km: float
    boarding_value: float
    dates_days: float
    unknown_journey: float
    unknown_dates: float
    unknown_level: float
    fastest_kmh: float


@compiled
def reach(y: Table, km: float, minutes: float, scale: Scale) -> int:
    """What the limits of a youth say of a way; NaN for an unknown distance or time."""
    timed = ASK
    if not math.isnan(minutes) and not math.isnan(y[Y_MINUTES]):
        timed = INSIDE if minutes <= y[Y_MINUTES] else BEYOND
    if math.isnan(km):
        return timed
    if km > y[Y_KM]:
        return BEYOND
    if math.isnan(y[Y_MINUTES]):
        return BEYOND if math.isnan(y[Y_KM]) and km > scale.unlimited_km else INSIDE
    if not math.isnan(minutes):
        return BEYOND if km / scale.fastest_kmh * 60.0 > y[Y_MINUTES] else timed
    guessed = km * y[Y_PACE] * 60.0
    if guessed > scale.slack * y[Y_MINUTES]:
        return BEYOND
    return FAR if guessed > y[Y_MINUTES] else ASK


@compiled
def worth_of_way(km: float, minutes: float, pace: float, factor: float, scale: Scale) -> float:
    """How much a way is worth: less the longer, nothing from ``far_hours`` on."""
    hours = km * pace
    if not math.isnan(minutes):
        hours = minutes / 60.0
    if math.isnan(hours):
        return scale.unknown_journey
    return max(0.0, 1.0 - factor * hours / scale.far_hours)


@compiled
def lawful(y: Table, kind: int) -> tuple[float, float]:
    """First and last start of a youth for a kind of contract."""
    first, last = (y[Y_A_FROM], y[Y_A_TO]) if kind == 1 else (y[Y_P_FROM], y[Y_P_TO])
    return max(first, y[Y_FROM]), min(last, y[Y_TO])


@compiled
def start_at(y: Table, o: Table, kind: int) -> tuple[float, float]:
    """First and last start of a youth at an opening."""
    first, last = lawful(y, kind)
    first, last = max(first, o[FROM]), min(last, o[TO])
    if o[O_MINORS] == 0.0 and y[Y_ADULT] > first:
        first = y[Y_ADULT]
    return first, last


@compiled
def listed(items: Ragged, row: int, wanted: float) -> bool:
    """Whether a list holds an item."""
    found = False
    for place in range(items.start[row], items.start[row + 1]):
        found |= items.item[place] == wanted
    return found


@compiled
def opening_worth(
    i: int, sheets: Sheets, row: int, wish: float, minutes: float, scale: Scale
) -> float:
    """What youth and opening are worth together, ``OUT`` when a rule forbids them."""
    y, o = sheets.youths[i], sheets.openings[row]
    kinds = int(y[Y_KINDS]) & int(o[KINDS])
    if o[O_FREE] == 0.0 or kinds == 0 or (o[O_LICENCE] == 1.0 and y[Y_LICENCE] == 0.0):
        return OUT
    if not sheets.allowed[int(y[Y_MEMBER]), int(o[AUDIENCE])]:
        return OUT
    if listed(sheets.aside_openings, i, o[ID]):
        return OUT
    km = kilometres(y[Y_LAT], y[Y_LON], o[LAT], o[LON])
    way = reach(y, km, minutes, scale)
    if way == BEYOND:
        return OUT
    possible, earliest = False, 1e18
    for kind in range(1, 3):
        if kinds & kind:
            first, last = start_at(y, o, kind)
            possible = possible or first <= last
            earliest = min(earliest, first)
    if not possible:
        return OUT
    doubts = o[O_UNKNOWN] + (way != INSIDE)
    doubts += o[O_LICENCE] == 1.0 and math.isnan(y[Y_LICENCE])
    doubts += math.isnan(o[O_LICENCE]) and y[Y_LICENCE] != 1.0
    if o[O_MINORS] != 1.0:
        young = math.isnan(o[O_MINORS]) and earliest < y[Y_ADULT]
        doubts += math.isnan(y[Y_ADULT]) or young
    value = worth_of_way(km, minutes, y[Y_PACE], 1.0, scale)
    shared = scale.journeys * scale.company_share * value
    return float(scale.wish_opening * wish + shared + o[O_OWN] - scale.doubt * doubts)


@compiled
def site_worth(y: Table, s: Table, km: float, minutes: float, scale: Scale) -> tuple[float, int]:
    """What the way to a site is worth, and its doubts; ``OUT`` when it is out of reach."""
    way = reach(y, km, minutes, scale)
    value = worth_of_way(km, minutes, y[Y_PACE], s[S_FACTOR], scale)
    never = y[Y_BOARDING] == 0.0 or s[S_BOARDING] == 0.0
    if never or math.isnan(km) or km > scale.boarding_km:
        return (OUT, 0) if way == BEYOND else (value, int(way != INSIDE))
    bed = scale.boarding_value * (1.0 - km / (2.0 * scale.boarding_km))
    agreed = y[Y_BOARDING] == 1.0 and s[S_BOARDING] == 1.0
    if way != BEYOND:
        return (max(value, bed) if agreed else value), int(way != INSIDE)
    return (bed, 0) if agreed else (min(value, bed), 1)


@compiled
def level_worth(y: Table, given: float, scale: Scale) -> float:
    """The step made and the nearness to the level aimed at."""
    if math.isnan(given):
        return scale.unknown_level
    step = scale.unknown_level
    if not math.isnan(y[Y_HELD]):
        up = given - max(y[Y_HELD], 2.0)
        step = 0.3
        if up < 0.0:
            step = 0.2
        elif up == 0.0:
            step = 0.5
        elif up == 1.0:
            step = 1.0
        elif up == 2.0:
            step = 0.7
    if math.isnan(y[Y_AIMED]):
        return step
    return float(0.5 * step + 0.5 * max(0.0, 1.0 - abs(given - y[Y_AIMED]) / 4.0))


@compiled
def session_worth(
    i: int, sheets: Sheets, row: int, wish: float, minutes: float, scale: Scale
) -> float:
    """What youth and session are worth together, ``OUT`` when a rule forbids them."""
    y, s = sheets.youths[i], sheets.sessions[row]
    kinds = int(y[Y_KINDS]) & int(s[KINDS])
    if s[S_FREE] == 0.0 or kinds == 0:
        return OUT
    if s[S_ENTRY] > y[Y_HELD] and not s[S_ENTRY] <= y[Y_EXPECTED]:
        return OUT
    if not math.isnan(s[S_LEVEL]) and not int(y[Y_WANTED]) >> int(s[S_LEVEL]) & 1:
        return OUT
    if not sheets.allowed[int(y[Y_MEMBER]), int(s[AUDIENCE])]:
        return OUT
    if listed(sheets.aside_sessions, i, s[ID]):
        return OUT
    km = kilometres(y[Y_LAT], y[Y_LON], s[LAT], s[LON])
    site, doubts = site_worth(y, s, km, minutes, scale)
    if site == OUT:
        return OUT
    if not s[S_ENTRY] <= y[Y_HELD]:
        doubts += 1
    value = scale.wish_course * wish + scale.level * level_worth(y, s[S_LEVEL], scale)
    value += scale.journeys * (1.0 - scale.company_share) * site
    return float(value + s[S_OWN] - scale.doubt * (doubts + s[S_UNKNOWN]))


@compiled
def dates_worth(y: Table, o: Table, s: Table, scale: Scale) -> float:
    """How near contract and course start, ``OUT`` when no day is lawful."""
    kinds, least = int(y[Y_KINDS]) & int(o[KINDS]) & int(s[KINDS]), 1e18
    for kind in range(1, 3):
        if kinds & kind:
            first, last = start_at(y, o, kind)
            first, last = max(first, s[S_SIGN_FROM]), min(last, s[S_SIGN_TO])
            if first <= last:
                least = min(least, max(0.0, s[FROM] - last, first - s[TO]))
    if least == 1e18:
        return OUT
    if o[NO_START] or s[NO_START]:
        return scale.unknown_dates
    return max(0.0, 1.0 - least / scale.dates_days)


@compiled
def pair_worth(
    i: int, sheets: Sheets, opening: int, session: int, link: float, scale: Scale
) -> float:
    """What the course and the dates are worth to an opening, ``OUT`` when they do not go together."""
    o, s = sheets.openings[opening], sheets.sessions[session]
    if not (math.isnan(s[S_LEVEL]) or int(o[O_LEVELS]) >> int(s[S_LEVEL]) & 1):
        return OUT
    dates = dates_worth(sheets.youths[i], o, s, scale)
    return OUT if dates == OUT else float(scale.opening_course * link + scale.dates * dates)
