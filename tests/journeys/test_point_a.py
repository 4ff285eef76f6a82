"""A point A of its own: it agrees, keeps its CFA’s places, answers for it, holds an operation, reads no identity."""

from __future__ import annotations

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.models import Organisation
from app.core import clock
from app.core.changes import Changed, record_change
from app.core.db import transaction
from app.partnerships.models import Agreement
from app.placements.models import Placement
from app.placements.workflow import LeafState
from app.policy.actor import OrganisationKind, Role
from app.steering.services import keep_edition
from app.training.models import TrainingSession
from tests.factories.accounts import make_organisation, make_site, make_user, sign_in
from tests.factories.placements import Triple, make_placement, make_triple
from tests.helpers.swap import parse
from tests.journeys.test_forum import FORUM, send

K = OrganisationKind
CLOSED = ("/plan/", "/region/ecarts/jeunes", "/region/mois", "/region/ecarts.xlsx")
"""Pages of the coordination, and its files."""
GRID, NEW = "/formations/places", "/conventions/nouvelle"


def agreed(
    app: Flask, session: Session, officer: FlaskClient, partner: Organisation, **shared: str
) -> list[TestResponse]:
    """The point A writes an agreement with this partner; both sign, each on its own page."""
    written = send(officer, NEW, NEW, partner=partner.name, **shared)
    sheet = f"/conventions/{max(session.scalars(select(Agreement.id)))}"
    session.commit()
    with transaction() as writing:
        head = make_user(
            writing, writing.get_one(Organisation, partner.id), Role.ORGANISATION_ADMIN
        )
    signing = (officer, sign_in(app.test_client(), head))
    return [written, *(send(one, sheet, f"{sheet}/signer") for one in signing)]


def seen(client: FlaskClient, triple: Triple, event: str) -> dict[str, int | bool]:
    """What one point A reaches of the others' rows."""
    codes = client.get("/jeunes").text
    return {
        "code": triple.youth.public_code in codes,
        "file": client.get(f"/jeunes/{triple.youth.id}").status_code,
        "places": f"{GRID}/{triple.training.id}" in client.get(GRID).text,
        "operation": client.get(event).status_code,
    }


def opened(
    officer: FlaskClient, adviser: FlaskClient, event: str, triple: Triple
) -> list[TestResponse]:
    """The bakery is invited, the operation opens, the mission locale invites its youth."""
    bakery = str(triple.employer.organisation.id)
    return [
        send(officer, f"{event}/entreprises", f"{event}/entreprises", entreprise=bakery),
        send(officer, event, f"{event}/ouvrir"),
        send(adviser, f"{event}/jeunes", f"{event}/jeunes", jeune=str(triple.youth.id)),
    ]


def test_a_point_a_agrees_keeps_places_answers_holds_an_operation_and_reads_no_identity(
    app: Flask, session: Session, frozen: time_machine.Traveller
) -> None:
    with transaction() as writing:
        triple = make_triple(writing)
        mission, cfa = triple.adviser.organisation, triple.cfa.organisation
        house, rival = (
            make_organisation(writing, K.POINT_A, name=f"Point A de {town}")
            for town in ("Quimper", "Brest")
        )
        for one in (house, mission, cfa):
            make_site(writing, one, "29232")
        record_change(writing, Changed.REFERENCE)
        people = [make_user(writing, one) for one in (house, rival)]
    officer, stranger = (sign_in(app.test_client(), one) for one in people)
    adviser = sign_in(app.test_client(), triple.adviser.user)
    new = "/operations/nouvelle"

    event = send(officer, new, new, **FORUM).headers["Location"]
    before = seen(officer, triple, event)
    steps = agreed(app, session, officer, mission, shares_youth="y", shares_events="y")
    steps += agreed(app, session, officer, cfa, shares_places="y")
    after, outside = seen(officer, triple, event), seen(stranger, triple, event)

    row = f"{GRID}/{triple.training.id}"
    version = parse(officer.get(GRID)).select_one(f'form[action="{row}"] input[name=version]')
    places = {"version": version["value"] if version else "", "seats_declared": "3"}
    steps.append(send(officer, GRID, row, capacity="10", **places))
    session.commit()
    with transaction() as writing:
        make_placement(writing, triple)
    placement = f"/propositions/{session.scalars(select(Placement.id)).one()}"
    morning = officer.get("/").text
    steps.append(send(officer, placement, f"{placement}/cfa", answer="yes"))

    draft_seen = adviser.get(event).status_code
    companies = officer.get(f"{event}/entreprises").text
    steps += opened(officer, adviser, event, triple)
    invited = officer.get(event).text
    session.commit()
    with transaction() as writing:
        keep_edition(writing, region_code="53", on=clock.today())
    region = officer.get("/region/ecarts").text
    closed = {path: officer.get(path).status_code for path in CLOSED}

    session.expire_all()
    assert [one.status_code for one in steps] == [303] * len(steps)
    assert before == {"code": False, "file": 404, "places": False, "operation": 200}
    assert after == {"code": True, "file": 200, "places": True, "operation": 200}
    assert outside == {"code": False, "file": 404, "places": False, "operation": 404}
    training = session.get_one(TrainingSession, triple.training.id)
    assert (training.capacity, training.seats_declared, training.seats_taken) == (10, 3, 1)
    assert session.scalars(select(Placement.cfa_leaf)).one() is LeafState.YES
    assert draft_seen == 404
    assert "Fournil" in companies or triple.opening.title in companies
    assert "masqué" in region
    assert set(closed.values()) <= {403, 404}, closed
    for text in (morning, companies, invited, region, officer.get("/jeunes").text):
        assert triple.youth.family_name not in text
