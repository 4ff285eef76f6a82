"""Branch and bound over the triples of one youth; exact by construction.

1. ``spread``: wishes, barred trades and known minutes become dense tables.
2. ``gather_openings``: openings in the circle that break no rule of their own, with their part of
   the score.
3. ``hope_groups``: openings of one kind form a group; the most that any course it leads to could
   bring is a hope, read from a small table (``Ways``) without looking at a session.
4. ``bound_openings``: own part + bound of the group = the most any triple of that opening can score.
5. The opening of the highest bound comes next. If its group still hopes, ``settle`` looks at the
   sessions, hangs the possible ones under their kind, and the opening goes back with a lower bound;
   else ``expand`` scores its triples. When no bound can beat the k-th triple, all is found.
6. ``clear``: what was written is wiped, entry by entry.
"""

from __future__ import annotations

import math

from app.engine.kernels.asked import Ground, Marks, Query, Top
from app.engine.kernels.best import keep, sink
from app.engine.kernels.compiled import compiled, entry
from app.engine.kernels.ground import (
    EVERYWHERE,
    Circle,
    circle_of,
    lower_bound,
    runs_of,
    squared_chord,
)
from app.engine.kernels.legs import (
    REFUSED,
    chord_km,
    dates_bound,
    dates_value,
    days_apart,
    level_worth,
    opening_allowed,
    opening_part,
    session_allowed,
    session_part,
)
from app.engine.kernels.scratch import Scratch
from app.engine.pool.columns import (
    MOST_LEVEL,
    NO,
    NOWHERE,
    Floats,
    Ints,
    Rules,
    SessionKinds,
    Youths,
)

SLACK = 1e-12
"""Bounds are sums in another order than scores: they are raised by more than rounding can cost."""
HOPED, SETTLED = 1, 2
"""A group of openings whose bound is a hope, or comes from the sessions it leads to."""
NOTHING = REFUSED / 2
"""A bound below this stands for "no session at all", whatever was added to ``REFUSED``."""


@compiled
def spread(query: Query, i: int, work: Scratch) -> None:
    """Write wishes, barred trades and known minutes of youth ``i`` into the dense tables."""
    youths, texts, near, times = query.youths, query.texts, query.near, query.times
    for wish in range(youths.wish_start[i], youths.wish_start[i + 1]):
        factor, text = youths.wish_factor[wish], youths.wish_text[wish]
        for place in range(texts.start[text], texts.start[text + 1]):
            title = texts.title[place]
            work.by_title[title] = max(work.by_title[title], factor * texts.value[place])
            work.title_hit[title] = 1
        trade = youths.wish_trade[wish]
        if trade >= 0:
            for place in range(near.start[trade], near.start[trade + 1]):
                code = near.trade[place]
                work.by_trade[code] = max(work.by_trade[code], factor * near.value[place])
                work.trade_hit[code] = 1
    for place in range(youths.barred_start[i], youths.barred_start[i + 1]):
        work.barred[youths.barred[place]] = 1
    commune = youths.commune[i]
    if commune >= 0:
        for place in range(times.start[commune], times.start[commune + 1]):
            work.minutes[times.commune[place]] = times.minutes[place]


@compiled
def wipe(query: Query, i: int, work: Scratch) -> None:
    """Undo :func:`spread`."""
    youths, texts, near, times = query.youths, query.texts, query.near, query.times
    for wish in range(youths.wish_start[i], youths.wish_start[i + 1]):
        text = youths.wish_text[wish]
        for place in range(texts.start[text], texts.start[text + 1]):
            work.by_title[texts.title[place]] = 0.0
            work.title_hit[texts.title[place]] = 0
        trade = youths.wish_trade[wish]
        if trade >= 0:
            for place in range(near.start[trade], near.start[trade + 1]):
                work.by_trade[near.trade[place]] = 0.0
                work.trade_hit[near.trade[place]] = 0
    for place in range(youths.barred_start[i], youths.barred_start[i + 1]):
        work.barred[youths.barred[place]] = 0
    commune = youths.commune[i]
    if commune >= 0:
        for place in range(times.start[commune], times.start[commune + 1]):
            work.minutes[times.commune[place]] = -1.0


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
def runs_around(cells: Ints, youths: Youths, i: int, km: float, only: int, work: Scratch) -> int:
    """Runs of rows to look at: all when the home is unknown, one row when it was named."""
    if only >= 0:
        work.begin[0], work.end[0] = only, only + 1
        return 1
    if not youths.located[i]:
        work.begin[0], work.end[0] = 0, len(cells)
        return 1
    return runs_of(cells, youths.lat[i], youths.lon[i], km, work.begin, work.end)


