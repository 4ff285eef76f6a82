"""A small region where two youth want the one place, and the people who plan it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, User
from app.core.db import transaction
from app.core.tasks import run_job
from app.openings.models import Opening
from app.planning.models import PlanRun
from app.planning.services import ask_for_plan
from app.policy.actor import Actor, OrganisationKind, Role
from app.training.models import TrainingSession
from app.youth.models import Youth
from tests.factories.accounts import actor_of, make_organisation, make_site, make_user
from tests.factories.openings import make_company, make_opening
from tests.factories.training import make_course, make_training_session
from tests.factories.youth import make_youth

K = OrganisationKind
BRITTANY = "53"


@dataclass(slots=True)
class Region:
    """Rows that the tests speak of."""

    mission: Organisation
    adviser: User
    coordinator: User
    youth: list[Youth]
    opening: Opening
    training: TrainingSession

    def acting(self, session: Session, user: User) -> Actor:
        return actor_of(session, user)


def make_region(writing: Session) -> Region:
    """Two would-be bakers of Quimper, one position, one seat."""
    mission = make_organisation(writing, K.LOCAL_MISSION)
    adviser = make_user(writing, mission, Role.ADVISER)
    house = make_organisation(writing, K.REGIONAL_COORDINATION, region_code=BRITTANY)
    coordinator = make_user(writing, house, Role.REGIONAL_COORDINATOR)
    youth = [make_youth(writing, mission, adviser) for _ in range(2)]
    opening = make_opening(writing, make_company(writing), positions=1)
    cfa = make_organisation(writing, K.TRAINING_CENTRE)
    site = make_site(writing, cfa)
    training = make_training_session(
        writing, make_course(writing, cfa), site_id=site.id, capacity=1
    )
    return Region(mission, adviser, coordinator, youth, opening, training)


@pytest.fixture
def region(app: Flask, session: Session) -> Region:
    """The small region, written."""
    with transaction() as writing:
        return make_region(writing)


def computed(session: Session, region: Region, *, scenario_id: int | None = None) -> PlanRun:
    """A plan asked for by the coordination and computed by the worker."""
    with transaction() as writing:
        run = ask_for_plan(
            writing,
            region.acting(writing, region.coordinator),
            region_code=BRITTANY,
            scenario_id=scenario_id,
        )
        plan_id, job_id = run.id, run.job_id
    assert run_job(job_id or 0)
    session.expire_all()
    return session.get_one(PlanRun, plan_id)
