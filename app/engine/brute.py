"""The oracle: every triple of every youth, judged one by one in plain Python.

Slow on purpose and short on purpose; every fast path is compared with it on random pools.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.engine.judge import Triple, judge, ranked
from app.engine.model import OpeningInput, SessionInput, YouthInput
from app.engine.parts import Likeness
from app.engine.travel_times import NO_TIMES, TravelTimes
from app.engine.weights import Weights


def every_triple(
    youth: YouthInput,
    openings: Iterable[OpeningInput],
    sessions: Iterable[SessionInput],
    likeness: Likeness,
    weights: Weights,
    times: TravelTimes = NO_TIMES,
) -> Iterator[Triple]:
    """All triples of one youth, in no particular order."""
    courses = tuple(sessions)
    for opening in openings:
        for session in courses:
            triple = judge(youth, opening, session, likeness, weights, times).triple
            if triple is not None:
                yield triple


def brute_best(
    youth: YouthInput,
    openings: Iterable[OpeningInput],
    sessions: Iterable[SessionInput],
    likeness: Likeness,
    weights: Weights,
    k: int,
    times: TravelTimes = NO_TIMES,
) -> list[Triple]:
    """The ``k`` best triples of one youth, in the engine's order."""
    found = list(every_triple(youth, openings, sessions, likeness, weights, times))
    return ranked(found, k)
