"""Clovers of two leaves: a youth with an opening (course sought) or a session (employer sought)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from app.engine.doubts import opening_doubts, session_doubts, youth_doubts
from app.engine.explain import gravest
from app.engine.hard_rules import Broken, broken_by_opening, broken_by_session
from app.engine.journeys import to_company, to_site
from app.engine.model import OpeningInput, SessionInput, YouthInput
from app.engine.parts import opening_wish, wish_fit
from app.engine.pool import Pool
from app.engine.reasons import Doubt, Explained, HardRule
from app.engine.search import openings_for, sessions_for

WISHLESS = Explained(HardRule.WISH)


class Sought(Enum):
    """The leaf a clover of two leaves still looks for."""

    COURSE = "course"
    EMPLOYER = "employer"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two leaves: ids (the sought leaf is ``None``), the rule broken or a score, and doubts.

    The score is the weighted mean of what the two leaves say about wish and journey; it is not
    comparable with the score of a triple.
    """

    youth: int
    opening: int | None
    session: int | None
    broken: Broken | None
    score: float
    doubts: tuple[Explained[Doubt], ...]


def judge_pair(pool: Pool, youth: YouthInput, opening: int | None, session: int | None) -> Pair:
    """Judge one pair; ``ValueError`` unless exactly one of opening and session is given."""
    if (opening is None) == (session is None):
        raise ValueError("a pair has exactly one of opening and session")
    if opening is not None:
        return _with_opening(pool, youth, pool.openings[opening])
    assert session is not None
    return _with_session(pool, youth, pool.sessions[session])


def best_pairs(pool: Pool, youth: YouthInput, sought: Sought, k: int) -> list[Pair]:
    """Pairs that break no rule, best first, then by id; see ``triples.pair_best``."""
    if sought is Sought.COURSE:
        found = openings_for(pool, youth)
        pairs = [_with_opening(pool, youth, pool.openings[each]) for each in found]
    else:
        found = sessions_for(pool, youth)
        pairs = [_with_session(pool, youth, pool.sessions[each]) for each in found]
    return sorted(pairs, key=lambda p: (-p.score, p.opening or 0, p.session or 0))[:k]


def _with_opening(pool: Pool, youth: YouthInput, opening: OpeningInput) -> Pair:
    weights = pool.weights
    broken = broken_by_opening(youth, opening, pool.likeness, weights, pool.times)
    if broken is not None:
        return Pair(youth.id, opening.id, None, broken, 0.0, ())
    company = to_company(youth, opening.lat, opening.lon, opening.commune, weights, pool.times)
    wish = opening_wish(youth, opening, pool.likeness, weights)
    doubts = [*youth_doubts(youth), *opening_doubts(youth, opening, company)]
    w = weights.parts
    value = (w.wish_opening * wish.value + w.journeys * company.value) / (
        w.wish_opening + w.journeys
    )
    score = value - weights.doubt_cost * len(doubts)
    return Pair(youth.id, opening.id, None, None, score, gravest(doubts))


def _with_session(pool: Pool, youth: YouthInput, session: SessionInput) -> Pair:
    weights = pool.weights
    wish = wish_fit(youth, session.title, session.trades, pool.likeness, weights)
    broken = broken_by_session(youth, session, weights, pool.times)
    if broken is not None or wish.value == 0.0:
        return Pair(youth.id, None, session.id, broken or WISHLESS, 0.0, ())
    site = to_site(youth, session, weights, pool.times)
    doubts = [*youth_doubts(youth), *session_doubts(youth, session, site)]
    w = weights.parts
    value = (w.wish_course * wish.value + w.journeys * site.value) / (w.wish_course + w.journeys)
    score = value - weights.doubt_cost * len(doubts)
    return Pair(youth.id, None, session.id, None, score, gravest(doubts))
