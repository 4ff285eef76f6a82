"""People come by invitation, get roles, and leave."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.labels import KINDS, ROLES, ROLES_OF, admin_role
from app.accounts.models import FieldTerritory, Invitation, Membership, Organisation, User
from app.accounts.queries import hats_of, territory_of
from app.accounts.services import change_roles, end_membership, invite
from app.core import clock
from app.core.db import transaction
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.outbox import OutboxMail
from app.core.tokens import seal
from app.policy.actor import Actor, OrganisationKind, Role
from tests.accounts.conftest import link_in_last_mail, send
from tests.factories.accounts import (
    PASSWORD,
    actor_of,
    make_organisation,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.usefixtures("frozen")

K = OrganisationKind


def ask(session: Session, actor: Actor, organisation: Organisation, *roles: Role) -> str:
    """Invite Anne as an adviser (or with these roles); return the path of the link that she receives."""
    session.commit()
    with transaction() as writing:
        invite(
            writing,
            actor,
            organisation_id=organisation.id,
            email="Anne@Exemple.fr",
            given_name="Anne",
            family_name="Le Bris",
            roles=roles or (Role.ADVISER,),
        )
    return link_in_last_mail(session, "invitation")


def roles_of(session: Session, user: User, organisation: Organisation) -> set[Role]:
    """The roles held now."""
    session.expire_all()
    hats = hats_of(session, user.id)
    return set().union(*(hat.roles for hat in hats if hat.organisation_id == organisation.id))


def anne(session: Session) -> User | None:
    """The account of the person invited."""
    return session.scalar(select(User).where(User.email == "anne@exemple.fr"))


def test_an_invitation_is_a_mail_with_a_link_and_the_link_opens_an_account(
    session: Session, client: FlaskClient, admin: Actor, mission: Organisation
) -> None:
    path = ask(session, admin, mission)

    answer = send(client, path, password=PASSWORD)

    user = anne(session)
    assert answer.status_code == 303
    assert user is not None
    assert roles_of(session, user, mission) == {Role.ADVISER}


def test_the_new_account_signs_in_with_its_password(
    session: Session, client: FlaskClient, admin: Actor, mission: Organisation
) -> None:
    send(client, ask(session, admin, mission), password=PASSWORD)

    answer = send(client, "/compte/connexion", email="anne@exemple.fr", password=PASSWORD)

    assert answer.status_code == 303
    assert "Mission locale de Quimper" in client.get("/").get_data(as_text=True)


def test_opening_the_link_changes_nothing(
    session: Session, client: FlaskClient, admin: Actor, mission: Organisation
) -> None:
    path = ask(session, admin, mission)

    first, second = client.get(path), client.get(path)

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.headers["Cache-Control"] == "no-store"
    assert anne(session) is None


def test_a_link_serves_once(
    session: Session, client: FlaskClient, admin: Actor, mission: Organisation
) -> None:
    path = ask(session, admin, mission)
    send(client, path, password=PASSWORD)

    answer = client.get(path)

    assert answer.status_code == 404


def test_a_link_dies_after_seven_days(
    session: Session,
    client: FlaskClient,
    admin: Actor,
    mission: Organisation,
    frozen: time_machine.Traveller,
) -> None:
    path = ask(session, admin, mission)

    frozen.shift(timedelta(days=7, seconds=1))

    assert client.get(path).status_code == 404


def test_a_withdrawn_invitation_opens_nothing(
    session: Session,
    client: FlaskClient,
    admin: Actor,
    admin_browser: FlaskClient,
    mission: Organisation,
) -> None:
    path, page = ask(session, admin, mission), f"/organisations/{mission.id}"
    invitation_id = session.scalars(select(Invitation.id)).one()

    send(admin_browser, f"{page}/invitations/{invitation_id}/retirer", page=page)

    assert client.get(path).status_code == 404


def test_a_second_invitation_ends_the_first(
    session: Session, client: FlaskClient, admin: Actor, mission: Organisation
) -> None:
    first, second = ask(session, admin, mission), ask(session, admin, mission)

    statuses = client.get(first).status_code, client.get(second).status_code

    assert statuses == (404, 200)


@pytest.mark.parametrize("purpose", ["password-reset", "invitation "])
def test_a_token_sealed_for_something_else_is_no_invitation(
    session: Session,
    app: Flask,
    client: FlaskClient,
    admin: Actor,
    mission: Organisation,
    purpose: str,
) -> None:
    ask(session, admin, mission)
    invitation_id = session.scalars(select(Invitation.id)).one()
    token = seal(purpose, [invitation_id], good_for=timedelta(days=1))

    answer = client.get(f"/invitation/{token}")

    assert answer.status_code == 404


def test_a_weak_password_is_refused_and_the_link_still_serves(
    session: Session, client: FlaskClient, admin: Actor, mission: Organisation
) -> None:
    path = ask(session, admin, mission)

    answer = send(client, path, password="court")

    assert answer.status_code == 422
    assert "15 caractères" in answer.get_data(as_text=True)
    assert client.get(path).status_code == 200


def test_who_has_an_account_must_be_signed_in_to_join(
    session: Session, app: Flask, client: FlaskClient, admin: Actor, mission: Organisation
) -> None:
    known = make_user(session, email="anne@exemple.fr", password=PASSWORD)
    path = ask(session, admin, mission)
    browser = sign_in(app.test_client(), known)

    page = client.get(path).get_data(as_text=True)
    joined = send(browser, path)

    assert "Me connecter" in page
    assert 'name="password"' not in page
    assert joined.status_code == 303
    assert roles_of(session, known, mission) == {Role.ADVISER}


def test_somebody_else_s_session_does_not_take_an_invitation(
    session: Session,
    admin_user: User,
    admin: Actor,
    admin_browser: FlaskClient,
    mission: Organisation,
) -> None:
    known = make_user(session, email="anne@exemple.fr", password=PASSWORD)
    path = ask(session, admin, mission, Role.MANAGER)

    answer = send(admin_browser, path, page="/compte/organisations")

    assert answer.status_code == 409
    assert roles_of(session, known, mission) == set()
    assert Role.MANAGER not in roles_of(session, admin_user, mission)


@pytest.mark.parametrize("role", [Role.PLATFORM_ADMIN, Role.CFA_OFFICER, Role.REGIONAL_COORDINATOR])
def test_an_organisation_gives_only_the_roles_of_its_kind(
    session: Session, admin: Actor, mission: Organisation, role: Role
) -> None:
    with pytest.raises(Invalid) as refusal:
        ask(session, admin, mission, role)

    assert refusal.value.field == "roles"


def test_an_adviser_invites_nobody(session: Session, mission: Organisation) -> None:
    adviser = actor_of(session, make_user(session, mission))

    with pytest.raises(Forbidden):
        ask(session, adviser, mission)


def test_the_administrator_of_another_organisation_is_told_nothing(
    session: Session, admin: Actor
) -> None:
    other = make_organisation(session)

    with pytest.raises(NotFound):
        ask(session, admin, other)


def test_invitations_are_limited(
    session: Session, admin: Actor, admin_browser: FlaskClient, mission: Organisation
) -> None:
    path = f"/organisations/{mission.id}/invitations/nouvelle"
    fields = {"given_name": "Anne", "family_name": "Le Bris", "roles": "adviser"}

    answers = [
        send(admin_browser, path, **fields, email=f"anne{n}@exemple.fr").status_code
        for n in range(31)
    ]

    assert answers == [303] * 30 + [429]
    assert len(session.scalars(select(OutboxMail.id)).all()) == 30


def test_a_wrong_address_is_refused_next_to_its_field(
    admin_browser: FlaskClient, mission: Organisation
) -> None:
    answer = send(
        admin_browser,
        f"/organisations/{mission.id}/invitations/nouvelle",
        email="anne",
        given_name="Anne",
        family_name="Le Bris",
        roles="adviser",
    )

    assert answer.status_code == 422
    assert "nom@domaine.fr" in answer.get_data(as_text=True)


def test_roles_are_given_and_taken(
    session: Session, admin_browser: FlaskClient, mission: Organisation
) -> None:
    user = make_user(session, mission)

    send(
        admin_browser,
        f"/organisations/{mission.id}/membres/{user.id}",
        roles=["manager", "disability_referent"],
    )

    assert roles_of(session, user, mission) == {Role.MANAGER, Role.DISABILITY_REFERENT}


def test_nobody_raises_their_own_rights(
    session: Session,
    admin: Actor,
    admin_user: User,
    mission: Organisation,
    admin_browser: FlaskClient,
) -> None:
    before = roles_of(session, admin_user, mission)
    path, invitation = (
        f"/organisations/{mission.id}/membres/{admin_user.id}",
        f"/organisations/{mission.id}/invitations/nouvelle",
    )

    by_form = send(admin_browser, path, roles=["organisation_admin", "adviser", "manager"])
    by_mail = send(
        admin_browser,
        invitation,
        email=admin_user.email.upper(),
        given_name="A",
        family_name="B",
        roles=["adviser"],
    )

    assert (by_form.status_code, by_mail.status_code) == (409, 422)
    assert "Personne n’élargit ses propres droits" in by_form.text
    assert "Personne n’élargit ses propres droits" in by_mail.text
    assert roles_of(session, admin_user, mission) == before
    assert Role.MANAGER not in before


def test_the_house_learns_of_whom_the_platform_lets_in(
    session: Session, platform: Actor, admin: Actor, admin_user: User, mission: Organisation
) -> None:
    member = make_user(session, mission, Role.MANAGER, family_name="Le Bihan")
    own: dict[str, Any] = {"organisation_id": mission.id, "user_id": member.id}
    guest = {"email": "nouvelle@exemple.fr", "given_name": "Ana", "family_name": "Roux"}

    change_roles(session, admin, **own, roles=[Role.MANAGER, Role.DATA_PROTECTION_OFFICER])
    session.commit()
    with transaction() as writing:
        change_roles(writing, platform, **own, roles=[Role.MANAGER])
        change_roles(writing, platform, **own, roles=[Role.MANAGER, Role.ADVISER])
        invite(writing, platform, organisation_id=mission.id, **guest, roles=[Role.ADVISER])

    told = session.scalars(
        select(OutboxMail)
        .where(OutboxMail.kind == "account_rights_from_outside")
        .order_by(OutboxMail.id)
    ).all()
    assert [one.recipient for one in told] == [admin_user.email] * 2
    assert "Le Bihan" in told[0].text_body
    assert "Ana Roux" in told[1].text_body


def test_a_role_taken_away_can_be_given_again(
    session: Session, admin: Actor, mission: Organisation
) -> None:
    user = make_user(session, mission)
    values: dict[str, Any] = {"organisation_id": mission.id, "user_id": user.id}
    change_roles(session, admin, **values, roles=[Role.MANAGER])

    change_roles(session, admin, **values, roles=[Role.ADVISER])

    assert roles_of(session, user, mission) == {Role.ADVISER}


def test_a_field_agent_is_told_where_to_work(
    session: Session, platform_browser: FlaskClient
) -> None:
    network = make_organisation(session, K.FIELD_NETWORK)
    user = make_user(session, network)
    path = f"/organisations/{network.id}/membres/{user.id}"

    right = send(platform_browser, path, roles="field_agent", departements="29, 2a")
    wrong = send(platform_browser, path, roles="field_agent", departements="29 99")

    assert (right.status_code, wrong.status_code) == (303, 422)
    assert territory_of(session, user.id, network.id) == {"29", "2A"}


def test_a_departure_ends_every_role_and_every_session_and_keeps_the_past(
    session: Session, client: FlaskClient, admin_browser: FlaskClient, mission: Organisation
) -> None:
    user = make_user(session, mission, Role.ADVISER, Role.MANAGER)
    sign_in(client, user)

    send(
        admin_browser,
        f"/organisations/{mission.id}/membres/{user.id}/depart",
        page=f"/organisations/{mission.id}/membres/{user.id}",
    )

    assert client.get("/").headers["Location"].startswith("/compte/connexion")
    ended = session.scalars(select(Membership.until).where(Membership.user_id == user.id)).all()
    assert len(ended) == 2
    assert None not in ended


def test_a_field_agent_of_today_leaves_without_a_trace(session: Session, platform: Actor) -> None:
    network = make_organisation(session, K.FIELD_NETWORK)
    user = make_user(session, network)
    membership = session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
    membership.since += timedelta(days=30)
    session.add(FieldTerritory(membership_id=membership.id, departement_code="29"))
    session.flush()

    end_membership(session, platform, organisation_id=network.id, user_id=user.id)

    assert session.scalars(select(Membership).where(Membership.user_id == user.id)).all() == []


def test_the_last_administrator_stays(
    session: Session, admin: Actor, admin_user: User, mission: Organisation
) -> None:
    values: dict[str, Any] = {"organisation_id": mission.id, "user_id": admin_user.id}

    with pytest.raises(Conflict):
        end_membership(session, admin, **values)
    with pytest.raises(Conflict):
        change_roles(session, admin, **values, roles=[Role.ADVISER])

    assert Role.ORGANISATION_ADMIN in roles_of(session, admin_user, mission)


def test_the_last_administrator_leaves_once_there_is_another(
    session: Session, admin: Actor, admin_user: User, mission: Organisation
) -> None:
    closed = make_user(session, mission, Role.ORGANISATION_ADMIN, is_active=False)
    values: dict[str, Any] = {"organisation_id": mission.id, "user_id": admin_user.id}
    with pytest.raises(Conflict):
        end_membership(session, admin, **values)
    closed.is_active = True
    session.flush()

    end_membership(session, admin, **values)

    assert roles_of(session, admin_user, mission) == set()


def test_the_refusal_to_let_the_last_administrator_leave_is_a_page(
    admin_browser: FlaskClient, admin_user: User, mission: Organisation
) -> None:
    member = f"/organisations/{mission.id}/membres/{admin_user.id}"

    answer = send(admin_browser, f"{member}/depart", page=member)

    assert answer.status_code == 409
    assert "dernière personne qui administre" in answer.get_data(as_text=True)


def test_every_kind_and_role_has_its_words_and_every_kind_its_administrator() -> None:
    assert set(KINDS) == set(ROLES_OF) == set(OrganisationKind)
    assert set(ROLES) == set(Role) == {role for roles in ROLES_OF.values() for role in roles}
    assert [kind for kind in K if admin_role(kind) not in ROLES_OF[kind]] == []


def test_a_member_takes_over_when_the_last_administrator_leaves_and_is_told(
    session: Session, admin: Actor, admin_user: User, mission: Organisation
) -> None:
    newer = make_user(session, mission)
    older = make_user(session, mission)
    for user, days in ((newer, 10), (older, 400)):
        membership = session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
        membership.since = clock.today() - timedelta(days=days)
    session.commit()

    with transaction() as writing:
        end_membership(writing, admin, organisation_id=mission.id, user_id=admin_user.id)

    mail = session.scalars(select(OutboxMail).order_by(OutboxMail.id.desc())).first()
    assert Role.ORGANISATION_ADMIN in roles_of(session, older, mission)
    assert Role.ORGANISATION_ADMIN not in roles_of(session, newer, mission)
    assert mail is not None
    assert mail.recipient == older.email
