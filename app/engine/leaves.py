"""Everything that was found out about one triple, before it is scored and told."""

from __future__ import annotations

from dataclasses import dataclass

from app.engine.doubts import Doubts, opening_doubts, session_doubts, youth_doubts
from app.engine.journeys import Journey, to_company, to_site
from app.engine.model import OpeningInput, SessionInput, YouthInput
from app.engine.parts import Likeness, WishFit, course_link, dates_fit, opening_wish, wish_fit
from app.engine.travel_times import NO_TIMES, TravelTimes
from app.engine.weights import Weights


@dataclass(frozen=True, slots=True)
class Leaves:
    """A triple with all that was found out about it, before it is told."""

    youth: YouthInput
    opening: OpeningInput
    session: SessionInput
    wish: WishFit
    course: WishFit
    link: float
    company: Journey
    site: Journey
    dates: float
    days: int | None
    youth_doubts: Doubts
    opening_doubts: Doubts
    session_doubts: Doubts


def look(
    youth: YouthInput,
    opening: OpeningInput,
    session: SessionInput,
    likeness: Likeness,
    weights: Weights,
    times: TravelTimes = NO_TIMES,
) -> Leaves:
    """Measure a triple that breaks no rule."""
    dates = dates_fit(youth, opening, session, weights)
    assert dates is not None, "measured a triple without a lawful day"
    company = to_company(youth, opening.lat, opening.lon, opening.commune, weights, times)
    site = to_site(youth, session, weights, times)
    return Leaves(
        youth=youth,
        opening=opening,
        session=session,
        wish=opening_wish(youth, opening, likeness, weights),
        course=wish_fit(youth, session.title, session.trades, likeness, weights),
        link=course_link(opening, session, likeness, weights),
        company=company,
        site=site,
        dates=dates.value,
        days=dates.days,
        youth_doubts=youth_doubts(youth),
        opening_doubts=opening_doubts(youth, opening, company),
        session_doubts=session_doubts(youth, session, site),
    )
