"""Signing in through ProConnect's protocol, against a provider that runs in a process of its own."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.models import ExternalIdentity, Invitation, Membership, User, WebSession
from app.core import clock
from app.core.outbox import OutboxMail
from app.policy.actor import Role
from config import ROOT, ConfigurationError, load_settings
from tests.accounts.conftest import send
from tests.factories.accounts import PASSWORD, csrf_token, make_organisation, make_user
from tests.helpers.oidc_provider import CLIENT_ID, CLIENT_SECRET
from tests.helpers.swap import parse

LEAVE, BACK = "/compte/proconnect", "/compte/proconnect/retour"
ANNE = {"sub": "anne-1", "email": "Anne@exemple.fr", "email_verified": True}


@dataclass
class Provider:
    """The provider's address, and who it sees."""

    issuer: str

    def sees(self, **claims: Any) -> None:
        requests.post(f"{self.issuer}/person", json=claims, timeout=5).raise_for_status()

    def sends_back(self, address: str) -> str:
        """Follow the browser to the provider; the path with which it comes back."""
        answer = requests.get(address, allow_redirects=False, timeout=5)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]


@pytest.fixture(scope="module")
def process() -> Iterator[str]:
    """The provider, running."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    issuer = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "tests.helpers.oidc_provider", str(port)]
    running = subprocess.Popen([*command, f"http://127.0.0.1:8000{BACK}"], cwd=ROOT)
    try:
        for _ in range(200):
            try:
                requests.get(f"{issuer}/jwks", timeout=1)
                break
            except requests.ConnectionError:
                time.sleep(0.1)
        yield issuer
    finally:
        running.terminate()
        running.wait(10)


@pytest.fixture
def provider(app: Flask, process: str) -> Iterator[Provider]:
    """The provider, named by the settings of the portal."""
    before = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(
        before, oidc_issuer=process, oidc_client_id=CLIENT_ID, oidc_client_secret=CLIENT_SECRET
    )
    yield Provider(process)
    app.config["SETTINGS"] = before


@pytest.fixture
def anne(session: Session) -> User:
    """An adviser with a password."""
    return make_user(
        session, make_organisation(session), email="anne@exemple.fr", password=PASSWORD
    )


def come_back(client: FlaskClient, provider: Provider, path: str = LEAVE) -> TestResponse:
    """Leave for the provider, come back, press the button."""
    away = client.get(path)
    assert away.status_code == 303
    return press(client, provider.sends_back(away.headers["Location"]))


def press(client: FlaskClient, address: str) -> TestResponse:
    """Open the page of the way back and press its button."""
    parts = urlsplit(address)
    token = csrf_token(client.application, client, f"{parts.path}?{parts.query}")
    given = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return client.post(
        "/compte/proconnect/entrer",
        data={"csrf_token": token, "code": given.get("code"), "state": given.get("state")},
    )


def is_signed_in(client: FlaskClient) -> bool:
    """Whether one's account opens."""
    return client.get("/compte").status_code == 200


def test_a_known_verified_address_opens_its_account_and_is_linked(
    session: Session, client: FlaskClient, provider: Provider, anne: User
) -> None:
    provider.sees(**ANNE)

    answer = come_back(client, provider, f"{LEAVE}?next=/compte?x=1")

    linked = session.scalars(select(ExternalIdentity)).one()
    mail = session.scalars(select(OutboxMail)).one()
    assert (answer.status_code, answer.headers["Location"]) == (303, "/compte?x=1")
    assert is_signed_in(client)
    assert (linked.user_id, linked.subject) == (anne.id, "anne-1")
    assert mail.recipient == "anne@exemple.fr"


