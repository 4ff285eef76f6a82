"""Passwords: their rule, forgotten, changed; how often one may try."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, PasswordResetRequest, User
from app.accounts.services import (
    Passwords,
    check_password_rule,
    end_all_sessions,
    sign_out_everywhere,
)
from app.core.errors import Invalid
from app.core.outbox import OutboxMail
from app.core.tasks import run_queued_jobs
from config import load_settings
from tests.accounts.conftest import link_in_last_mail, send
from tests.factories.accounts import PASSWORD, make_user, sign_in
from tests.helpers.statements import watched

pytestmark = pytest.mark.usefixtures("frozen")

NEW = "quatre pommes vertes au bord du chemin"
LOGIN, FORGOTTEN = "/compte/connexion", "/compte/mot-de-passe-oublie"


@pytest.fixture
def anne(session: Session, mission: Organisation) -> User:
    """A person with a password."""
    user = make_user(
        session,
        mission,
        email="anne@exemple.fr",
        given_name="Anne-Gaëlle",
        family_name="Kerviel",
        password=PASSWORD,
    )
    session.commit()
    return user


def ask_link(session: Session, client: FlaskClient) -> str:
    """Ask for a new password as Anne; return the path of the link that she receives."""
    send(client, FORGOTTEN, email="anne@exemple.fr")
    run_queued_jobs()
    session.expire_all()
    return link_in_last_mail(session, "nouveau-mot-de-passe")


def enters(client: FlaskClient, password: str) -> bool:
    """Whether Anne comes in with this password."""
    return send(client, LOGIN, email="anne@exemple.fr", password=password).status_code == 303


@contextmanager
def counted_hashes() -> Iterator[list[str]]:
    """The hash verifications made meanwhile: the library's own function, listened to."""
    made: list[str] = []
    verify = PasswordHasher.verify

    def listening(self: PasswordHasher, digest: str | bytes, password: str | bytes) -> bool:
        made.append("verified")
        return bool(verify(self, digest, password))

    PasswordHasher.verify = listening  # type: ignore[method-assign,assignment]
    try:
        yield made
    finally:
        PasswordHasher.verify = verify  # type: ignore[method-assign]


@pytest.mark.parametrize(
    "password",
    [
        "trop court",
        "aaaaaaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "soleil soleil soleil",
        "vbnfg - vbnfg; vbnfg",
        "motdepasse123456",
        "Mot de passe 2026 !",
        "azertyuiopqsdfghjklm",
        "1234567890123456",
        "abcdefghijklmnopqrst",
        "missionlocale2026",
        "MissionLocaleQuimper",
        "AnneGaelleKerviel29",
        "Password!Password!",
        "jeunejeunejeune2026",
        "octobre novembre 2026",
    ],
)
def test_what_everybody_guesses_first_is_refused(password: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_password_rule(password, about=("Anne-Gaëlle", "Kerviel", "Mission locale de Quimper"))

    assert refusal.value.field == "password"


def test_a_password_of_many_blanks_is_judged_at_once() -> None:
    began = time.process_time()

    check_password_rule(" " * 28 + "zébulgh", about=())

    # Ten seconds when a pattern tried every way to cut the blanks, and twice that for one blank more.
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "password",
    [PASSWORD, NEW, "le chat noir dort", "correct horse battery staple", "x7#Kd92!mQpz4vTb"],
)
def test_a_phrase_of_one_s_own_is_taken_without_digits_or_signs(password: str) -> None:
    refusals = []

    try:
        check_password_rule(password)
    except Invalid as error:
        refusals.append(error.message)

    assert refusals == []


def test_a_forgotten_password_is_chosen_anew_by_the_link_of_a_mail(
    session: Session, client: FlaskClient, anne: User
) -> None:
    path = ask_link(session, client)

    answer = send(client, path, password=NEW)

    assert answer.status_code == 303
    assert not enters(client, PASSWORD)
    assert enters(client, NEW)


