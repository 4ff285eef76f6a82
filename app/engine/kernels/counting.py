"""How many triples a youth has, and how many youths an opening or a session has."""

from __future__ import annotations

import math

from app.engine.kernels.around import NONE, look_around, opening_at, site_circle
from app.engine.kernels.asked import Ground, Marks, Query
from app.engine.kernels.compiled import compiled, entry
from app.engine.kernels.courses import gather_kind
from app.engine.kernels.legs import REFUSED, days_apart, fits
from app.engine.kernels.scratch import Scratch
from app.engine.kernels.search import (
    clear,
    gather_openings,
    gather_sessions,
    own_of,
)
from app.engine.kernels.wishes import spread, wipe
from app.engine.pool.columns import Ints


@entry
def count_of(ground: Ground, query: Query, i: int, work: Scratch) -> int:
    """How many triples youth ``i`` has in all."""
    spread(query, i, work)
    found, groups = gather_openings(ground, query, i, work)
    total = 0
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
            for hung in range(work.head[course], work.tail[course]):
                s = work.sessions[hung]
                if days_apart(query.youths, i, ground.openings, o, ground.sessions, s) >= 0:
                    total += 1
    return total


@entry
def count_by_opening(
    ground: Ground, query: Query, order: Ints, counts: Ints, stamps: Ints, work: Scratch
) -> None:
    """How many of the youths in ``order`` have a triple with each opening.

    ``stamps`` holds the last youth counted for each, so that nobody is counted twice.
    """
    for i in order:
        spread(query, i, work)
        found, groups = gather_openings(ground, query, i, work)
        marks = gather_sessions(ground, query, i, groups, work)
        if marks.sessions > 0:
            for place in range(found):
                o = work.openings[place]
                if stamps[o] != i and has_session(ground, query, i, o, work):
                    stamps[o] = i
                    counts[o] += 1
        clear(marks, work)
        wipe(query, i, work)


@compiled
def has_session(ground: Ground, query: Query, i: int, o: int, work: Scratch) -> bool:
    """Whether a session that hangs makes a triple of youth ``i`` with an opening."""
    group = ground.opening_kinds.group[ground.openings.kind[o]]
    row, levels = ground.opening_kinds.row[group], ground.opening_kinds.levels[group]
    for link in range(ground.links.start[row], ground.links.start[row + 1]):
        course = ground.links.kind[link]
        if fits(levels, ground.session_kinds.level[course]):
            for hung in range(work.head[course], work.tail[course]):
                s = work.sessions[hung]
                if days_apart(query.youths, i, ground.openings, o, ground.sessions, s) >= 0:
                    return True
    return False


@entry
def count_by_session(
    ground: Ground, query: Query, order: Ints, counts: Ints, stamps: Ints, work: Scratch
) -> None:
    """How many of the youths in ``order`` have a triple with each session.

    All sessions are of one kind, to which every opening leads. They are looked at first: who can
    have none of them needs no opening, and who has been counted for all needs no other.
    """
    kind = ground.sessions.kind[0]
    for i in order:
        spread(query, i, work)
        circle = site_circle(query, i, ground.rules)
        left = gather_kind(ground, query, i, kind, -math.inf, circle, 0, work)
        if left > 0:
            stamp_until_all(ground, query, i, left, counts, stamps, work)
        work.kinds[0] = kind
        clear(Marks(0, 1, 0), work)
        wipe(query, i, work)


@compiled
def stamp_until_all(
    ground: Ground, query: Query, i: int, left: int, counts: Ints, stamps: Ints, work: Scratch
) -> None:
    """Count youth ``i`` for the ``left`` sessions on the list, opening by opening, until none is left."""
    kind = ground.sessions.kind[0]
    given = ground.session_kinds.level[kind]
    look = look_around(ground, query, i, work)
    for run in range(look.runs):
        for place in range(work.begin[run], work.end[run]):
            o, squared = opening_at(ground, query, i, place, look, work)
            if o == NONE:
                continue
            group = ground.opening_kinds.group[ground.openings.kind[o]]
            if not fits(ground.opening_kinds.levels[group], given):
                continue
            if own_of(ground, query, i, o, 0.0, squared, work) > REFUSED:
                left -= stamp_sessions(ground, query, i, o, kind, counts, stamps, work)
                if left == 0:
                    return


@compiled
def stamp_sessions(
    ground: Ground,
    query: Query,
    i: int,
    o: int,
    kind: int,
    counts: Ints,
    stamps: Ints,
    work: Scratch,
) -> int:
    """Count youth ``i`` for the sessions that go with an opening; how many were new."""
    new = 0
    for hung in range(work.head[kind], work.tail[kind]):
        s = work.sessions[hung]
        if stamps[s] != i:
            if days_apart(query.youths, i, ground.openings, o, ground.sessions, s) >= 0:
                stamps[s] = i
                counts[s] += 1
                new += 1
    return new