def test_once_linked_the_subject_decides_whatever_the_address_becomes(
    app: Flask, session: Session, client: FlaskClient, provider: Provider, anne: User
) -> None:
    other = make_user(session, make_organisation(session), email="bea@exemple.fr")
    provider.sees(**ANNE)
    come_back(client, provider)
    provider.sees(**{**ANNE, "email": other.email})

    again = app.test_client()
    come_back(again, provider)

    rows = session.scalars(select(WebSession.user_id)).all()
    assert set(rows) == {anne.id}
    assert is_signed_in(again)


def test_an_address_that_goes_to_another_person_does_not_take_the_account(
    app: Flask, client: FlaskClient, provider: Provider, anne: User
) -> None:
    provider.sees(**ANNE)
    come_back(client, provider)
    provider.sees(**{**ANNE, "sub": "somebody-new"})

    newcomer = app.test_client()
    answer = come_back(newcomer, provider)

    assert answer.status_code == 409
    assert not is_signed_in(newcomer)


@pytest.mark.parametrize(
    "claims",
    [
        {**ANNE, "email_verified": False},
        {"sub": "anne-1", "email": "anne@exemple.fr"},
        {"sub": "anne-1"},
        {**ANNE, "email": "inconnue@exemple.fr"},
    ],
)
def test_without_a_verified_address_that_was_invited_nobody_enters(
    session: Session,
    client: FlaskClient,
    provider: Provider,
    anne: User,
    claims: dict[str, Any],
) -> None:
    provider.sees(**claims)

    answer = come_back(client, provider)

    assert answer.status_code == 409
    assert not is_signed_in(client)
    assert session.scalars(select(ExternalIdentity)).all() == []


def test_a_live_invitation_opens_an_account_without_a_password(
    session: Session, client: FlaskClient, provider: Provider
) -> None:
    mission = make_organisation(session)
    at = clock.now()
    session.add(
        Invitation(
            organisation_id=mission.id,
            email="neuve@exemple.fr",
            given_name="Nina",
            family_name="Neuve",
            roles=[Role.ADVISER.value],
            created_at=at,
            expires_at=at + timedelta(days=7),
        )
    )
    session.flush()
    provider.sees(sub="nina", email="neuve@exemple.fr", email_verified=True)

    come_back(client, provider)

    user = session.scalars(select(User).where(User.email == "neuve@exemple.fr")).one()
    roles = session.scalars(select(Membership.role).where(Membership.user_id == user.id)).all()
    assert is_signed_in(client)
    assert (roles, user.password_hash) == ([Role.ADVISER], None)


def test_an_account_without_a_role_left_is_not_opened(
    session: Session, client: FlaskClient, provider: Provider
) -> None:
    make_user(session, None, email="anne@exemple.fr")
    provider.sees(**ANNE)

    assert come_back(client, provider).status_code == 409


def test_a_closed_account_is_not_opened_however_it_was_linked(
    app: Flask, session: Session, client: FlaskClient, provider: Provider, anne: User
) -> None:
    provider.sees(**ANNE)
    come_back(client, provider)
    anne.is_active = False
    session.flush()

    again = app.test_client()

    assert come_back(again, provider).status_code == 409


@pytest.mark.parametrize(
    "fault",
    [
        "nonce",
        "issuer",
        "audience",
        "late",
        "id_token_key",
        "userinfo_key",
        "userinfo_for",
        "unsigned",
        "subject",
    ],
)
def test_what_the_provider_did_not_sign_for_us_and_now_is_refused(
    session: Session, client: FlaskClient, provider: Provider, anne: User, fault: str
) -> None:
    provider.sees(**ANNE, fault=fault)

    answer = come_back(client, provider)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/compte/connexion")
    assert not is_signed_in(client)
    assert session.scalars(select(ExternalIdentity)).all() == []