def test_the_request_is_forgotten_once_it_is_answered(
    session: Session, client: FlaskClient, anne: User
) -> None:
    ask_link(session, client)

    left = session.scalars(select(PasswordResetRequest.id)).all()

    assert left == []


def test_opening_the_link_changes_nothing_and_stays_in_no_cache(
    session: Session, client: FlaskClient, anne: User
) -> None:
    path = ask_link(session, client)

    answers = [client.get(path) for _ in range(3)]

    assert [one.status_code for one in answers] == [200, 200, 200]
    assert {one.headers["Cache-Control"] for one in answers} == {"no-store"}
    assert enters(client, PASSWORD)


def test_a_link_serves_once(session: Session, client: FlaskClient, anne: User) -> None:
    path = ask_link(session, client)
    send(client, path, password=NEW)

    assert client.get(path).status_code == 404


def test_two_links_are_out_at_once_and_the_first_used_ends_the_other(
    session: Session, client: FlaskClient, anne: User
) -> None:
    first, second = ask_link(session, client), ask_link(session, client)

    send(client, first, password=NEW)

    assert client.get(second).status_code == 404


def test_a_link_dies_after_an_hour(
    session: Session, client: FlaskClient, anne: User, frozen: time_machine.Traveller
) -> None:
    path = ask_link(session, client)

    frozen.shift(timedelta(hours=1, seconds=1))

    assert client.get(path).status_code == 404


def test_a_link_does_not_survive_a_restore_nor_the_end_of_all_sessions(
    session: Session, client: FlaskClient, anne: User
) -> None:
    path = ask_link(session, client)

    end_all_sessions(session)
    session.commit()

    assert client.get(path).status_code == 404


def test_an_epoch_of_before_a_restore_never_comes_back(
    session: Session, anne: User, frozen: time_machine.Traveller
) -> None:
    saved = anne.session_epoch
    frozen.shift(timedelta(minutes=1))
    sign_out_everywhere(session, user_id=anne.id)
    before_restore = anne.session_epoch
    anne.session_epoch = saved  # the older copy is put back
    session.flush()
    frozen.shift(timedelta(minutes=1))

    end_all_sessions(session)

    session.expire_all()
    assert anne.session_epoch > before_restore > saved


def test_a_weak_password_is_refused_and_the_link_still_serves(
    session: Session, client: FlaskClient, anne: User
) -> None:
    path = ask_link(session, client)

    answer = send(client, path, password="anne-gaelle kerviel")

    assert answer.status_code == 422
    assert client.get(path).status_code == 200


def test_a_new_password_ends_the_open_sessions_and_is_told_by_mail(
    session: Session, app: Flask, client: FlaskClient, anne: User
) -> None:
    browser = sign_in(app.test_client(), anne)
    session.commit()

    send(client, ask_link(session, client), password=NEW)

    session.expire_all()
    kinds = session.scalars(select(OutboxMail.kind).order_by(OutboxMail.id)).all()
    assert browser.get("/").headers["Location"].startswith(LOGIN)
    assert kinds == ["account_password_reset", "account_password_changed"]


def test_asking_for_an_unknown_address_gives_the_same_page_and_does_the_same_work(
    session: Session, app: Flask, anne: User
) -> None:
    pages, works = [], []
    for email in ("anne@exemple.fr", "inconnue@exemple.fr"):
        browser = app.test_client()
        browser.get(FORGOTTEN)
        with watched(session) as statements:
            answer = send(browser, FORGOTTEN, email=email)
        pages.append((answer.status_code, answer.get_data()))
        works.append([re.sub(r"savepoint_\d+", "savepoint", text) for text, _ in statements.sent])

    assert pages[0] == pages[1]
    assert works[0] == works[1]


def test_an_unknown_address_and_a_closed_account_receive_nothing(
    session: Session, client: FlaskClient, anne: User
) -> None:
    anne.is_active = False
    session.commit()
    for email in ("anne@exemple.fr", "inconnue@exemple.fr"):
        send(client, FORGOTTEN, email=email)

    run_queued_jobs()

    assert session.scalars(select(OutboxMail.id)).all() == []


