"""What courses could bring, by when a contract would begin: a bound that knows the calendar.

The hope of a group of openings, and the bound from its sessions, are the same for all its openings. Most
of these begin too early or too late for the very course that the bound comes from. So the days ahead of a
youth are cut into stretches, and of each kind of sessions, then of each group, the most is kept that a
contract beginning in a stretch could bring. An opening is bounded by the stretches it may begin in.
"""

from __future__ import annotations

from typing import NamedTuple

from app.engine.kernels.asked import Ground
from app.engine.kernels.compiled import compiled
from app.engine.kernels.legs import REFUSED, Window, dates_value, fits, window_of
from app.engine.kernels.scratch import STRETCHES, Scratch
from app.engine.pool.columns import Floats, Ints, Youths

DAYS = 16
"""Length of a stretch. The first one also holds all days before, the last one all days after."""
SEEN, DRAWN = 1, 2
"""A kind whose sessions are on the list, and one whose stretches are drawn too."""


class Span(NamedTuple):
    """First and last stretch of the days a contract may begin, by kind of contract; none: last < first."""

    first: int
    last: int
    other_first: int
    other_last: int


@compiled
def earliest(youths: Youths, i: int) -> int:
    """First day of the first stretch of youth ``i``: no contract begins before."""
    return int(min(youths.first[i, 0], youths.first[i, 1]))


@compiled
def stretch_of(day: int, origin: int) -> int:
    """The stretch a day lies in."""
    return int(min(max((day - origin) // DAYS, 0), STRETCHES - 1))


@compiled
def span_of(window: Window, origin: int) -> Span:
    """The stretches of a window."""
    first, last, other_first, other_last = 0, -1, 0, -1
    if window.kinds & 1 and window.first <= window.last:
        first, last = stretch_of(window.first, origin), stretch_of(window.last, origin)
    if window.kinds & 2 and window.other_first <= window.other_last:
        other_first = stretch_of(window.other_first, origin)
        other_last = stretch_of(window.other_last, origin)
    return Span(first, last, other_first, other_last)


@compiled
def best_within(ahead: Floats, row: int, span: Span) -> float:
    """The most of a row of stretches in a span, ``REFUSED`` if nothing."""
    most = REFUSED
    for stretch in range(span.first, span.last + 1):
        most = max(most, ahead[row, stretch])
    for stretch in range(span.other_first, span.other_last + 1):
        most = max(most, ahead[row, stretch])
    return float(most)


@compiled
def most_for(ground: Ground, youths: Youths, i: int, group: int, o: int, work: Scratch) -> float:
    """The most that the sessions of a group, all looked at, could bring to one opening of it."""
    if ground.openings.start_unknown[o]:
        return float(work.group_bound[group])
    span = span_of(window_of(youths, i, ground.openings, o), earliest(youths, i))
    return float(best_within(work.group_ahead, group, span))


@compiled
def draw_group(ground: Ground, youths: Youths, i: int, group: int, work: Scratch) -> None:
    """Draw the stretches of a group from those of the kinds it leads to, and make its bound exact."""
    row, levels = ground.opening_kinds.row[group], ground.opening_kinds.levels[group]
    work.group_ahead[group], work.group_bound[group] = REFUSED, REFUSED
    for link in range(ground.links.start[row], ground.links.start[row + 1]):
        kind = ground.links.kind[link]
        if work.head[kind] == work.tail[kind] or not fits(levels, ground.session_kinds.level[kind]):
            continue
        if work.kind_seen[kind] == SEEN:
            draw_kind(ground, kind, earliest(youths, i), work)
            work.kind_seen[kind] = DRAWN
        value = ground.rules.opening_course * ground.links.value[link]
        work.group_bound[group] = max(work.group_bound[group], work.best[kind] + value)
        for stretch in range(STRETCHES):
            most = work.ahead[kind, stretch] + value
            work.group_ahead[group, stretch] = max(work.group_ahead[group, stretch], most)


@compiled
def draw_kind(ground: Ground, kind: int, origin: int, work: Scratch) -> None:
    """Draw the stretches of a kind from its sessions on the list."""
    work.ahead[kind] = REFUSED
    for place in range(work.head[kind], work.tail[kind]):
        unknown = ground.sessions.start_unknown[work.sessions[place]]
        first = stretch_of(work.days[place, 1], origin)
        last = stretch_of(work.days[place, 2], origin)
        for stretch in range(first, last + 1):
            days = fewest_days(work.days, place, stretch, origin)
            dates = ground.rules.dates * dates_value(days, unknown, ground.rules)
            work.ahead[kind, stretch] = max(work.ahead[kind, stretch], work.part[place] + dates)


@compiled
def fewest_days(days: Ints, place: int, stretch: int, origin: int) -> int:
    """Days between the start of a course and the nearest contract that begins in a stretch."""
    first, last = days[place, 1], days[place, 2]
    if stretch > 0:
        first = max(first, origin + stretch * DAYS)
    if stretch < STRETCHES - 1:
        last = min(last, origin + stretch * DAYS + DAYS - 1)
    return int(max(0, days[place, 3] - last, first - days[place, 4]))
