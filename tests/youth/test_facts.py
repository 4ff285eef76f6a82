"""The door and the list are one rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core import clock
from app.core.errors import NotFound
from app.policy.actor import ANONYMOUS, CLOCK, Actor, OrganisationKind, Role
from app.policy.matrix import can
from app.policy.permissions import Permission
from app.youth.models import Youth
from app.youth.queries import facts_for, may_name, visible_youth, youth_facts
from tests.factories.accounts import (
    actor_of,
    make_agreement,
    make_membership,
    make_organisation,
    make_user,
)
from tests.factories.youth import make_consent, make_youth
from tests.helpers.statements import watched

HOUSES = (
    OrganisationKind.LOCAL_MISSION,
    OrganisationKind.CAP_EMPLOI,
    OrganisationKind.PAIO_OFFICE,
)


def grid_of_youth(session: Session, houses: list[Organisation]) -> list[Youth]:
    """In each house: listed, never listed, taken back, over yesterday, ending today, revealed."""
    everybody = []
    for house in houses:
        rows = [make_youth(session, house, is_listed=False) for _ in range(6)]
        today = clock.today()
        make_consent(session, rows[0])
        make_consent(session, rows[2]).withdrawn_at = clock.now()
        make_consent(session, rows[3]).expires_on = today - timedelta(days=1)
        make_consent(session, rows[4]).expires_on = today
        make_consent(session, rows[5], recipient=houses[0])
        everybody += rows
    session.flush()
    return everybody


def actors_of(session: Session, houses: list[Organisation]) -> list[Actor]:
    """Each role in each kind of organisation, with and without an agreement, and support."""
    actors = [ANONYMOUS, CLOCK]
    for kind in OrganisationKind:
        for has_agreement in (True, False):
            organisation = make_organisation(session, kind)
            if has_agreement and kind not in HOUSES:
                make_agreement(session, houses[0], organisation)
                make_agreement(session, houses[1], organisation, valid_to=date(2026, 11, 22))
            for role in Role:
                user = make_user(session)
                make_membership(session, user, organisation, role)
                actors.append(actor_of(session, user))
    for house in houses:
        for role in (Role.ADVISER, Role.MANAGER, Role.DISABILITY_REFERENT):
            actor = actor_of(session, make_user(session, house, role))
            actors += [actor, replace(actor, impersonated_by=1)]
    return actors


def test_the_list_shows_exactly_what_the_door_lets_through(
    session: Session, frozen: object
) -> None:
    houses = [make_organisation(session, kind) for kind in HOUSES]
    everybody = grid_of_youth(session, houses)
    actors = actors_of(session, houses)
    facts = facts_for(session, [one.id for one in everybody])

    wrong = []
    for actor in actors:
        listed = set(session.scalars(select(Youth.id).where(visible_youth(actor))))
        allowed = {one for one in facts if can(actor, Permission.YOUTH_VIEW, facts[one])}
        if listed != allowed:
            wrong.append((actor.organisation_kind, actor.roles, listed ^ allowed))

    assert wrong == []
    assert len(actors) * len(everybody) > 3_000


def test_facts_say_who_follows_where_and_to_whom_the_name_is_known(session: Session) -> None:
    employer = make_organisation(session, OrganisationKind.COMPANY)
    youth = make_youth(session)
    make_consent(session, youth, recipient=employer)

    facts = youth_facts(session, youth.id)

    assert facts.advising_organisation_id == youth.organisation_id
    assert facts.adviser_id == youth.adviser_id
    assert (facts.departement, facts.regions) == ("29", frozenset({"53"}))
    assert facts.is_listed
    assert facts.revealed_to == frozenset({employer.id})


def test_facts_of_a_youth_without_commune_or_consent_are_silent(session: Session) -> None:
    youth = make_youth(session, is_listed=False)
    youth.commune_code = None
    session.flush()

    facts = youth_facts(session, youth.id)

    assert (facts.departement, facts.regions, facts.is_listed) == (None, frozenset(), False)


def test_facts_of_nobody_are_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        youth_facts(session, 404)


def test_facts_of_many_youth_are_one_statement(session: Session) -> None:
    ids = [make_youth(session).id for _ in range(5)]

    with watched(session) as sent:
        found = facts_for(session, ids)

    assert sorted(found) == ids
    assert len(sent.budget) == 1


def test_a_name_is_for_the_house_and_for_those_to_whom_it_was_given(session: Session) -> None:
    house = make_organisation(session)
    partner = make_organisation(session, OrganisationKind.POINT_A)
    make_agreement(session, house, partner)
    youth = make_youth(session, house)
    adviser = actor_of(session, make_user(session, house))
    officer = actor_of(session, make_user(session, partner))
    before = youth_facts(session, youth.id)

    make_consent(session, youth, recipient=partner)

    after = youth_facts(session, youth.id)
    assert may_name(adviser, before)
    assert not may_name(officer, before)
    assert may_name(officer, after)