def test_whoever_asks_again_and_again_fills_nobody_s_mailbox(
    session: Session, client: FlaskClient, anne: User, frozen: time_machine.Traveller
) -> None:
    written = select(OutboxMail.id).where(OutboxMail.kind == "account_password_reset")
    counts = []

    for minutes in (0, 0, 0, 0, 0, 61):
        frozen.shift(timedelta(minutes=minutes))
        send(client, FORGOTTEN, email="anne@exemple.fr")
        session.commit()
        run_queued_jobs()
        counts.append(len(session.scalars(written).all()))

    assert counts == [1, 2, 3, 3, 3, 4]


def test_an_account_is_asked_for_eight_times_at_most(client: FlaskClient, anne: User) -> None:
    answers = [send(client, FORGOTTEN, email="anne@exemple.fr").status_code for _ in range(9)]

    assert answers == [200] * 8 + [429]


def test_a_password_is_tried_eight_times_at_most_and_the_right_one_then_fails_too(
    client: FlaskClient, anne: User, frozen: time_machine.Traveller
) -> None:
    fields = {"email": "anne@exemple.fr", "password": "une autre phrase"}
    answers = [send(client, LOGIN, **fields).status_code for _ in range(9)]

    locked = enters(client, PASSWORD)
    frozen.shift(timedelta(minutes=15, seconds=1))

    assert answers == [422] * 8 + [429]
    assert not locked
    assert enters(client, PASSWORD)


def test_one_address_tries_forty_accounts_at_most(client: FlaskClient) -> None:
    answers = [
        send(client, LOGIN, email=f"p{n}@exemple.fr", password="une phrase").status_code
        for n in range(41)
    ]

    assert answers == [422] * 40 + [429]


def test_forged_links_are_counted_by_address(client: FlaskClient) -> None:
    answers = [client.get(f"/compte/nouveau-mot-de-passe/faux{n}").status_code for n in range(41)]

    assert answers == [404] * 40 + [429]


@pytest.mark.parametrize("email", ["anne@exemple.fr", "inconnue@exemple.fr"])
def test_signing_in_verifies_one_hash_whether_the_address_is_known_or_not(
    client: FlaskClient, anne: User, email: str
) -> None:
    with counted_hashes() as made:
        answer = send(client, LOGIN, email=email, password="une autre phrase")

    assert answer.status_code == 422
    assert len(made) == 1


def test_one_s_own_password_is_changed_and_this_browser_alone_goes_on(
    session: Session, app: Flask, anne: User
) -> None:
    here, elsewhere = sign_in(app.test_client(), anne), sign_in(app.test_client(), anne)

    answer = send(here, "/compte/mot-de-passe", current=PASSWORD, password=NEW)

    assert answer.status_code == 303
    assert here.get("/compte").status_code == 200
    assert elsewhere.get("/compte").status_code == 303


def test_the_present_password_is_asked_for(app: Flask, anne: User) -> None:
    browser = sign_in(app.test_client(), anne)

    answer = send(browser, "/compte/mot-de-passe", current="une autre", password=NEW)

    assert answer.status_code == 422
    assert "mot de passe actuel" in answer.get_data(as_text=True)


def test_a_password_is_kept_by_argon2id_at_its_full_cost() -> None:
    settings = load_settings({})
    passwords = Passwords(settings.argon2_memory_kib, settings.argon2_time_cost)

    kept = passwords.hash(PASSWORD)

    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert (passwords.matches(PASSWORD, kept), passwords.matches(PASSWORD + " ", kept)) == (
        True,
        False,
    )


def test_no_page_repeats_a_password(app: Flask, anne: User) -> None:
    browser = sign_in(app.test_client(), anne)

    answer = send(browser, "/compte/mot-de-passe", current="ancienne phrase", password="court")

    assert b"ancienne phrase" not in answer.get_data()
