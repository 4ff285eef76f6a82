"""Lists seen from an opening or a session: no score of a person, and nothing about the journey.

"Two readers": journeys and readiness count in the youth's own ranking only. What an employer or a
centre sees is ordered by wish, level and dates, and its reasons and doubts speak of nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.engine import search
from app.engine.concerned import concerned, narrowed
from app.engine.explain import doubts_of, reasons_of
from app.engine.leaves import Leaves, look
from app.engine.pool import Pool
from app.engine.pool.columns import Rules
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
    return _candidates(pool, row, search.ALL, k, threads)


def best_for_session(pool: Pool, session_id: int, k: int = 20, threads: int = 1) -> list[Candidate]:
    """Youths for one session, each with the opening that suits best; order of :func:`merit`."""
    row = search.row_index(pool.ground.sessions.id, session_id)
    return _candidates(pool, search.ALL, row, k, threads)


def youths_matched(pool: Pool, *, opening: int | None = None, session: int | None = None) -> int:
    """How many youths of the pool have a triple with this opening, or with this session."""
    ground = pool.ground
    o = search.ALL if opening is None else search.row_index(ground.openings.id, opening)
    s = search.ALL if session is None else search.row_index(ground.sessions.id, session)
    query = search.query_for(pool.whole_batch(), o, s)
    columns = narrowed(search.ground_for(pool), query)
    found = search.search(pool, columns, query, 1, rows=concerned(columns, query))
    return int((found.count > 0).sum())


def merit(parts: Parts, weights: Weights) -> float:
    """What orders candidates: wish, level and dates, each with its own weight."""
    w = weights.parts
    course = w.wish_course * parts.wish_course + w.level * parts.level
    return (w.wish_opening * parts.wish_opening + course) + w.dates * parts.dates


def public_rules(rules: Rules) -> Rules:
    """Weights with which a search finds the triples of the highest :func:`merit`."""
    return rules._replace(company=0.0, site=0.0, opening_course=0.0, fixed=0.0, doubt_cost=0.0)


def _candidates(pool: Pool, opening: int, session: int, k: int, threads: int) -> list[Candidate]:
    query = search.query_for(pool.whole_batch(), opening, session)
    rules = public_rules(pool.ground.rules)
    ground = narrowed(search.ground_for(pool, rules=rules), query)
    found = search.search(pool, ground, query, 1, threads, concerned(ground, query))
    some = np.flatnonzero(found.count)
    order = some[np.lexsort((query.youths.id[some], -found.score[some, 0]))][:k]
    return [
        _candidate(
            pool,
            int(query.youths.id[i]),
            int(ground.openings.id[found.opening[i, 0]]),
            int(ground.sessions.id[found.session[i, 0]]),
        )
        for i in order
    ]


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
