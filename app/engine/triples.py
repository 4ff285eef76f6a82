"""The questions a pool answers: best triples of one, of all, missing leaves, "why not this one?".

Unknown ids raise ``KeyError``. A youth may be given as an id of the pool or as a fresh row.
Ties are broken by lowest opening id, then lowest session id: same pool, same answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine import search
from app.engine.judge import Triple, Verdict, judge, told
from app.engine.leaves import Looker
from app.engine.model import YouthInput
from app.engine.pairs import Pair, Sought, best_pairs, judge_pair
from app.engine.pool import Pool

__all__ = [
    "Pair",
    "Sought",
    "Triple",
    "TripleTable",
    "Verdict",
    "all_triples",
    "best_completions",
    "best_triples",
    "check_pair",
    "check_triple",
    "count_triples",
    "pair_best",
]

YouthOrId = YouthInput | int


@dataclass(frozen=True, slots=True)
class TripleTable:
    """Best triples of everybody: row ``i`` is ``youth_ids[i]``, best first, -1 and 0.0 for none.

    ``youth_ids`` has shape (n,), ascending; ``opening_ids``, ``session_ids`` and ``scores`` have
    shape (n, k).
    """

    youth_ids: NDArray[np.int64]
    opening_ids: NDArray[np.int64]
    session_ids: NDArray[np.int64]
    scores: NDArray[np.float64]


def row_of(pool: Pool, youth: YouthOrId) -> YouthInput:
    """The row of a youth given by id, or the row itself."""
    return youth if isinstance(youth, YouthInput) else pool.youths[youth]


def best_triples(pool: Pool, youth: YouthOrId, k: int = 20) -> list[Triple]:
    """The ``k`` best triples of one youth, explained, best first."""
    return _best(pool, row_of(pool, youth), k, search.ALL, search.ALL)


def best_completions(
    pool: Pool,
    youth: YouthOrId,
    *,
    opening: int | None = None,
    session: int | None = None,
    k: int = 20,
) -> list[Triple]:
    """The best third leaves of a clover that has two: the youth and an opening, or a session."""
    ground = pool.ground
    o = search.ALL if opening is None else search.row_index(ground.openings.id, opening)
    s = search.ALL if session is None else search.row_index(ground.sessions.id, session)
    return _best(pool, row_of(pool, youth), k, o, s)


def added_triples(
    pool: Pool, before: YouthInput, after: YouthInput, k: int = 20
) -> tuple[list[Triple], int]:
    """What a change of a youth's row brings: the ``k`` best triples that it had not, and how many."""
    had = set(_pairs(pool, before, count_triples(pool, before)))
    has = _pairs(pool, after, count_triples(pool, after))
    added = [pair for pair in has if pair not in had]
    return explained_all(pool, after, added[:k]), len(added)


def _best(pool: Pool, row: YouthInput, k: int, opening: int, session: int) -> list[Triple]:
    return explained_all(pool, row, _pairs(pool, row, k, opening, session))


def _pairs(
    pool: Pool, row: YouthInput, k: int, opening: int = search.ALL, session: int = search.ALL
) -> list[tuple[int, int]]:
    """Ids of opening and session of the ``k`` best triples, best first."""
    query = search.query_for(pool.batch((row,)), opening, session)
    found = search.search(pool, search.ground_for(pool), query, k)
    opening_ids = pool.ground.openings.id[found.opening[0, : found.count[0]]].tolist()
    session_ids = pool.ground.sessions.id[found.session[0, : found.count[0]]].tolist()
    return list(zip(opening_ids, session_ids, strict=True))


def best_of_each(pool: Pool, rows: Sequence[YouthInput]) -> list[Triple | None]:
    """The best triple of each of some youths, compared with the pool together."""
    query = search.query_for(pool.batch(rows))
    found = search.search(pool, search.ground_for(pool), query, 1)
    openings, sessions = pool.ground.openings.id, pool.ground.sessions.id
    return [
        explained(pool, row, int(openings[found.opening[i, 0]]), int(sessions[found.session[i, 0]]))
        if found.count[i]
        else None
        for i, row in enumerate(rows)
    ]


def explained(pool: Pool, row: YouthInput, opening: int, session: int) -> Triple:
    """A triple known to break no rule, with its score, parts, reasons and doubts."""
    (triple,) = explained_all(pool, row, ((opening, session),))
    return triple


def explained_all(pool: Pool, row: YouthInput, pairs: Iterable[tuple[int, int]]) -> list[Triple]:
    """The same for several ids of an opening and a session, each leaf measured once."""
    looker = Looker(row, pool.likeness, pool.weights, pool.times)
    return [
        told(looker.look(pool.openings[opening], pool.sessions[session]), pool.weights)
        for opening, session in pairs
    ]


def count_triples(pool: Pool, youth: YouthOrId) -> int:
    """How many triples a youth has in all."""
    return search.count_many(pool, (row_of(pool, youth),))[0]


def all_triples(pool: Pool, k: int = 20, threads: int = 1) -> TripleTable:
    """The ``k`` best triples of every youth of the pool, on so many threads."""
    query = search.query_for(pool.whole_batch())
    found = search.search(pool, search.ground_for(pool), query, k, threads)
    return TripleTable(
        youth_ids=query.youths.id,
        opening_ids=_ids(pool.ground.openings.id, found.opening),
        session_ids=_ids(pool.ground.sessions.id, found.session),
        scores=found.score,
    )


def _ids(ids: NDArray[np.int64], rows: NDArray[np.int32]) -> NDArray[np.int64]:
    """Ids of rows, -1 where there is none."""
    return np.append(ids, -1)[rows]


def pair_best(pool: Pool, youth: YouthOrId, *, sought: Sought, k: int = 20) -> list[Pair]:
    """The best clovers of two leaves, the course or the employer being sought.

    Nothing is asked of the leaf that is sought, not even that one exists.
    """
    return best_pairs(pool, row_of(pool, youth), sought, k)


def check_triple(pool: Pool, youth: YouthOrId, opening: int, session: int) -> Verdict:
    """Why not this one? The first rule it breaks, or the triple it makes with its parts."""
    row = row_of(pool, youth)
    return judge(
        row, pool.openings[opening], pool.sessions[session], pool.likeness, pool.weights, pool.times
    )


def check_pair(
    pool: Pool, youth: YouthOrId, *, opening: int | None = None, session: int | None = None
) -> Pair:
    """The same for a clover of two leaves; exactly one of opening and session is given."""
    return judge_pair(pool, row_of(pool, youth), opening, session)
