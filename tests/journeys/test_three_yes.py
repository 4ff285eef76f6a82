"""From a triple on the adviser's screen to a signed contract, each party through its own browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.core.db import transaction
from app.core.outbox import OutboxMail
from app.placements.models import Placement
from app.placements.workflow import Stage
from app.youth.models import YouthStatus
from tests.factories.accounts import sign_in
from tests.factories.placements import Party, make_triple


def browser(app: Flask, party: Party) -> FlaskClient:
    return sign_in(app.test_client(), party.user)


def send(client: FlaskClient, page: str, path: str, **values: Any) -> TestResponse:
    """Fill a form of that page and send it."""
    text = client.get(page).get_data(as_text=True)
    found = re.search(r'name="[^"]*csrf_token"[^>]*value="([^"]+)"', text)
    assert found
    return client.post(path, data={"csrf_token": found.group(1), **values})


def test_a_triple_becomes_a_contract(
    frozen: time_machine.Traveller, app: Flask, session: Session
) -> None:
    with transaction() as writing:
        triple = make_triple(writing)
    adviser, employer, cfa = (
        browser(app, one) for one in (triple.adviser, triple.employer, triple.cfa)
    )

    proposed = send(
        adviser,
        "/propositions",
        "/propositions",
        youth_id=triple.youth.id,
        opening_id=triple.opening.id,
        session_id=triple.training.id,
    )
    path = proposed.headers["Location"]
    answers = [
        send(adviser, path, f"{path}/jeune", answer="yes", **{"youth-channel": "in_person"}),
        send(employer, path, f"{path}/employeur", answer="yes"),
        send(cfa, path, f"{path}/cfa", answer="yes"),
        send(cfa, path, f"{path}/signer", **{"sign-contract_starts_on": "2026-12-01"}),
    ]

    placement = session.scalars(select(Placement)).one()
    session.refresh(triple.youth)
    page = adviser.get(path).get_data(as_text=True)
    assert [one.status_code for one in answers] == [303] * 4
    assert placement.stage is Stage.SIGNED
    assert triple.youth.status is YouthStatus.PLACED
    assert "Contrat signé" in page
    assert "mardi 1er décembre 2026" in page


def test_two_parties_answer_without_an_account(
    frozen: time_machine.Traveller, app: Flask, session: Session
) -> None:
    with transaction() as writing:
        triple = make_triple(writing)
    adviser = browser(app, triple.adviser)
    send(
        adviser,
        "/propositions",
        "/propositions",
        youth_id=triple.youth.id,
        opening_id=triple.opening.id,
        session_id=triple.training.id,
    )
    bodies = session.scalars(select(OutboxMail.text_body)).all()
    links = [found.group(1) for body in bodies if (found := re.search(r"(/r/\S+)", body))]

    answers = [send(app.test_client(), link, link, answer="yes") for link in links]
    placement_id = session.scalar(select(Placement.id))
    path = f"/propositions/{placement_id}"
    send(browser(app, triple.cfa), path, f"{path}/cfa", answer="yes")

    assert [one.status_code for one in answers] == [303, 303]
    assert session.scalar(select(Placement.stage)) is Stage.AGREED


@pytest.mark.parametrize("again", ["employeur", "cfa", "signer"])
def test_a_form_sent_twice_has_one_effect(
    frozen: time_machine.Traveller, app: Flask, session: Session, again: str
) -> None:
    with transaction() as writing:
        triple = make_triple(writing)
    adviser = browser(app, triple.adviser)
    path = send(
        adviser,
        "/propositions",
        "/propositions",
        youth_id=triple.youth.id,
        opening_id=triple.opening.id,
        session_id=triple.training.id,
    ).headers["Location"]
    steps = {
        "jeune": (triple.adviser, {"answer": "yes"}),
        "employeur": (triple.employer, {"answer": "yes"}),
        "cfa": (triple.cfa, {"answer": "yes"}),
        "signer": (triple.cfa, {}),
    }

    statuses = []
    for verb, (party, values) in steps.items():
        client = browser(app, party)
        times = 2 if verb == again else 1
        statuses += [
            send(client, path, f"{path}/{verb}", **values).status_code for _ in range(times)
        ]

    refused = [one for one in statuses if one != 303]
    mails = session.scalars(
        select(OutboxMail.kind).where(OutboxMail.kind == "placement_signed")
    ).all()
    assert refused == ([409] if again == "signer" else [])
    assert session.scalar(select(Placement.stage)) is Stage.SIGNED
    assert len(mails) == 3
