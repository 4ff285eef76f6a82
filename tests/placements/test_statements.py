"""Pages of several proposals, and of other ways, ask the database as often for 25 rows as for 250."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.changes import Changed, record_change
from app.core.db import transaction
from app.openings.models import Opening
from app.placements.models import Placement
from app.placements.queries.lists import TOGETHER
from app.policy.actor import OrganisationKind
from tests.factories.accounts import make_organisation, sign_in
from tests.factories.openings import make_company, make_opening
from tests.factories.placements import Party, Triple, make_pair, make_placement, make_triple
from tests.factories.training import make_course, make_training_session
from tests.factories.youth import make_youth
from tests.helpers.statements import watched
from tests.helpers.swap import parse

FEW, MANY = TOGETHER, 10 * TOGETHER
OF_A_LIST, OF_A_PAGE = 8, 12
"""What a list and any page may ask (the design's budget)."""


@pytest.fixture
def triple(frozen: time_machine.Traveller, app: Flask, session: Session) -> Triple:
    with transaction() as writing:
        return make_triple(writing, capacity=MANY)


def sent_by(session: Session, client: FlaskClient, path: str) -> tuple[int, int]:
    """Statements of one page, and the lines to tick or to press that it shows."""
    session.commit()
    with watched(session) as sent:
        answer = client.get(path)
    assert answer.status_code == 200
    page = parse(answer)
    return len(sent.budget), len(page.select('main input[name="id"], main input[name="piste"]'))


def ask_for(triple: Triple, people: int) -> list[int]:
    """So many youths wait for the answer of each of the three parties."""
    with transaction() as writing:
        now = clock.now()
        rows = [
            Placement(
                youth_id=make_youth(writing, triple.adviser.organisation, triple.adviser.user).id,
                opening_id=triple.opening.id,
                session_id=triple.training.id,
                suggested_at=now,
                updated_at=now,
                youth_due_on=now.date(),
                employer_due_on=now.date(),
                cfa_due_on=now.date(),
            )
            for _ in range(people)
        ]
        writing.add_all(rows)
        writing.flush()
        return [one.id for one in rows]


def open_ways(openings: int, sessions: int) -> None:
    """So many bakeries with a post, and so many courses."""
    with transaction() as writing:
        company = make_company(writing)
        for _ in range(openings):
            make_opening(writing, company)
        cfa = make_organisation(writing, OrganisationKind.TRAINING_CENTRE)
        course = make_course(writing, cfa)
        for _ in range(sessions):
            make_training_session(writing, course)
        record_change(writing, Changed.REFERENCE)


def test_answering_several_asks_as_often_for_twenty_five_rows_as_for_two_hundred_and_fifty(
    app: Flask, session: Session, triple: Triple
) -> None:
    parties: dict[str, Party] = {
        "adviser": triple.adviser,
        "employer": triple.employer,
        "cfa": triple.cfa,
    }
    clients = {name: sign_in(app.test_client(), one.user) for name, one in parties.items()}
    keys: list[int] = []

    found = []
    for people in (FEW, MANY - FEW):
        keys += ask_for(triple, people)
        chosen = "/propositions/repondre?" + urlencode({"id": keys}, doseq=True)
        found.append({name: sent_by(session, one, chosen) for name, one in clients.items()})

    assert found[0] == found[1]
    assert {lines for _, lines in found[1].values()} == {TOGETHER}
    assert max(sent for sent, _ in found[1].values()) <= OF_A_LIST


def test_suggesting_several_asks_as_often_for_twenty_five_rows_as_for_two_hundred_and_fifty(
    app: Flask, session: Session, triple: Triple
) -> None:
    client = sign_in(app.test_client(), triple.adviser.user)

    found = []
    for openings in (FEW, MANY - FEW):
        open_ways(openings, 0)
        pistes = [f"{key}-{triple.training.id}" for key in session.scalars(select(Opening.id))]
        chosen = {"jeune": triple.youth.id, "piste": pistes}
        path = "/propositions/ensemble?" + urlencode(chosen, doseq=True)
        found.append(sent_by(session, client, path))

    assert found[0] == found[1]
    assert found[1][1] == TOGETHER
    assert found[1][0] <= OF_A_LIST


@pytest.mark.parametrize("sought", ["employer", "course"])
def test_other_ways_ask_as_often_among_twenty_five_as_among_two_hundred_and_fifty(
    app: Flask, session: Session, triple: Triple, sought: str
) -> None:
    with transaction() as writing:
        made = make_pair if sought == "employer" else make_placement
        path = f"/propositions/{made(writing, triple).id}/pistes"
    client = sign_in(app.test_client(), triple.adviser.user)
    open_ways(1, 1)
    sent_by(session, client, path)  # the process has read the territory once

    cold, warm = [], []
    for ways in (FEW, MANY - FEW):
        open_ways(*((ways, 0) if sought == "employer" else (0, ways)))
        cold.append(sent_by(session, client, path)[0])
        warm.append(sent_by(session, client, path)[0])

    assert warm[0] == warm[1] <= OF_A_PAGE
    assert cold[0] == cold[1]