def test_a_code_brought_by_another_browser_opens_nothing(
    app: Flask, client: FlaskClient, provider: Provider, anne: User
) -> None:
    """Somebody else's code planted in my browser would sign me in as them: state and verifier refuse it."""
    provider.sees(**ANNE)
    attacker, victim = client, app.test_client()
    planted = provider.sends_back(attacker.get(LEAVE).headers["Location"])
    never_left = victim.get(urlsplit(planted)._replace(scheme="", netloc="").geturl())
    victim.get(LEAVE)

    answer = press(victim, planted)

    assert never_left.status_code == 303
    assert answer.headers["Location"] == "/compte/connexion"
    assert not is_signed_in(victim)


def test_coming_back_signs_nobody_in_before_the_button(
    session: Session, client: FlaskClient, provider: Provider, anne: User
) -> None:
    provider.sees(**ANNE)
    back = urlsplit(provider.sends_back(client.get(LEAVE).headers["Location"]))

    page = client.get(f"{back.path}?{back.query}")

    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert session.scalars(select(WebSession)).all() == []


def test_a_way_back_serves_once(client: FlaskClient, provider: Provider, anne: User) -> None:
    provider.sees(**ANNE)
    back = provider.sends_back(client.get(LEAVE).headers["Location"])
    press(client, back)
    send(client, "/compte/deconnexion", page="/compte")

    again = client.get(urlsplit(back)._replace(scheme="", netloc="").geturl())

    assert again.headers["Location"] == "/compte/connexion"


def test_who_has_a_second_factor_here_is_asked_for_it_unless_the_provider_asked(
    app: Flask, session: Session, client: FlaskClient, provider: Provider, anne: User
) -> None:
    anne.totp_confirmed_at = clock.now()
    session.flush()
    provider.sees(**ANNE)
    half = come_back(client, provider).headers["Location"]
    provider.sees(**ANNE, amr=["pwd", "mfa"])
    browser = app.test_client()

    whole = come_back(browser, provider).headers["Location"]

    assert (half, whole) == ("/compte/connexion/code", "/")
    assert (is_signed_in(client), is_signed_in(browser)) == (False, True)


def test_signing_out_leads_to_the_provider_and_ends_both_sessions(
    session: Session, client: FlaskClient, provider: Provider, anne: User
) -> None:
    provider.sees(**ANNE)
    come_back(client, provider)
    kept = session.scalars(select(WebSession.provider_token)).one()

    page = parse(send(client, "/compte/deconnexion", page="/compte"))

    link = page.select_one(f'a[href^="{provider.issuer}/logout"]')
    assert link is not None
    back = requests.get(str(link["href"]), allow_redirects=False, timeout=5)
    assert back.headers["Location"] == "http://127.0.0.1:8000/compte/connexion"
    assert requests.get(f"{provider.issuer}/signed-out", timeout=5).json()[-1] == "anne-1"
    assert not is_signed_in(client)
    assert kept is not None
    assert kept.startswith("gAAAA")


def test_a_provider_that_is_away_leaves_the_password(
    app: Flask, client: FlaskClient, anne: User, provider: Provider
) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], oidc_issuer="http://127.0.0.1:9")

    answer = client.get(LEAVE)
    send(client, "/compte/connexion", email="anne@exemple.fr", password=PASSWORD)

    assert answer.headers["Location"] == "/compte/connexion"
    assert is_signed_in(client)


def test_without_the_setting_the_pages_do_not_exist(client: FlaskClient, app: Flask) -> None:
    assert client.get(LEAVE).status_code == 404
    assert client.get(BACK).status_code == 404
    assert "ProConnect" not in client.get("/compte/connexion").text


def test_production_asks_a_provider_under_tls() -> None:
    environ = {
        "TREFLE_ENV": "production",
        "SECRET_KEY": "x" * 40,
        "DATABASE_URL": "postgresql+psycopg://x/y",
        "TREFLE_BASE_URL": "https://t.example",
        "TREFLE_METRICS_TOKEN": "m",
        "TREFLE_SMTP_HOST": "smtp",
        "TREFLE_OIDC_ISSUER": "http://proconnect.example",
    }

    with pytest.raises(ConfigurationError, match="https"):
        load_settings(environ)
