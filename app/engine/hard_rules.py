"""The rules that forbid a triple: the opening's first, the session's, then those of all three.

Unknown never forbids.
"""

from __future__ import annotations

from app.engine.journeys import Journey, Reach, to_company, to_site
from app.engine.model import OpeningInput, SessionInput, YouthInput
from app.engine.parts import (
    Likeness,
    common_kinds,
    course_link,
    dates_fit,
    holds,
    meet,
    opened,
    opening_window,
    opening_wish,
    session_window,
    youth_window,
)
from app.engine.reasons import Explained, HardRule
from app.engine.travel_times import NO_TIMES, TravelTimes
from app.engine.weights import Weights

Broken = Explained[HardRule]


def broken_by_opening(
    youth: YouthInput,
    opening: OpeningInput,
    likeness: Likeness,
    weights: Weights,
    times: TravelTimes = NO_TIMES,
) -> Broken | None:
    """First rule between youth and opening alone, ``None`` when all hold."""
    if opening.positions_free == 0:
        return Explained(HardRule.NO_POSITION)
    if opening.id in youth.set_aside_openings:
        return Explained(HardRule.SET_ASIDE, {"leaf": "opening"})
    if not shared(youth, opening):
        return Explained(HardRule.NOT_SHARED, {"leaf": "opening"})
    if not common_kinds(youth.kinds, opening.kinds, None):
        return Explained(HardRule.CONTRACT_KIND, {"leaf": "opening"})
    if opening.trade in youth.barred_trades:
        return Explained(HardRule.TRADE_BARRED, {"trade": opening.trade or ""})
    if opening.licence_needed and youth.licence is False:
        return Explained(HardRule.LICENCE)
    journey = to_company(youth, opening.lat, opening.lon, opening.commune, weights, times)
    if journey.reach is Reach.BEYOND:
        return Explained(HardRule.OPENING_TOO_FAR, limits(youth, journey))
    if opening_wish(youth, opening, likeness, weights).value == 0.0:
        return Explained(HardRule.WISH)
    return broken_window(youth, opening)


def broken_by_session(
    youth: YouthInput, session: SessionInput, weights: Weights, times: TravelTimes = NO_TIMES
) -> Broken | None:
    """First rule between youth and session alone, ``None`` when all hold."""
    if session.seats_free == 0:
        return Explained(HardRule.NO_SEAT)
    if session.id in youth.set_aside_sessions:
        return Explained(HardRule.SET_ASIDE, {"leaf": "session"})
    if not shared(youth, session):
        return Explained(HardRule.NOT_SHARED, {"leaf": "session"})
    if not common_kinds(youth.kinds, None, session.kinds):
        return Explained(HardRule.CONTRACT_KIND, {"leaf": "session"})
    journey = to_site(youth, session, weights, times)
    if journey.reach is Reach.BEYOND:
        return Explained(HardRule.SESSION_TOO_FAR, limits(youth, journey))
    if entry_refused(youth, session):
        return Explained(HardRule.ENTRY_LEVEL, {"entry": session.entry_level or 0})
    if not level_allowed(youth.levels_wanted, session.level):
        return Explained(HardRule.LEVEL_UNWANTED, {"given": session.level or 0})
    return _broken_session_window(youth, session)


def _broken_session_window(youth: YouthInput, session: SessionInput) -> Broken | None:
    """Which rule leaves no start day between a youth and a session, if any."""
    kinds = common_kinds(youth.kinds, None, session.kinds)
    window, lawful = session_window(session), opened(session.contract_from, session.contract_to)
    if any(holds(meet(youth_window(youth, kind), window)) for kind in kinds):
        return None
    if any(holds(meet(youth_window(youth, kind), lawful)) for kind in kinds):
        return Explained(HardRule.CERTIFICATION, {"until": session.certified_until or 0})
    available = opened(youth.available_from, youth.available_to)
    return Explained(HardRule.AGE if holds(meet(available, window)) else HardRule.DATES)


def broken_by_triple(
    youth: YouthInput,
    opening: OpeningInput,
    session: SessionInput,
    likeness: Likeness,
    weights: Weights,
) -> Broken | None:
    """First rule that needs all three leaves, ``None`` when all hold; see also the two above."""
    if not common_kinds(youth.kinds, opening.kinds, session.kinds):
        return Explained(HardRule.CONTRACT_KIND, {"leaf": "both"})
    if not level_allowed(opening.levels, session.level):
        return Explained(HardRule.OPENING_LEVEL, {"given": session.level or 0})
    if course_link(opening, session, likeness, weights) == 0.0:
        return Explained(HardRule.COURSE)
    if dates_fit(youth, opening, session, weights) is not None:
        return None
    return _why_no_day(youth, opening, session)


def shared(youth: YouthInput, row: OpeningInput | SessionInput) -> bool:
    """Whether an agreement lets this youth be shown there."""
    return row.audience is None or not row.audience.isdisjoint(youth.organisations)


def level_allowed(levels: frozenset[int] | None, given: int | None) -> bool:
    """Whether a diploma level is among those accepted; unknown on either side forbids nothing."""
    return levels is None or given is None or given in levels


def entry_refused(youth: YouthInput, session: SessionInput) -> bool:
    """Whether the entry level is known to be out of reach."""
    if session.entry_level is None or youth.level_held is None:
        return False
    return session.entry_level > max(youth.level_held, youth.level_expected or 0)


def limits(youth: YouthInput, journey: Journey) -> dict[str, float | int | str]:
    """Values that explain a journey beyond the limit."""
    known = {
        "km": journey.km,
        "minutes": journey.minutes,
        "limit_km": youth.limit_km,
        "limit_minutes": youth.limit_minutes,
    }
    return {name: value for name, value in known.items() if value is not None}


def broken_window(youth: YouthInput, opening: OpeningInput) -> Broken | None:
    """Which rule leaves no start day between a youth and an opening, if any."""
    kinds = common_kinds(youth.kinds, opening.kinds, None)
    if any(holds(opening_window(youth, opening, kind)) for kind in kinds):
        return None
    asked = opened(opening.start_from, opening.start_to)
    if any(holds(meet(youth_window(youth, kind), asked)) for kind in kinds):
        return Explained(HardRule.MINOR, {"adult_from": youth.adult_from or 0})
    available = opened(youth.available_from, youth.available_to)
    return Explained(HardRule.AGE if holds(meet(available, asked)) else HardRule.DATES)


def _why_no_day(youth: YouthInput, opening: OpeningInput, session: SessionInput) -> Broken:
    """Name the rule without which a day would be left: certification, minority, age or the dates."""
    asked = opened(opening.start_from, opening.start_to)
    lawful = opened(session.contract_from, session.contract_to)
    kinds = common_kinds(youth.kinds, opening.kinds, session.kinds)
    if any(holds(meet(opening_window(youth, opening, kind), lawful)) for kind in kinds):
        return Explained(HardRule.CERTIFICATION, {"until": session.certified_until or 0})
    both = meet(asked, session_window(session))
    if any(holds(meet(youth_window(youth, kind), both)) for kind in kinds):
        return Explained(HardRule.MINOR, {"adult_from": youth.adult_from or 0})
    aged = holds(meet(opened(youth.available_from, youth.available_to), both))
    return Explained(HardRule.AGE if aged else HardRule.DATES)