@compiled
def gather_openings(ground: Ground, query: Query, i: int, work: Scratch) -> int:
    """Fill ``work.openings`` and ``work.own``; how many openings may make a triple."""
    youths, openings, rules = query.youths, ground.openings, ground.rules
    timed = len(query.times.minutes) > 0
    km_limit = own_radius(youths, i, timed, rules)
    widest = squared_chord(km_limit)
    x, y, z = youths.x[i], youths.y[i], youths.z[i]
    located, found = youths.located[i], 0
    for run in range(runs_around(openings.cell, youths, i, km_limit, query.opening, work)):
        for o in range(work.begin[run], work.end[run]):
            title, trade = openings.title[o], openings.trade[o]
            if not (work.title_hit[title] or work.trade_hit[trade]) or work.barred[trade]:
                continue
            km, minutes = -1.0, -1.0
            if located and openings.cell[o] != NOWHERE:
                dx, dy, dz = x - openings.x[o], y - openings.y[o], z - openings.z[o]
                squared = dx * dx + dy * dy + dz * dz
                if squared > widest:
                    continue
                km = chord_km(squared)
            if not opening_allowed(youths, i, openings, o, query.allowed):
                continue
            if openings.commune[o] >= 0:
                minutes = work.minutes[openings.commune[o]]
            wish = max(work.by_title[title], work.by_trade[trade])
            part = opening_part(youths, i, openings, o, wish, km, minutes, rules)
            if part == REFUSED:
                continue
            work.openings[found] = o
            work.own[found] = part - ground.opening_price[o]
            found += 1
    return found


@compiled
def hope_groups(ground: Ground, query: Query, i: int, found: int, work: Scratch) -> int:
    """List the groups of the openings found, with the most that their courses could bring.

    ``group_bound`` is a hope until :func:`settle` has looked at the sessions; how many groups.
    """
    groups = 0
    for place in range(found):
        group = ground.opening_kinds.group[ground.openings.kind[work.openings[place]]]
        if not work.group_seen[group]:
            work.group_seen[group] = HOPED
            work.groups[groups] = group
            work.group_bound[group] = hope_of(ground, query.youths, i, group, work)
            groups += 1
    return groups


@compiled
def hope_of(ground: Ground, youths: Youths, i: int, group: int, work: Scratch) -> float:
    """The most that a course could bring to the openings of a group; ``REFUSED`` without courses.

    That is the best wish and the best level among them all, a site next door, the best of dates,
    and the most that link and fixed part are worth.
    """
    ways, rules = ground.ways, ground.rules
    row = ground.opening_kinds.row[group]
    levels = ground.opening_kinds.levels[group] & ways.levels[row]
    if ways.most[row] == -math.inf:
        return REFUSED
    wish = 0.0
    for place in range(ways.title_start[row], ways.title_start[row + 1]):
        wish = max(wish, work.by_title[ways.title[place]])
    for place in range(ways.trade_start[row], ways.trade_start[row + 1]):
        wish = max(wish, work.by_trade[ways.trade[place]])
    level = level_worth(youths, i, -1, rules)
    for given in range(MOST_LEVEL + 1):
        if levels >> given & 1:
            level = max(level, level_worth(youths, i, given, rules))
    return float(rules.wish_course * wish + level + rules.site + rules.dates + ways.most[row])


@compiled
def fits(levels: int, given: int) -> bool:
    """Whether a mask of accepted levels takes a given level; an unknown level is taken."""
    return given < 0 or bool(levels >> given & 1)


@compiled
def wish_of_course(kinds: SessionKinds, kind: int, work: Scratch) -> float:
    """Wish ↔ course of a kind: the best of title and trades."""
    wish = work.by_title[kinds.title[kind]]
    for place in range(kinds.start[kind], kinds.start[kind + 1]):
        wish = max(wish, work.by_trade[kinds.trades[place]])
    return float(wish)


@compiled
def site_circle(query: Query, i: int, rules: Rules) -> Circle:
    """Where sites are possible for a youth, boarding included."""
    youths = query.youths
    km = own_radius(youths, i, len(query.times.minutes) > 0, rules)
    if youths.boarding[i] != NO:
        km = max(km, rules.boarding_km)
    return circle_of(youths.lat[i], km) if youths.located[i] else EVERYWHERE


