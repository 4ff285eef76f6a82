"""Who sees which placement: the list and the door agree, over every persona and a grid of rows."""

from __future__ import annotations

from dataclasses import replace

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.placements.models import Placement
from app.placements.queries import (
    available_actions,
    awaits,
    placement_facts,
    side_of,
    visible_placements,
)
from app.placements.queries.lists import ListFilters, awaits_reader, list_placements
from app.placements.workflow import Clover, Leaf, LeafState, Stage
from app.policy.actor import ANONYMOUS, CLOCK, Actor, Link, LinkSubject, OrganisationKind, Role
from app.policy.matrix import can
from app.policy.permissions import Permission
from tests.factories.accounts import (
    actor_of,
    make_agreement,
    make_membership,
    make_organisation,
    make_user,
)
from tests.factories.placements import Triple, make_triple

W, Y, N, S = LeafState.WAITING, LeafState.YES, LeafState.NO, LeafState.SOUGHT
pytestmark = pytest.mark.usefixtures("frozen")


def add_row(session: Session, triple: Triple, clover: Clover) -> Placement:
    """A placement as a row, whatever story led there."""
    row = Placement(
        youth_id=triple.youth.id,
        opening_id=triple.opening.id if clover.employer is not S else None,
        session_id=triple.training.id if clover.cfa is not S else None,
        stage=clover.stage,
        youth_leaf=clover.youth,
        employer_leaf=clover.employer,
        cfa_leaf=clover.cfa,
        suggested_at=clock.now(),
        updated_at=clock.now(),
        signed_on=clock.today() if clover.stage is Stage.SIGNED else None,
    )
    session.add(row)
    session.flush()
    return row


def personas(session: Session, triple: Triple, other: Triple) -> dict[str, Actor]:
    """Everybody the matrix names who could meet a placement."""
    adviser = triple.adviser
    point_a = make_organisation(session, OrganisationKind.POINT_A)
    lonely = make_organisation(session, OrganisationKind.POINT_A)
    network = make_organisation(session, OrganisationKind.FIELD_NETWORK)
    region = make_organisation(session, OrganisationKind.REGIONAL_COORDINATION)
    platform = make_organisation(session, OrganisationKind.PLATFORM)
    make_agreement(session, point_a, triple.cfa.organisation)

    def person(organisation: object, *roles: Role) -> Actor:
        return actor_of(session, make_user(session, organisation, *roles))  # type: ignore[arg-type]

    return {
        "adviser": adviser.actor,
        "manager": person(adviser.organisation, Role.MANAGER),
        "disability referent": person(adviser.organisation, Role.DISABILITY_REFERENT),
        "data protection officer": person(adviser.organisation, Role.DATA_PROTECTION_OFFICER),
        "other adviser": other.adviser.actor,
        "employer": triple.employer.actor,
        "other employer": other.employer.actor,
        "cfa": triple.cfa.actor,
        "other cfa": other.cfa.actor,
        "point a": person(point_a),
        "point a without agreement": person(lonely),
        "field agent": person(network),
        "coordinator": person(region),
        "platform": person(platform),
        "support": replace(adviser.actor, impersonated_by=1),
        "clock": CLOCK,
        "anonymous": ANONYMOUS,
        "link": Actor(link=Link(LinkSubject.YOUTH, "answer", 1)),
    }


@pytest.fixture
def grid(
    session: Session, frozen: time_machine.Traveller
) -> tuple[dict[str, Actor], list[Placement]]:
    """Two triples and their mixtures, in several stages."""
    first, second = make_triple(session), make_triple(session)
    mixed = replace(first, opening=second.opening)
    crossed = replace(second, training=first.training)
    rows = [
        add_row(session, first, Clover(Stage.OPEN, W, W, W)),
        add_row(session, first, Clover(Stage.OPEN, W, S, Y)),
        add_row(session, first, Clover(Stage.OPEN, Y, W, S)),
        add_row(session, mixed, Clover(Stage.AGREED, Y, Y, Y)),
        add_row(session, mixed, Clover(Stage.WITHDRAWN, N, W, W)),
        add_row(session, crossed, Clover(Stage.SIGNED, Y, Y, Y)),
        add_row(session, second, Clover(Stage.OPEN, N, W, W)),
        add_row(session, second, Clover(Stage.EXPIRED, W, W, W)),
    ]
    return personas(session, first, second), rows


