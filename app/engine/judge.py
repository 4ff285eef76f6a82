"""The definition of a triple, in plain Python: rules, score, parts, reasons and doubts of one.

``best_triples`` and every fast search must agree with :func:`judge` to the last bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.engine.explain import doubts_of, reasons_of
from app.engine.hard_rules import (
    Broken,
    broken_by_opening,
    broken_by_session,
    broken_by_triple,
)
from app.engine.leaves import Leaves, look
from app.engine.model import OpeningInput, SessionInput, YouthInput
from app.engine.parts import Likeness
from app.engine.reasons import Doubt, Explained, Reason
from app.engine.score import parts_of, score_of
from app.engine.travel_times import NO_TIMES, TravelTimes
from app.engine.weights import Parts, Weights


@dataclass(frozen=True, slots=True)
class Triple:
    """One youth, one opening, one session that fit: ids, score, parts, why, and what to ask."""

    youth: int
    opening: int
    session: int
    score: float
    parts: Parts
    reasons: tuple[Explained[Reason], ...]
    doubts: tuple[Explained[Doubt], ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to "why not this one?": the first rule broken, or the triple it makes."""

    broken: Broken | None
    triple: Triple | None


def judge(
    youth: YouthInput,
    opening: OpeningInput,
    session: SessionInput,
    likeness: Likeness,
    weights: Weights,
    times: TravelTimes = NO_TIMES,
) -> Verdict:
    """Apply every hard rule in order, then score and explain."""
    broken = (
        broken_by_opening(youth, opening, likeness, weights, times)
        or broken_by_session(youth, session, weights, times)
        or broken_by_triple(youth, opening, session, likeness, weights)
    )
    if broken is not None:
        return Verdict(broken, None)
    return Verdict(None, told(look(youth, opening, session, likeness, weights, times), weights))


def told(leaves: Leaves, weights: Weights) -> Triple:
    """Score and explain a measured triple."""
    parts = parts_of(leaves, weights)
    return Triple(
        youth=leaves.youth.id,
        opening=leaves.opening.id,
        session=leaves.session.id,
        score=score_of(leaves, weights),
        parts=parts,
        reasons=reasons_of(leaves, parts, weights),
        doubts=doubts_of(leaves),
    )


def ranked(triples: Sequence[Triple], k: int) -> list[Triple]:
    """The ``k`` best: highest score first, then lowest opening id, then lowest session id."""
    return sorted(triples, key=lambda t: (-t.score, t.opening, t.session))[:k]
