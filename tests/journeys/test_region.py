"""The region by its people: the coordination from a gap to proposals, a manager from an agreement to its life."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.core import clock
from app.core.db import transaction
from app.core.tasks import run_job
from app.partnerships.models import Agreement
from app.placements.models import Placement
from app.planning.models import PlanLine, PlanRun
from app.policy.actor import OrganisationKind, Role
from app.steering.services import keep_edition
from app.youth.models import Youth
from tests.factories.accounts import csrf_token, make_organisation, make_site, make_user, sign_in
from tests.factories.placements import make_placement, make_triple
from tests.factories.youth import make_youth
from tests.helpers.swap import parse
from tests.planning.conftest import BRITTANY, make_region


def press(app: Flask, client: FlaskClient, page: str, path: str, **values: Any) -> TestResponse:
    """Send a form of that page."""
    return client.post(path, data={"csrf_token": csrf_token(app, client, page), **values})


def test_the_coordination_goes_from_a_gap_to_a_plan_that_an_adviser_proposes(
    app: Flask, session: Session, frozen: time_machine.Traveller
) -> None:
    with transaction() as writing:
        world = make_region(writing)
        bakers = (("boulanger", "D1102"),)
        more = [make_youth(writing, world.mission, world.adviser, wishes=bakers) for _ in range(6)]
        keep_edition(writing, region_code=BRITTANY, on=clock.today())
    reader = sign_in(app.test_client(), world.coordinator)
    adviser = sign_in(app.test_client(), world.adviser)

    home, gap = reader.get("/"), reader.get("/region/ecarts")
    sheet = load_workbook(BytesIO(reader.get("/region/ecarts.xlsx").data))
    month = PdfReader(BytesIO(reader.get("/region/mois.pdf").data))
    asked = press(app, reader, "/plan/", "/plan/calculer")
    waiting = reader.get("/plan/")
    run = session.scalars(select(PlanRun)).one()
    plan, job_id = f"/plan/{run.id}", run.job_id
    session.commit()
    computed = run_job(job_id or 0)
    session.expire_all()
    shown, without = reader.get(plan), reader.get(f"{plan}/sans")
    handed = press(app, reader, plan, f"{plan}/transmettre", toutes="1")
    line = session.scalars(select(PlanLine)).one()
    morning = adviser.get("/plan/matin")
    proposed = press(app, adviser, "/plan/matin", "/plan/matin", ligne=str(line.id))
    session.expire_all()

    assert "Susciter" in gap.text
    assert "Ouvrir" in gap.text
    assert home.status_code == 200
    assert sheet.sheetnames == ["Écarts", "Définitions"]
    assert len(month.pages) == 1
    assert (asked.status_code, handed.status_code, proposed.status_code) == (303, 303, 303)
    assert "progress" in waiting.text
    assert computed
    names = [one.family_name for one in (*world.youth, *more)]
    assert all(name not in page.text for name in names for page in (home, gap, shown, without))
    assert session.get_one(Youth, line.youth_id).family_name in morning.text
    assert session.scalars(select(Placement)).one().youth_id == line.youth_id


def test_a_manager_writes_an_agreement_sees_it_live_and_no_small_figure(
    app: Flask, session: Session, frozen: time_machine.Traveller
) -> None:
    with transaction() as writing:
        triple = make_triple(writing)
        mission, cfa = triple.adviser.organisation, triple.cfa.organisation
        make_site(writing, mission, "29232")
        make_site(writing, cfa, "29232")
        manager = make_user(writing, mission, Role.MANAGER)
        partner = make_user(writing, cfa, Role.ORGANISATION_ADMIN)
        stranger = make_user(writing, make_organisation(writing, OrganisationKind.COMPANY))
    client = sign_in(app.test_client(), manager)
    new = "/conventions/nouvelle"
    key = parse(client.get(new)).select_one("input[name=request_key]")

    written = press(
        app,
        client,
        new,
        new,
        request_key=key["value"] if key else "",
        partner=cfa.name,
        shares_youth="y",
    )
    before = client.get("/region/conventions")
    sheet = f"/conventions/{session.scalars(select(Agreement.id)).one()}"
    signed = [
        press(app, one, sheet, f"{sheet}/signer")
        for one in (client, sign_in(app.test_client(), partner))
    ]
    asleep = client.get("/region/conventions")
    session.commit()
    with transaction() as writing:
        make_placement(writing, triple)
    alive = client.get("/region/conventions")
    indicators, gap = client.get("/region/indicateurs"), client.get("/region/ecarts?par=metier")
    rows = client.get("/region/ecarts/jeunes")

    assert written.status_code == 303
    assert [one.status_code for one in signed] == [303, 303]
    assert "Aucune convention en vigueur" in before.text
    assert "sur le papier" in asleep.text
    assert "vivante</span>" in alive.text
    assert "vivante</span>" not in asleep.text
    assert "Une édition par mois" in indicators.text
    assert "masqué" in gap.text
    assert rows.status_code == 404
    assert sign_in(app.test_client(), stranger).get("/region/ecarts").status_code == 404
