"""A proposal that lost a leaf shows who else there is: other courses for the post, other employers for the course."""

from __future__ import annotations

import re

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.db import transaction
from app.core.outbox import OutboxMail
from app.placements import services
from app.placements.models import Placement
from app.placements.queries.alternatives import alternatives
from app.placements.workflow import Clover, Leaf, LeafState, Stage
from app.policy.actor import OrganisationKind
from tests.factories.accounts import make_organisation, sign_in
from tests.factories.openings import make_company, make_opening
from tests.factories.placements import (
    Party,
    Triple,
    make_pair,
    make_party,
    make_placement,
    make_triple,
    say_yes,
)
from tests.factories.training import make_course, make_training_session
from tests.factories.youth import make_youth
from tests.helpers.swap import assert_same, htmx_headers, parse, swap

W, Y, S, Q = LeafState.WAITING, LeafState.YES, LeafState.SOUGHT, LeafState.QUEUED


@pytest.fixture
def triple(frozen: time_machine.Traveller, app: Flask, session: Session) -> Triple:
    """One seat and one position, with three other courses and four other bakeries around."""
    with transaction() as writing:
        triple = make_triple(writing, capacity=1)
        for _ in range(3):
            cfa = make_organisation(writing, OrganisationKind.TRAINING_CENTRE)
            make_training_session(writing, make_course(writing, cfa))
        for _ in range(4):
            make_opening(writing, make_company(writing))
        return triple


@pytest.fixture
def loser(triple: Triple) -> int:
    """Employer and youth say yes, but the last seat goes to somebody else."""
    with transaction() as writing:
        rival = make_youth(writing, triple.adviser.organisation, triple.adviser.user)
        winner = services.suggest(
            writing, triple.adviser.actor, youth_id=rival.id, session_id=triple.training.id
        )
        placement = say_yes(writing, triple, make_placement(writing, triple), "youth", "employer")
        services.cfa_says(writing, triple.cfa.actor, placement_id=winner.id, answer=Y)
        services.cfa_says(writing, triple.cfa.actor, placement_id=placement.id, answer=Q)
        return placement.id


def browser(app: Flask, party: Party) -> FlaskClient:
    return sign_in(app.test_client(), party.user)


def send(client: FlaskClient, page: str, action: str) -> int:
    """Press the first button of that page whose form goes to this address."""
    form = parse(client.get(page)).select_one(f'form[action="{action}"]')
    assert form
    fields = {one["name"]: one.get("value", "") for one in form.select("input[name]")}
    return client.post(action, data=fields).status_code


def test_who_lost_the_last_seat_is_offered_two_other_courses_for_the_same_post(
    session: Session, triple: Triple, loser: int
) -> None:
    found = alternatives(session, triple.adviser.actor, loser)

    assert found is not None
    assert (found.leaf, found.joins, found.can_propose) == (Leaf.CFA, False, True)
    assert len(found.rows) == 2
    assert {one.opening.id for one in found.rows} == {triple.opening.id}
    assert triple.training.id not in {one.session.id for one in found.rows}


def test_the_employer_of_the_loser_is_told_without_a_reason(
    session: Session, triple: Triple, loser: int
) -> None:
    mail = session.scalars(select(OutboxMail).where(OutboxMail.kind == "placement_queued")).one()

    assert mail.recipient == triple.employer.user.email
    assert triple.youth.given_name not in mail.text_body
    assert not re.search(r"refus|niveau|dossier", mail.text_body)


def test_a_pair_without_employer_is_offered_three_that_join_it(
    app: Flask, session: Session, triple: Triple
) -> None:
    with transaction() as writing:
        key = say_yes(writing, triple, make_pair(writing, triple), "youth", "cfa").id
    found = alternatives(session, triple.cfa.actor, key)
    client = browser(app, triple.adviser)

    status = send(client, f"/propositions/{key}/pistes", f"/propositions/{key}/rattacher")

    assert found is not None
    assert (found.leaf, found.joins, len(found.rows)) == (Leaf.EMPLOYER, True, 3)
    assert status == 303
    session.expire_all()
    placement = session.get_one(Placement, key)
    assert placement.clover == Clover(Stage.OPEN, W, W, Y)
    assert placement.opening_id in {one.opening.id for one in found.rows}


def test_another_course_is_proposed_from_a_page_that_does_not_tell_the_number_of_the_youth(
    app: Flask, session: Session, triple: Triple, loser: int
) -> None:
    client, page = browser(app, triple.adviser), f"/propositions/{loser}/pistes"

    status = send(client, page, "/propositions")

    newest = session.scalars(select(Placement).order_by(Placement.id.desc()).limit(1)).one()
    assert status == 303
    assert (newest.youth_id, newest.opening_id) == (triple.youth.id, triple.opening.id)
    assert newest.id > loser
    assert parse(client.get(page)).select('input[name="youth_id"]') == []


def test_the_page_loads_the_ways_in_their_place_and_works_without_script(
    app: Flask, triple: Triple, loser: int
) -> None:
    client = browser(app, triple.adviser)
    address = f"/propositions/{loser}/pistes"
    page = parse(client.get(f"/propositions/{loser}"))
    link = page.select_one(f'#alternatives a[href="{address}"]')

    answer = client.get(address, headers=htmx_headers("alternatives"))

    assert link is not None
    swapped = swap(page, answer, target="alternatives")
    assert_same(swapped, parse(client.get(address)), part="alternatives")
    assert "D’autres formations pour ce poste" in swapped.get_text()


def test_an_employer_is_never_shown_its_rivals(app: Flask, triple: Triple, loser: int) -> None:
    client = browser(app, triple.employer)

    page = client.get(f"/propositions/{loser}").get_data(as_text=True)

    assert 'id="alternatives"' not in page
    assert client.get(f"/propositions/{loser}/pistes").status_code == 404


def test_nothing_is_sought_for_three_yes(session: Session, triple: Triple) -> None:
    with transaction() as writing:
        key = say_yes(writing, triple, make_placement(writing, triple)).id

    assert alternatives(session, triple.adviser.actor, key) is None


def test_the_party_that_is_kept_needs_no_second_seat(
    app: Flask, session: Session, triple: Triple
) -> None:
    with transaction() as writing:
        key = say_yes(writing, triple, make_pair(writing, triple), "youth", "cfa").id

    found = alternatives(session, triple.adviser.actor, key)

    # The only seat is promised to this very youth.
    assert found is not None
    assert {one.session.id for one in found.rows} == {triple.training.id}


def test_a_stranger_learns_nothing_of_the_ways(
    app: Flask, session: Session, triple: Triple, loser: int
) -> None:
    with transaction() as writing:
        stranger = make_party(writing, make_organisation(writing))

    assert browser(app, stranger).get(f"/propositions/{loser}/pistes").status_code == 404
