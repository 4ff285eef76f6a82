"""Admitted without employer: each with its countdown, its alerts, and the employers that would end it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from bs4 import Tag
from flask import Flask
from sqlalchemy.orm import Session

from app.core.db import transaction
from app.placements import services
from app.placements.models import Placement
from app.placements.queries.windows import without_employer
from app.placements.workflow import LeafState
from tests.factories.accounts import sign_in
from tests.factories.openings import make_company, make_opening
from tests.factories.placements import Triple, make_pair, make_placement, make_triple, say_yes, sign
from tests.factories.youth import make_youth
from tests.helpers.swap import parse

PATH = "/propositions/sans-employeur"


@pytest.fixture
def triple(frozen: time_machine.Traveller, app: Flask, session: Session) -> Triple:
    with transaction() as writing:
        triple = make_triple(writing, capacity=2)
        for _ in range(4):
            make_opening(writing, make_company(writing))
        return triple


def admit(triple: Triple, *, begins: bool) -> int:
    """A pair that the CFA has admitted; the training begins or not."""
    with transaction() as writing:
        pair = say_yes(writing, triple, make_pair(writing, triple), "youth", "cfa")
        if begins:
            services.start_training(writing, triple.cfa.actor, placement_id=pair.id)
        return pair.id


def test_a_trainee_has_three_months_four_alerts_and_three_employers(
    frozen: time_machine.Traveller, session: Session, triple: Triple
) -> None:
    admit(triple, begins=True)
    frozen.shift(timedelta(days=31))

    (row,) = without_employer(session, triple.cfa.actor, page=1).rows

    assert (row.is_trainee, row.window_ends, row.days_left) == (True, date(2027, 2, 23), 61)
    assert [on for on, _ in row.alerts] == [
        date(2026, 12, 23),
        date(2027, 1, 22),
        date(2027, 2, 6),
        date(2027, 2, 16),
    ]
    assert [passed for _, passed in row.alerts] == [True, False, False, False]
    assert len(row.openings) == 3


def test_after_a_break_six_months_and_five_alerts(session: Session, triple: Triple) -> None:
    with transaction() as writing:
        placement = sign(writing, triple, make_placement(writing, triple))
        services.break_off(
            writing, triple.cfa.actor, placement_id=placement.id, reason="mutual_agreement"
        )

    (row,) = without_employer(session, triple.adviser.actor, page=1).rows

    assert (row.is_trainee, row.window_ends) == (False, date(2027, 5, 23))
    assert [(on - date(2026, 11, 23)).days for on, _ in row.alerts] == [1, 15, 45, 120, 165]


def test_the_shortest_time_comes_first_and_no_window_last(
    frozen: time_machine.Traveller, session: Session, triple: Triple
) -> None:
    waiting = admit(triple, begins=False)
    with transaction() as writing:
        youth = make_youth(writing, triple.adviser.organisation, triple.adviser.user)
        pair = services.suggest(
            writing, triple.adviser.actor, youth_id=youth.id, session_id=triple.training.id
        )
        say_yes(writing, triple, pair, "youth", "cfa")
        services.start_training(writing, triple.cfa.actor, placement_id=pair.id)
        begun = pair.id

    found = without_employer(session, triple.adviser.actor, page=1)

    assert [one.id for one in found.rows] == [begun, waiting]
    assert found.rows[1].days_left is None


def test_the_page_is_for_the_parties_and_proposes_an_employer_in_one_click(
    app: Flask, session: Session, triple: Triple
) -> None:
    key = admit(triple, begins=True)
    with transaction() as writing:
        other = make_triple(writing)
    client = sign_in(app.test_client(), triple.cfa.user)
    before = client.get(PATH).get_data(as_text=True)
    foreign = sign_in(app.test_client(), other.cfa.user).get(PATH).get_data(as_text=True)
    form = parse(before).find("form", action=f"/propositions/{key}/rattacher")
    assert isinstance(form, Tag)
    sent = {str(one["name"]): str(one["value"]) for one in form.find_all("input")}

    answer = client.post(str(form["action"]), data=sent)

    after = client.get(PATH).get_data(as_text=True)
    placement = session.get_one(Placement, key)
    assert answer.status_code == 303
    assert placement.opening_id == int(sent["attach-opening_id"])
    assert placement.employer_leaf is LeafState.WAITING

    assert "92\u00a0jours restent" in before
    assert f'href="/propositions/{key}/pistes"' in before
    assert "Personne n’attend d’employeur" in foreign
    assert "Personne n’attend d’employeur" in after
