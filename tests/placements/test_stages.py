"""Stages S1 to S5: who sees what of a youth, from the proposal to the end of the contract."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import NotFound
from app.placements import services
from app.placements.models import Placement, TrainingResult
from app.placements.queries.identity import Identity
from app.placements.queries.lists import ListFilters, list_placements
from app.placements.queries.page import placement_page
from app.policy.actor import Actor, OrganisationKind
from app.youth.models import ConsentRecord
from tests.factories.accounts import make_agreement, make_organisation
from tests.factories.placements import (
    Party,
    Triple,
    make_party,
    make_placement,
    make_triple,
    say_yes,
    sign,
)

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def session(frozen: time_machine.Traveller, writing: Session) -> Session:
    return writing


@pytest.fixture
def triple(session: Session) -> Triple:
    return make_triple(session)


@pytest.fixture
def agent(session: Session, triple: Triple) -> Party:
    """A field agent whose network shares the youth of the mission locale."""
    network = make_organisation(session, OrganisationKind.FIELD_NETWORK)
    make_agreement(session, triple.adviser.organisation, network)
    return make_party(session, network)


def seen(session: Session, actor: Actor, placement: Placement) -> Identity:
    session.flush()
    return placement_page(session, actor, placement.id).youth


def scopes(session: Session, triple: Triple, placement: Placement) -> dict[str, str]:
    parties = {"employer": triple.employer, "cfa": triple.cfa, "adviser": triple.adviser}
    return {name: seen(session, one.actor, placement).scope for name, one in parties.items()}


def proposed_by(session: Session, agent: Party, triple: Triple) -> Placement:
    return services.suggest(
        session,
        agent.actor,
        youth_id=triple.youth.id,
        opening_id=triple.opening.id,
        session_id=triple.training.id,
    )


def ledger(session: Session, placement: Placement) -> list[ConsentRecord]:
    query = select(ConsentRecord).where(ConsentRecord.placement_id == placement.id)
    return list(session.scalars(query.order_by(ConsentRecord.id)))


def test_each_step_opens_one_stage_more_and_no_other(session: Session, triple: Triple) -> None:
    placement = make_placement(session, triple)

    found = [scopes(session, triple, placement)]
    say_yes(session, triple, placement, "youth")
    found.append(scopes(session, triple, placement))
    services.interview(
        session,
        triple.employer.actor,
        placement_id=placement.id,
        starts_at=clock.now(),
        place="Au fournil",
    )
    found.append(scopes(session, triple, placement))
    say_yes(session, triple, placement, "employer", "cfa")
    found.append(scopes(session, triple, placement))
    services.sign(session, triple.cfa.actor, placement_id=placement.id)
    found.append(scopes(session, triple, placement))

    assert [one["adviser"] for one in found] == ["house"] * 5
    assert [one["employer"] for one in found] == ["S1", "S2", "S3", "S4", "S5"]
    assert [one["cfa"] for one in found] == ["S1", "S2", "S2", "S4", "S5"]


@pytest.mark.parametrize(
    ("leaves", "shown"),
    [
        ((), {"label"}),
        (("youth",), {"label"}),
        (("youth", "employer", "cfa"), {"label", "phone", "is_minor", "birth_date", "email"}),
    ],
)
def test_a_stage_shows_its_fields_only(
    session: Session, triple: Triple, leaves: tuple[str, ...], shown: set[str]
) -> None:
    placement = make_placement(session, triple)
    if leaves:
        say_yes(session, triple, placement, *leaves)

    identity = seen(session, triple.employer.actor, placement)

    fields: dict[str, Any] = {name: getattr(identity, name) for name in Identity.__slots__}
    assert {name for name, value in fields.items() if value is not None} - {"scope"} == shown


def test_a_cfa_that_joins_later_sees_no_name_before_the_yes_that_names_it(
    session: Session, triple: Triple
) -> None:
    placement = services.suggest(
        session,
        triple.adviser.actor,
        youth_id=triple.youth.id,
        opening_id=triple.opening.id,
    )
    say_yes(session, triple, placement, "youth")

    services.attach(
        session,
        triple.adviser.actor,
        placement_id=placement.id,
        session_id=triple.training.id,
    )
    before = seen(session, triple.cfa.actor, placement)
    say_yes(session, triple, placement, "youth")

    assert (before.scope, before.label) == ("S1", triple.youth.public_code)
    assert seen(session, triple.cfa.actor, placement).scope == "S2"


def test_each_row_of_the_ledger_says_which_text_to_whom_until_when_and_how(
    session: Session, triple: Triple
) -> None:
    placement = make_placement(session, triple)

    services.youth_says(
        session,
        triple.adviser.actor,
        placement_id=placement.id,
        answer=placement.youth_leaf.YES,
        channel="phone",
    )

    assert [
        (row.recipient_organisation_id, row.text_version, row.data_scope, row.channel)
        for row in ledger(session, placement)
    ] == [
        (triple.employer.organisation.id, "reveal-2026-11", "S2", "phone"),
        (triple.cfa.organisation.id, "reveal-2026-11", "S2", "phone"),
    ]
    assert {row.expires_on for row in ledger(session, placement)} == {date(2027, 5, 23)}


def test_a_field_agent_learns_the_name_with_three_yes_for_their_own_proposal(
    session: Session, triple: Triple, agent: Party
) -> None:
    placement = proposed_by(session, agent, triple)

    before = seen(session, agent.actor, placement)
    say_yes(session, triple, placement, "youth")
    with_one_yes = seen(session, agent.actor, placement)
    say_yes(session, triple, placement, "employer", "cfa")

    assert (before.scope, with_one_yes.scope) == ("S1", "S1")
    assert seen(session, agent.actor, placement).scope == "S4"
    assert {row.text_version for row in ledger(session, placement)} == {"reveal-helped-2026-11"}


def test_a_field_agent_sees_no_proposal_of_somebody_else(
    session: Session, triple: Triple, agent: Party
) -> None:
    placement = make_placement(session, triple)
    say_yes(session, triple, placement)

    listed = list_placements(session, agent.actor, ListFilters(), page=1)

    assert listed.total == 0
    with pytest.raises(NotFound):
        placement_page(session, agent.actor, placement.id)


def test_a_colleague_of_the_field_agent_sees_nothing_of_it(
    session: Session, triple: Triple, agent: Party
) -> None:
    placement = proposed_by(session, agent, triple)
    say_yes(session, triple, placement)
    colleague = make_party(session, agent.organisation)

    with pytest.raises(NotFound):
        placement_page(session, colleague.actor, placement.id)


def test_six_months_after_the_contract_the_names_close(
    session: Session, triple: Triple, frozen: time_machine.Traveller
) -> None:
    placement = sign(session, triple, make_placement(session, triple))
    services.start(session, triple.cfa.actor, placement_id=placement.id)
    services.complete(
        session,
        triple.cfa.actor,
        placement_id=placement.id,
        result=TrainingResult.DIPLOMA,
    )
    session.flush()

    found = []
    for day in ("2027-05-23", "2027-05-24"):
        frozen.move_to(f"{day} 08:00:00+00:00")
        found.append(seen(session, triple.employer.actor, placement).scope)

    assert found == ["S5", "S1"]
