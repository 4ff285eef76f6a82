"""What the walk through ASVS added: sessions that are counted, second proofs asked again, leaks refused, limits."""

from __future__ import annotations

import base64
import hashlib
import os
import ssl
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask, request
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from waitress.adjustments import Adjustments
from waitress.parser import HTTPRequestParser

from app.accounts.models import Organisation, User, WebSession
from app.accounts.services import Passwords, check_password_rule
from app.accounts.services.leaked import has_leaked
from app.accounts.services.web_sessions import MOST_SESSIONS
from app.core.access import EXPORTS_AN_HOUR, ExportFormat, NamedExport, note_export
from app.core.errors import TooMany
from app.core.smtp import CheckedSMTP, EmailBackend
from app.factory import create_app
from app.policy.actor import Role
from config import ROOT, ConfigurationError, load_settings
from tests.accounts.conftest import send
from tests.conftest import make_settings
from tests.factories.accounts import (
    PASSWORD,
    actor_of,
    make_organisation,
    make_user,
    sign_in,
)
from tests.helpers.swap import parse

pytestmark = pytest.mark.usefixtures("frozen")

LOGIN, FACTOR = "/compte/connexion", "/compte/double-verification"
PHRASE = "un escargot bleu traverse la dune"


@pytest.fixture
def mission(session: Session) -> Organisation:
    return make_organisation(session, name="Mission locale de Quimper")


@pytest.fixture
def anne(session: Session, mission: Organisation) -> User:
    """An adviser with a password."""
    return make_user(session, mission, email="anne@exemple.fr", password=PASSWORD)


def enter(client: FlaskClient) -> FlaskClient:
    send(client, LOGIN, email="anne@exemple.fr", password=PASSWORD)
    return client


def count_sessions(session: Session, user: User) -> int:
    return session.scalar(select(func.count()).where(WebSession.user_id == user.id)) or 0


def test_past_five_sessions_the_one_unused_for_the_longest_is_over(
    app: Flask, session: Session, anne: User, frozen: time_machine.Traveller
) -> None:
    browsers = []
    for _ in range(MOST_SESSIONS + 1):
        browsers.append(enter(app.test_client()))
        frozen.shift(timedelta(seconds=90))

    statuses = [one.get("/compte").status_code for one in browsers]

    assert statuses == [303] + [200] * MOST_SESSIONS
    assert count_sessions(session, anne) == MOST_SESSIONS


def test_who_signs_in_is_told_that_the_account_is_open_elsewhere(app: Flask, anne: User) -> None:
    first = enter(app.test_client())
    alone = first.get("/compte").get_data(as_text=True)

    second = enter(app.test_client()).get("/compte").get_data(as_text=True)

    assert "aussi ouvert ailleurs" not in alone
    assert "Votre compte est aussi ouvert ailleurs (1)" in second


def test_a_session_left_open_gives_nobody_a_second_factor_without_the_password(
    client: FlaskClient, session: Session, anne: User, frozen: time_machine.Traveller
) -> None:
    enter(client)
    frozen.shift(timedelta(minutes=11))

    without = send(client, f"{FACTOR}/preparer", page=FACTOR)
    wrong = send(
        client, f"{FACTOR}/preparer", page=FACTOR, **{"again-password": "autre chose de long"}
    )
    session.expire_all()
    between = anne.totp_secret
    right = send(client, f"{FACTOR}/preparer", page=FACTOR, **{"again-password": PASSWORD})

    session.expire_all()
    assert (without.status_code, wrong.status_code, right.status_code) == (422, 422, 303)
    assert between is None
    assert anne.totp_secret is not None


def test_an_administrator_closes_every_session_of_a_member_and_of_nobody_else(
    app: Flask, session: Session, mission: Organisation, anne: User
) -> None:
    hers = enter(app.test_client())
    boss = sign_in(app.test_client(), make_user(session, mission, Role.ORGANISATION_ADMIN))
    stranger = sign_in(
        app.test_client(), make_user(session, make_organisation(session), Role.ORGANISATION_ADMIN)
    )
    base = f"/organisations/{mission.id}/membres/{anne.id}"

    by_stranger = send(stranger, f"{base}/deconnecter", page="/compte")
    kept = hers.get("/compte").status_code
    send(boss, f"{base}/deconnecter", page=base)

    assert (by_stranger.status_code, kept) == (404, 200)
    assert hers.get("/compte").status_code == 303
    assert boss.get("/compte").status_code == 200


def test_one_command_closes_the_sessions_of_everybody(
    app: Flask, client: FlaskClient, session: Session, anne: User
) -> None:
    session.commit()
    enter(client)

    done = app.test_cli_runner().invoke(args=["trefle", "sign-out-everybody", "--yes"])

    assert "1 compte(s)" in done.output
    assert client.get("/compte").status_code == 303


