"""From a measured triple to at most three reasons and two doubts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter

from app.engine.leaves import Leaves
from app.engine.reasons import Doubt, Explained, Reason, Value
from app.engine.weights import Parts, Weights

MOST_REASONS = 3
MOST_DOUBTS = 2
ALL_REASONS = frozenset(Reason)
ALL_DOUBTS = frozenset(Doubt)
_GRAVITY = {doubt: place for place, doubt in enumerate(Doubt)}

Weighted = tuple[float, Reason, Mapping[str, Value]]
"""What a reason weighs, its code and the values of its sentence; few of them are told."""


def reasons_of(
    leaves: Leaves, parts: Parts, weights: Weights, allowed: frozenset[Reason] = ALL_REASONS
) -> tuple[Explained[Reason], ...]:
    """The allowed reasons that weigh most: ``weight × part``, each only when its part is good.

    Boarding weighs as a site next door would: once the youth boards, the way there is short.

    Of equal weights the one that comes first in ``Reason``, in whose order they are found.
    """
    found = [*_wishes(leaves, weights), *_ways(leaves, weights), *_rest(leaves, parts, weights)]
    if allowed is not ALL_REASONS:
        found = [each for each in found if each[1] in allowed]
    found.sort(key=itemgetter(0), reverse=True)
    return tuple(Explained(code, values) for _, code, values in found[:MOST_REASONS])


def doubts_of(
    leaves: Leaves, allowed: frozenset[Doubt] = ALL_DOUBTS
) -> tuple[Explained[Doubt], ...]:
    """The gravest allowed doubts."""
    found = [*leaves.youth_doubts, *leaves.opening_doubts, *leaves.session_doubts]
    if allowed is not ALL_DOUBTS:
        found = [doubt for doubt in found if doubt.code in allowed]
    return gravest(found)


def gravest(found: Sequence[Explained[Doubt]]) -> tuple[Explained[Doubt], ...]:
    """The doubts to tell, one a code, the gravest first."""
    first = {doubt.code: doubt for doubt in reversed(found)}
    return tuple(sorted(first.values(), key=lambda each: _GRAVITY[each.code])[:MOST_DOUBTS])


def _wishes(leaves: Leaves, weights: Weights) -> Iterator[Weighted]:
    w = weights.parts
    if leaves.wish.similarity >= 0.5:
        values = {"rank": leaves.wish.rank, "similarity": round(leaves.wish.similarity, 2)}
        code = Reason.WISH_FIRST if leaves.wish.rank == 1 else Reason.WISH_OTHER
        yield w.wish_opening * leaves.wish.value, code, values
    if leaves.course.similarity >= 0.8:
        values = {"similarity": round(leaves.course.similarity, 2)}
        yield w.wish_course * leaves.course.value, Reason.COURSE_WISHED, values
    elif leaves.link >= 0.8:
        values = {"link": round(leaves.link, 2)}
        yield w.opening_course * leaves.link, Reason.COURSE_FOR_JOB, values


def _ways(leaves: Leaves, weights: Weights) -> Iterator[Weighted]:
    w, share = weights.parts.journeys, weights.company_share
    company, site = leaves.company, leaves.site
    if company.value >= 0.6:
        weight = w * share * company.value
        if company.minutes is not None:
            yield weight, Reason.SHORT_COMPANY, {"minutes": round(company.minutes)}
        elif company.km is not None:
            yield weight, Reason.NEAR_COMPANY, {"km": round(company.km, 1)}
    if site.boarding and site.km is not None:
        yield w * (1.0 - share), Reason.BOARDING, {"km": round(site.km, 1)}
    elif site.value >= 0.6:
        weight = w * (1.0 - share) * site.value
        if site.minutes is not None:
            yield weight, Reason.SHORT_SITE, {"minutes": round(site.minutes)}
        elif site.km is not None:
            yield weight, Reason.NEAR_SITE, {"km": round(site.km, 1)}


def _rest(leaves: Leaves, parts: Parts, weights: Weights) -> Iterator[Weighted]:
    w, youth, given = weights.parts, leaves.youth, leaves.session.level
    if leaves.days is not None and leaves.days <= 14:
        yield w.dates * parts.dates, Reason.DATES_MEET, {"days": leaves.days}
    if given is not None and given == youth.level_aimed:
        yield w.level * parts.level, Reason.LEVEL_AIMED, {"given": given}
    elif (
        given is not None and youth.level_held is not None and given == max(youth.level_held, 2) + 1
    ):
        values = {"held": youth.level_held, "given": given}
        yield w.level * parts.level, Reason.ONE_STEP_UP, values
    if youth.readiness is not None and youth.readiness >= 0.8:
        ready = {"readiness": round(youth.readiness, 2)}
        yield w.readiness * youth.readiness, Reason.READY, ready
    if leaves.opening.shortage:
        yield w.shortage, Reason.SHORTAGE, {}
    known = leaves.opening.answer_rate is not None and leaves.session.answer_rate is not None
    if known and parts.answering >= 0.8:
        rate = {"rate": round(parts.answering, 2)}
        yield w.answering * parts.answering, Reason.ANSWERS, rate
    if leaves.opening.live_proposals == 0:
        yield w.exposure * parts.exposure, Reason.FEW_PROPOSALS, {"live": 0}
