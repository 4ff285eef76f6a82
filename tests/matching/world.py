"""A small world where one triple exists: a youth of Quimper, a bakery, a CFA with a session that starts in a week."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import Organisation, User
from app.openings.models import Opening
from app.policy.actor import OrganisationKind
from app.training.models import Course, TrainingSession
from app.youth.models import Youth
from tests.factories.accounts import make_organisation, make_user
from tests.factories.openings import make_company, make_opening
from tests.factories.training import make_course, make_training_session
from tests.factories.youth import make_youth


@dataclass(frozen=True, slots=True)
class World:
    mission: Organisation
    adviser: User
    youth: Youth
    company: Organisation
    employer: User
    opening: Opening
    cfa: Organisation
    cfa_officer: User
    course: Course
    training: TrainingSession


def make_world(session: Session, **youth_values: Any) -> World:
    """One of each, made to fit."""
    mission = make_organisation(session, name="Mission locale de Quimper")
    adviser = make_user(session, mission)
    youth = make_youth(session, mission, adviser, **youth_values)
    company = make_company(session, name="Fournil des Monts")
    opening = make_opening(session, company)
    cfa = make_organisation(session, OrganisationKind.TRAINING_CENTRE, name="CFA de Quimper")
    course = make_course(session, cfa)
    training = make_training_session(session, course)
    return World(
        mission=mission,
        adviser=adviser,
        youth=youth,
        company=company,
        employer=make_user(session, company),
        opening=opening,
        cfa=cfa,
        cfa_officer=make_user(session, cfa),
        course=course,
        training=training,
    )
