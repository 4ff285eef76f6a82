"""The personas of the matrix as rows: real people of real organisations, whose actors a request would carry.

The names are those of `tests/policy/personas.py`; links, API keys and the clock have no account and are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.accounts.models import Organisation, User
from app.policy.actor import Actor, OrganisationKind, Role
from tests.factories.accounts import (
    actor_of,
    make_agreement,
    make_membership,
    make_organisation,
    make_site,
    make_territory,
    make_user,
)

K, R = OrganisationKind, Role


@dataclass(frozen=True, slots=True)
class World:
    """Who is who: `users` and `actors` by persona, `places` by the name of the organisation."""

    users: dict[str, User]
    actors: dict[str, Actor]
    places: dict[str, Organisation]


# persona -> (place, role); a second persona of one place is a second person.
PEOPLE: dict[str, tuple[str, Role]] = {
    "adviser": ("mission", R.ADVISER),
    "colleague": ("mission", R.ADVISER),
    "other_adviser": ("other_mission", R.ADVISER),
    "manager": ("mission", R.MANAGER),
    "disability_referent": ("mission", R.DISABILITY_REFERENT),
    "point_a": ("point_a", R.POINT_A_OFFICER),
    "lone_point_a": ("lone_point_a", R.POINT_A_OFFICER),
    "cfa": ("cfa", R.CFA_OFFICER),
    "other_cfa": ("other_cfa", R.CFA_OFFICER),
    "employer": ("employer", R.EMPLOYER),
    "other_employer": ("other_employer", R.EMPLOYER),
    "coordinator": ("region", R.REGIONAL_COORDINATOR),
    "other_coordinator": ("other_region", R.REGIONAL_COORDINATOR),
    "correspondent": ("region", R.REGIONAL_CORRESPONDENT),
    "dpo": ("platform", R.DATA_PROTECTION_OFFICER),
    "organisation_admin": ("mission", R.ORGANISATION_ADMIN),
    "platform_admin": ("platform", R.PLATFORM_ADMIN),
}
KINDS: dict[str, OrganisationKind] = {
    "mission": K.LOCAL_MISSION,
    "other_mission": K.LOCAL_MISSION,
    "point_a": K.POINT_A,
    "lone_point_a": K.POINT_A,
    "cfa": K.TRAINING_CENTRE,
    "other_cfa": K.TRAINING_CENTRE,
    "employer": K.COMPANY,
    "other_employer": K.COMPANY,
    "network": K.FIELD_NETWORK,
    "region": K.REGIONAL_COORDINATION,
    "other_region": K.REGIONAL_COORDINATION,
    "platform": K.PLATFORM,
}
AGENTS = {"field_agent": "29", "other_field_agent": "35"}


def make_world(session: Session) -> World:
    """Every organisation and person of the matrix, with the agreements that the personas have."""
    places = {
        name: make_organisation(
            session, kind, name=name, region_code="52" if name == "other_region" else "53"
        )
        for name, kind in KINDS.items()
    }
    for name, place in places.items():
        make_site(session, place, "35238" if name == "other_employer" else "29232")
    users = {
        name: make_user(session, places[place], role) for name, (place, role) in PEOPLE.items()
    }
    for name, departement in AGENTS.items():
        users[name] = make_user(session, None)
        membership = make_membership(session, users[name], places["network"], R.FIELD_AGENT)
        make_territory(session, membership, departement)
    for partner, places_too in (("point_a", False), ("cfa", False), ("network", False)):
        make_agreement(session, places["mission"], places[partner], shares_places=places_too)
    make_agreement(session, places["point_a"], places["cfa"], shares_youth=False)
    actors = {name: actor_of(session, user) for name, user in users.items()}
    return World(users, actors, places)
