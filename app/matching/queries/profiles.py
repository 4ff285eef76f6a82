"""What an employer or a CFA may read of a youth before the youth agrees: one projection, and nothing else.

`anonymous_profile` is the only door. It takes the engine's candidate and a few columns that stage S1 allows (trade
wished, level, area as a band, earliest date, own words read by the adviser) and never a name, contact, birth date,
address, situation or the organisation that follows the youth.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.db import AnyRow
from app.engine.candidates import Candidate, best_for_opening, best_for_session
from app.engine.journeys import crow_km, km_between
from app.engine.pool import Pool
from app.engine.reasons import Explained
from app.matching.models import MeetingRequest
from app.matching.queries.pool import current_pool
from app.matching.queries.words import (
    OpeningWords,
    SessionWords,
    opening_words,
    session_words,
)
from app.reference.models import Commune, Trade
from app.youth.models import Wish, YesNoUnknown, Youth

SHOWN = 24
# Bounds of the area bands in km: precise enough to plan a journey, too coarse to find a street.
AREA_BANDS_KM = (5, 15, 30, 50, 100)

LEVEL_BANDS = {
    1: "sortie de collège ou avant",
    2: "sortie de collège ou avant",
    3: "niveau CAP",
    4: "niveau bac",
    5: "niveau bac + 2",
    6: "niveau bac + 3 ou plus",
    7: "niveau bac + 3 ou plus",
    8: "niveau bac + 3 ou plus",
}


@dataclass(frozen=True, slots=True)
class AnonymousProfile:
    """Stage S1 of a youth, seen from one opening or one session.

    Attributes:
        code: the public code, the only handle a partner gets.
        trades: labels of the trades wished, in the order of the wishes.
        level: level band in words, None when unknown.
        area: "moins de 15 km" from the company or the site, None when unknown.
        available_from: earliest date.
        has_licence: only when the job needs one; None otherwise or when unknown.
        accepts_boarding: yes, no, or None when unknown.
        own_words: what the youth chose to say.
        fits_legal_age: always true: the engine has checked it.
        reasons, doubts: public ones only.
        opening, session: the other two leaves of the best triple.
        asked: a meeting was asked for already.
    """

    code: str
    trades: Sequence[str]
    level: str | None
    area: str | None
    available_from: date | None
    has_licence: bool | None
    accepts_boarding: bool | None
    own_words: str | None
    reasons: Sequence[Explained[Any]]
    doubts: Sequence[Explained[Any]]
    opening: OpeningWords | None
    session: SessionWords | None
    asked: bool = False
    fits_legal_age: bool = True


def area_band(km: float | None) -> str | None:
    """A distance as the band that a partner may read."""
    if km is None:
        return None
    for bound in AREA_BANDS_KM:
        if km < bound:
            return f"moins de {bound} km"
    return f"plus de {AREA_BANDS_KM[-1]} km"


def profiles_for_opening(
    db_session: Session, *, opening_id: int, shown: int = SHOWN
) -> list[AnonymousProfile] | None:
    """Profiles that fit one opening, best first by wish, level and dates; None when it is not matchable."""
    pool = current_pool(db_session)
    if opening_id not in pool.openings:
        return None
    candidates = best_for_opening(pool, opening_id, shown)
    asked = frozenset(
        db_session.scalars(
            select(MeetingRequest.youth_id).where(MeetingRequest.opening_id == opening_id)
        )
    )
    place = pool.openings[opening_id]
    return _profiles(
        db_session, pool, candidates, (place.lat, place.lon), bool(place.licence_needed), asked
    )


def profiles_for_session(
    db_session: Session, *, session_id: int, shown: int = SHOWN
) -> list[AnonymousProfile] | None:
    """Profiles that fit one session, each with the opening that suits best; None when it is not matchable."""
    pool = current_pool(db_session)
    if session_id not in pool.sessions:
        return None
    candidates = best_for_session(pool, session_id, shown)
    place = pool.sessions[session_id]
    return _profiles(db_session, pool, candidates, (place.lat, place.lon), False, frozenset())


def profile_of(
    db_session: Session,
    *,
    youth_id: int,
    place: tuple[float | None, float | None],
    licence_required: bool,
) -> AnonymousProfile:
    """The profile behind one proposal, seen from a company or a site: one statement."""
    rows = db_session.execute(
        _allowed_columns()
        .add_columns(Commune.latitude, Commune.longitude, Trade.label.label("trade"))
        .outerjoin(Commune, Commune.insee_code == Youth.commune_code)
        .outerjoin(Wish, Wish.youth_id == Youth.id)
        .outerjoin(Trade, Trade.rome_code == Wish.rome_code)
        .where(Youth.id == youth_id)
        .order_by(Wish.rank, Wish.id)
    ).all()
    row = rows[0]
    return anonymous_profile(
        row,
        Candidate(youth_id, 0, 0, reasons=(), doubts=()),
        trades=list(dict.fromkeys(one.trade for one in rows if one.trade)),
        km=km_between((row.latitude, row.longitude), place),
        licence_required=licence_required,
        opening=None,
        session=None,
        asked=False,
    )


def _profiles(
    db_session: Session,
    pool: Pool,
    candidates: Sequence[Candidate],
    place: tuple[float | None, float | None],
    licence_required: bool,
    asked: Collection[int],
) -> list[AnonymousProfile]:
    """Four statements, whatever the number of candidates."""
    ids = [one.youth for one in candidates]
    rows = {row.id: row for row in db_session.execute(_allowed_columns().where(Youth.id.in_(ids)))}
    trades = _trade_labels(db_session, ids)
    openings = opening_words(db_session, {one.opening for one in candidates})
    sessions = session_words(db_session, {one.session for one in candidates})
    return [
        anonymous_profile(
            rows[one.youth],
            one,
            trades=trades.get(one.youth, []),
            km=crow_km(pool.youths[one.youth], *place),
            licence_required=licence_required,
            opening=openings.get(one.opening),
            session=sessions.get(one.session),
            asked=one.youth in asked,
        )
        for one in candidates
        if one.youth in rows and one.youth in pool.youths
    ]


def _allowed_columns() -> Any:
    """The only columns of a youth that this module reads."""
    return select(
        Youth.id,
        Youth.public_code,
        Youth.level,
        Youth.available_from,
        Youth.driving_licence_b,
        Youth.boarding_accepted,
        Youth.own_words,
    )


def _trade_labels(db_session: Session, youth_ids: Collection[int]) -> dict[int, list[str]]:
    """Labels of confirmed wishes by youth; the words as typed stay with the adviser."""
    rows = db_session.execute(
        select(Wish.youth_id, Trade.label)
        .join(Trade, Trade.rome_code == Wish.rome_code)
        .where(Wish.youth_id.in_(youth_ids))
        .order_by(Wish.youth_id, Wish.rank, Wish.id)
    )
    labels: dict[int, list[str]] = {}
    for row in rows:
        known = labels.setdefault(row.youth_id, [])
        if row.label not in known:
            known.append(row.label)
    return labels


def anonymous_profile(
    row: AnyRow,
    candidate: Candidate,
    *,
    trades: Sequence[str],
    km: float | None,
    licence_required: bool,
    opening: OpeningWords | None,
    session: SessionWords | None,
    asked: bool,
) -> AnonymousProfile:
    """The projection itself: what goes in is listed, all else stays out."""
    known = {YesNoUnknown.YES: True, YesNoUnknown.NO: False, YesNoUnknown.UNKNOWN: None}
    earliest = max(row.available_from, clock.today()) if row.available_from else None
    return AnonymousProfile(
        code=row.public_code,
        trades=trades,
        level=LEVEL_BANDS.get(row.level) if row.level else None,
        area=area_band(km),
        available_from=earliest,
        has_licence=known[row.driving_licence_b] if licence_required else None,
        accepts_boarding=known[row.boarding_accepted],
        own_words=row.own_words,
        reasons=candidate.reasons,
        doubts=candidate.doubts,
        opening=opening,
        session=session,
        asked=asked,
    )
