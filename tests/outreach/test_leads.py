"""Leads: a territory's own, taken once, ended with an outcome."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core import clock
from app.core.db import transaction
from app.core.errors import Conflict, Invalid, NotFound
from app.openings.models import Lead, LeadKind, LeadState
from app.outreach.queries.leads import lead_list
from app.outreach.services import close_lead, take_lead
from tests.factories.accounts import csrf_token, sign_in
from tests.factories.placements import make_placement, make_triple
from tests.outreach.conftest import Field, make_agent

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def lead(session: Session, field: Field) -> Lead:
    session.commit()
    with transaction() as own:
        triple = make_triple(own)
        placement = make_placement(own, triple)
    row = Lead(
        kind=LeadKind.COLLEAGUE_SEEKS,
        employer_id=field.company.id,
        opening_id=triple.opening.id,
        placement_id=placement.id,
        departement_code="29",
        rome_code="D1102",
        words="Le Garage du Port cherche",
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def test_a_lead_is_taken_by_one_agent_and_ended_with_its_outcome(
    session: Session, field: Field, lead: Lead
) -> None:
    take_lead(session, field.agent, lead_id=lead.id)

    with pytest.raises(Conflict):
        take_lead(session, field.other_agent, lead_id=lead.id)
    with pytest.raises(Invalid):
        close_lead(session, field.agent, lead_id=lead.id, is_done=True, outcome=None)
    close_lead(session, field.agent, lead_id=lead.id, is_done=True, outcome="Une offre en janvier")
    assert (lead.state, lead.handled_by) == (LeadState.DONE, field.user.id)
    with pytest.raises(Conflict):
        close_lead(session, field.agent, lead_id=lead.id, is_done=False, outcome="Encore")


def test_a_lead_of_another_territory_does_not_exist(
    session: Session, field: Field, lead: Lead
) -> None:
    _, stranger, _ = make_agent(session, field.network, "35")

    with pytest.raises(NotFound):
        take_lead(session, stranger, lead_id=lead.id)
    assert lead_list(session, stranger, is_open=True, number=1).total == 0
    assert lead_list(session, field.agent, is_open=True, number=1).total == 1


def test_a_lead_goes_from_the_list_to_its_end_on_the_page(
    app: Flask, session: Session, client: FlaskClient, field: Field, lead: Lead
) -> None:
    sign_in(client, field.user)
    path = f"/prospection/pistes/{lead.id}"
    token = csrf_token(app, client, "/prospection/pistes")

    shown = client.get("/prospection/pistes").get_data(as_text=True)
    taken = client.post(f"{path}/prendre", data={"csrf_token": token})
    again = client.post(f"{path}/prendre", data={"csrf_token": token})
    empty = client.post(f"{path}/terminer", data={"csrf_token": token, "result": "done"})
    ended = client.post(
        f"{path}/terminer",
        data={"csrf_token": token, "result": "dropped", "outcome": "Pas avant l’été"},
    )
    over = client.get("/prospection/pistes?etat=finies").get_data(as_text=True)

    assert "Le Garage du Port cherche" in shown
    assert (taken.status_code, again.status_code) == (303, 409)
    assert (empty.status_code, ended.status_code) == (422, 303)
    assert "Pas avant l’été" in over
