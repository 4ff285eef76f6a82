"""The dual bound of a plan, added up from plain tables by plain loops.

For every youth, every opening within reach of its limits and every session within reach of its
limits or of boarding, then every pair of them that could still win, the most valuable opening first.
Importing this loads numba; with NUMBA_DISABLE_JIT=1 it runs as plain Python.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from app.engine.certificate.reach import ranges
from app.engine.certificate.sheets import Sheets, Table
from app.engine.certificate.worth import (
    COMMUNE,
    O_JOB,
    O_TRADE,
    OUT,
    S_COURSE,
    TITLE,
    Y_BEFORE,
    Y_BOARDING,
    Y_HOME,
    Y_KM,
    Y_LAT,
    Y_LON,
    Y_MINUTES,
    Y_OWN,
    Y_PACE,
    Scale,
    opening_worth,
    pair_worth,
    session_worth,
)
from app.engine.kernels.compiled import compiled, entry
from app.engine.pool.columns import Longs


class Desk(NamedTuple):
    """Room to work: marks by title, trade, commune, job and course; rows found with their worth.

    ``most`` holds the highest worth of the sessions found of each course, ``head`` and ``next`` chain
    their places (-1 ends a chain). ``begin`` and ``end`` hold ranges of rows, with room for every
    strip of a table and one more.
    """

    title: Table
    trade: Table
    barred: Table
    minutes: Table
    opening: Table
    opening_worth: Table
    session: Table
    session_worth: Table
    job: Table
    course: Table
    most: Table
    head: Longs
    next: Longs
    begin: Longs
    end: Longs


@compiled
def mark(i: int, sheets: Sheets, desk: Desk) -> None:
    """Write what youth ``i`` wishes, may not do, and the minutes known from home."""
    for place in range(sheets.wishes.start[i], sheets.wishes.start[i + 1]):
        factor, text = sheets.wishes.value[place], sheets.wishes.item[place]
        for each in range(sheets.texts.start[text], sheets.texts.start[text + 1]):
            title = sheets.texts.item[each]
            desk.title[title] = max(desk.title[title], factor * sheets.texts.value[each])
        trade = sheets.wish_trades[place]
        if trade >= 0:
            for code in range(sheets.near.shape[1]):
                desk.trade[code] = max(desk.trade[code], factor * sheets.near[trade, code])
    for place in range(sheets.barred.start[i], sheets.barred.start[i + 1]):
        desk.barred[sheets.barred.item[place]] = 1.0
    home = int(sheets.youths[i, Y_HOME])
    if home >= 0:
        for place in range(sheets.minutes.start[home], sheets.minutes.start[home + 1]):
            desk.minutes[sheets.minutes.item[place]] = sheets.minutes.value[place]


@compiled
def widest(y: Table, scale: Scale, timed: bool) -> float:
    """A distance beyond which no company can be."""
    if math.isnan(y[Y_MINUTES]):
        return scale.unlimited_km if math.isnan(y[Y_KM]) else float(y[Y_KM])
    km = y[Y_MINUTES] / 60.0 * scale.slack / y[Y_PACE]
    if timed:
        km = max(km, y[Y_MINUTES] / 60.0 * scale.fastest_kmh)
    return float(km) if math.isnan(y[Y_KM]) else float(min(km, y[Y_KM]))


@compiled
def minutes_to(table: Table, row: int, desk: Desk) -> float:
    """Known minutes from the marked home, NaN without."""
    commune = int(table[row, COMMUNE])
    return float(desk.minutes[commune]) if commune >= 0 else math.nan


@compiled
def opening_wish(row: int, sheets: Sheets, desk: Desk) -> float:
    """How much the marked youth wishes an opening; 0 when its trade is barred."""
    trade = int(sheets.openings[row, O_TRADE])
    if desk.barred[trade] != 0.0:
        return 0.0
    return float(max(desk.title[int(sheets.openings[row, TITLE])], desk.trade[trade]))


@compiled
def course_wish(row: int, sheets: Sheets, desk: Desk) -> float:
    """How much the marked youth wishes the course of a session."""
    wish = desk.title[int(sheets.sessions[row, TITLE])]
    course = int(sheets.sessions[row, S_COURSE])
    for each in range(sheets.course_trades.start[course], sheets.course_trades.start[course + 1]):
        wish = max(wish, desk.trade[sheets.course_trades.item[each]])
    return float(wish)


@compiled
def openings_of(i: int, sheets: Sheets, price: Table, scale: Scale, desk: Desk) -> int:
    """Openings that no rule forbids youth ``i``, with their worth after the price; how many."""
    y, found = sheets.youths[i], 0
    km = widest(y, scale, len(sheets.minutes.item) > 0)
    for each in range(
        ranges(sheets.openings, sheets.opening_strips, y[Y_LAT], y[Y_LON], km, desk.begin, desk.end)
    ):
        for row in range(desk.begin[each], desk.end[each]):
            wish = opening_wish(row, sheets, desk)
            if wish > 0.0:
                minutes = minutes_to(sheets.openings, row, desk)
                worth = opening_worth(i, sheets, row, wish, minutes, scale)
                if worth != OUT:
                    desk.opening[found] = row
                    desk.opening_worth[found] = worth - price[row]
                    found += 1
    return found


@compiled
def mark_courses(sheets: Sheets, openings: int, desk: Desk) -> None:
    """Mark the courses that lead to any of the openings found."""
    for found in range(openings):
        job = int(sheets.openings[int(desk.opening[found]), O_JOB])
        if desk.job[job] == 0.0:
            desk.job[job] = 1.0
            for place in range(sheets.links.start[job], sheets.links.start[job + 1]):
                desk.course[sheets.links.item[place]] = 1.0


@compiled
def sessions_of(i: int, sheets: Sheets, price: Table, scale: Scale, desk: Desk) -> int:
    """The same of sessions, whose course is marked."""
    y, found = sheets.youths[i], 0
    km = widest(y, scale, len(sheets.minutes.item) > 0)
    if y[Y_BOARDING] != 0.0:
        km = max(km, scale.boarding_km)
    for each in range(
        ranges(sheets.sessions, sheets.session_strips, y[Y_LAT], y[Y_LON], km, desk.begin, desk.end)
    ):
        for row in range(desk.begin[each], desk.end[each]):
            if desk.course[int(sheets.sessions[row, S_COURSE])] == 0.0:
                continue
            wish, minutes = course_wish(row, sheets, desk), minutes_to(sheets.sessions, row, desk)
            worth = session_worth(i, sheets, row, wish, minutes, scale)
            if worth != OUT:
                desk.session[found] = row
                desk.session_worth[found] = worth - price[row]
                found += 1
    return found


@compiled
def chain(sheets: Sheets, sessions: int, desk: Desk) -> float:
    """Chain the sessions found by course; the highest worth of all."""
    highest = OUT
    for place in range(sessions):
        course = int(sheets.sessions[int(desk.session[place]), S_COURSE])
        desk.next[place], desk.head[course] = desk.head[course], place
        desk.most[course] = max(desk.most[course], desk.session_worth[place])
        highest = max(highest, desk.session_worth[place])
    return float(highest)


@compiled
def best_first(openings: int, desk: Desk) -> None:
    """Let the most valuable opening found change places with the first."""
    best = 0
    for place in range(1, openings):
        if desk.opening_worth[place] > desk.opening_worth[best]:
            best = place
    for table in (desk.opening, desk.opening_worth):
        table[0], table[best] = table[best], table[0]


@compiled
def best_session(
    i: int, sheets: Sheets, opening: int, alone: float, best: float, scale: Scale, desk: Desk
) -> float:
    """The highest worth of a triple of an opening that is worth ``alone``, or ``best`` if higher."""
    job = int(sheets.openings[opening, O_JOB])
    for each in range(sheets.links.start[job], sheets.links.start[job + 1]):
        course, link = sheets.links.item[each], sheets.links.value[each]
        # Dates are worth at most their weight: what cannot win with it is not paired.
        paired = alone + scale.opening_course * link + scale.dates
        if paired + desk.most[course] <= best:
            continue
        place = desk.head[course]
        while place >= 0:
            if paired + desk.session_worth[place] > best:
                worth = pair_worth(i, sheets, opening, int(desk.session[place]), link, scale)
                if worth != OUT:
                    best = max(best, alone + desk.session_worth[place] + worth)
            place = desk.next[place]
    return float(best)


@compiled
def best_pair(
    i: int, sheets: Sheets, openings: int, sessions: int, own: float, scale: Scale, desk: Desk
) -> float:
    """The highest worth of a triple after prices, 0 when none is above.

    The most valuable opening comes first, so that few of the others can still win.
    """
    best, most = 0.0, chain(sheets, sessions, desk) + scale.opening_course + scale.dates
    best_first(openings, desk)
    for place in range(openings):
        alone = own + desk.opening_worth[place]
        if alone + most > best:
            best = best_session(i, sheets, int(desk.opening[place]), alone, best, scale, desk)
    return float(best)


@compiled
def wipe(desk: Desk) -> None:
    """Undo what was marked."""
    desk.title[:] = 0.0
    desk.job[:] = 0.0
    desk.course[:] = 0.0
    desk.most[:] = OUT
    desk.head[:] = -1
    desk.trade[:] = 0.0
    desk.barred[:] = 0.0
    desk.minutes[:] = math.nan


@entry
def surpluses(
    rows: Longs,
    sheets: Sheets,
    prices: tuple[Table, Table],
    bonus: float,
    scale: Scale,
    desk: Desk,
    out: Table,
) -> None:
    """``max(0, best worth after prices)`` of some youths, by row, into ``out``."""
    for i in rows:
        mark(i, sheets, desk)
        openings = openings_of(i, sheets, prices[0], scale, desk)
        mark_courses(sheets, openings, desk)
        sessions = sessions_of(i, sheets, prices[1], scale, desk) if openings else 0
        own = sheets.youths[i, Y_OWN] + bonus * sheets.youths[i, Y_BEFORE]
        out[i] = best_pair(i, sheets, openings, sessions, own, scale, desk) if sessions else 0.0
        wipe(desk)


@compiled
def link_of(sheets: Sheets, opening: int, session: int) -> float:
    """How far the course of a session leads to an opening, 0 where it does not."""
    job = int(sheets.openings[opening, O_JOB])
    link = 0.0
    for each in range(sheets.links.start[job], sheets.links.start[job + 1]):
        if sheets.links.item[each] == sheets.sessions[session, S_COURSE]:
            link = sheets.links.value[each]
    return float(link)


@compiled
def triple_worth(
    i: int, sheets: Sheets, opening: int, session: int, scale: Scale, desk: Desk
) -> float:
    """The score of a triple of the marked youth, ``OUT`` when a rule forbids it."""
    wish = opening_wish(opening, sheets, desk)
    if wish == 0.0:
        return OUT
    minutes = minutes_to(sheets.openings, opening, desk)
    one = opening_worth(i, sheets, opening, wish, minutes, scale)
    wish, minutes = course_wish(session, sheets, desk), minutes_to(sheets.sessions, session, desk)
    other = session_worth(i, sheets, session, wish, minutes, scale)
    link = link_of(sheets, opening, session)
    pair = pair_worth(i, sheets, opening, session, link, scale)
    if link == 0.0 or one == OUT or other == OUT or pair == OUT:
        return OUT
    return float(sheets.youths[i, Y_OWN] + one + other + pair)


@entry
def scores(rows: Longs, sheets: Sheets, scale: Scale, desk: Desk, out: Table) -> None:
    """Scores of triples, shape (n, 3): rows of youth, opening and session; ``OUT`` if forbidden."""
    for place in range(len(rows)):
        i, opening, session = rows[place, 0], rows[place, 1], rows[place, 2]
        mark(i, sheets, desk)
        out[place] = triple_worth(i, sheets, opening, session, scale, desk)
        wipe(desk)
