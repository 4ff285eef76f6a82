"""Everything that compiled code answers, written down to the last bit: once as machine code, once as plain Python.

`NUMBA_DISABLE_JIT=1 python -m tests.engine.both_paths` prints what `answers` gives without compilation.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from app.engine.candidates import best_for_opening, best_for_session, youths_matched
from app.engine.certificate import certify
from app.engine.plan import cheapest_ways_in, plan
from app.engine.pool import Pool
from app.engine.search import openings_for, sessions_for
from app.engine.similarity import TitleIndex
from app.engine.triples import all_triples, best_completions, best_triples, count_triples
from app.engine.unlock import unlock, unlock_opening, unlock_session
from tests.engine.random_pools import random_rows, random_times
from tests.engine.text.small_world import TITLES, small_knowledge

SEEDS = (1, 2, 3)
QUERIES = ("boulanger", "boulengere", "agent de securite", "AVS", "mecanique voitur", "", "vente")


def exact(value: Any) -> Any:
    """Floats by their bits, so that nothing is rounded on the way."""
    if isinstance(value, float):
        return value.hex()
    if isinstance(value, (list, tuple)):
        return [exact(one) for one in value]
    return value if isinstance(value, (int, str, type(None))) else repr(value)


def answers() -> Iterator[tuple[str, Any]]:
    """Named answers of searches, counts, levers, plans, certificates and texts, with and without travel times."""
    for seed in SEEDS:
        rows = random_rows(seed, youths=14, openings=22, sessions=16)
        for name, pool in (
            (f"{seed} without times", Pool.build(*rows, knowledge=small_knowledge())),
            (
                f"{seed} with times",
                Pool.build(*rows, knowledge=small_knowledge(), times=random_times(seed)),
            ),
        ):
            yield from ((f"{name}: {what}", exact(found)) for what, found in _of_pool(pool))
    yield from ((f"titles: {what}", exact(found)) for what, found in _of_titles())


def _of_pool(pool: Pool) -> Iterator[tuple[str, Any]]:
    table = all_triples(pool, 5)
    yield (
        "everybody",
        [table.opening_ids.tolist(), table.session_ids.tolist(), table.scores.tolist()],
    )
    for youth in pool.youths:
        yield f"youth {youth}", [repr(best_triples(pool, youth, 4)), count_triples(pool, youth)]
        row = pool.youths[youth]
        yield f"kept {youth}", [openings_for(pool, row), sessions_for(pool, row)]
    for youth in list(pool.youths)[:4]:
        yield f"levers {youth}", repr(unlock(pool, youth))
        yield (
            f"completed {youth}",
            repr(best_completions(pool, youth, opening=next(iter(pool.openings)), k=9)),
        )
    for opening in list(pool.openings)[:5]:
        seen = best_for_opening(pool, opening, 9), youths_matched(pool, opening=opening)
        yield f"opening {opening}", repr((seen, unlock_opening(pool, opening)))
    for session in list(pool.sessions)[:5]:
        seen = best_for_session(pool, session, 9), youths_matched(pool, session=session)
        yield f"session {session}", repr((seen, unlock_session(pool, session)))
    made = plan(pool, not_twice=True)
    yield "plan", [repr(made.assigned), made.value, made.bound, made.prices.openings.tolist()]
    yield "ways in", repr(cheapest_ways_in(pool, made, [one.youth for one in made.left_out][:5]))
    proof = certify(pool, made)
    yield "certificate", [proof.bound, repr(proof.faults)]


def _of_titles() -> Iterator[tuple[str, Any]]:
    for knowledge in (None, small_knowledge()):
        corpus = [title for titles in TITLES.values() for title in titles]
        index = TitleIndex(corpus, knowledge)
        for query in QUERIES:
            yield f"{query} ({knowledge is not None})", index.search(query, 9)
        many = index.scores_many(list(QUERIES))
        yield f"many ({knowledge is not None})", [many.indices.tolist(), many.data.tolist()]


if __name__ == "__main__":
    print(json.dumps(list(answers())))  # noqa: T201
