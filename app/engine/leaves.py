"""Everything that was found out about one triple, before it is scored and told."""

from __future__ import annotations

from typing import NamedTuple

from app.engine.doubts import Doubts, opening_doubts, session_doubts, youth_doubts
from app.engine.journeys import Journey, to_company, to_site
from app.engine.model import OpeningInput, SessionInput, YouthInput
from app.engine.parts import Likeness, WishFit, course_link, dates_fit, opening_wish, wish_fit
from app.engine.travel_times import NO_TIMES, TravelTimes
from app.engine.weights import Weights


class Leaves(NamedTuple):
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


class Side(NamedTuple):
    """What an opening, or a session, means to a youth whatever stands on the other side."""

    wish: WishFit
    journey: Journey
    doubts: Doubts


class Looker:
    """The eyes of one youth: each opening and each session is measured once.

    The best triples of a youth share few openings and sessions; rows are told apart by id.
    """

    def __init__(
        self,
        youth: YouthInput,
        likeness: Likeness,
        weights: Weights,
        times: TravelTimes = NO_TIMES,
    ) -> None:
        self._youth = youth
        self._likeness = likeness
        self._weights = weights
        self._times = times
        self._doubts = youth_doubts(youth)
        self._openings: dict[int, Side] = {}
        self._sessions: dict[int, Side] = {}

    def look(self, opening: OpeningInput, session: SessionInput) -> Leaves:
        """Measure a triple that breaks no rule."""
        dates = dates_fit(self._youth, opening, session, self._weights)
        assert dates is not None, "measured a triple without a lawful day"
        job, course = self._at_opening(opening), self._at_session(session)
        return Leaves(
            youth=self._youth,
            opening=opening,
            session=session,
            wish=job.wish,
            course=course.wish,
            link=course_link(opening, session, self._likeness, self._weights),
            company=job.journey,
            site=course.journey,
            dates=dates.value,
            days=dates.days,
            youth_doubts=self._doubts,
            opening_doubts=job.doubts,
            session_doubts=course.doubts,
        )

    def _at_opening(self, opening: OpeningInput) -> Side:
        known = self._openings.get(opening.id)
        if known is None:
            youth, weights = self._youth, self._weights
            company = to_company(
                youth, opening.lat, opening.lon, opening.commune, weights, self._times
            )
            wish = opening_wish(youth, opening, self._likeness, weights)
            known = Side(wish, company, opening_doubts(youth, opening, company))
            self._openings[opening.id] = known
        return known

    def _at_session(self, session: SessionInput) -> Side:
        known = self._sessions.get(session.id)
        if known is None:
            youth, weights = self._youth, self._weights
            site = to_site(youth, session, weights, self._times)
            course = wish_fit(youth, session.title, session.trades, self._likeness, weights)
            known = Side(course, site, session_doubts(youth, session, site))
            self._sessions[session.id] = known
        return known


def look(
    youth: YouthInput,
    opening: OpeningInput,
    session: SessionInput,
    likeness: Likeness,
    weights: Weights,
    times: TravelTimes = NO_TIMES,
) -> Leaves:
    """Measure one triple that breaks no rule."""
    return Looker(youth, likeness, weights, times).look(opening, session)