def leaked_file(folder: Path, *passwords: str) -> Path:
    """Some thousand digests in order, ours among them, as the public file has them."""
    words = [f"mot de passe {rank}" for rank in range(2000)] + list(passwords)
    digests = sorted(
        hashlib.sha1(one.encode(), usedforsecurity=False).hexdigest().upper() for one in words
    )
    path = folder / "leaked.txt"
    path.write_text(
        "".join(f"{one}:{rank}\r\n" for rank, one in enumerate(digests)), encoding="ascii"
    )
    return path


def test_each_line_of_the_file_of_leaks_is_found_and_nothing_else(tmp_path: Path) -> None:
    path = leaked_file(tmp_path, PHRASE)

    found = [has_leaked(f"mot de passe {rank}", path) for rank in range(2000)]

    assert all(found)
    assert has_leaked(PHRASE, path)
    assert not any(has_leaked(f"{PHRASE} {rank}", path) for rank in range(500))
    assert not has_leaked(PHRASE, None)
    assert not has_leaked(PHRASE, tmp_path / "absent.txt")


def test_a_password_that_has_leaked_is_refused_next_to_its_field(
    app: Flask, client: FlaskClient, anne: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(client)
    monkeypatch.setitem(
        app.extensions, "passwords", Passwords(64, 1, leaked_file(tmp_path, PHRASE))
    )
    page = "/compte/mot-de-passe"

    refused = send(client, page, current=PASSWORD, password=PHRASE)
    taken = send(client, page, current=PASSWORD, password=f"{PHRASE} à midi")

    assert (refused.status_code, taken.status_code) == (422, 303)
    assert "a fuité sur un autre site" in refused.get_data(as_text=True)


def test_nobody_empties_the_portal_list_by_list(session: Session, anne: User) -> None:
    actor = actor_of(session, anne)
    taken = {
        "kind": "events.timetable",
        "file_format": ExportFormat.PRINT,
        "youth_ids": [],
        "filters": {},
    }

    for _ in range(EXPORTS_AN_HOUR):
        note_export(actor, page="event_timetable", **taken)  # type: ignore[arg-type]

    with pytest.raises(TooMany):
        note_export(actor, page="event_timetable", **taken)  # type: ignore[arg-type]
    assert session.scalar(select(func.count()).select_from(NamedExport)) == EXPORTS_AN_HOUR


def test_signing_out_empties_the_cache_of_the_browser(client: FlaskClient, anne: User) -> None:
    enter(client)

    left = send(client, "/compte/deconnexion", page="/compte")

    assert left.headers["Clear-Site-Data"] == '"cache"'


def test_mail_goes_on_only_with_a_server_whose_certificate_is_right(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: list[ssl.SSLContext] = []
    monkeypatch.setattr(
        "smtplib.SMTP.starttls", lambda _self, *, context: given.append(context) or (220, b"ready")
    )

    CheckedSMTP().starttls(context=None)

    assert given[0].verify_mode is ssl.CERT_REQUIRED
    assert given[0].check_hostname
    assert given[0].minimum_version >= ssl.TLSVersion.TLSv1_2
    assert EmailBackend.connection_class.fget(None) is CheckedSMTP  # type: ignore[attr-defined]


PRODUCTION = {
    "TREFLE_ENV": "production",
    "SECRET_KEY": "x" * 40,
    "TREFLE_BASE_URL": "https://trefle.exemple.fr",
    "TREFLE_METRICS_TOKEN": "t" * 20,
    "TREFLE_SMTP_HOST": "smtp.exemple.fr",
}


@pytest.mark.parametrize(
    ("url", "is_taken"),
    [
        ("postgresql+psycopg://trefle@127.0.0.1/trefle", True),
        ("postgresql+psycopg://trefle@/trefle?host=/run/postgresql", True),
        ("postgresql+psycopg://trefle@base.exemple.fr/trefle", False),
        ("postgresql+psycopg://trefle@base.exemple.fr/trefle?sslmode=require", False),
        ("postgresql+psycopg://trefle@base.exemple.fr/trefle?sslmode=verify-full", True),
        ("postgresql+psycopg://trefle@/trefle?host=base.exemple.fr", False),
        ("sqlite:////var/lib/trefle/trefle.sqlite", True),
    ],
)
def test_production_reaches_a_database_elsewhere_only_under_checked_tls(
    url: str, is_taken: bool
) -> None:
    environ = {**PRODUCTION, "DATABASE_URL": url}

    if is_taken:
        settings = load_settings(environ)
        assert settings.require_second_factor
        assert settings.flask_config()["SQLALCHEMY_ENGINE_OPTIONS"]["hide_parameters"] is True
        assert settings.flask_config()["MAIL_BACKEND"] == "app.core.smtp"
    else:
        with pytest.raises(ConfigurationError, match="sslmode=verify-full"):
            load_settings(environ)


def test_a_secret_may_come_from_a_file_that_a_vault_writes(tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text("y" * 40 + "\n", encoding="utf-8")
    from_file = {name: text for name, text in PRODUCTION.items() if name != "SECRET_KEY"} | {
        "DATABASE_URL": "sqlite:////var/lib/trefle/trefle.sqlite"
    }

    settings = load_settings({**from_file, "SECRET_KEY_FILE": str(secret)})

    assert settings.secret_key == "y" * 40
    with pytest.raises(ConfigurationError, match="SECRET_KEY_FILE: this file cannot be read"):
        load_settings({**from_file, "SECRET_KEY_FILE": str(tmp_path / "absent")})
    # A setting that is no secret has no such way.
    assert load_settings({"TREFLE_SMTP_HOST_FILE": str(secret)}).smtp_host == ""


ASKS = """
import sys, urllib.request
import wsgi
from app.core.outward import listens_on
listens_on("10.9.8.7")
try:
    urllib.request.urlopen(sys.argv[1], timeout=2)
except OSError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("address", "is_refused"),
    [
        ("https://ailleurs.exemple.fr/", True),
        ("http://169.254.169.254/latest/meta-data/", True),
        ("https://smtp.exemple.fr/", False),
        ("http://127.0.0.1:9/", False),
        # Where the server itself listens.
        ("http://10.9.8.7:9/", False),
    ],
)
def test_in_production_the_process_asks_only_machines_that_its_settings_name(
    tmp_path: Path, address: str, is_refused: bool
) -> None:
    environ = {
        **os.environ,
        **PRODUCTION,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'trefle.sqlite'}",
        "INSTANCE_PATH": str(tmp_path),
    }

    done = subprocess.run(
        [sys.executable, "-c", ASKS, address],
        env=environ,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert ("is not named in the settings" in done.stdout) == is_refused
    assert "no_file_of_leaked_passwords" in done.stderr


def test_the_token_of_a_form_is_signed_by_sha_256(client: FlaskClient) -> None:
    with client.application.test_request_context():
        token = generate_csrf()
        signature = token.rsplit(".", 1)[1]

        assert len(base64.urlsafe_b64decode(signature + "=")) == hashlib.sha256().digest_size


def test_production_says_that_it_is_under_tls_for_two_years(tmp_path: Path) -> None:
    settings = replace(
        make_settings(tmp_path), environment="production", base_url="https://trefle.exemple.fr"
    )
    with create_app(settings).test_client() as client:
        answer = client.get("/healthz")

    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


def test_the_wire_has_no_trace_no_listing_no_foreign_origin_and_says_its_charset(
    client: FlaskClient,
) -> None:
    page = client.get(LOGIN, headers={"Origin": "https://ailleurs.example"})
    closed = [
        client.get(one).status_code
        for one in ("/static/", "/static/css/", "/.git/config", "/config.py")
    ]

    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert not [name for name in page.headers if str(name[0]).startswith("Access-Control")]
    assert client.open(LOGIN, method="TRACE").status_code == 405
    assert closed == [404, 404, 404, 404]


def test_a_password_is_taken_exactly_as_typed_long_and_from_a_manager(
    client: FlaskClient, session: Session, mission: Organisation
) -> None:
    long = "Été à la dune, 64 escargots bleus " * 5
    user = make_user(session, mission, email="longue@exemple.fr", password=long)
    check_password_rule(
        "vague tranquille du phare, " + "abcdefghij klmnopqrst " * 2 + "le vent salé du soir"
    )

    page = parse(client.get(LOGIN)).select_one("input[name=password]")
    wrong = [
        send(client, LOGIN, email="longue@exemple.fr", password=one).status_code
        for one in (long.upper(), long.strip(), long[:72], f" {long}")
    ]
    right = send(client, LOGIN, email="longue@exemple.fr", password=long).status_code

    assert page is not None
    assert (page["type"], page["autocomplete"]) == ("password", "current-password")
    assert not [name for name in page.attrs if name.startswith("on")]
    assert (wrong, right) == ([422] * 4, 303)
    assert user.password_hash is not None


def test_the_demonstration_with_its_public_password_refuses_production(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        app.config, "SETTINGS", replace(app.config["SETTINGS"], environment="production")
    )

    done = app.test_cli_runner().invoke(args=["trefle", "demo", "--youth", "50"])

    assert done.exit_code != 0
    assert "n’existe pas en production" in done.output


def test_the_head_of_each_page_of_a_person_leads_out(client: FlaskClient, anne: User) -> None:
    enter(client)

    for path in ("/", "/compte", "/jeunes", "/compte/appareils"):
        form = parse(client.get(path)).select_one('header form[action="/compte/deconnexion"]')
        assert form is not None, path


def test_the_server_refuses_a_message_with_two_lengths() -> None:
    parser = HTTPRequestParser(Adjustments())
    head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 9\r\n\r\nabcd"

    parser.received(head)

    assert parser.error is not None


def test_an_address_holds_no_nul_and_nothing_endless_wherever_it_is_read(app: Flask) -> None:
    endless = (
        "mécano " * 8_000
    )  # SQLite takes no pattern of fifty thousand signs: a search answered 503

    with app.test_request_context(f"/propositions?q=pai%00n&q=%00&tri=nom&words={endless}"):
        assert request.args.getlist("q") == ["pain", ""]
        assert request.args["tri"] == "nom"
        assert request.args["words"] == endless[:2_000]
