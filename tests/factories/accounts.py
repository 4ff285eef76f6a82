"""Organisations, people, and signing in."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date, timedelta
from itertools import count
from typing import Any

from flask import Flask, has_app_context
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import (
    FieldTerritory,
    Membership,
    Organisation,
    OrganisationStatus,
    Site,
    User,
)
from app.accounts.queries import build_actor, hats_of, territory_of
from app.accounts.services import Passwords, begin_session
from app.accounts.views.sessions import HAT, KEY
from app.core import clock
from app.core.db import db
from app.core.text import sort_key
from app.partnerships.models import Agreement
from app.partnerships.queries import partners_of
from app.policy.actor import Actor, OrganisationKind, Role
from tests.factories.reference import make_commune

PASSWORD = "une phrase assez longue pour entrer"
_numbers = count(1)

DEFAULT_ROLE = {
    OrganisationKind.LOCAL_MISSION: Role.ADVISER,
    OrganisationKind.CAP_EMPLOI: Role.ADVISER,
    OrganisationKind.PAIO_OFFICE: Role.ADVISER,
    OrganisationKind.TRAINING_CENTRE: Role.CFA_OFFICER,
    OrganisationKind.POINT_A: Role.POINT_A_OFFICER,
    OrganisationKind.COMPANY: Role.EMPLOYER,
    OrganisationKind.FIELD_NETWORK: Role.FIELD_AGENT,
    OrganisationKind.REGIONAL_COORDINATION: Role.REGIONAL_COORDINATOR,
    OrganisationKind.PLATFORM: Role.PLATFORM_ADMIN,
}


def make_organisation(
    session: Session, kind: OrganisationKind = OrganisationKind.LOCAL_MISSION, **values: Any
) -> Organisation:
    """An active organisation in Brittany."""
    name = values.pop("name", f"{kind.value} {next(_numbers)}")
    row = Organisation(
        **{
            "kind": kind,
            "name": name,
            "sort_name": sort_key(name),
            "region_code": "53",
            "status": OrganisationStatus.ACTIVE,
            "created_at": clock.now(),
            **values,
        }
    )
    session.add(row)
    session.flush()
    return row


def make_site(
    session: Session, organisation: Organisation, insee_code: str = "29232", **values: Any
) -> Site:
    """The main site, where the commune is."""
    commune = make_commune(session, insee_code)
    site = Site(
        **{
            "organisation_id": organisation.id,
            "name": organisation.name,
            "commune_code": insee_code,
            "latitude": commune.latitude,
            "longitude": commune.longitude,
            "is_main": True,
            **values,
        }
    )
    session.add(site)
    session.flush()
    return site


def make_user(
    session: Session, organisation: Organisation | None = None, *roles: Role, **values: Any
) -> User:
    """A person, with the usual role of that kind of organisation unless roles are given."""
    number = next(_numbers)
    password = values.pop("password", None)
    user = User(
        **{
            "email": f"personne{number}@exemple.fr",
            "given_name": "Camille",
            "family_name": f"Le Goff {number}",
            "created_at": clock.now(),
            "password_hash": Passwords(64, 1).hash(password) if password else None,
            **values,
        }
    )
    session.add(user)
    session.flush()
    if organisation is not None:
        for role in roles or (DEFAULT_ROLE[organisation.kind],):
            make_membership(session, user, organisation, role)
    return user


def make_membership(
    session: Session, user: User, organisation: Organisation, role: Role
) -> Membership:
    """One role of one person somewhere."""
    row = Membership(
        user_id=user.id,
        organisation_id=organisation.id,
        role=role,
        since=clock.today() - timedelta(days=30),
    )
    session.add(row)
    session.flush()
    return row


def make_territory(session: Session, membership: Membership, *departements: str) -> None:
    """Where a field agent works."""
    session.add_all(
        FieldTerritory(membership_id=membership.id, departement_code=code) for code in departements
    )
    session.flush()


def make_agreement(
    session: Session, first: Organisation, second: Organisation, **values: Any
) -> Agreement:
    """An agreement of this year that shares youth and places."""
    row = Agreement(
        **{
            "first_party_id": first.id,
            "second_party_id": second.id,
            "shares_youth": True,
            "shares_places": True,
            "valid_from": date(2026, 1, 1),
            "created_at": clock.now(),
            **values,
        }
    )
    session.add(row)
    session.flush()
    return row


def actor_of(session: Session, user: User, organisation: Organisation | None = None) -> Actor:
    """The actor that a request of this person would carry."""
    hats = hats_of(session, user.id)
    hat = next(
        (one for one in hats if organisation is None or one.organisation_id == organisation.id),
        None,
    )
    if hat is None:
        return build_actor(user, None, frozenset(), (frozenset(), frozenset()))
    return build_actor(
        user,
        hat,
        territory_of(session, user.id, hat.organisation_id),
        partners_of(session, hat.organisation_id),
    )


def sign_in(
    client: FlaskClient, user: User, organisation: Organisation | None = None
) -> FlaskClient:
    """Open a session without going through the form."""
    # Committed with what the test wrote before, or the rollback of the next write would take the session with it.
    with nullcontext() if has_app_context() else client.application.app_context():
        key, _row = begin_session(
            db.session(),
            user,
            device="Firefox sous Linux",
            has_second_factor=False,
            former_key=None,
        )
        db.session.commit()
    with client.session_transaction() as web:
        web.update({"_user_id": str(user.id), "_fresh": True, KEY: key})
        if organisation is not None:
            web[HAT] = organisation.id
    return client


def csrf_token(app: Flask, client: FlaskClient, path: str) -> str:
    """The token of the first form on a page."""
    import re

    found = re.search(
        r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).get_data(as_text=True)
    )
    assert found, f"no form on {path}"
    return found.group(1)