@compiled
def gather_sessions(ground: Ground, query: Query, i: int, groups: int, work: Scratch) -> Marks:
    """Look at the sessions of every group listed."""
    circle = site_circle(query, i, ground.rules)
    marks = Marks(groups, 0, 0)
    for place in range(groups):
        marks = settle(ground, query, i, work.groups[place], circle, marks, work)
    return marks


@compiled
def gather_kind(
    ground: Ground, query: Query, i: int, kind: int, circle: Circle, found: int, work: Scratch
) -> int:
    """Hang every possible session of one kind under it, after ``found`` others; how many now."""
    youths, sessions, rules = query.youths, ground.sessions, ground.rules
    x, y, z, located = youths.x[i], youths.y[i], youths.z[i], youths.located[i]
    wish = wish_of_course(ground.session_kinds, kind, work)
    work.best[kind] = REFUSED
    last = ground.ways.run[kind + 1]
    for s in range(lower_bound(sessions.cell, circle.south, ground.ways.run[kind], last), last):
        if query.session >= 0 and s != query.session:
            continue
        km, minutes, cell = -1.0, -1.0, sessions.cell[s]
        if located and cell != NOWHERE:
            if cell > circle.north:
                continue
            dx, dy, dz = x - sessions.x[s], y - sessions.y[s], z - sessions.z[s]
            squared = dx * dx + dy * dy + dz * dz
            if squared > circle.widest:
                continue
            km = chord_km(squared)
        if not session_allowed(youths, i, sessions, s, query.allowed):
            continue
        dates = dates_bound(youths, i, sessions, s, rules)
        if dates < 0.0:
            continue
        if sessions.commune[s] >= 0:
            minutes = work.minutes[sessions.commune[s]]
        part = session_part(youths, i, sessions, s, wish, km, minutes, rules)
        if part == REFUSED:
            continue
        part -= ground.session_price[s]
        hang(s, kind, part, part + rules.dates * dates, found, work)
        found += 1
    return found


@compiled
def hang(s: int, kind: int, part: float, bound: float, place: int, work: Scratch) -> None:
    """Put a session in front of the list of its kind, and raise the kind's bound."""
    work.sessions[place] = s
    work.part[place] = part
    work.next[place] = work.head[kind]
    work.best[kind] = max(work.best[kind], bound)
    work.head[kind] = place


