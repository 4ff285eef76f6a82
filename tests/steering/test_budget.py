"""Pages of the region: few statements, and the same few for 25 and for 250 rows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.core import clock
from app.core.db import transaction
from app.outreach.models import TargetAgreement
from app.planning.models import ChangeKind
from app.planning.services import add_change, create_scenario
from app.planning.services.scenarios import Change
from app.policy.actor import OrganisationKind
from app.steering.services import keep_edition, publish_statistics, take_snapshots
from app.training.models import Course
from tests.factories.accounts import make_agreement, make_organisation, sign_in
from tests.factories.events import make_fair
from tests.factories.openings import make_company, make_opening
from tests.factories.training import make_training_session
from tests.factories.youth import make_youth
from tests.helpers.statements import watched
from tests.planning.conftest import BRITTANY, Region, computed, make_region

pytestmark = pytest.mark.usefixtures("frozen")
K = OrganisationKind
LIST, PAGE = 8, 12
"""Most statements of a list and of any page."""

LISTS = (
    "/plan/{plan}/sans",
    "/plan/hypotheses",
    "/plan/matin",
    "/region/conventions",
    "/region/ecarts/jeunes",
    "/region/ecarts/postes",
    "/region/ecarts/places",
    "/operations/",
)
PAGES = (
    "/",
    "/plan/",
    "/plan/{plan}",
    "/plan/hypotheses/{scenario}",
    "/region/ecarts",
    "/region/ecarts?par=metier&croise=zone",
    "/region/ecarts?par=departement&famille=D",
    "/region/indicateurs",
    "/region/delais/employer",
    "/region/offres",
    "/region/contrats",
    "/region/rythme",
    "/region/mois",
    "/region/statistiques",
)


def grow(writing: Session, region: Region, rows: int) -> None:
    """So many more youth and openings, a tenth as many sessions and agreements."""
    for _ in range(rows):
        make_youth(writing, region.mission, region.adviser)
    for _ in range(rows):
        make_opening(writing, make_company(writing))
    for _ in range(rows // 10):
        course = writing.get_one(Course, region.training.course_id)
        make_training_session(writing, course, site_id=region.training.site_id, capacity=1)
        make_agreement(writing, region.mission, make_organisation(writing, K.POINT_A))


def test_pages_of_the_region_send_the_same_few_statements_for_25_and_for_250_rows(
    app: Flask, session: Session
) -> None:
    with transaction() as writing:
        region = make_region(writing)
        make_fair(writing)
        today = clock.today()
        for network in ("cci", "cma"):
            writing.add(
                TargetAgreement(
                    title=f"Convention {network}",
                    parties="Réseau et État",
                    network=network,
                    region_code=BRITTANY,
                    starts_on=today - timedelta(days=90),
                    ends_on=today + timedelta(days=90),
                    company_target=200,
                    created_at=clock.now(),
                )
            )
        coordinator = region.acting(writing, region.coordinator)
        scenario = create_scenario(writing, coordinator, region_code=BRITTANY, name="Un four")
        change = Change(ChangeKind.POSITIONS, 5, "29232", rome_code="D1102")
        add_change(writing, coordinator, scenario_id=scenario.id, change=change)
    counts: dict[int, dict[str, int]] = {}
    for more in (25, 225):
        with transaction() as writing:
            grow(writing, region, more)
            take_snapshots(writing, region_code=BRITTANY, on=today - timedelta(days=1))
            keep_edition(writing, region_code=BRITTANY, on=today)
            publish_statistics(writing, on=today - timedelta(days=1))
        plan = computed(session, region)
        computed(session, region, scenario_id=scenario.id)
        client = sign_in(app.test_client(), region.coordinator)
        adviser = sign_in(app.test_client(), region.adviser)
        counts[more] = {}
        for path in (*LISTS, *PAGES):
            reader = adviser if path == "/plan/matin" else client
            with watched(session) as sent:
                shown = reader.get(path.format(plan=plan.id, scenario=scenario.id))
            assert shown.status_code == 200, path
            counts[more][path] = len(sent.budget)

    assert counts[25] == counts[225]
    assert {
        path: n for path, n in counts[225].items() if n > (LIST if path in LISTS else PAGE)
    } == {}
