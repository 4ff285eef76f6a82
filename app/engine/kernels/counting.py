"""How many triples a youth has, and how many youths an opening or a session has."""

from __future__ import annotations

from app.engine.kernels.asked import Ground, Query
from app.engine.kernels.compiled import compiled, entry
from app.engine.kernels.legs import days_apart
from app.engine.kernels.scratch import Scratch
from app.engine.kernels.search import (
    clear,
    fits,
    gather_openings,
    gather_sessions,
    hope_groups,
    spread,
    wipe,
)
from app.engine.pool.columns import Ints


@entry
def count_of(ground: Ground, query: Query, i: int, work: Scratch) -> int:
    """How many triples youth ``i`` has in all."""
    spread(query, i, work)
    found = gather_openings(ground, query, i, work)
    groups, total = hope_groups(ground, query, i, found, work), 0
    marks = gather_sessions(ground, query, i, groups, work)
    if marks.sessions > 0:
        for place in range(found):
            total += count_opening(ground, query, i, work.openings[place], work)
    clear(marks, work)
    wipe(query, i, work)
    return total


@compiled
def count_opening(ground: Ground, query: Query, i: int, o: int, work: Scratch) -> int:
    """How many triples of youth ``i`` hold this opening."""
    group, total = ground.opening_kinds.group[ground.openings.kind[o]], 0
    row, levels = ground.opening_kinds.row[group], ground.opening_kinds.levels[group]
    for link in range(ground.links.start[row], ground.links.start[row + 1]):
        course = ground.links.kind[link]
        if fits(levels, ground.session_kinds.level[course]):
            hung = work.head[course]
            while hung >= 0:
                s = work.sessions[hung]
                if days_apart(query.youths, i, ground.openings, o, ground.sessions, s) >= 0:
                    total += 1
                hung = work.next[hung]
    return total


@entry
def count_variants(
    ground: Ground,
    query: Query,
    order: Ints,
    by_opening: bool,
    counts: Ints,
    stamps: Ints,
    work: Scratch,
) -> None:
    """How many of the youths in ``order`` have a triple with each opening, or with each session.

    ``stamps`` holds the last youth counted for each, so that nobody is counted twice.
    """
    for i in order:
        spread(query, i, work)
        found = gather_openings(ground, query, i, work)
        groups = hope_groups(ground, query, i, found, work)
        marks = gather_sessions(ground, query, i, groups, work)
        if marks.sessions > 0:
            for place in range(found):
                stamp_opening(
                    ground, query, i, work.openings[place], by_opening, counts, stamps, work
                )
        clear(marks, work)
        wipe(query, i, work)


@compiled
def stamp_opening(
    ground: Ground,
    query: Query,
    i: int,
    o: int,
    by_opening: bool,
    counts: Ints,
    stamps: Ints,
    work: Scratch,
) -> None:
    """Count youth ``i`` for an opening, or for the sessions, of the triples of this opening."""
    group = ground.opening_kinds.group[ground.openings.kind[o]]
    row, levels = ground.opening_kinds.row[group], ground.opening_kinds.levels[group]
    for link in range(ground.links.start[row], ground.links.start[row + 1]):
        course = ground.links.kind[link]
        if fits(levels, ground.session_kinds.level[course]):
            hung = work.head[course]
            while hung >= 0:
                s = work.sessions[hung]
                who = o if by_opening else s
                if stamps[who] != i:
                    days = days_apart(query.youths, i, ground.openings, o, ground.sessions, s)
                    if days >= 0:
                        stamps[who] = i
                        counts[who] += 1
                hung = work.next[hung]
