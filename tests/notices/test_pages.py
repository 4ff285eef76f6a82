"""Mes avis through a browser, without JavaScript and with htmx."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.models import User
from app.core import clock
from app.notices.models import Notice
from app.policy.actor import OrganisationKind, Role
from tests.factories.accounts import (
    csrf_token,
    make_membership,
    make_organisation,
    make_user,
    sign_in,
)
from tests.factories.notices import make_notice
from tests.helpers.statements import watched
from tests.helpers.swap import assert_same, htmx_headers, parse, swap

pytestmark = pytest.mark.usefixtures("frozen")
LIST = "/avis/"


@pytest.fixture
def adviser(session: Session) -> User:
    """An adviser who may be told things."""
    return make_user(session, make_organisation(session, OrganisationKind.LOCAL_MISSION))


def browser(app: Flask, user: User) -> FlaskClient:
    return sign_in(app.test_client(), user)


def post(app: Flask, client: FlaskClient, path: str, **more: Any) -> TestResponse:
    return client.post(path, data={"csrf_token": csrf_token(app, client, LIST)}, **more)


def text_of(client: FlaskClient, path: str = LIST) -> str:
    return client.get(path).get_data(as_text=True)


def test_the_header_counts_what_is_unread(app: Flask, session: Session, adviser: User) -> None:
    make_notice(session, adviser)
    make_notice(session, adviser)
    make_notice(session, adviser, read_at=clock.now())

    bell = parse(text_of(browser(app, adviser), "/")).select_one("#bell")

    assert bell
    assert bell.get_text(" ", strip=True) == "Avis 2 non lus"


def test_the_list_shows_my_own_notices_and_nobody_else_s(
    app: Flask, session: Session, adviser: User
) -> None:
    make_notice(session, adviser, title="Pour moi")
    make_notice(session, make_user(session), title="Pour une autre personne")

    page = text_of(browser(app, adviser))

    assert "Pour moi" in page
    assert "Pour une autre personne" not in page


def test_read_notices_stand_under_all(app: Flask, session: Session, adviser: User) -> None:
    make_notice(session, adviser, title="Déjà lu", read_at=clock.now())
    client = browser(app, adviser)

    unread, everything = text_of(client), text_of(client, "/avis/?etat=tous")

    assert "Déjà lu" not in unread
    assert "Rien de nouveau" in unread
    assert "Déjà lu" in everything


def test_opening_marks_as_read_and_leads_to_the_act_under_the_right_hat(
    app: Flask, session: Session, adviser: User
) -> None:
    second = make_organisation(session, OrganisationKind.TRAINING_CENTRE, name="CFA de Brest")
    make_membership(session, adviser, second, Role.CFA_OFFICER)
    notice = make_notice(session, adviser, organisation_id=second.id, path="/places")
    client = browser(app, adviser)

    answer = post(app, client, f"/avis/{notice.id}/ouvrir")

    session.refresh(notice)
    assert answer.status_code == 303
    assert answer.location == "/places"
    assert notice.read_at == clock.now()
    assert "CFA de Brest" in text_of(client, "/")


def test_a_notice_whose_object_is_closed_to_its_reader_leads_to_a_neutral_404(
    app: Flask, session: Session, adviser: User
) -> None:
    notice = make_notice(session, adviser, path="/propositions/987654")
    client = browser(app, adviser)

    answer = client.get(post(app, client, f"/avis/{notice.id}/ouvrir").location)

    assert answer.status_code == 404
    assert "ou elle ne vous est pas ouverte" in answer.get_data(as_text=True)


def test_a_withdrawn_notice_leads_back_to_the_list(
    app: Flask, session: Session, adviser: User
) -> None:
    notice = make_notice(session, adviser, path="", withdrawn_at=clock.now())
    client = browser(app, adviser)

    answer = post(app, client, f"/avis/{notice.id}/ouvrir")

    assert answer.location == LIST
    assert "ne mène plus nulle part" in text_of(client)


@pytest.mark.parametrize("verb", ["lu", "ouvrir"])
def test_somebody_else_s_notice_is_not_there(
    app: Flask, session: Session, adviser: User, verb: str
) -> None:
    make_notice(session, adviser)
    notice = make_notice(session, make_user(session))

    answer = post(app, browser(app, adviser), f"/avis/{notice.id}/{verb}")

    session.refresh(notice)
    assert answer.status_code in (303, 404)
    assert notice.read_at is None


def test_marking_one_by_swap_gives_the_fresh_page(
    app: Flask, session: Session, adviser: User
) -> None:
    for number in range(30):
        make_notice(session, adviser, title=f"Avis numéro {number}")
    last = session.scalars(select(Notice.id).order_by(Notice.id.desc())).first()
    client = browser(app, adviser)
    before = parse(text_of(client, "/avis/?etat=tous"))

    answer = post(app, client, f"/avis/{last}/lu?etat=tous", headers=htmx_headers("notice-list"))

    after = swap(before, answer, target="notice-list", style="outerHTML")
    assert_same(after, parse(text_of(client, "/avis/?etat=tous")))
    assert_same(after, parse(text_of(client, "/avis/?etat=tous")), part="bell")


def test_marking_all_without_javascript_empties_the_list(
    app: Flask, session: Session, adviser: User
) -> None:
    make_notice(session, adviser)
    other = make_notice(session, make_user(session))
    client = browser(app, adviser)

    answer = post(app, client, "/avis/tout-lu")

    session.refresh(other)
    assert answer.status_code == 303
    assert answer.location == LIST
    assert "Rien de nouveau" in text_of(client)
    assert other.read_at is None


def test_the_list_costs_the_same_for_five_and_for_fifty(
    app: Flask, session: Session, adviser: User
) -> None:
    client, counts = browser(app, adviser), []
    for more in (5, 45):
        for _ in range(more):
            make_notice(session, adviser)
        with watched(session) as statements:
            client.get(LIST)
        counts.append(len(statements.budget))

    assert counts[0] == counts[1] <= 8
