"""What the pages of a course and of a session show."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, Site
from app.core.errors import NotFound
from app.reference.models import Certification, Commune, Trade
from app.training.models import Course, CourseTrade, TrainingSession
from app.training.queries.lists import FREE


def course_page(db_session: Session, course_id: int) -> Any:
    """The course with the name of its CFA.

    Raises:
        NotFound: there is no such course.
    """
    row = db_session.execute(
        select(Course, Organisation.name.label("cfa"), Organisation.website, Organisation.phone)
        .join(Organisation, Organisation.id == Course.cfa_id)
        .where(Course.id == course_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def trades_of(db_session: Session, course_id: int) -> list[tuple[str, str]]:
    """`(ROME code, label)` of the trades that the course prepares for, by label."""
    rows = db_session.execute(
        select(Trade.rome_code, Trade.label)
        .join(CourseTrade, CourseTrade.rome_code == Trade.rome_code)
        .where(CourseTrade.course_id == course_id)
        .order_by(Trade.sort_name, Trade.rome_code)
    )
    return [(row.rome_code, row.label) for row in rows]


def sessions_of(db_session: Session, course_id: int) -> list[Row[Any]]:
    """All sessions of a course, the latest first, with their place."""
    return list(
        db_session.execute(
            select(
                TrainingSession.id,
                TrainingSession.starts_on,
                TrainingSession.ends_on,
                TrainingSession.has_rolling_entry,
                TrainingSession.status,
                TrainingSession.capacity,
                TrainingSession.checked_on,
                FREE.label("free"),
                Commune.name.label("commune"),
            )
            .join(Site, Site.id == TrainingSession.site_id)
            .outerjoin(Commune, Commune.insee_code == Site.commune_code)
            .where(TrainingSession.course_id == course_id)
            .order_by(TrainingSession.starts_on.desc(), TrainingSession.id.desc())
        )
    )


def session_page(db_session: Session, session_id: int) -> Any:
    """A session with its course, CFA, site and commune.

    Raises:
        NotFound: there is no such session.
    """
    row = db_session.execute(
        select(
            TrainingSession,
            Course,
            Site,
            Organisation.name.label("cfa"),
            Commune.name.label("commune"),
        )
        .join(Course, Course.id == TrainingSession.course_id)
        .join(Organisation, Organisation.id == Course.cfa_id)
        .join(Site, Site.id == TrainingSession.site_id)
        .outerjoin(Commune, Commune.insee_code == Site.commune_code)
        .where(TrainingSession.id == session_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def certification_of(db_session: Session, rncp_code: str) -> Certification | None:
    """The sheet of the register with this code, the one that lasts longest first."""
    return db_session.scalar(
        select(Certification)
        .where(Certification.rncp_code == rncp_code)
        .order_by(Certification.valid_to.is_(None).desc(), Certification.valid_to.desc())
        .order_by(Certification.id)
        .limit(1)
    )
