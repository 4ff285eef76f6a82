"""Agreements that live and those that stand on paper only."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.db import transaction
from app.policy.actor import OrganisationKind, Role
from app.steering.queries.partnerships import (
    Territory,
    agreements_by_departement,
    living_agreements,
)
from tests.factories.accounts import (
    actor_of,
    make_agreement,
    make_organisation,
    make_site,
    make_user,
    sign_in,
)
from tests.factories.placements import make_placement, make_triple
from tests.helpers.swap import parse

BRITTANY = frozenset({"53"})


def test_an_agreement_lives_ninety_days_after_the_last_thing_done_together(
    session: Session, frozen: time_machine.Traveller
) -> None:
    with transaction() as writing:
        triple = make_triple(writing)
        make_agreement(writing, triple.adviser.organisation, triple.cfa.organisation)
        make_placement(writing, triple)

    frozen.shift(timedelta(days=90))
    alive = living_agreements(session, BRITTANY, number=1).rows[0]
    frozen.shift(timedelta(days=1))
    asleep = living_agreements(session, BRITTANY, number=1).rows[0]

    assert (alive.proposals, asleep.proposals) == (1, 0)


def test_what_others_did_does_not_make_an_agreement_live(session: Session) -> None:
    with transaction() as writing:
        triple = make_triple(writing)
        stranger = make_organisation(writing, OrganisationKind.TRAINING_CENTRE)
        make_agreement(writing, triple.adviser.organisation, stranger)
        make_placement(writing, triple)

    assert living_agreements(session, BRITTANY, number=1).rows[0].proposals == 0


def test_the_coordination_reads_which_agreements_sleep(
    client: FlaskClient, session: Session
) -> None:
    mission = make_organisation(session)
    make_agreement(session, mission, make_organisation(session, OrganisationKind.POINT_A))
    house = make_organisation(session, OrganisationKind.REGIONAL_COORDINATION, region_code="53")
    sign_in(client, make_user(session, house, Role.REGIONAL_COORDINATOR))

    shown = client.get("/region/conventions")

    assert "sur le papier" in shown.text
    assert mission.name in shown.text


def test_the_map_tells_living_agreements_from_those_on_paper_and_where_none_is(
    client: FlaskClient, session: Session
) -> None:
    with transaction() as writing:
        triple = make_triple(writing)
        mission = triple.adviser.organisation
        make_site(writing, mission, "29232")
        make_site(writing, triple.cfa.organisation, "29232")
        make_agreement(writing, mission, triple.cfa.organisation)
        make_placement(writing, triple)
        for _ in range(2):
            make_site(writing, make_organisation(writing, OrganisationKind.POINT_A), "29232")
    house = make_organisation(session, OrganisationKind.REGIONAL_COORDINATION, region_code="53")
    user = make_user(session, house, Role.REGIONAL_COORDINATOR)

    found = agreements_by_departement(session, actor_of(session, user), BRITTANY)
    shown = sign_in(client, user).get("/region/conventions")

    assert found["29"] == Territory(living=1, on_paper=0, missing=2)
    assert found["35"] == Territory()
    assert parse(shown).select_one("svg.tile-map desc") is not None
