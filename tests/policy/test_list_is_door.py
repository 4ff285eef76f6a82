"""List = door: for every persona, what a list shows is exactly what its pages open, over a grid of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.accounts.queries import organisation_facts
from app.accounts.queries.organisations import visible_organisations
from app.openings.models import Opening, OpeningStatus
from app.openings.queries.facts import opening_facts
from app.openings.queries.lists import visible_openings
from app.partnerships.models import Agreement
from app.partnerships.queries import agreement_facts, visible_agreements
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.policy.matrix import can, may_ever
from app.policy.permissions import Permission
from app.policy.predicates import a_party, in_region, platform_admin, regional_coordinator
from app.reference.models import Commune
from app.youth.models import Youth
from app.youth.queries import visible_youth, youth_facts
from tests.factories.accounts import make_agreement
from tests.factories.openings import make_opening
from tests.factories.personas import AGENTS, PEOPLE, World, make_world
from tests.factories.youth import make_youth
from tests.policy.personas import PERSONAS

pytestmark = pytest.mark.usefixtures("frozen")

WHO = sorted([*PEOPLE, *AGENTS])


@pytest.fixture
def world(session: Session) -> World:
    """Every persona, and a grid of rows of each kind."""
    made = make_world(session)
    for place, is_listed in product(("mission", "other_mission"), (True, False)):
        make_youth(session, made.places[place], is_listed=is_listed)
    for place, status, commune in product(
        ("employer", "other_employer"), OpeningStatus, ("29232", "35238")
    ):
        make_opening(session, made.places[place], status=status, commune_code=commune)
    make_agreement(session, made.places["other_mission"], made.places["other_region"])
    return made


def shown(session: Session, query: object) -> set[int]:
    """The ids that a condition lets through."""
    return set(session.scalars(query))  # type: ignore[call-overload]


def opened(ids: Iterable[int], door: Callable[[int], bool]) -> set[int]:
    """The ids whose door opens."""
    return {one for one in ids if door(one)}


@pytest.mark.parametrize("who", WHO)
def test_youth(session: Session, world: World, who: str) -> None:
    actor = world.actors[who]
    ids = shown(session, select(Youth.id))

    listed = shown(session, select(Youth.id).where(visible_youth(actor)))

    def door(one: int) -> bool:
        return can(actor, Permission.YOUTH_VIEW, youth_facts(session, one))

    assert len(ids) == 4
    assert listed == opened(ids, door)


@pytest.mark.parametrize("who", WHO)
def test_openings(session: Session, world: World, who: str) -> None:
    actor = world.actors[who]
    ids = shown(session, select(Opening.id))

    query = (
        select(Opening.id)
        .join(Organisation, Organisation.id == Opening.employer_id)
        .outerjoin(Commune, Commune.insee_code == Opening.commune_code)
        .where(visible_openings(actor))
    )

    def door(one: int) -> bool:
        return can(actor, Permission.OPENING_VIEW, opening_facts(session, one))

    assert len(ids) == 4 * len(OpeningStatus)
    assert shown(session, query) == opened(ids, door)


@pytest.mark.parametrize("who", WHO)
def test_agreements(session: Session, world: World, who: str) -> None:
    actor = world.actors[who]
    ids = shown(session, select(Agreement.id))
    listed = shown(session, select(Agreement.id).where(visible_agreements(actor)))

    def is_theirs(facts: Facts) -> bool:
        of_region = regional_coordinator(actor, facts) and in_region(actor, facts)
        return platform_admin(actor, facts) or a_party(actor, facts) or of_region

    assert listed == opened(ids, lambda one: is_theirs(agreement_facts(session, one)))
    assert (
        opened(
            ids,
            lambda one: can(actor, Permission.AGREEMENT_EDIT, agreement_facts(session, one)),
        )
        <= listed
    )


@pytest.mark.parametrize("who", WHO)
def test_organisations(session: Session, world: World, who: str) -> None:
    """Who has the list finds there all that opens; the rest opens its own organisation and no other."""
    actor = world.actors[who]
    rows = session.scalars(select(Organisation)).all()
    opens = {
        one.id for one in rows if can(actor, Permission.ORGANISATION_VIEW, organisation_facts(one))
    }

    if may_ever(actor, Permission.ORGANISATION_LIST):
        query = select(Organisation.id).where(visible_organisations(actor))
        assert shown(session, query) | {actor.organisation_id} == opens
    else:
        assert opens == {actor.organisation_id}


def same_person(mine: Actor, paper: Actor) -> bool:
    """The same kind of place, roles and territory, and at least the partners that the paper gives."""
    return (mine.organisation_kind, mine.roles, mine.territory) == (
        paper.organisation_kind,
        paper.roles,
        paper.territory,
    ) and (len(mine.youth_partners), len(mine.place_partners)) >= (
        len(paper.youth_partners),
        len(paper.place_partners),
    )


def test_the_people_of_the_rows_are_those_of_the_paper(session: Session, world: World) -> None:
    wrong = [one for one in WHO if not same_person(world.actors[one], PERSONAS[one])]

    assert wrong == []
