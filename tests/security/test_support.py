"""Support looks at the portal as somebody else: a reason, half an hour, no writing, never a youth."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Impersonation, Organisation, User
from app.accounts.queries import hats_of
from app.core import clock
from app.core.access import AccessRecord
from app.core.journal import JournalEvent
from app.core.outbox import OutboxMail
from app.core.presentation import instant
from app.imports.models import ImportBatch, ImportKind, ImportRow
from app.policy.actor import OrganisationKind, Role
from tests.accounts.conftest import send
from tests.factories.accounts import make_organisation, make_user, sign_in
from tests.factories.youth import make_youth
from tests.helpers.swap import parse

pytestmark = pytest.mark.usefixtures("frozen")

REASON = "Vous ne trouvez plus le bouton « Proposer »."


@pytest.fixture
def anne(session: Session) -> User:
    """An adviser."""
    return make_user(session, make_organisation(session, name="Mission locale de Quimper"))


@pytest.fixture
def support(app: Flask, session: Session) -> FlaskClient:
    """The team of the platform, signed in."""
    team = make_organisation(session, OrganisationKind.PLATFORM)
    return sign_in(app.test_client(), make_user(session, team))


def place_of(session: Session, user: User) -> int:
    """Where this person works."""
    return hats_of(session, user.id)[0].organisation_id


def look(session: Session, support: FlaskClient, user: User, reason: str = REASON) -> str:
    """Look as this person; where that leads."""
    path = f"/support/{place_of(session, user)}/{user.id}"
    answer = send(support, path, reason=reason)
    return answer.headers.get("Location", str(answer.status_code))


def test_the_banner_stands_on_each_page_and_the_person_is_told(
    session: Session, support: FlaskClient, anne: User
) -> None:
    where = look(session, support, anne)

    row = session.scalars(select(Impersonation)).one()
    mail = session.scalars(select(OutboxMail)).one()
    events = session.scalars(select(JournalEvent.event)).all()
    for path in (where, "/formations", "/nulle-part"):
        banner = parse(support.get(path)).select_one("header form.environment-banner")
        assert banner is not None
        assert f"comme {anne.full_name}" in banner.text
        assert f"jusqu’au {instant(row.ends_at)}" in banner.text
    assert (row.user_id, row.reason) == (anne.id, REASON)
    assert (mail.recipient, REASON in mail.text_body) == (anne.email, True)
    assert "support_began" in events


def test_no_youth_is_opened_and_no_reading_is_noted(
    session: Session, support: FlaskClient, anne: User
) -> None:
    house = session.get_one(Organisation, place_of(session, anne))
    youth = make_youth(session, house, anne)
    batch = ImportBatch(
        kind=ImportKind.YOUTH,
        organisation_id=house.id,
        user_id=anne.id,
        file_name="jeunes.csv",
        uploaded_at=clock.now(),
    )
    session.add(batch)
    session.flush()
    session.add(ImportRow(batch_id=batch.id, number=2, cells=[youth.family_name, "Enora"]))
    look(session, support, anne)

    paths = ("/", "/jeunes", f"/jeunes/{youth.id}", "/jeunes/nouveau", f"/imports/{batch.id}")
    pages = [support.get(path) for path in paths]

    assert (pages[0].status_code, "regard du support" in pages[0].text) == (200, True)
    assert [one.status_code for one in pages[2:]] == [404, 404, 404]
    assert "Mes jeunes" in pages[1].text
    for one in pages:
        assert youth.family_name not in one.text
    assert session.scalars(select(AccessRecord)).all() == []


def test_no_way_is_shown_to_support_that_does_not_open(
    session: Session, support: FlaskClient, anne: User
) -> None:
    youth = make_youth(session, session.get_one(Organisation, place_of(session, anne)), anne)
    look(session, support, anne)

    ways = ("/jeunes/nouveau", f"/jeunes/{youth.id}")
    shown = {
        who: [way in client.get("/jeunes").text for way in ways]
        for who, client in {
            "support": support,
            "anne": sign_in(support.application.test_client(), anne),
        }.items()
    }

    assert shown == {"support": [False, False], "anne": [True, True]}


def test_support_sees_the_buttons_of_the_person_and_can_press_none(
    session: Session, support: FlaskClient, app: Flask
) -> None:
    manager = make_user(session, make_organisation(session), Role.MANAGER)
    look(session, support, manager)
    own = sign_in(app.test_client(), manager)

    for path in ("/delais", "/conventions/nouvelle", "/mes-donnees"):
        seen, real = parse(support.get(path)), parse(own.get(path))
        assert [one["name"] for one in seen.select("main form [name]")] == [
            one["name"] for one in real.select("main form [name]")
        ]
        assert seen.select("main form[method=post] button")
        assert seen.select("form[method=post] > :not(fieldset[disabled]) button") == []
        ways = {
            one["action"]
            for one in seen.select("form:not(:has(> fieldset[disabled]))[method=post]")
        }
        assert ways == {"/support/fin", "/compte/deconnexion"}
        assert real.select("fieldset[disabled]") == []


def test_support_writes_nothing_while_it_looks(
    session: Session, support: FlaskClient, anne: User
) -> None:
    where = look(session, support, anne)

    for path in ("/compte/deconnexion-partout", "/conventions/nouvelle", "/jeunes/nouveau"):
        assert send(support, path, page=where).status_code in {403, 404}
    session.expire_all()

    assert session.get_one(User, anne.id).session_epoch == anne.session_epoch
    assert support.get("/compte").status_code == 404
    assert support.get("/compte/double-verification").status_code == 404


def test_support_is_itself_again_by_a_button_or_after_half_an_hour(
    session: Session, support: FlaskClient, anne: User, frozen: time_machine.Traveller
) -> None:
    where = look(session, support, anne)
    send(support, "/support/fin", page=where)
    by_button = support.get("/support").status_code
    look(session, support, anne)
    frozen.shift(timedelta(minutes=29))
    still = support.get("/support").status_code
    frozen.shift(timedelta(minutes=1))

    after = support.get("/support").status_code

    assert (by_button, still, after) == (200, 404, 200)


def test_a_look_has_a_reason_and_is_never_the_platform(
    session: Session, support: FlaskClient, anne: User
) -> None:
    colleague = make_user(session, make_organisation(session, OrganisationKind.PLATFORM))

    assert look(session, support, anne, "bug") == "422"
    assert look(session, support, colleague) == "409"
    assert session.scalars(select(Impersonation)).all() == []


@pytest.mark.parametrize("role", [Role.ADVISER, Role.ORGANISATION_ADMIN, Role.MANAGER])
def test_nobody_but_the_platform_looks_as_somebody_else(
    app: Flask, session: Session, anne: User, role: Role
) -> None:
    colleague = make_user(session, make_organisation(session), role)
    browser = sign_in(app.test_client(), colleague)

    assert browser.get(f"/support/{place_of(session, anne)}/{anne.id}").status_code == 404


def test_the_person_reads_who_looked_and_why(
    app: Flask, session: Session, support: FlaskClient, anne: User
) -> None:
    look(session, support, anne)

    page = sign_in(app.test_client(), anne).get("/compte").text

    assert REASON in page
    assert REASON in sign_support_list(session, support)


def sign_support_list(session: Session, support: FlaskClient) -> str:
    """The platform's list, once support is itself again."""
    send(support, "/support/fin", page="/nulle-part")
    return support.get("/support").text
