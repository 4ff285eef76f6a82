"""An adviser of a mission locale in Quimper, signed in, with the clock at the dossier's date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.models import Organisation, User
from app.policy.actor import Actor
from tests.factories.accounts import actor_of, make_organisation, make_user, sign_in


@pytest.fixture(autouse=True)
def at_the_date(frozen: time_machine.Traveller) -> time_machine.Traveller:
    return frozen


@dataclass
class House:
    """A mission locale, one of its advisers, and the actor that a request of theirs carries."""

    organisation: Organisation
    adviser: User
    actor: Actor


@pytest.fixture
def house(session: Session) -> House:
    organisation = make_organisation(session, name="Mission locale de Quimper")
    adviser = make_user(session, organisation)
    return House(organisation, adviser, actor_of(session, adviser))


class Desk:
    """A browser where the adviser is signed in; posts carry the CSRF token."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client, self.token = client, token

    def get(self, url: str, **options: Any) -> TestResponse:
        return self.client.get(url, **options)

    def post(self, url: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        return self.client.post(url, data={"csrf_token": self.token, **(data or {})}, **options)

    def swap_post(self, url: str, target: str, data: dict[str, Any] | None = None) -> TestResponse:
        """The same post as htmx sends it for this target."""
        headers = {"HX-Request": "true", "HX-Target": target}
        return self.post(url, data, headers=headers)


def desk_of(client: FlaskClient, user: User) -> Desk:
    """Sign this person in."""
    from tests.helpers.swap import parse

    sign_in(client, user)
    page = parse(client.get("/compte/organisations"))
    field = page.find("input", attrs={"name": "csrf_token"})
    assert field is not None
    return Desk(client, str(field["value"]))


@pytest.fixture
def desk(client: FlaskClient, house: House) -> Desk:
    return desk_of(client, house.adviser)
