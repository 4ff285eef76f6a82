"""The questions a pool answers: best triples of one, of all, missing leaves, "why not this one?".

Unknown ids raise ``KeyError``. A youth may be given as an id of the pool or as a fresh row.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine.brute import brute_best, every_triple
from app.engine.judge import Triple, Verdict, judge
from app.engine.model import YouthInput
from app.engine.pairs import Pair, best_pairs, judge_pair
from app.engine.pool import Pool
from app.engine.reasons import Doubt, Explained, Reason

__all__ = [
    "Candidate",
    "Pair",
    "Triple",
    "TripleTable",
    "Verdict",
    "all_triples",
    "best_completions",
    "best_for_opening",
    "best_for_session",
    "best_triples",
    "check_pair",
    "check_triple",
    "count_triples",
    "pair_best",
]

YouthOrId = YouthInput | int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A youth as seen from an opening or a session: ids, why and what to ask, and no score.

    The order of a list of candidates comes from wish, level and dates only; reasons and doubts
    speak of nothing else.
    """

    youth: int
    opening: int
    session: int
    reasons: tuple[Explained[Reason], ...]
    doubts: tuple[Explained[Doubt], ...]


@dataclass(frozen=True, slots=True)
class TripleTable:
    """Best triples of everybody: row ``i`` is ``youth_ids[i]``, best first, -1 and 0.0 for none.

    ``youth_ids`` has shape (n,), ``opening_ids``, ``session_ids`` and ``scores`` (n, k).
    """

    youth_ids: NDArray[np.int64]
    opening_ids: NDArray[np.int64]
    session_ids: NDArray[np.int64]
    scores: NDArray[np.float64]


def row_of(pool: Pool, youth: YouthOrId) -> YouthInput:
    """The row of a youth given by id, or the row itself."""
    return youth if isinstance(youth, YouthInput) else pool.youths[youth]


def best_triples(pool: Pool, youth: YouthOrId, k: int = 20) -> list[Triple]:
    """The ``k`` best triples of one youth: score, then opening id, then session id."""
    row = row_of(pool, youth)
    return brute_best(
        row,
        pool.openings.values(),
        pool.sessions.values(),
        pool.likeness,
        pool.weights,
        k,
        pool.times,
    )


def count_triples(pool: Pool, youth: YouthOrId) -> int:
    """How many triples a youth has in all."""
    row = row_of(pool, youth)
    return sum(
        1
        for _ in every_triple(
            row,
            pool.openings.values(),
            pool.sessions.values(),
            pool.likeness,
            pool.weights,
            pool.times,
        )
    )


def all_triples(pool: Pool, k: int = 20) -> TripleTable:
    """The ``k`` best triples of every youth of the pool."""
    ids = list(pool.youths)
    openings = np.full((len(ids), k), -1, dtype=np.int64)
    sessions = np.full((len(ids), k), -1, dtype=np.int64)
    scores = np.zeros((len(ids), k))
    for place, youth_id in enumerate(ids):
        for rank, triple in enumerate(best_triples(pool, youth_id, k)):
            openings[place, rank] = triple.opening
            sessions[place, rank] = triple.session
            scores[place, rank] = triple.score
    return TripleTable(np.array(ids, dtype=np.int64), openings, sessions, scores)


def best_completions(
    pool: Pool,
    youth: YouthOrId,
    *,
    opening: int | None = None,
    session: int | None = None,
    k: int = 20,
) -> list[Triple]:
    """The best third leaves of a clover that has two: the youth and an opening, or a session."""
    row = row_of(pool, youth)
    openings = pool.openings.values() if opening is None else (pool.openings[opening],)
    sessions = pool.sessions.values() if session is None else (pool.sessions[session],)
    return brute_best(row, openings, sessions, pool.likeness, pool.weights, k, pool.times)


def pair_best(pool: Pool, youth: YouthOrId, *, sought: str, k: int = 20) -> list[Pair]:
    """The best clovers of two leaves: ``sought`` is ``"course"`` or ``"employer"``.

    Nothing is asked of the leaf that is sought, not even that one exists.
    """
    return best_pairs(pool, row_of(pool, youth), sought, k)


def check_triple(pool: Pool, youth: YouthOrId, opening: int, session: int) -> Verdict:
    """Why not this one? The first rule it breaks, or the triple it makes with its parts."""
    return judge(
        row_of(pool, youth),
        pool.openings[opening],
        pool.sessions[session],
        pool.likeness,
        pool.weights,
        pool.times,
    )


def check_pair(
    pool: Pool, youth: YouthOrId, *, opening: int | None = None, session: int | None = None
) -> Pair:
    """The same for a clover of two leaves; exactly one of opening and session is given."""
    return judge_pair(pool, row_of(pool, youth), opening, session)


def best_for_opening(pool: Pool, opening_id: int, k: int = 20) -> list[Candidate]:
    """Youths for one opening, each with the course that suits best; see :class:`Candidate`."""
    opening = pool.openings[opening_id]
    found = (
        every_triple(
            youth, (opening,), pool.sessions.values(), pool.likeness, pool.weights, pool.times
        )
        for youth in pool.youths.values()
    )
    return _candidates(pool, found, k)


def best_for_session(pool: Pool, session_id: int, k: int = 20) -> list[Candidate]:
    """Youths for one session, each with the opening that suits best; see :class:`Candidate`."""
    session = pool.sessions[session_id]
    found = (
        every_triple(
            youth, pool.openings.values(), (session,), pool.likeness, pool.weights, pool.times
        )
        for youth in pool.youths.values()
    )
    return _candidates(pool, found, k)


def youths_matched(pool: Pool, *, opening: int | None = None, session: int | None = None) -> int:
    """How many youths of the pool have a triple with this opening or this session."""
    openings = pool.openings.values() if opening is None else (pool.openings[opening],)
    sessions = pool.sessions.values() if session is None else (pool.sessions[session],)
    return sum(
        any(
            True
            for _ in every_triple(
                youth, openings, sessions, pool.likeness, pool.weights, pool.times
            )
        )
        for youth in pool.youths.values()
    )


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
        Doubt.OPENING_LEVEL_UNKNOWN,
        Doubt.LEVEL_UNKNOWN,
        Doubt.OPENING_START_UNKNOWN,
        Doubt.SESSION_START_UNKNOWN,
        Doubt.CERTIFICATION_UNKNOWN,
        Doubt.KIND_UNKNOWN,
    }
)


def merit(pool: Pool, triple: Triple) -> float:
    """What orders candidates: wish, level and dates, with their own weights."""
    w, p = pool.weights.parts, triple.parts
    return (
        w.wish_opening * p.wish_opening
        + w.wish_course * p.wish_course
        + (w.level * p.level + w.dates * p.dates)
    )


def _candidates(pool: Pool, found: Iterable[Iterable[Triple]], k: int) -> list[Candidate]:
    best = []
    for triples in found:
        first = min(triples, key=lambda t: (-merit(pool, t), t.opening, t.session), default=None)
        if first is not None:
            best.append(first)
    best.sort(key=lambda t: (-merit(pool, t), t.youth))
    return [candidate(triple) for triple in best[:k]]


def candidate(triple: Triple) -> Candidate:
    """A triple without what an employer or a centre must not see."""
    return Candidate(
        triple.youth,
        triple.opening,
        triple.session,
        tuple(r for r in triple.reasons if r.code in PUBLIC_REASONS),
        tuple(d for d in triple.doubts if d.code in PUBLIC_DOUBTS),
    )
