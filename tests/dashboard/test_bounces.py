"""A report of an undelivered mail becomes a notice for the person who can mend the address."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.core import outbox
from app.core.bounces import Report, message_id
from app.core.db import db, transaction
from app.core.outbox import MailState
from app.dashboard.services import take_reports
from app.dashboard.tasks import read_reports
from app.notices.models import Notice
from app.policy.actor import CLOCK, Role
from tests.core.test_bounces import report
from tests.factories.accounts import make_organisation, make_user, sign_in
from tests.factories.youth import make_youth

pytestmark = pytest.mark.usefixtures("frozen")


def returned(session: Session, recipient: str, youth_id: int | None = None) -> Report:
    """A mail that left, and the report that it came back."""
    mail = outbox.post(
        session,
        kind="a_kind",
        recipient=recipient,
        subject="Bonjour",
        text_body="Bonjour",
        html_body="<p>Bonjour</p>",
        youth_id=youth_id,
    )
    mail.state = MailState.SENT
    session.flush()
    return Report(mail.id, "5.1.1", is_for_good=True)


def told(session: Session) -> list[tuple[int, str]]:
    return [(one.user_id, one.event) for one in session.scalars(select(Notice).order_by(Notice.id))]


def test_the_adviser_is_told_of_a_youth_s_address_once_and_without_the_name(
    writing: Session,
) -> None:
    house = make_organisation(writing)
    adviser = make_user(writing, house)
    youth = make_youth(writing, house, adviser)
    report = returned(writing, "jeune@exemple.fr", youth.id)

    first = take_reports(writing, CLOCK, reports=[report])
    again = take_reports(writing, CLOCK, reports=[report])

    assert (first, again) == (1, 0)
    assert told(writing) == [(adviser.id, "mail_bounced")]
    assert youth.family_name not in writing.scalars(select(Notice.title)).one()


def test_the_administrator_is_told_of_a_member_s_address_and_opens_it_again(
    client: FlaskClient, session: Session
) -> None:
    with transaction() as writing:
        make_organisation(writing)  # the ids of the house and of the member differ
        house = make_organisation(writing)
        member = make_user(writing, house, Role.ADVISER)
        admin = make_user(writing, house, Role.ORGANISATION_ADMIN)
        take_reports(writing, CLOCK, reports=[returned(writing, member.email)])
    [notice] = session.scalars(select(Notice)).all()
    page = f"/organisations/{house.id}/membres/{member.id}"
    sign_in(client, admin)

    shown = client.get(notice.path)
    first = press(client, page, "Écrire de nouveau à cette adresse")
    again = client.post(f"{page}/courriels", data={"csrf_token": token_of(shown.text)})

    assert (notice.user_id, notice.event, notice.path) == (admin.id, "member_bounced", page)
    assert "Cette adresse ne reçoit plus rien" in shown.text
    assert (first.status_code, again.status_code) == (303, 409)
    assert outbox.stopped_among(db.session(), [member.email]) == frozenset()


def test_a_report_in_the_folder_stops_the_address_and_waits_for_the_adviser_until_it_is_opened(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    box = app.config["SETTINGS"].instance_path / "bounces"
    with transaction() as writing:
        house = make_organisation(writing)
        adviser = make_user(writing, house)
        youth = make_youth(writing, house, adviser)
        mail_id = returned(writing, "Jeune@exemple.fr", youth.id).mail_id
        youth_id, adviser_id = youth.id, adviser.id
    box.mkdir(parents=True, exist_ok=True)
    (box / "1.eml").write_bytes(report(message_id(mail_id, app.config["SECRET_KEY"], "x.fr")))
    sign_in(client, adviser)

    read_reports()
    read_reports()
    home, page = client.get("/"), f"/jeunes/{youth_id}/courriels"
    answer = press(client, page, "Écrire de nouveau à cette adresse")
    after = client.get("/"), client.get(page)
    later = outbox_state(youth_id)

    assert [one.name for one in box.rglob("*.eml")] == ["1.eml"]
    assert (box / "lus" / "1.eml").is_file()
    assert told(db.session()) == [(adviser_id, "mail_bounced")]
    assert "Des adresses à vérifier" in home.text
    assert f'href="{page}"' in home.text
    assert answer.status_code == 303
    assert "Des adresses à vérifier" not in after[0].text
    assert "Écrire de nouveau" not in after[1].text
    assert later is MailState.WAITING


def outbox_state(youth_id: int) -> MailState:
    """What becomes of the next mail to that address."""
    with transaction() as writing:
        mail = outbox.post(
            writing,
            kind="a_kind",
            recipient="jeune@exemple.fr",
            subject="Bonjour",
            text_body="Bonjour",
            html_body="<p>Bonjour</p>",
            youth_id=youth_id,
        )
        return mail.state


def token_of(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]


def press(client: FlaskClient, path: str, label: str) -> TestResponse:
    """Press the button of that label on a page."""
    page = client.get(path).text
    found = re.search(rf'<form[^>]*action="([^"]+)"(?:(?!</form>).)*{label}', page, re.S)
    assert found, f"no button {label}"
    return client.post(found[1], data={"csrf_token": token_of(found[0])})