@compiled
def bound_openings(ground: Ground, base: float, found: int, work: Scratch) -> int:
    """Make the heap of openings by falling bound; how many may lead to any session at all."""
    size = 0
    for place in range(found):
        kind = ground.openings.kind[work.openings[place]]
        most = work.group_bound[ground.opening_kinds.group[kind]]
        if most > REFUSED:
            work.bound[place] = base + work.own[place] + most + SLACK
            work.heap[size] = place
            size += 1
    for place in range(size // 2 - 1, -1, -1):
        sink(work.heap, work.bound, place, size)
    return size


@compiled
def settle(
    ground: Ground, query: Query, i: int, group: int, circle: Circle, marks: Marks, work: Scratch
) -> Marks:
    """Look at the sessions a group leads to, which makes its bound exact; the marks after that."""
    row, levels = ground.opening_kinds.row[group], ground.opening_kinds.levels[group]
    kinds, hung, most = marks.kinds, marks.sessions, REFUSED
    for link in range(ground.links.start[row], ground.links.start[row + 1]):
        course = ground.links.kind[link]
        if ground.ways.run[course] == ground.ways.run[course + 1]:
            continue
        if not fits(levels, ground.session_kinds.level[course]):
            continue
        if not work.kind_seen[course]:
            work.kind_seen[course] = 1
            work.kinds[kinds] = course
            kinds += 1
            hung = gather_kind(ground, query, i, course, circle, hung, work)
        if work.head[course] >= 0:
            value = ground.rules.opening_course * ground.links.value[link]
            most = max(most, work.best[course] + value)
    work.group_seen[group] = SETTLED
    work.group_bound[group] = most
    return Marks(marks.groups, kinds, hung)


@compiled
def expand(
    ground: Ground,
    query: Query,
    i: int,
    base: float,
    place: int,
    top: Top,
    count: int,
    work: Scratch,
) -> int:
    """Score every triple of one opening; the new number of triples kept."""
    o, most, floor = work.openings[place], len(top.score), query.floor[i]
    own = base + work.own[place]
    group = ground.opening_kinds.group[ground.openings.kind[o]]
    row, levels = ground.opening_kinds.row[group], ground.opening_kinds.levels[group]
    rules = ground.rules
    for link in range(ground.links.start[row], ground.links.start[row + 1]):
        course = ground.links.kind[link]
        if work.head[course] < 0 or not fits(levels, ground.session_kinds.level[course]):
            continue
        value = rules.opening_course * ground.links.value[link]
        bound = own + work.best[course] + value + SLACK
        if bound < floor or (count == most and bound < top.score[most - 1]):
            continue
        hung = work.head[course]
        while hung >= 0:
            s, part = work.sessions[hung], own + work.part[hung]
            hung = work.next[hung]
            if count == most and part + value + rules.dates + SLACK < top.score[most - 1]:
                continue
            days = days_apart(query.youths, i, ground.openings, o, ground.sessions, s)
            if days >= 0:
                unknown = ground.openings.start_unknown[o] or ground.sessions.start_unknown[s]
                score = part + (value + rules.dates * dates_value(days, unknown, rules))
                if score >= floor:
                    count = keep(ground, o, s, score, top, count)
    return count


@compiled
def clear(marks: Marks, work: Scratch) -> None:
    """Wipe what was marked on groups and session kinds."""
    for place in range(marks.groups):
        work.group_seen[work.groups[place]] = 0
    for place in range(marks.kinds):
        course = work.kinds[place]
        work.kind_seen[course] = 0
        work.head[course] = -1


@compiled
def best_of(ground: Ground, query: Query, i: int, base: float, top: Top, work: Scratch) -> int:
    """The best triples of youth ``i``; ``base`` is what the youth brings. How many were found.

    An opening whose group is not settled is bounded by a hope: it is settled when its turn comes,
    and the opening goes back to the heap with a lower bound.
    """
    spread(query, i, work)
    found = gather_openings(ground, query, i, work)
    marks = Marks(hope_groups(ground, query, i, found, work), 0, 0)
    circle = site_circle(query, i, ground.rules)
    size, count = bound_openings(ground, base, found, work), 0
    while size > 0:
        place = work.heap[0]
        bound = work.bound[place]
        if bound < max(query.floor[i], NOTHING):
            break
        if count == len(top.score) and bound < top.score[count - 1]:
            break
        group = ground.opening_kinds.group[ground.openings.kind[work.openings[place]]]
        if work.group_seen[group] == HOPED:
            marks = settle(ground, query, i, group, circle, marks, work)
        work.bound[place] = base + work.own[place] + work.group_bound[group] + SLACK
        if work.bound[place] == bound:
            count = expand(ground, query, i, base, place, top, count, work)
            size -= 1
            work.heap[0] = work.heap[size]
        sink(work.heap, work.bound, 0, size)
    clear(marks, work)
    wipe(query, i, work)
    return count


@entry
def best_of_many(
    ground: Ground,
    query: Query,
    order: Ints,
    opening: Ints,
    session: Ints,
    score: Floats,
    counts: Ints,
    work: Scratch,
) -> None:
    """Best triples of the youths in ``order`` into rows of shape (k,), and how many.

    Neighbours on the map should follow each other: they read the same memory.
    """
    youths, rules = query.youths, ground.rules
    for i in order:
        base = rules.fixed * youths.fixed[i]
        counts[i] = best_of(ground, query, i, base, Top(opening[i], session[i], score[i]), work)


@entry
def openings_of(ground: Ground, query: Query, i: int, work: Scratch) -> int:
    """How many openings break no rule with youth ``i``; they are in ``work.openings``."""
    spread(query, i, work)
    found = gather_openings(ground, query, i, work)
    wipe(query, i, work)
    return found


@entry
def sessions_of(ground: Ground, query: Query, i: int, work: Scratch) -> int:
    """How many wished sessions break no rule with youth ``i``; they are in ``work.sessions``."""
    spread(query, i, work)
    circle = site_circle(query, i, ground.rules)
    kinds, found = 0, 0
    for course in range(len(ground.session_kinds.title)):
        if wish_of_course(ground.session_kinds, course, work) > 0.0:
            work.kinds[kinds] = course
            kinds += 1
            found = gather_kind(ground, query, i, course, circle, found, work)
    clear(Marks(0, kinds, found), work)
    wipe(query, i, work)
    return found
