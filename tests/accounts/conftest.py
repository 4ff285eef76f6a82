"""A mission locale with its administrator, and a browser that fills forms."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.models import Organisation, User
from app.core.outbox import OutboxMail
from app.policy.actor import Actor, OrganisationKind, Role
from tests.factories.accounts import actor_of, csrf_token, make_organisation, make_user, sign_in

Send = Callable[..., TestResponse]


@pytest.fixture
def mission(session: Session) -> Organisation:
    """A mission locale."""
    return make_organisation(session, name="Mission locale de Quimper")


@pytest.fixture
def admin_user(session: Session, mission: Organisation) -> User:
    """The person who administers the mission locale, and follows youth too."""
    return make_user(session, mission, Role.ORGANISATION_ADMIN, Role.ADVISER)


@pytest.fixture
def admin(session: Session, admin_user: User) -> Actor:
    """The same, as the policy knows them."""
    return actor_of(session, admin_user)


@pytest.fixture
def platform(session: Session) -> Actor:
    """An administrator of the platform."""
    team = make_organisation(session, OrganisationKind.PLATFORM, name="Équipe Trèfle")
    return actor_of(session, make_user(session, team))


@pytest.fixture
def admin_browser(app: Flask, admin_user: User) -> FlaskClient:
    """The administrator of the mission locale, signed in."""
    return sign_in(app.test_client(), admin_user)


@pytest.fixture
def platform_browser(app: Flask, session: Session, platform: Actor) -> FlaskClient:
    """The administrator of the platform, signed in."""
    return sign_in(app.test_client(), session.get_one(User, platform.user_id))


def send(browser: FlaskClient, path: str, *, page: str = "", **fields: Any) -> TestResponse:
    """Post a form with the token of the page that shows it (the same address unless `page` says another)."""
    token = csrf_token(browser.application, browser, page or path)
    return browser.post(path, data={"csrf_token": token, **fields})


def link_in_last_mail(session: Session, part: str) -> str:
    """The path of the link with this part in the newest mail."""
    mail = session.scalars(select(OutboxMail).order_by(OutboxMail.id.desc())).first()
    assert mail is not None, "no mail was written"
    found = re.search(rf"https?://[^/\s]+(/[^\s]*{part}/[^\s]+)", mail.text_body)
    assert found, f"no link to {part} in the mail"
    return found[1]
