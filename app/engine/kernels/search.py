"""Branch and bound over the triples of one youth; exact by construction.

1. ``spread``: wishes, barred trades and known minutes become dense tables.
2. ``gather_openings``: openings in the circle that break no rule of their own, with their part of
   the score.
3. ``hope_for``: openings of one kind form a group; the most that any course it leads to could
   bring is a hope, read from a small table (``Ways``) without looking at a session.
4. ``bound_openings``: own part + bound of the group = the most any triple of that opening can score.
   Where a floor was named, little is left of most hopes: ``settle_all`` looks at the sessions at once,
   unless a single triple is asked for, which the order of hopes finds sooner.
5. The opening of the highest bound comes next. If its group still hopes, ``settle`` looks at the
   sessions (``courses``), hangs the possible ones under their kind, and the opening goes back lower;
   else ``expand`` scores its triples. When no bound can beat the k-th triple, all is found.
6. ``clear``: what was written is wiped, entry by entry.
"""

from __future__ import annotations

import math

from app.engine.kernels.ahead import SEEN, best_within, draw_group, earliest, most_for, span_of
from app.engine.kernels.around import NONE, look_around, opening_at, site_circle
from app.engine.kernels.asked import Ground, Marks, Query, Top
from app.engine.kernels.best import keep, sink
from app.engine.kernels.compiled import compiled, entry
from app.engine.kernels.courses import NOTHING, gather_kind, hope_of_kind, leads_to, list_kinds
from app.engine.kernels.ground import Circle
from app.engine.kernels.legs import (
    REFUSED,
    chord_km,
    dates_value,
    days_within,
    fits,
    level_worth,
    opening_allowed,
    opening_part,
    window_of,
)
from app.engine.kernels.scratch import Scratch
from app.engine.kernels.wishes import spread, wipe, wish_of_course
from app.engine.pool.columns import (
    MOST_LEVEL,
    Floats,
    Ints,
    Youths,
)

SLACK = 1e-12
"""Bounds are sums in another order than scores: they are raised by more than rounding can cost."""
HOPED, SETTLED = 1, 2
"""A group of openings whose bound is a hope, or comes from the sessions it leads to."""


@compiled
def gather_openings(ground: Ground, query: Query, i: int, work: Scratch) -> tuple[int, int]:
    """Fill ``work.openings`` and ``work.own``, and list the groups of openings within reach.

    How many openings may make a triple that reaches the floor, and how many groups there are. An
    opening that could not reach it with the best journey and all that its group hopes for is left out.
    """
    youths, openings, rules = query.youths, ground.openings, ground.rules
    look = look_around(ground, query, i, work)
    found, groups, base = 0, 0, rules.fixed * youths.fixed[i] + rules.company + SLACK
    for run in range(look.runs):
        for place in range(work.begin[run], work.end[run]):
            o, squared = opening_at(ground, query, i, place, look, work)
            if o == NONE:
                continue
            group = ground.opening_kinds.group[openings.kind[o]]
            groups = hope_for(ground, youths, i, group, groups, work)
            wish = max(work.by_title[openings.title[o]], work.by_trade[openings.trade[o]])
            alone = rules.fixed * openings.fixed[o] - ground.opening_price[o]
            most = rules.wish_opening * wish + alone + work.group_bound[group]
            if base + most < query.floor[i]:
                continue
            own = own_of(ground, query, i, o, wish, squared, work)
            if own > REFUSED:
                work.openings[found], work.own[found] = o, own
                work.group_own[group] = max(work.group_own[group], own)
                found += 1
    return found, groups


@compiled
def own_of(
    ground: Ground, query: Query, i: int, o: int, wish: float, squared: float, work: Scratch
) -> float:
    """The part of the score of an opening, minus its price; ``REFUSED`` when a rule is broken."""
    youths, openings, minutes = query.youths, ground.openings, -1.0
    if not opening_allowed(youths, i, openings, o, query.allowed):
        return REFUSED
    if openings.commune[o] >= 0:
        minutes = work.minutes[openings.commune[o]]
    km = chord_km(squared) if squared >= 0.0 else -1.0
    part = opening_part(youths, i, openings, o, wish, km, minutes, ground.rules)
    return REFUSED if part == REFUSED else float(part - ground.opening_price[o])


