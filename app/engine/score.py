"""Score and parts of a measured triple.

The score is added up in one fixed order::

    score = ((of_youth + of_opening) + of_session) + (w.opening_course·link + w.dates·dates)

Fast searches keep this order, so that their floating-point results are equal to the last bit.
"""

from __future__ import annotations

from app.engine.leaves import Leaves
from app.engine.model import OpeningInput, SessionInput
from app.engine.parts import calm, level_value
from app.engine.weights import Parts, Weights


def parts_of(leaves: Leaves, weights: Weights) -> Parts:
    """The ten parts, each between 0 and 1."""
    youth, opening, session = leaves.youth, leaves.opening, leaves.session
    share = weights.company_share
    return Parts(
        wish_opening=leaves.wish.value,
        wish_course=leaves.course.value,
        opening_course=leaves.link,
        journeys=share * leaves.company.value + (1.0 - share) * leaves.site.value,
        dates=leaves.dates,
        level=level_value(youth.level_held, youth.level_aimed, session.level, weights),
        readiness=weights.unknown_readiness if youth.readiness is None else youth.readiness,
        shortage=1.0 if opening.shortage else 0.0,
        answering=0.5 * _rate(opening.answer_rate, weights)
        + 0.5 * _rate(session.answer_rate, weights),
        exposure=0.25 * calm(youth.live_proposals, 1)
        + 0.5 * calm(opening.live_proposals, opening.positions_free)
        + 0.25 * calm(session.live_proposals, session.seats_free),
    )


def _rate(rate: float | None, weights: Weights) -> float:
    return weights.unknown_answering if rate is None else rate


def score_of(leaves: Leaves, weights: Weights) -> float:
    """The score in its fixed order of addition (module docstring)."""
    w = weights.parts
    own = of_youth(leaves, weights) + of_opening(leaves, weights)
    pair = w.opening_course * leaves.link + w.dates * leaves.dates
    return (own + of_session(leaves, weights)) + pair


def of_youth(leaves: Leaves, weights: Weights) -> float:
    """What the youth alone brings: ``readiness + ¼ exposure - doubts``."""
    youth = leaves.youth
    ready = weights.unknown_readiness if youth.readiness is None else youth.readiness
    calmness = 0.25 * calm(youth.live_proposals, 1)
    cost = weights.doubt_cost * len(leaves.youth_doubts)
    return weights.parts.readiness * ready + weights.parts.exposure * calmness - cost


def of_opening(leaves: Leaves, weights: Weights) -> float:
    """What youth and opening bring: wish, company journey, shortage, answers, exposure, doubts."""
    w, opening = weights.parts, leaves.opening
    fixed = of_opening_alone(opening, weights)
    cost = weights.doubt_cost * len(leaves.opening_doubts)
    journey = w.journeys * weights.company_share * leaves.company.value
    return w.wish_opening * leaves.wish.value + journey + fixed - cost


def of_opening_alone(opening: OpeningInput, weights: Weights) -> float:
    """What the opening brings whoever comes."""
    w = weights.parts
    calmness = 0.5 * calm(opening.live_proposals, opening.positions_free)
    answers = 0.5 * _rate(opening.answer_rate, weights)
    return (w.shortage if opening.shortage else 0.0) + w.answering * answers + w.exposure * calmness


def of_session(leaves: Leaves, weights: Weights) -> float:
    """What youth and session bring: wish, way to the site, level, answers, exposure, doubts."""
    w, youth, session = weights.parts, leaves.youth, leaves.session
    fixed = of_session_alone(session, weights)
    level = level_value(youth.level_held, youth.level_aimed, session.level, weights)
    cost = weights.doubt_cost * len(leaves.session_doubts)
    journey = w.journeys * (1.0 - weights.company_share) * leaves.site.value
    return w.wish_course * leaves.course.value + journey + w.level * level + fixed - cost


def of_session_alone(session: SessionInput, weights: Weights) -> float:
    """What the session brings whoever comes."""
    w = weights.parts
    calmness = 0.25 * calm(session.live_proposals, session.seats_free)
    return w.answering * 0.5 * _rate(session.answer_rate, weights) + w.exposure * calmness
