"""Sessions: a fresh one at each sign-in, two ends, cookies that stay where they belong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from http.cookies import SimpleCookie
from pathlib import Path

import pyotp
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, User
from app.core import clock
from app.core.db import db, transaction
from app.core.permissions import public
from app.core.vault import unlock
from app.factory import create_app
from app.policy.actor import Role
from config import ConfigurationError
from tests.accounts.conftest import send
from tests.conftest import Browser, make_settings
from tests.factories.accounts import PASSWORD, csrf_token, make_organisation, make_user, sign_in

pytestmark = pytest.mark.usefixtures("frozen")

LOGIN = "/compte/connexion"


@pytest.fixture
def anne(session: Session) -> User:
    """An adviser with a password."""
    return make_user(
        session, make_organisation(session), email="anne@exemple.fr", password=PASSWORD
    )


def enter(client: FlaskClient, **fields: str) -> str:
    """Sign in as Anne; return where that leads."""
    answer = send(client, LOGIN, email="anne@exemple.fr", password=PASSWORD, **fields)
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_nothing_of_the_session_before_survives_signing_in(client: FlaskClient, anne: User) -> None:
    before = csrf_token(client.application, client, LOGIN)
    with client.session_transaction() as web:
        web["planted"] = "by somebody else"
        planted_token = web["csrf_token"]

    enter(client)

    with client.session_transaction() as web:
        assert "planted" not in web
        assert web.get("csrf_token") != planted_token
    refused = client.post("/compte/deconnexion", data={"csrf_token": before})
    assert refused.status_code == 400


def test_a_session_ends_after_half_an_hour_without_a_click(
    client: FlaskClient, anne: User, frozen: time_machine.Traveller
) -> None:
    enter(client)
    frozen.shift(timedelta(minutes=29))
    used = client.get("/compte").status_code

    frozen.shift(timedelta(minutes=30, seconds=1))

    assert (used, client.get("/compte").status_code) == (200, 303)


def test_a_session_ends_after_twelve_hours_however_much_it_is_used(
    client: FlaskClient, anne: User, frozen: time_machine.Traveller
) -> None:
    enter(client)
    for _ in range(28):
        frozen.shift(timedelta(minutes=25))
        assert client.get("/compte").status_code == 200

    frozen.shift(timedelta(minutes=25))

    assert client.get("/compte").status_code == 303


def test_signing_out_everywhere_ends_the_sessions_of_all_browsers(app: Flask, anne: User) -> None:
    here, elsewhere = app.test_client(), app.test_client()
    enter(here)
    enter(elsewhere)

    send(here, "/compte/deconnexion-partout", page="/compte")

    assert here.get("/compte").status_code == elsewhere.get("/compte").status_code == 303


def test_signing_out_ends_the_session_of_this_browser(client: FlaskClient, anne: User) -> None:
    enter(client)

    send(client, "/compte/deconnexion", page="/compte")

    assert client.get("/compte").status_code == 303


def test_a_closed_account_is_out_at_the_next_click(
    session: Session, client: FlaskClient, anne: User
) -> None:
    enter(client)

    anne.is_active = False
    session.flush()

    assert client.get("/compte").status_code == 303


@pytest.mark.parametrize(
    "target",
    ["//ailleurs.example/", "https://ailleurs.example/", "/\\ailleurs.example", "/\t/x.example"],
)
def test_signing_in_never_leads_outside(client: FlaskClient, anne: User, target: str) -> None:
    assert enter(client, next=target) == "/"


def test_signing_in_leads_back_to_the_page_that_was_asked_for(
    client: FlaskClient, anne: User
) -> None:
    assert enter(client, next="/compte?x=1") == "/compte?x=1"


def test_a_page_of_a_signed_in_person_is_kept_nowhere(client: FlaskClient, anne: User) -> None:
    enter(client)

    kept = {client.get(path).headers["Cache-Control"] for path in ("/compte", "/", "/nulle-part")}

    assert kept == {"no-store"}


@pytest.fixture
def production(tmp_path: Path) -> FlaskClient:
    """A browser before an application with the settings of production and one page that breaks."""
    app = create_app(
        make_settings(tmp_path, environment="production", base_url="https://t.example")
    )

    @public
    def breaks() -> str:
        raise ZeroDivisionError

    app.add_url_rule("/casse", "planted.breaks", breaks)
    return app.test_client()


def test_the_cookie_of_production_is_locked_to_this_host_over_tls(production: FlaskClient) -> None:
    answer = production.get(LOGIN, base_url="https://t.example")

    cookie = SimpleCookie(answer.headers["Set-Cookie"])["__Host-trefle"]
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
    assert (cookie["path"], cookie["domain"]) == ("/", "")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nulle-part", 404),
        ("GET", "/casse", 500),
        ("POST", LOGIN, 400),
        ("PUT", LOGIN, 405),
    ],
)
def test_an_error_carries_the_same_headers_as_a_page(
    production: FlaskClient, method: str, path: str, status: int
) -> None:
    page = production.get(LOGIN, base_url="https://t.example")
    expected = {
        name: page.headers[name]
        for name in (
            "Content-Security-Policy",
            "X-Content-Type-Options",
            "X-Frame-Options",
            "Referrer-Policy",
            "Permissions-Policy",
            "Cross-Origin-Opener-Policy",
            "Cross-Origin-Resource-Policy",
            "Cross-Origin-Embedder-Policy",
            "Strict-Transport-Security",
        )
    }

    answer = production.open(path, method=method, base_url="https://t.example")

    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in expected} == expected


def test_a_breakdown_shows_no_traceback(production: FlaskClient) -> None:
    answer = production.get("/casse", base_url="https://t.example")

    page = answer.get_data(as_text=True)
    assert "Une erreur de notre côté" in page
    assert "ZeroDivisionError" not in page


def asking_app(folder: Path, **settings: str) -> Iterator[Flask]:
    """An application that asks for a second factor, with a database of its own."""
    app = create_app(make_settings(folder, require_second_factor=True, **settings))
    app.test_client_class = Browser
    with app.app_context():
        db.create_all()
        yield app
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Flask]:
    """Every role is asked."""
    yield from asking_app(tmp_path)


def person(app: Flask, *roles: Role) -> FlaskClient:
    """A browser where a person with these roles is signed in by password alone."""
    with transaction() as writing:
        mission = make_organisation(writing)
        user = make_user(writing, mission, *roles)
        user_id, epoch = user.id, user.session_epoch
    client = app.test_client()
    return sign_in(client, User(id=user_id, session_epoch=epoch))


PATHS = ("/", "/jeunes", "/compte", "/organisations/1", "/nulle-part")


@pytest.mark.parametrize("role", list(Role))
def test_no_role_opens_anything_before_its_second_factor(strict: Flask, role: Role) -> None:
    client = person(strict, role)

    answers = [client.get(path) for path in PATHS]

    assert {one.status_code for one in answers} == {303}
    assert {one.headers["Location"] for one in answers} == {"/compte/double-verification"}


def test_once_switched_on_the_same_browser_goes_on(strict: Flask) -> None:
    client = person(strict, Role.ADVISER)
    page = "/compte/double-verification"
    send(client, f"{page}/preparer", page=page)
    secret = db.session.query(User.totp_secret).scalar()
    db.session.rollback()

    send(client, f"{page}/activer", page=page, code=pyotp.TOTP(unlock(secret)).at(clock.now()))

    assert client.get("/jeunes").status_code == 200


@pytest.fixture
def lenient(tmp_path: Path) -> Iterator[Flask]:
    """The same, for an operator who frees the correspondents."""
    yield from asking_app(tmp_path, second_factor_free_roles="regional_correspondent")


def test_a_role_that_the_operator_freed_is_not_asked_and_another_role_beside_it_is(
    lenient: Flask,
) -> None:
    freed = person(lenient, Role.REGIONAL_CORRESPONDENT).get("/compte")
    both = person(lenient, Role.REGIONAL_CORRESPONDENT, Role.REGIONAL_COORDINATOR).get("/compte")

    assert (freed.status_code, both.status_code) == (200, 303)


@pytest.mark.parametrize("freed", ["adviser", "employer cfa_officer", "employeur"])
def test_who_reads_files_of_youth_is_never_freed(tmp_path: Path, freed: str) -> None:
    settings = make_settings(tmp_path, second_factor_free_roles=freed)

    with pytest.raises(ConfigurationError, match="TREFLE_SECOND_FACTOR_FREE_ROLES"):
        create_app(settings)


def test_one_may_leave_without_switching_it_on(strict: Flask) -> None:
    client = person(strict, Role.ADVISER)

    answer = send(client, "/compte/deconnexion", page="/compte/double-verification")

    assert answer.headers["Location"] == LOGIN


def test_a_role_given_in_the_middle_of_a_session_asks_at_the_next_click(lenient: Flask) -> None:
    client = person(lenient, Role.REGIONAL_CORRESPONDENT)
    before = client.get("/compte").status_code
    with transaction() as writing:
        user = writing.query(User).one()
        mission = writing.query(Organisation).one()
        from tests.factories.accounts import make_membership

        make_membership(writing, user, mission, Role.ADVISER)

    after = client.get("/compte").status_code

    assert (before, after) == (200, 303)