@compiled
def hope_for(ground: Ground, youths: Youths, i: int, group: int, groups: int, work: Scratch) -> int:
    """List a group after ``groups`` others with the most its courses could bring, once.

    ``group_bound`` is a hope until :func:`settle` has looked at the sessions; how many are listed.
    """
    if work.group_seen[group]:
        return groups
    work.group_seen[group] = HOPED
    work.groups[groups] = group
    work.group_own[group] = REFUSED
    work.group_bound[group] = hope_of(ground, youths, i, group, work)
    return groups + 1


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
def gather_sessions(ground: Ground, query: Query, i: int, groups: int, work: Scratch) -> Marks:
    """Look at the sessions of every group listed."""
    circle = site_circle(query, i, ground.rules)
    marks = Marks(groups, 0, 0)
    for place in range(groups):
        marks = settle(ground, query, i, work.groups[place], -math.inf, circle, marks, work)
    return marks


@compiled
def bound_openings(ground: Ground, base: float, floor: float, found: int, work: Scratch) -> int:
    """Make the heap of openings by falling bound; how many may reach the floor with any session."""
    size, least = 0, max(floor, NOTHING)
    for place in range(found):
        kind = ground.openings.kind[work.openings[place]]
        most = work.group_bound[ground.opening_kinds.group[kind]]
        work.bound[place] = base + work.own[place] + most + SLACK
        if work.bound[place] >= least:
            work.heap[size] = place
            size += 1
    for place in range(size // 2 - 1, -1, -1):
        sink(work.heap, work.bound, place, size)
    return size


@compiled
def settle(
    ground: Ground,
    query: Query,
    i: int,
    group: int,
    least: float,
    circle: Circle,
    marks: Marks,
    work: Scratch,
) -> Marks:
    """Look at the sessions a group leads to; the marks after that.

    A course that cannot bring ``least`` is passed by, unless another group has looked at it before.
    """
    row, levels = ground.opening_kinds.row[group], ground.opening_kinds.levels[group]
    kinds, hung = marks.kinds, marks.sessions
    for link in range(ground.links.start[row], ground.links.start[row + 1]):
        course = ground.links.kind[link]
        if work.kind_seen[course] or not leads_to(ground, course, levels, circle):
            continue
        value = ground.rules.opening_course * ground.links.value[link]
        if value + hope_of_kind(ground, query.youths, i, course, work) >= least:
            work.kind_seen[course] = SEEN
            work.kinds[kinds] = course
            kinds += 1
            hung = gather_kind(ground, query, i, course, -math.inf, circle, hung, work)
    work.group_seen[group] = SETTLED
    return Marks(marks.groups, kinds, hung)


@compiled
def settle_all(
    ground: Ground,
    query: Query,
    i: int,
    base: float,
    found: int,
    circle: Circle,
    marks: Marks,
    work: Scratch,
) -> tuple[int, Marks]:
    """Settle every group of which an opening may reach the floor, with what each course has to bring.

    How many openings may reach the floor still, and the marks after that.
    """
    floor, kept = query.floor[i] - base - SLACK, 0
    marks = settle_hopeful(ground, query, i, floor, circle, marks, work)
    for place in range(found):
        o, own = work.openings[place], work.own[place]
        group = ground.opening_kinds.group[ground.openings.kind[o]]
        if work.group_seen[group] == HOPED or own + work.group_bound[group] < floor:
            continue
        if own + most_for(ground, query.youths, i, group, o, work) >= floor:
            work.openings[kept], work.own[kept] = o, own
            kept += 1
    return kept, marks


@compiled
def settle_hopeful(
    ground: Ground,
    query: Query,
    i: int,
    floor: float,
    circle: Circle,
    marks: Marks,
    work: Scratch,
) -> Marks:
    """Settle the groups whose best opening, with all that is hoped for, reaches ``floor``."""
    kinds, hung = 0, 0
    for place in range(marks.groups):
        group = work.groups[place]
        if work.group_own[group] + work.group_bound[group] >= floor:
            work.group_seen[group] = SETTLED
            kinds = list_kinds(ground, group, circle, kinds, work)
    for place in range(kinds):
        kind = work.kinds[place]
        least = floor - work.asking[kind]
        hung = gather_kind(ground, query, i, kind, least, circle, hung, work)
    for place in range(marks.groups):
        if work.group_seen[work.groups[place]] == SETTLED:
            draw_group(ground, query.youths, i, work.groups[place], work)
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
    rules, window = ground.rules, window_of(query.youths, i, ground.openings, o)
    span, open_day = span_of(window, earliest(query.youths, i)), ground.openings.start_unknown[o]
    for link in range(ground.links.start[row], ground.links.start[row + 1]):
        course = ground.links.kind[link]
        if work.head[course] == work.tail[course] or not fits(
            levels, ground.session_kinds.level[course]
        ):
            continue
        value = rules.opening_course * ground.links.value[link]
        best = work.best[course] if open_day else best_within(work.ahead, course, span)
        bound = own + best + value + SLACK
        if bound < floor or (count == most and bound < top.score[most - 1]):
            continue
        for hung in range(work.head[course], work.tail[course]):
            bound = own + work.reach[hung] + value + SLACK
            if bound < floor or (count == most and bound < top.score[most - 1]):
                continue
            days = days_within(window, work.days, hung)
            if days >= 0:
                s = work.sessions[hung]
                unknown = open_day or ground.sessions.start_unknown[s]
                dates = rules.dates * dates_value(days, unknown, rules)
                score = own + work.part[hung] + (value + dates)
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
        work.head[course] = work.tail[course] = 0


@compiled
def best_of(ground: Ground, query: Query, i: int, base: float, top: Top, work: Scratch) -> int:
    """The best triples of youth ``i``; ``base`` is what the youth brings. How many were found.

    An opening whose group is not settled is bounded by a hope: it is settled when its turn comes,
    and the opening goes back to the heap with a lower bound.
    """
    spread(query, i, work)
    found, groups = gather_openings(ground, query, i, work)
    marks, count = Marks(groups, 0, 0), 0
    circle = site_circle(query, i, ground.rules)
    if query.floor[i] > NOTHING and len(top.score) > 1:
        found, marks = settle_all(ground, query, i, base, found, circle, marks, work)
    size = bound_openings(ground, base, query.floor[i], found, work)
    while size > 0:
        place = work.heap[0]
        bound = work.bound[place]
        if bound < max(query.floor[i], NOTHING):
            break
        if count == len(top.score) and bound < top.score[count - 1]:
            break
        group = ground.opening_kinds.group[ground.openings.kind[work.openings[place]]]
        if work.group_seen[group] == HOPED:
            least = (
                query.floor[i]
                if count < len(top.score)
                else max(query.floor[i], top.score[count - 1])
            )
            least -= base + work.group_own[group] + SLACK
            marks = settle(ground, query, i, group, least, circle, marks, work)
            draw_group(ground, query.youths, i, group, work)
        most = most_for(ground, query.youths, i, group, work.openings[place], work)
        work.bound[place] = base + work.own[place] + most + SLACK
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
    rows: Ints,
    opening: Ints,
    session: Ints,
    score: Floats,
    counts: Ints,
    work: Scratch,
) -> None:
    """Best triples of the youths ``rows``, one after the other, and how many each has; shape (n, k).

    Neighbours on the map should follow each other: they read the same memory.
    """
    for place in range(len(rows)):
        base = ground.rules.fixed * query.youths.fixed[rows[place]]
        top = Top(opening[place], session[place], score[place])
        counts[place] = best_of(ground, query, rows[place], base, top, work)


@entry
def openings_of(ground: Ground, query: Query, i: int, work: Scratch) -> int:
    """How many openings break no rule with youth ``i``; they are in ``work.openings``."""
    spread(query, i, work)
    found, groups = gather_openings(ground, query, i, work)
    clear(Marks(groups, 0, 0), work)
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
            found = gather_kind(ground, query, i, course, -math.inf, circle, found, work)
    clear(Marks(0, kinds, found), work)
    wipe(query, i, work)
    return found
