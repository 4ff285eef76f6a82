"""Lists seen from an opening or a session: no score of a person, and nothing about the journey.

"Two readers": journeys and readiness count in the youth's own ranking only. What an employer or a
centre sees is ordered by wish, level and dates, and its reasons and doubts speak of nothing else. Equals stand in an
order drawn anew for each list: by number, whoever came first would always be shown first, and the order would tell it.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from app.engine import search
from app.engine.concerned import Concerned, concerned, narrowed
from app.engine.explain import doubts_of, reasons_of
from app.engine.kernels.asked import Ground, Query
from app.engine.leaves import Leaves, look
from app.engine.pool import Pool
from app.engine.pool.columns import Longs, Rules
from app.engine.reasons import Doubt, Explained, Reason
from app.engine.score import parts_of
from app.engine.weights import Parts, Weights

PUBLIC_REASONS = frozenset(
    {
        Reason.WISH_FIRST,
        Reason.WISH_OTHER,
        Reason.COURSE_WISHED,
        Reason.COURSE_FOR_JOB,
        Reason.DATES_MEET,
        Reason.ONE_STEP_UP,
        Reason.LEVEL_AIMED,
    }
)
PUBLIC_DOUBTS = frozenset(
    {
        Doubt.ENTRY_LEVEL_UNKNOWN,
        Doubt.ENTRY_LEVEL_EXPECTED,
        Doubt.CERTIFICATION_UNKNOWN,
        Doubt.KIND_UNKNOWN,
        Doubt.LEVEL_UNKNOWN,
        Doubt.OPENING_LEVEL_UNKNOWN,
        Doubt.OPENING_START_UNKNOWN,
        Doubt.SESSION_START_UNKNOWN,
    }
)
FIRST_ASKED, MORE_ASKED = 32, 4
"""How many youths are asked first, and how many times more each time that was not enough."""


SPREAD = np.uint64(2_654_435_761)
"""An odd factor that scatters neighbours over 32 bits (Knuth's multiplicative hashing)."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A youth as seen from an opening or a session: ids, why and what to ask, and no score."""

    youth: int
    opening: int
    session: int
    reasons: tuple[Explained[Reason], ...]
    doubts: tuple[Explained[Doubt], ...]


def best_for_opening(pool: Pool, opening_id: int, k: int = 20, threads: int = 1) -> list[Candidate]:
    """Youths for one opening, each with the course that suits best; order of :func:`merit`."""
    row = search.row_index(pool.ground.openings.id, opening_id)
    return _candidates(pool, (row, search.ALL), k, threads, f"opening {opening_id}")


def best_for_session(pool: Pool, session_id: int, k: int = 20, threads: int = 1) -> list[Candidate]:
    """Youths for one session, each with the opening that suits best; order of :func:`merit`."""
    row = search.row_index(pool.ground.sessions.id, session_id)
    return _candidates(pool, (search.ALL, row), k, threads, f"session {session_id}")


def youths_matched(pool: Pool, *, opening: int | None = None, session: int | None = None) -> int:
    """How many youths of the pool have a triple with this opening, or with this session."""
    ground = pool.ground
    o = search.ALL if opening is None else search.row_index(ground.openings.id, opening)
    s = search.ALL if session is None else search.row_index(ground.sessions.id, session)
    query = search.query_for(pool.whole_batch(), o, s)
    columns = narrowed(search.ground_for(pool), query)
    found = search.search(pool, columns, query, 1, rows=concerned(columns, query).rows)
    return int((found.count > 0).sum())


def merit(parts: Parts, weights: Weights) -> float:
    """What orders candidates: wish, level and dates, each with its own weight."""
    w = weights.parts
    course = w.wish_course * parts.wish_course + w.level * parts.level
    return (w.wish_opening * parts.wish_opening + course) + w.dates * parts.dates


def public_rules(rules: Rules) -> Rules:
    """Weights with which a search finds the triples of the highest :func:`merit`."""
    return rules._replace(company=0.0, site=0.0, opening_course=0.0, fixed=0.0, doubt_cost=0.0)


def _candidates(
    pool: Pool, seen_from: tuple[int, int], k: int, threads: int, name: str
) -> list[Candidate]:
    query = search.query_for(pool.whole_batch(), *seen_from)
    rules = public_rules(pool.ground.rules)
    ground = narrowed(search.ground_for(pool, rules=rules), query)
    return [
        _candidate(
            pool,
            int(query.youths.id[best.youth]),
            int(ground.openings.id[best.opening]),
            int(ground.sessions.id[best.session]),
        )
        for best in _best(pool, ground, query, k, threads, name)
    ]


class _Best(NamedTuple):
    """Rows of the best triple of a youth, with its merit."""

    merit: float
    youth: int
    opening: int
    session: int


def _best(pool: Pool, ground: Ground, query: Query, k: int, threads: int, name: str) -> list[_Best]:
    """The k best youths, each with the best triple; equal merits by their turn in the list of this name, then by id.

    Asked in ever larger blocks, the most promising first, until the k-th is better than anything
    that those left can have: nobody else could enter the list.
    """
    ids, best, first, size = query.youths.id, list[_Best](), 0, FIRST_ASKED
    asked, turn = _in_turn(pool, concerned(ground, query), ids, name)

    def after(hope: float, row: int) -> tuple[float, int, int]:
        return -hope, int(turn[row]), int(ids[row])

    def is_over() -> bool:
        last, next_one = best[-1], int(asked.rows[first])
        return after(last.merit, last.youth) < after(float(asked.most[first]), next_one)

    while first < len(asked.rows) and not (len(best) == k and is_over()):
        block = asked.rows[first : first + size]
        if len(best) == k:
            query = search.above(query, best[-1].merit)
        found = search.search(pool, ground, query, 1, threads, block)
        best += [
            _Best(float(found.score[i, 0]), i, int(found.opening[i, 0]), int(found.session[i, 0]))
            for i in block[found.count[block] > 0].tolist()
        ]
        best = sorted(best, key=lambda one: after(one.merit, one.youth))[:k]
        first, size = first + size, size * MORE_ASKED
    return best


def turns(pool: Pool, youth_ids: Sequence[int], name: str) -> Longs:
    """The place of each of these youths among equals, drawn anew for each list by its name: 32 bits."""
    drawn = np.array([pool.youths[one].draw for one in youth_ids], np.uint64)
    mixed = (drawn ^ np.uint64(zlib.crc32(name.encode()))) * SPREAD
    return (mixed & np.uint64(0xFFFFFFFF)).astype(np.int64)


def _in_turn(pool: Pool, asked: Concerned, ids: Longs, name: str) -> tuple[Concerned, Longs]:
    """The most promising first, equals in their turn and then by id; and the turn by row of the youths."""
    turn = np.zeros(len(ids), np.int64)
    turn[asked.rows] = turns(pool, ids[asked.rows].tolist(), name)
    order = np.lexsort((ids[asked.rows], turn[asked.rows], -asked.most))
    return Concerned(asked.rows[order], asked.most[order]), turn


def _candidate(pool: Pool, youth: int, opening: int, session: int) -> Candidate:
    leaves: Leaves = look(
        pool.youths[youth],
        pool.openings[opening],
        pool.sessions[session],
        pool.likeness,
        pool.weights,
        pool.times,
    )
    parts = parts_of(leaves, pool.weights)
    return Candidate(
        youth,
        opening,
        session,
        reasons_of(leaves, parts, pool.weights, PUBLIC_REASONS),
        doubts_of(leaves, PUBLIC_DOUBTS),
    )
