"""Words of openings and sessions that a list of triples shows: one statement each, whatever their number."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Organisation, Site
from app.core.db import AnyRow
from app.openings.models import Company, Opening
from app.reference.models import Commune, Trade
from app.training.models import Course, TrainingSession


@dataclass(frozen=True, slots=True)
class OpeningWords:
    id: int
    title: str
    trade: str | None
    company: str
    commune: str | None
    starts_from: date | None
    starts_until: date | None
    positions_free: int
    latitude: float | None
    longitude: float | None
    commune_code: str | None
    for_apprenticeship: bool
    headcount: int | None
    idcc: str | None


@dataclass(frozen=True, slots=True)
class SessionWords:
    id: int
    course: str
    level: int | None
    cfa: str
    commune: str | None
    starts_on: date
    has_rolling_entry: bool
    ends_on: date | None
    months: int | None
    seats_free: int
    has_boarding: bool | None
    checked_on: date
    latitude: float | None
    longitude: float | None
    commune_code: str | None


def opening_words(db_session: Session, ids: Collection[int]) -> dict[int, OpeningWords]:
    """Words of openings by id: one statement."""
    if not ids:
        return {}
    rows = db_session.execute(
        select(
            Opening,
            Organisation.name.label("company"),
            Commune.name.label("commune"),
            Trade.label.label("trade"),
            Company.headcount,
            Company.idcc,
        )
        .join(Organisation, Organisation.id == Opening.employer_id)
        .outerjoin(Company, Company.organisation_id == Opening.employer_id)
        .outerjoin(Commune, Commune.insee_code == Opening.commune_code)
        .outerjoin(Trade, Trade.rome_code == Opening.rome_code)
        .where(Opening.id.in_(ids))
    )
    return {row.Opening.id: _opening_words(row) for row in rows}


def _opening_words(row: AnyRow) -> OpeningWords:
    opening: Opening = row.Opening
    return OpeningWords(
        id=opening.id,
        title=opening.title,
        trade=row.trade,
        company=row.company,
        commune=row.commune,
        starts_from=opening.start_from,
        starts_until=opening.start_until,
        positions_free=opening.positions_free,
        latitude=opening.latitude,
        longitude=opening.longitude,
        commune_code=opening.commune_code,
        for_apprenticeship=opening.apprenticeship,
        headcount=row.headcount,
        idcc=row.idcc,
    )


def session_words(db_session: Session, ids: Collection[int]) -> dict[int, SessionWords]:
    """Words of sessions by id: one statement."""
    if not ids:
        return {}
    cfa = aliased(Organisation)
    rows = db_session.execute(
        select(TrainingSession, Course, Site, cfa.name.label("cfa"), Commune.name.label("commune"))
        .join(Course, Course.id == TrainingSession.course_id)
        .join(cfa, cfa.id == Course.cfa_id)
        .join(Site, Site.id == TrainingSession.site_id)
        .outerjoin(Commune, Commune.insee_code == Site.commune_code)
        .where(TrainingSession.id.in_(ids))
    )
    return {row.TrainingSession.id: _session_words(row) for row in rows}


def _session_words(row: AnyRow) -> SessionWords:
    session: TrainingSession = row.TrainingSession
    return SessionWords(
        id=session.id,
        course=row.Course.title,
        level=row.Course.level,
        cfa=row.cfa,
        commune=row.commune,
        starts_on=session.starts_on,
        has_rolling_entry=session.has_rolling_entry,
        ends_on=session.ends_on,
        months=row.Course.duration_months,
        seats_free=session.seats_free,
        has_boarding=row.Course.has_boarding,
        checked_on=session.checked_on,
        latitude=row.Site.latitude,
        longitude=row.Site.longitude,
        commune_code=row.Site.commune_code,
    )
