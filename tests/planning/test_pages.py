"""The pages of the plan as the coordination and the adviser read them."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.db import transaction
from app.placements.models import Placement
from app.planning.models import ChangeKind, LeftWithout, PlanLine, PlanRun, ScenarioChange
from app.planning.services import create_scenario, hand_over
from app.planning.workflow import PlanState
from app.policy.actor import OrganisationKind, Role
from app.reference.queries import trade_labels
from tests.factories.accounts import csrf_token, make_organisation, make_user, sign_in
from tests.factories.youth import make_youth
from tests.helpers.swap import htmx_headers, parse, swap
from tests.planning.conftest import BRITTANY, Region, computed

pytestmark = pytest.mark.usefixtures("frozen")


def hand_all(session: Session, region: Region, plan_id: int) -> None:
    with transaction() as writing:
        hand_over(writing, region.acting(writing, region.coordinator), plan_id=plan_id)
    session.expire_all()


def test_the_coordination_reads_codes_and_never_a_name(
    session: Session, client: FlaskClient, app: Flask, region: Region
) -> None:
    run = computed(session, region)
    sign_in(client, region.coordinator)

    shown = client.get(f"/plan/{run.id}")
    without = client.get(f"/plan/{run.id}/sans")

    codes = {one.public_code for one in region.youth}
    assert any(code in shown.text for code in codes)
    assert any(code in without.text for code in codes)
    assert "un poste et une place de plus dans ce qui lui convient" in without.text
    assert all(one.family_name not in shown.text + without.text for one in region.youth)


def test_a_plan_says_whether_the_independent_check_confirms_it(
    client: FlaskClient, session: Session, region: Region
) -> None:
    run = computed(session, region)
    sign_in(client, region.coordinator)

    confirmed = client.get(f"/plan/{run.id}").get_data(as_text=True)
    with transaction() as writing:
        kept = writing.get_one(PlanRun, run.id)
        kept.figures = {**kept.figures, "certified": False}
    refused = client.get(f"/plan/{run.id}").get_data(as_text=True)

    assert "Un contrôle indépendant" in confirmed
    assert "ne confirme pas ce plan" not in confirmed
    assert "Le contrôle indépendant ne confirme pas ce plan." in refused
    assert "Un contrôle indépendant" not in refused


def test_a_neighbouring_trade_that_would_open_a_way_in_is_named(
    session: Session, client: FlaskClient, region: Region
) -> None:
    run = computed(session, region)
    with transaction() as writing:
        left = writing.scalars(select(LeftWithout)).one()
        left.lever, left.lever_values = "NEIGHBOUR_TRADE", {"trade": "D1102"}

    shown = sign_in(client, region.coordinator).get(f"/plan/{run.id}/sans")

    assert f"un métier voisin ({trade_labels(session)['D1102']})" in shown.text


def test_a_first_day_says_that_no_plan_exists_and_how_to_get_one(
    session: Session, client: FlaskClient, app: Flask, region: Region
) -> None:
    sign_in(client, region.coordinator)

    shown = client.get("/plan/")

    assert "Pas encore de plan" in shown.text
    assert "Calculer un plan maintenant" in shown.text


def test_asking_twice_answers_that_one_is_on_its_way(
    session: Session, client: FlaskClient, app: Flask, region: Region
) -> None:
    sign_in(client, region.coordinator)
    data = {"csrf_token": csrf_token(app, client, "/plan/")}

    first = client.post("/plan/calculer", data=data)
    second = client.post("/plan/calculer", data=data)

    assert (first.status_code, second.status_code) == (303, 409)
    assert "déjà en cours" in second.text


def test_the_plan_of_another_region_does_not_exist(
    session: Session, client: FlaskClient, app: Flask, region: Region
) -> None:
    run = computed(session, region)
    house = make_organisation(session, OrganisationKind.REGIONAL_COORDINATION, region_code="52")
    sign_in(client, make_user(session, house, Role.REGIONAL_COORDINATOR))

    assert client.get(f"/plan/{run.id}").status_code == 404


def test_the_morning_list_shows_own_youth_and_the_answer_equals_the_fresh_page(
    session: Session, client: FlaskClient, app: Flask, region: Region
) -> None:
    run = computed(session, region)
    hand_all(session, region, run.id)
    line = session.scalars(select(PlanLine).where(PlanLine.plan_id == run.id)).one()
    sign_in(client, region.adviser)
    before = client.get("/plan/matin")

    answer = client.post(
        "/plan/matin",
        data={"ligne": str(line.id), "csrf_token": csrf_token(app, client, "/plan/matin")},
        headers=htmx_headers("morning-list"),
    )

    after = swap(parse(before), answer, target="morning-list")
    fresh = parse(client.get("/plan/matin"))
    assert str(after.find(id="morning-list")) == str(fresh.find(id="morning-list"))
    assert session.scalars(select(Placement)).one().youth_id == line.youth_id


def test_proposing_nothing_says_so(
    session: Session, client: FlaskClient, app: Flask, region: Region
) -> None:
    run = computed(session, region)
    hand_all(session, region, run.id)
    sign_in(client, region.adviser)

    refused = client.post(
        "/plan/matin", data={"csrf_token": csrf_token(app, client, "/plan/matin")}
    )

    assert refused.status_code == 422
    assert "Cochez au moins une piste" in refused.text


def test_a_what_if_is_named_changed_and_compared(
    session: Session, client: FlaskClient, app: Flask, region: Region
) -> None:
    computed(session, region)
    with transaction() as writing:
        scenario = create_scenario(
            writing,
            region.acting(writing, region.coordinator),
            region_code=BRITTANY,
            name="Un four de plus",
        )
        path = f"/plan/hypotheses/{scenario.id}"
    sign_in(client, region.coordinator)
    data = {
        "csrf_token": csrf_token(app, client, path),
        "kind": "positions",
        "amount": "3",
        "commune": "Quimper",
        "commune_code": "29232",
        "trade": "boulanger",
        "rome_code": "D1102",
    }

    added = client.post(f"{path}/changements", data=data)
    nothing = client.post(
        f"{path}/changements", data={**data, "amount": "", "request_key": "other"}
    )
    listed = client.get("/plan/hypotheses")

    assert added.status_code == 303
    assert nothing.status_code == 422
    assert "Quimper" in nothing.text
    assert "Un four de plus" in listed.text


def test_an_advice_of_the_region_is_tried_in_two_clicks(
    session: Session, client: FlaskClient, app: Flask, region: Region
) -> None:
    with transaction() as writing:
        mission, adviser = (writing.merge(one) for one in (region.mission, region.adviser))
        for _ in range(6):
            make_youth(writing, mission, adviser)
    sign_in(client, region.coordinator)

    link = parse(client.get("/")).select_one("#closings-title ~ ul a")
    assert link is not None
    asked = parse(client.get(str(link["href"])))
    fields = {str(one["name"]): str(one["value"]) for one in asked.select("main form input[name]")}
    created = client.post("/plan/hypotheses", data=fields)
    wrong = client.post("/plan/hypotheses", data={**fields, "name": "Ailleurs", "rome_code": "Z"})

    run = session.scalars(select(PlanRun)).one()
    kinds = session.scalars(select(ScenarioChange.kind).order_by(ScenarioChange.id)).all()
    assert (created.status_code, wrong.status_code) == (303, 422)
    assert kinds == [ChangeKind.PLACES, ChangeKind.POSITIONS]
    assert run.scenario_id is not None
    assert run.state is PlanState.WAITING
