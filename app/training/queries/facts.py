"""What the policy needs to know of courses and sessions: one statement each."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, Site
from app.core.errors import NotFound
from app.policy.facts import Facts
from app.reference.models import Commune
from app.training.models import Course, TrainingSession


def course_facts(db_session: Session, course_id: int) -> Facts:
    """Facts of a course: its CFA and the CFA's region.

    Raises:
        NotFound: there is no such course.
    """
    row = db_session.execute(
        select(Course.cfa_id, Organisation.region_code)
        .join(Organisation, Organisation.id == Course.cfa_id)
        .where(Course.id == course_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return Facts(cfa_id=row.cfa_id, regions=frozenset({row.region_code} if row.region_code else ()))


def session_facts(db_session: Session, session_id: int) -> Facts:
    """Facts of a session: the CFA of its course, the region and département of its site.

    Raises:
        NotFound: there is no such session.
    """
    row = db_session.execute(
        select(
            Course.cfa_id,
            Organisation.region_code,
            Commune.region_code.label("site_region"),
            Commune.departement_code,
        )
        .select_from(TrainingSession)
        .join(Course, Course.id == TrainingSession.course_id)
        .join(Organisation, Organisation.id == Course.cfa_id)
        .join(Site, Site.id == TrainingSession.site_id)
        .outerjoin(Commune, Commune.insee_code == Site.commune_code)
        .where(TrainingSession.id == session_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return Facts(
        cfa_id=row.cfa_id,
        regions=frozenset(code for code in (row.site_region, row.region_code) if code),
        departement=row.departement_code,
    )
