"""What is unknown about a triple. Every doubt found costs ``doubt_cost``; two at most are told."""

from __future__ import annotations

from app.engine.journeys import Journey, Reach
from app.engine.model import ContractKind, OpeningInput, SessionInput, YouthInput
from app.engine.parts import FOREVER, common_kinds, opening_window, start_unknown
from app.engine.reasons import Doubt, Explained

Doubts = list[Explained[Doubt]]


def youth_doubts(youth: YouthInput) -> Doubts:
    """Doubts of the youth's own row."""
    found: Doubts = []
    kinds = common_kinds(youth.kinds, None, None)
    if (youth.apprenticeship_starts is None and ContractKind.APPRENTICESHIP in kinds) or (
        youth.professionalisation_starts is None and ContractKind.PROFESSIONALISATION in kinds
    ):
        found.append(Explained(Doubt.AGE_UNKNOWN))
    if youth.kinds is None:
        found.append(Explained(Doubt.KIND_UNKNOWN, {"leaf": "youth"}))
    return found


def opening_doubts(youth: YouthInput, opening: OpeningInput, company: Journey) -> Doubts:
    """Doubts between a youth and an opening."""
    found: Doubts = []
    if _minor_unknown(youth, opening):
        found.append(Explained(Doubt.MINOR_UNKNOWN))
    if opening.licence_needed and youth.licence is None:
        found.append(Explained(Doubt.LICENCE_UNKNOWN))
    if opening.licence_needed is None and not youth.licence:
        found.append(Explained(Doubt.LICENCE_NEED_UNKNOWN))
    if opening.kinds is None:
        found.append(Explained(Doubt.KIND_UNKNOWN, {"leaf": "opening"}))
    if opening.levels is None:
        found.append(Explained(Doubt.OPENING_LEVEL_UNKNOWN))
    if company.reach is Reach.LIKELY_FAR:
        found.append(Explained(Doubt.COMPANY_LIKELY_FAR, way(youth, company)))
    if company.reach is Reach.TO_CONFIRM:
        found.append(Explained(Doubt.COMPANY_JOURNEY_UNKNOWN, way(youth, company)))
    if start_unknown(opening):
        found.append(Explained(Doubt.OPENING_START_UNKNOWN))
    if opening.positions_free is None:
        found.append(Explained(Doubt.POSITIONS_UNKNOWN))
    return found


def session_doubts(youth: YouthInput, session: SessionInput, site: Journey) -> Doubts:
    """Doubts between a youth and a session."""
    found: Doubts = []
    entry = entry_doubt(youth, session)
    if entry is not None:
        found.append(entry)
    if session.certified_until is None:
        found.append(Explained(Doubt.CERTIFICATION_UNKNOWN))
    if session.kinds is None:
        found.append(Explained(Doubt.KIND_UNKNOWN, {"leaf": "session"}))
    if session.level is None:
        found.append(Explained(Doubt.LEVEL_UNKNOWN))
    if site.reach is Reach.LIKELY_FAR:
        found.append(Explained(Doubt.SITE_LIKELY_FAR, way(youth, site)))
    if site.boarding is None:
        found.append(Explained(Doubt.BOARDING_UNKNOWN, way(youth, site)))
    if site.reach is Reach.TO_CONFIRM:
        found.append(Explained(Doubt.SITE_JOURNEY_UNKNOWN, way(youth, site)))
    if start_unknown(session):
        found.append(Explained(Doubt.SESSION_START_UNKNOWN))
    if session.seats_free is None:
        found.append(Explained(Doubt.SEATS_UNKNOWN))
    return found


def entry_doubt(youth: YouthInput, session: SessionInput) -> Explained[Doubt] | None:
    """Entry level unknown, or expected and not held yet."""
    if session.entry_level is None or youth.level_held is None:
        return Explained(Doubt.ENTRY_LEVEL_UNKNOWN)
    if session.entry_level > youth.level_held:
        return Explained(Doubt.ENTRY_LEVEL_EXPECTED, {"expected": youth.level_expected or 0})
    return None


def _minor_unknown(youth: YouthInput, opening: OpeningInput) -> bool:
    """Whether a start day may fall before the eighteenth birthday and nobody said if it may."""
    if opening.minors_possible:
        return False
    if youth.adult_from is None:
        return True
    if opening.minors_possible is False:
        return False
    kinds = common_kinds(youth.kinds, opening.kinds, None)
    first = min((opening_window(youth, opening, kind)[0] for kind in kinds), default=FOREVER)
    return first < youth.adult_from


def way(youth: YouthInput, journey: Journey) -> dict[str, float | int | str]:
    """Values of a doubt about a journey: km when known, and the limit in minutes if any."""
    known = {
        "km": None if journey.km is None else round(journey.km, 1),
        "limit_minutes": youth.limit_minutes,
    }
    return {name: value for name, value in known.items() if value is not None}
