"""The courses that openings lead to: which can matter to a youth, and their sessions that are possible.

The sessions of a kind are looked at once a search and hung under it: as a list, with what each brings.
"""

from __future__ import annotations

from app.engine.kernels.ahead import SEEN
from app.engine.kernels.around import squared_to
from app.engine.kernels.asked import Ground, Query
from app.engine.kernels.compiled import compiled
from app.engine.kernels.ground import Circle, lower_bound
from app.engine.kernels.legs import (
    REFUSED,
    chord_km,
    dates_bound,
    fits,
    level_worth,
    session_allowed,
    session_part,
)
from app.engine.kernels.scratch import Scratch
from app.engine.kernels.wishes import wish_of_course
from app.engine.pool.columns import NOWHERE, Sessions, Youths

NOTHING = REFUSED / 2
"""A bound below this stands for "no session at all", whatever was added to ``REFUSED``."""


@compiled
def leads_to(ground: Ground, course: int, levels: int, circle: Circle) -> bool:
    """Whether a kind of sessions has a level asked for, and perhaps a site in the circle."""
    near = ground.ways.zones[course] & circle.zones
    return bool(near) and fits(levels, ground.session_kinds.level[course])


@compiled
def list_kinds(ground: Ground, group: int, circle: Circle, kinds: int, work: Scratch) -> int:
    """List the courses a group leads to after ``kinds`` others, each once; how many now.

    ``asking`` is the most that an opening brings to a course, link included.
    """
    row, levels = ground.opening_kinds.row[group], ground.opening_kinds.levels[group]
    for link in range(ground.links.start[row], ground.links.start[row + 1]):
        course = ground.links.kind[link]
        if leads_to(ground, course, levels, circle):
            brought = work.group_own[group] + ground.rules.opening_course * ground.links.value[link]
            if not work.kind_seen[course]:
                work.kind_seen[course] = SEEN
                work.kinds[kinds], work.asking[course] = course, brought
                kinds += 1
            work.asking[course] = max(work.asking[course], brought)
    return kinds


@compiled
def hope_of_kind(ground: Ground, youths: Youths, i: int, kind: int, work: Scratch) -> float:
    """The most that a session of this kind could bring, but for the link."""
    wish = wish_of_course(ground.session_kinds, kind, work)
    return float(hope_but_price(ground, youths, i, kind, wish) + ground.ways.course[kind])


@compiled
def hope_but_price(ground: Ground, youths: Youths, i: int, kind: int, wish: float) -> float:
    """What all sessions of a kind bring alike, and the most that site and dates could."""
    rules = ground.rules
    level = level_worth(youths, i, ground.session_kinds.level[kind], rules)
    return float(rules.wish_course * wish + level + rules.site + rules.dates)


@compiled
def gather_kind(
    ground: Ground,
    query: Query,
    i: int,
    kind: int,
    least: float,
    circle: Circle,
    found: int,
    work: Scratch,
) -> int:
    """Hang the sessions of one kind that are possible and may bring ``least`` under it.

    They come after ``found`` others; how many there are now.
    """
    cells = ground.sessions.cell
    wish = wish_of_course(ground.session_kinds, kind, work)
    alike = hope_but_price(ground, query.youths, i, kind, wish)
    work.best[kind], work.head[kind], work.tail[kind] = REFUSED, found, found
    if alike + ground.ways.course[kind] < least:
        return found
    last = ground.ways.run[kind + 1]
    s = lower_bound(cells, circle.south, ground.ways.run[kind], last)
    while s < last:
        if circle.north < cells[s] < NOWHERE:
            s = lower_bound(cells, NOWHERE, s, last)
            continue
        named = query.session < 0 or s == query.session
        if named and alike + ground.ways.session[s] >= least:
            part, bound = bound_session(ground, query, i, s, wish, circle, work)
            if bound >= max(least, NOTHING):
                work.best[kind] = max(work.best[kind], bound)
                hang(query.youths, i, ground.sessions, s, part, bound, found, work)
                found += 1
        s += 1
    work.tail[kind] = found
    return found


@compiled
def bound_session(
    ground: Ground, query: Query, i: int, s: int, wish: float, circle: Circle, work: Scratch
) -> tuple[float, float]:
    """The part of the score of a session, minus its price, and the most with any dates.

    Both below ``NOTHING`` when a rule is broken.
    """
    youths, sessions, rules = query.youths, ground.sessions, ground.rules
    squared, km, minutes = squared_to(youths, i, sessions, s), -1.0, -1.0
    if squared > circle.widest or not session_allowed(youths, i, sessions, s, query.allowed):
        return REFUSED, REFUSED
    if squared >= 0.0:
        km = chord_km(squared)
    dates = dates_bound(youths, i, sessions, s, rules)
    if dates < 0.0:
        return REFUSED, REFUSED
    if sessions.commune[s] >= 0:
        minutes = work.minutes[sessions.commune[s]]
    part = session_part(youths, i, sessions, s, wish, km, minutes, rules) - ground.session_price[s]
    return part, part + rules.dates * dates


@compiled
def hang(
    youths: Youths,
    i: int,
    sessions: Sessions,
    s: int,
    part: float,
    bound: float,
    place: int,
    work: Scratch,
) -> None:
    """Put a session on the list, with what an opening needs to know of it."""
    work.sessions[place] = s
    work.part[place] = part
    work.reach[place] = bound
    work.days[place, 0] = youths.kinds[i] & sessions.kinds[s]
    work.days[place, 1] = sessions.contract_from[s]
    work.days[place, 2] = sessions.contract_to[s]
    work.days[place, 3] = sessions.start_from[s]
    work.days[place, 4] = sessions.start_to[s]
