"""The second factor: switched on, asked for, never twice with one code."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pyotp
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.emails import CODES_GUESSED
from app.accounts.models import Membership, Organisation, RecoveryCode, User
from app.accounts.services import enrolment_address, reset_lost_second_factor
from app.core import clock
from app.core.errors import NotFound
from app.core.journal import JournalEvent
from app.core.outbox import OutboxMail
from app.core.vault import unlock
from app.policy.actor import Role
from config import load_settings
from tests.accounts.conftest import send
from tests.factories.accounts import PASSWORD, actor_of, make_organisation, make_user, sign_in
from tests.helpers.swap import parse

pytestmark = pytest.mark.usefixtures("frozen")

PAGE, LOGIN, CODE = "/compte/double-verification", "/compte/connexion", "/compte/connexion/code"


@pytest.fixture
def anne(session: Session, mission: Organisation) -> User:
    """An adviser with a password and no second factor."""
    return make_user(session, mission, email="anne@exemple.fr", password=PASSWORD)


@pytest.fixture
def browser(app: Flask, anne: User) -> FlaskClient:
    """Anne, signed in."""
    return sign_in(app.test_client(), anne)


def code_of(session: Session, user: User) -> str:
    """What the telephone shows now."""
    session.expire_all()
    return str(pyotp.TOTP(unlock(user.totp_secret or "")).at(clock.now()))


def switch_on(session: Session, browser: FlaskClient, user: User) -> list[str]:
    """Switch the second factor on; return the recovery codes of the page."""
    send(browser, f"{PAGE}/preparer", page=PAGE)
    answer = send(browser, f"{PAGE}/activer", page=PAGE, code=code_of(session, user))
    return [str(one.string) for one in parse(answer).select("main li strong")]


def give_password(client: FlaskClient) -> None:
    """The first step of signing in."""
    send(
        client, f"{LOGIN}?next=/compte", email="anne@exemple.fr", password=PASSWORD, next="/compte"
    )


def test_the_square_and_the_secret_are_shown_once_it_is_prepared(
    session: Session, browser: FlaskClient, anne: User
) -> None:
    before = parse(browser.get(PAGE))

    send(browser, f"{PAGE}/preparer", page=PAGE)

    after = browser.get(PAGE)
    session.expire_all()
    assert before.select_one("svg.qr") is None
    assert parse(after).select_one("svg.qr path") is not None
    assert unlock(str(anne.totp_secret)) in after.get_data(as_text=True).replace(" ", "")
    assert "data:" not in str(parse(after).select_one("main"))
    assert after.headers["Cache-Control"] == "no-store"


def test_nothing_is_asked_until_a_first_code_confirms(
    session: Session, client: FlaskClient, browser: FlaskClient, anne: User
) -> None:
    send(browser, f"{PAGE}/preparer", page=PAGE)
    refused = send(browser, f"{PAGE}/activer", page=PAGE, code="000000")

    give_password(client)

    assert refused.status_code == 422
    assert client.get("/compte").status_code == 200


def test_it_is_switched_on_by_a_code_and_gives_ten_recovery_codes(
    session: Session, browser: FlaskClient, anne: User
) -> None:
    codes = switch_on(session, browser, anne)

    kept = session.scalars(select(RecoveryCode.digest)).all()
    assert len(set(codes)) == len(kept) == 10
    assert set(codes).isdisjoint(kept)
    assert browser.get("/compte").status_code == 200
    assert session.scalars(select(OutboxMail.kind)).all() == ["account_second_factor"]


def test_the_secret_is_not_shown_again(session: Session, browser: FlaskClient, anne: User) -> None:
    switch_on(session, browser, anne)

    page = browser.get(PAGE).get_data(as_text=True)

    assert unlock(str(anne.totp_secret)) not in page.replace(" ", "")


def test_switching_it_on_ends_the_other_sessions(
    session: Session, app: Flask, browser: FlaskClient, anne: User
) -> None:
    elsewhere = sign_in(app.test_client(), anne)

    switch_on(session, browser, anne)

    assert elsewhere.get("/compte").status_code == 303


def test_a_password_alone_opens_nothing_and_the_code_opens_the_page_asked_for(
    session: Session,
    client: FlaskClient,
    browser: FlaskClient,
    anne: User,
    frozen: time_machine.Traveller,
) -> None:
    switch_on(session, browser, anne)
    frozen.shift(timedelta(seconds=30))
    give_password(client)

    half_open = client.get("/compte").status_code
    answer = send(client, CODE, code=code_of(session, anne))

    assert half_open == 303
    assert (answer.status_code, answer.headers["Location"]) == (303, "/compte")
    assert client.get("/compte").status_code == 200


def test_a_code_never_serves_twice(
    session: Session,
    app: Flask,
    browser: FlaskClient,
    anne: User,
    frozen: time_machine.Traveller,
) -> None:
    switch_on(session, browser, anne)
    frozen.shift(timedelta(seconds=30))
    code, first, thief = code_of(session, anne), app.test_client(), app.test_client()
    give_password(first)
    give_password(thief)

    answers = send(first, CODE, code=code).status_code, send(thief, CODE, code=code).status_code

    assert answers == (303, 422)


def test_the_code_that_switched_it_on_does_not_sign_in(
    session: Session, client: FlaskClient, browser: FlaskClient, anne: User
) -> None:
    switch_on(session, browser, anne)
    give_password(client)

    answer = send(client, CODE, code=code_of(session, anne))

    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("around", "seconds", "status"),
    [
        (1, -30, 303),
        (1, 30, 303),
        (1, -90, 422),
        (1, 90, 422),
        (0, -30, 422),
        (0, 30, 422),
        (0, 0, 303),
    ],
)
def test_a_code_lives_thirty_seconds_unless_the_operator_gives_clocks_half_a_minute(
    session: Session,
    client: FlaskClient,
    browser: FlaskClient,
    anne: User,
    frozen: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
    around: int,
    seconds: int,
    status: int,
) -> None:
    config = client.application.config
    settings = config["SETTINGS"]
    assert settings.code_steps_around == load_settings({}).code_steps_around == 0
    monkeypatch.setitem(config, "SETTINGS", replace(settings, code_steps_around=around))
    switch_on(session, browser, anne)
    frozen.shift(timedelta(minutes=5))
    give_password(client)
    secret = unlock(str(anne.totp_secret))

    code = pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=seconds))

    assert send(client, CODE, code=code).status_code == status


def test_a_recovery_code_replaces_the_telephone_once_however_it_is_typed(
    session: Session, app: Flask, browser: FlaskClient, anne: User
) -> None:
    code = switch_on(session, browser, anne)[3]
    first, second = app.test_client(), app.test_client()
    give_password(first)
    give_password(second)

    answers = (
        send(first, CODE, code=code.upper().replace("-", " ")).status_code,
        send(second, CODE, code=code).status_code,
    )

    assert answers == (303, 422)


def test_the_second_step_ends_after_ten_minutes(
    session: Session,
    client: FlaskClient,
    browser: FlaskClient,
    anne: User,
    frozen: time_machine.Traveller,
) -> None:
    switch_on(session, browser, anne)
    give_password(client)

    frozen.shift(timedelta(minutes=10, seconds=1))

    assert client.get(CODE).headers["Location"] == LOGIN


def test_a_code_is_tried_eight_times_at_most(
    session: Session, client: FlaskClient, browser: FlaskClient, anne: User
) -> None:
    switch_on(session, browser, anne)
    give_password(client)

    answers = [send(client, CODE, code=f"{n:06d}").status_code for n in range(9)]

    assert answers == [422] * 8 + [429]


@pytest.mark.parametrize("way", [hashlib.sha256, hashlib.sha1])
def test_a_telephone_computes_by_sha_256_when_it_can_and_by_its_first_way_alone_from_then_on(
    session: Session,
    client: FlaskClient,
    browser: FlaskClient,
    anne: User,
    frozen: time_machine.Traveller,
    way: Any,
) -> None:
    send(browser, f"{PAGE}/preparer", page=PAGE)
    session.expire_all()
    address, secret = enrolment_address(anne) or "", unlock(str(anne.totp_secret))
    other = {hashlib.sha256: hashlib.sha1, hashlib.sha1: hashlib.sha256}[way]

    first = send(browser, f"{PAGE}/activer", page=PAGE, code=pyotp.TOTP(secret, digest=way).now())
    frozen.shift(timedelta(minutes=5))
    give_password(client)
    codes = [pyotp.TOTP(secret, digest=one).at(clock.now()) for one in (other, way)]
    answers = [send(client, CODE, code=one).status_code for one in codes]

    assert "algorithm=SHA256" in address
    assert (first.status_code, answers) == (200, [422, 303])


def test_the_owner_is_told_of_codes_that_are_tried_once_a_day(
    session: Session,
    client: FlaskClient,
    browser: FlaskClient,
    anne: User,
    frozen: time_machine.Traveller,
) -> None:
    switch_on(session, browser, anne)
    told = select(OutboxMail).where(OutboxMail.kind == CODES_GUESSED)
    counts = []

    for tries, minutes in ((7, 16), (8, 16), (8, 24 * 60)):
        give_password(client)
        for n in range(tries):
            send(client, CODE, code=f"{n:06d}")
        counts.append(len(session.scalars(told).all()))
        frozen.shift(timedelta(minutes=minutes))

    assert counts == [0, 1, 1]
    (mail,) = session.scalars(told).all()
    assert mail.recipient == anne.email
    assert "8 codes faux de suite" in mail.text_body


def test_new_recovery_codes_replace_the_old_ones(
    session: Session,
    client: FlaskClient,
    browser: FlaskClient,
    anne: User,
    frozen: time_machine.Traveller,
) -> None:
    old = switch_on(session, browser, anne)
    frozen.shift(timedelta(seconds=30))

    answer = send(browser, f"{PAGE}/codes", page=PAGE, code=code_of(session, anne))

    new = [str(one.string) for one in parse(answer).select("main li strong")]
    give_password(client)
    assert set(new).isdisjoint(old)
    assert send(client, CODE, code=old[0]).status_code == 422
    assert send(client, CODE, code=new[0]).status_code == 303


def test_it_is_switched_off_with_both_factors(
    session: Session,
    client: FlaskClient,
    browser: FlaskClient,
    anne: User,
    frozen: time_machine.Traveller,
) -> None:
    switch_on(session, browser, anne)
    frozen.shift(timedelta(seconds=30))
    fields = {"stop-password": PASSWORD, "stop-code": code_of(session, anne)}
    wrong = {**fields, "stop-password": "une autre phrase"}
    token = str(parse(browser.get(PAGE)).select_one("#stop-csrf")["value"])  # type: ignore[index]

    refused = browser.post(f"{PAGE}/arreter", data={**wrong, "stop-csrf_token": token})
    done = browser.post(f"{PAGE}/arreter", data={**fields, "stop-csrf_token": token})

    assert (refused.status_code, done.status_code) == (422, 303)
    give_password(client)
    assert client.get("/compte").status_code == 200


def test_the_database_keeps_the_secret_locked(
    session: Session, browser: FlaskClient, anne: User
) -> None:
    switch_on(session, browser, anne)

    kept = str(anne.totp_secret)

    assert unlock(kept) not in kept
    assert len(unlock(kept)) == 32


def test_an_administrator_frees_who_lost_the_telephone_and_the_person_is_told(
    app: Flask, session: Session, admin_browser: FlaskClient, browser: FlaskClient, anne: User
) -> None:
    switch_on(session, browser, anne)
    membership = session.scalars(select(Membership).where(Membership.user_id == anne.id)).one()
    page = f"/organisations/{membership.organisation_id}/membres/{anne.id}"

    answer = send(admin_browser, f"{page}/double-verification", page=page)

    session.expire_all()
    mail = session.scalars(select(OutboxMail).order_by(OutboxMail.id.desc())).first()
    event = session.scalars(
        select(JournalEvent).where(JournalEvent.event == "second_factor_reset")
    ).one()
    assert answer.status_code == 303
    assert not anne.has_second_factor
    assert session.query(RecoveryCode).count() == 0
    assert browser.get("/compte").status_code == 303
    assert mail is not None
    assert mail.recipient == anne.email
    assert event.details == {"user_id": anne.id}


def test_nobody_takes_their_own_second_factor_away_as_administrator(
    session: Session, admin_browser: FlaskClient, admin_user: User, mission: Organisation
) -> None:
    switch_on(session, admin_browser, admin_user)
    page = f"/organisations/{mission.id}/membres/{admin_user.id}"

    answer = send(admin_browser, f"{page}/double-verification", page=page)

    session.expire_all()
    assert answer.status_code == 409
    assert "Votre propre double vérification" in answer.text
    assert admin_user.has_second_factor


def test_an_administrator_elsewhere_frees_nobody(
    app: Flask, session: Session, browser: FlaskClient, anne: User, mission: Organisation
) -> None:
    switch_on(session, browser, anne)
    stranger = actor_of(
        session, make_user(session, make_organisation(session), Role.ORGANISATION_ADMIN)
    )

    for organisation_id in (mission.id, stranger.organisation_id):
        with pytest.raises(NotFound):
            reset_lost_second_factor(
                session, stranger, organisation_id=int(organisation_id or 0), user_id=anne.id
            )

    session.expire_all()
    assert anne.has_second_factor
