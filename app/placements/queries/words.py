"""A placement in words that everybody may read, and the addresses of those who read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Organisation, Site, User
from app.accounts.queries import contact_emails
from app.core.db import AnySelect
from app.openings.models import Opening
from app.placements.models import Placement
from app.policy.actor import Role
from app.reference.models import Commune
from app.training.models import Course, TrainingSession
from app.youth.models import Youth

Employer = aliased(Organisation)
Cfa = aliased(Organisation)
OpeningPlace = aliased(Commune)
SitePlace = aliased(Commune)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the mails about a placement are written from: no name of a youth, whoever reads.

    Attributes:
        code: the youth's public code.
        post, company, post_commune: the opening's side, None while it is sought.
        course, cfa, site_commune, starts_on: the session's side, None while it is sought.
        youth_email: the youth's own address, for the question put to the youth.
        tutor_email: the tutor's own address, where somebody noted one.
        adviser_emails: the adviser, or those who follow youth in that organisation.
    """

    placement_id: int
    youth_id: int
    opening_id: int | None
    code: str
    given_name: str
    youth_email: str | None
    tutor_email: str | None
    youth_organisation_id: int
    adviser_emails: tuple[str, ...]
    adviser_id: int | None
    employer_id: int | None
    post: str | None
    company: str | None
    post_commune: str | None
    cfa_id: int | None
    course: str | None
    cfa: str | None
    site_commune: str | None
    starts_on: date | None
    departement_code: str | None
    youth_due_on: date | None
    employer_due_on: date | None
    cfa_due_on: date | None


def with_parties(query: Select[tuple[Placement]]) -> Select[tuple[Placement]]:
    """Join a query on `Placement` with the youth and with both sides, sought ones included."""
    return (
        query.join(Youth, Youth.id == Placement.youth_id)
        .outerjoin(Opening, Opening.id == Placement.opening_id)
        .outerjoin(Employer, Employer.id == Opening.employer_id)
        .outerjoin(OpeningPlace, OpeningPlace.insee_code == Opening.commune_code)
        .outerjoin(TrainingSession, TrainingSession.id == Placement.session_id)
        .outerjoin(Course, Course.id == TrainingSession.course_id)
        .outerjoin(Cfa, Cfa.id == Course.cfa_id)
        .outerjoin(Site, Site.id == TrainingSession.site_id)
        .outerjoin(SitePlace, SitePlace.insee_code == Site.commune_code)
    )


def proposal(db_session: Session, placement_id: int) -> Proposal:
    """The placement in words: two statements."""
    row = db_session.execute(_in_words(placement_id)).one()
    advisers = (
        (row.adviser_email,)
        if row.adviser_email and row.adviser_is_active
        else tuple(
            contact_emails(db_session, row.organisation_id, frozenset({Role.ADVISER, Role.MANAGER}))
        )
    )
    return Proposal(
        placement_id=placement_id,
        youth_id=row.youth_id,
        opening_id=row.opening_id,
        code=row.public_code,
        given_name=row.given_name,
        youth_email=row.email,
        tutor_email=row.tutor_email,
        youth_organisation_id=row.organisation_id,
        adviser_emails=advisers,
        adviser_id=row.adviser_id if row.adviser_is_active else None,
        employer_id=row.employer_id,
        post=row.post,
        company=row.company,
        post_commune=row.post_commune,
        departement_code=row.departement_code,
        cfa_id=row.cfa_id,
        course=row.course,
        cfa=row.cfa,
        site_commune=row.site_commune,
        starts_on=row.starts_on,
        youth_due_on=row.youth_due_on,
        employer_due_on=row.employer_due_on,
        cfa_due_on=row.cfa_due_on,
    )


def _in_words(placement_id: int) -> AnySelect:
    return (
        with_parties(select(Placement))
        .outerjoin(User, User.id == Youth.adviser_id)
        .where(Placement.id == placement_id)
        .with_only_columns(
            Youth.public_code,
            Youth.given_name,
            Youth.email,
            Youth.organisation_id,
            User.email.label("adviser_email"),
            User.is_active.label("adviser_is_active"),
            User.id.label("adviser_id"),
            Employer.id.label("employer_id"),
            Opening.title.label("post"),
            Employer.name.label("company"),
            OpeningPlace.name.label("post_commune"),
            OpeningPlace.departement_code,
            Cfa.id.label("cfa_id"),
            Course.title.label("course"),
            Cfa.name.label("cfa"),
            SitePlace.name.label("site_commune"),
            TrainingSession.starts_on,
            Placement.youth_id,
            Placement.opening_id,
            Placement.tutor_email,
            Placement.youth_due_on,
            Placement.employer_due_on,
            Placement.cfa_due_on,
        )
    )
