"""Asking to join by SIRET: the same answer to anybody, a decision by whoever administers, an invitation in the end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Invitation, JoinRequest, Organisation, OrganisationStatus
from app.accounts.services.joining import accept_request, forget_old_requests
from app.core.db import transaction
from app.core.errors import Conflict, NotFound
from app.core.outbox import OutboxMail
from app.core.tasks import run_queued_jobs
from app.policy.actor import Actor, Role
from tests.accounts.conftest import link_in_last_mail, send
from tests.factories.accounts import PASSWORD, actor_of, make_organisation, make_user

pytestmark = pytest.mark.usefixtures("frozen")

SIRET, UNKNOWN = "13002526500013", "35600000000048"
NINA = {"given_name": "Nina", "family_name": "Neuve", "email": "Nina@exemple.fr"}


@pytest.fixture
def known(session: Session, mission: Organisation) -> Organisation:
    """The mission locale, with its SIRET."""
    mission.siret = SIRET
    session.flush()
    return mission


def ask(client: FlaskClient, siret: str = SIRET, **more: Any) -> Any:
    """Fill the form as Nina."""
    return send(client, "/rejoindre", siret=siret, **{**NINA, **more})


def recipients(session: Session) -> set[str]:
    """To whom the tasks wrote."""
    session.commit()
    run_queued_jobs()
    return set(session.scalars(select(OutboxMail.recipient)))


def test_the_answer_is_the_same_whether_the_siret_is_known_or_not(
    session: Session, client: FlaskClient, known: Organisation
) -> None:
    known_answer = ask(client)
    unknown_answer = ask(client, UNKNOWN, email="autre@exemple.fr")

    assert known_answer.status_code == unknown_answer.status_code == 200
    assert known_answer.text == unknown_answer.text
    assert len(session.scalars(select(JoinRequest)).all()) == 2


def test_the_administrator_is_told_and_the_platform_when_nobody_administers(
    session: Session, client: FlaskClient, known: Organisation, admin: Actor, platform: Actor
) -> None:
    ask(client)
    first = recipients(session)
    ask(client, UNKNOWN, email="autre@exemple.fr")

    second = recipients(session) - first

    assert len(first) == len(second) == 1
    assert first.isdisjoint(second)


def test_who_asks_again_while_a_request_waits_is_told_of_once(
    session: Session, client: FlaskClient, known: Organisation, admin: Actor
) -> None:
    ask(client)
    recipients(session)

    again = ask(client)
    recipients(session)

    mails = session.scalars(select(OutboxMail.id)).all()
    assert again.status_code == 200
    assert (len(session.scalars(select(JoinRequest)).all()), len(mails)) == (1, 1)


def test_the_first_page_of_the_platform_shows_only_who_waits_for_it(
    session: Session,
    client: FlaskClient,
    known: Organisation,
    admin: Actor,
    platform_browser: FlaskClient,
) -> None:
    ask(client)
    ask(client, UNKNOWN, email="autre@exemple.fr", given_name="Otto")

    page = platform_browser.get("/").text

    assert "Otto Neuve" in page
    assert "Nina Neuve" not in page


def test_accepting_invites_and_the_link_opens_the_account(
    session: Session, client: FlaskClient, known: Organisation, admin_browser: FlaskClient
) -> None:
    ask(client)
    row = session.scalars(select(JoinRequest)).one()
    page = f"/demandes/{row.id}"

    send(admin_browser, f"{page}/accepter", page=page, roles=Role.ADVISER.value)
    link = link_in_last_mail(session, "invitation")
    joined = send(client, link, password=PASSWORD)

    session.expire_all()
    invitation = session.scalars(select(Invitation)).one()
    assert joined.status_code == 303
    assert (invitation.email, invitation.roles) == ("nina@exemple.fr", ["adviser"])
    assert row.is_accepted


def test_a_refusal_is_told_and_invites_nobody(
    session: Session, client: FlaskClient, known: Organisation, admin_browser: FlaskClient
) -> None:
    ask(client)
    row = session.scalars(select(JoinRequest)).one()
    page = f"/demandes/{row.id}"

    send(admin_browser, f"{page}/refuser", page=page)

    mail = session.scalars(select(OutboxMail).order_by(OutboxMail.id.desc())).first()
    assert session.scalars(select(Invitation)).all() == []
    assert mail is not None
    assert mail.recipient == "nina@exemple.fr"
    assert admin_browser.get(page).status_code == 409


def test_nobody_else_decides(session: Session, client: FlaskClient, known: Organisation) -> None:
    ask(client)
    row = session.scalars(select(JoinRequest)).one()
    stranger = actor_of(
        session, make_user(session, make_organisation(session), Role.ORGANISATION_ADMIN)
    )

    with pytest.raises(NotFound):
        accept_request(session, stranger, request_id=row.id, roles=[Role.ADVISER])


def test_a_siret_that_nobody_bears_waits_for_the_platform_to_create_the_organisation(
    session: Session, client: FlaskClient, admin: Actor, platform: Actor
) -> None:
    ask(client, UNKNOWN)
    row = session.scalars(select(JoinRequest)).one()

    with pytest.raises(NotFound):
        accept_request(session, admin, request_id=row.id, roles=[Role.ADVISER])
    with pytest.raises(Conflict, match="Créez-la"):
        accept_request(session, platform, request_id=row.id, roles=[Role.ADVISER])
    make_organisation(session, siret=UNKNOWN)
    session.commit()
    with transaction() as writing:
        accept_request(writing, platform, request_id=row.id, roles=[Role.ADVISER])

    assert session.scalars(select(Invitation.email)).all() == ["nina@exemple.fr"]


def test_the_siret_of_a_closed_house_is_said_to_be_closed_and_leads_to_its_opening_again(
    session: Session, client: FlaskClient, known: Organisation, platform_browser: FlaskClient
) -> None:
    known.status = OrganisationStatus.CLOSED
    ask(client)
    row = session.scalars(select(JoinRequest)).one()
    page, house = f"/demandes/{row.id}", f"/organisations/{known.id}"
    accept = f"{page}/accepter"

    shown = platform_browser.get(page).text
    early = send(platform_browser, accept, page=page, roles=Role.ADVISER.value)

    assert known.name in shown
    assert "est fermée" in shown
    assert f'href="{house}"' in shown
    assert "Créez-la" not in shown
    assert "/organisations/nouvelle" not in shown
    assert accept not in shown
    assert early.status_code == 409
    assert "Rouvrez-la d’abord" in early.text
    assert session.scalars(select(Invitation)).all() == []

    assert "Rouvrir l’organisation" in platform_browser.get(house).text
    send(platform_browser, f"{house}/accepter", page=house)
    accepted = send(platform_browser, accept, page=page, roles=Role.ADVISER.value)

    assert accepted.status_code == 303
    assert session.scalars(select(Invitation.organisation_id)).all() == [known.id]


@pytest.mark.parametrize(
    ("siret", "message"),
    [("", "Écrivez le SIRET"), ("12345678901234", "Ce SIRET n’est pas juste")],
)
def test_a_wrong_siret_is_refused_and_nothing_typed_is_lost(
    session: Session, client: FlaskClient, siret: str, message: str
) -> None:
    answer = ask(client, siret)

    assert answer.status_code == 422
    assert message in answer.text
    assert 'value="Nina"' in answer.text
    assert session.scalars(select(JoinRequest)).all() == []


def test_asking_is_limited_by_address(client: FlaskClient) -> None:
    statuses = [ask(client).status_code for _ in range(9)]

    assert statuses[:8] == [200] * 8
    assert statuses[8] == 429


def test_a_request_is_forgotten_after_thirty_days(
    session: Session, client: FlaskClient, frozen: time_machine.Traveller
) -> None:
    ask(client)
    before = forget_old_requests(session)
    frozen.shift(timedelta(days=31))

    after = forget_old_requests(session)

    assert (before, after) == (0, 1)