def test_the_list_and_the_door_agree(
    session: Session, grid: tuple[dict[str, Actor], list[Placement]]
) -> None:
    people, rows = grid

    disagreements = []
    seen = 0
    for name, actor in people.items():
        listed = set(session.scalars(select(Placement.id).where(visible_placements(actor))))
        for row in rows:
            allowed = can(actor, Permission.PLACEMENT_VIEW, placement_facts(session, row))
            seen += allowed
            if allowed != (row.id in listed):
                disagreements.append((name, row.id, allowed))

    assert disagreements == []
    assert 0 < seen < len(people) * len(rows)


def test_what_awaits_a_reader_is_the_same_in_the_list_and_on_the_page(
    session: Session, grid: tuple[dict[str, Actor], list[Placement]]
) -> None:
    people, rows = grid

    disagreements = []
    for name in ("adviser", "manager", "employer", "cfa", "point a", "other adviser", "other cfa"):
        actor = people[name]
        listed = set(
            session.scalars(
                select(Placement.id).where(visible_placements(actor), awaits_reader(actor))
            )
        )
        for row in rows:
            waits = awaits(actor, row.clover, placement_facts(session, row))
            if waits != (row.id in listed):
                disagreements.append((name, row.id, waits))

    assert disagreements == []


def test_everybody_speaks_for_one_side_at_most(
    session: Session, grid: tuple[dict[str, Actor], list[Placement]]
) -> None:
    people, rows = grid
    facts = placement_facts(session, rows[0])

    sides = {name: side_of(actor, facts) for name, actor in people.items()}

    assert {name: side for name, side in sides.items() if side is not None} == {
        "adviser": Leaf.YOUTH,
        "manager": Leaf.YOUTH,
        "support": Leaf.YOUTH,
        "employer": Leaf.EMPLOYER,
        "cfa": Leaf.CFA,
        "point a": Leaf.CFA,
        "link": Leaf.YOUTH,
    }


def test_who_may_do_nothing_gets_no_button(
    session: Session, grid: tuple[dict[str, Actor], list[Placement]]
) -> None:
    people, rows = grid
    idle = (
        "disability referent",
        "data protection officer",
        "other adviser",
        "other employer",
        "other cfa",
        "point a without agreement",
        "field agent",
        "coordinator",
        "platform",
        "support",
        "anonymous",
    )
    facts = placement_facts(session, rows[0])

    actions = {name: available_actions(people[name], rows[0].clover, facts) for name in idle}

    assert actions == dict.fromkeys(idle, ())


def test_an_unknown_filter_is_no_error(
    session: Session, grid: tuple[dict[str, Actor], list[Placement]]
) -> None:
    people, _ = grid

    found = list_placements(
        session, people["adviser"], ListFilters(stage="nonsense", sort="nonsense"), page=0
    )

    assert found.total == 4


def test_a_partner_never_sees_a_name_in_the_list_before_the_reveal(
    session: Session, grid: tuple[dict[str, Actor], list[Placement]]
) -> None:
    people, _ = grid

    labels = {
        row.youth
        for name in ("employer", "cfa", "point a")
        for row in list_placements(session, people[name], ListFilters(stage="all"), page=1).rows
    }

    assert labels
    assert all(label.startswith("T0") for label in labels)


def test_an_agent_of_two_networks_sees_under_each_hat_what_was_proposed_under_it(
    session: Session,
) -> None:
    first, second = (make_organisation(session, OrganisationKind.FIELD_NETWORK) for _ in range(2))
    agent = make_user(session, first)
    make_membership(session, agent, second, Role.FIELD_AGENT)
    triple = make_triple(session)
    row = add_row(session, triple, Clover(Stage.OPEN, W, W, W))
    row.suggested_by, row.suggested_by_organisation_id = agent.id, first.id
    session.flush()

    seen = {}
    for house in (first, second):
        actor = actor_of(session, agent, house)
        listed = session.scalars(select(Placement.id).where(visible_placements(actor))).all()
        seen[house.id] = (
            listed == [row.id],
            can(actor, Permission.PLACEMENT_VIEW, placement_facts(session, row)),
        )

    assert seen == {first.id: (True, True), second.id: (False, False)}
