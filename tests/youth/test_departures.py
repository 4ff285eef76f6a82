"""An adviser leaves: every file has another adviser the same day, and nobody can forget them."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Membership, User
from app.accounts.queries import is_member
from app.accounts.services import change_roles, end_membership
from app.core import clock
from app.core.db import transaction
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.journal import JournalEvent
from app.notices.models import Notice
from app.policy.actor import Actor, OrganisationKind, Role
from app.youth.models import Youth, YouthStatus
from app.youth.services import hand_over_and_leave
from tests.accounts.conftest import send
from tests.factories.accounts import actor_of, make_organisation, make_user, sign_in
from tests.factories.youth import make_youth
from tests.youth.conftest import House


@pytest.fixture
def manager_user(session: Session, house: House) -> User:
    """The manager of the house."""
    return make_user(session, house.organisation, Role.MANAGER, Role.ORGANISATION_ADMIN)


@pytest.fixture
def manager(session: Session, manager_user: User) -> Actor:
    """The same, as the policy knows them."""
    return actor_of(session, manager_user)


def files(session: Session, house: House, count: int) -> list[Youth]:
    """Files that the adviser of the house follows."""
    return [make_youth(session, house.organisation, house.adviser) for _ in range(count)]


def test_files_go_to_several_colleagues_the_least_loaded_first_and_the_door_closes(
    session: Session, house: House, manager: Actor
) -> None:
    mine = files(session, house, 5)
    busy, free = (make_user(session, house.organisation) for _ in range(2))
    for _ in range(3):
        make_youth(session, house.organisation, busy)

    received = hand_over_and_leave(
        session, manager, user_id=house.adviser.id, to_user_ids=[busy.id, free.id]
    )

    assert received == {busy.id: 1, free.id: 4}
    assert {one.adviser_id for one in mine} == {busy.id, free.id}
    assert not is_member(session, user_id=house.adviser.id, organisation_id=house.organisation.id)


def test_each_file_goes_to_who_follows_fewest_and_closed_files_weigh_on_nobody(
    session: Session, house: House, manager: Actor
) -> None:
    # Ana follows two and has closed three, Bo one and an anonymous one, Cy one of this house and two elsewhere.
    ana, bo, cy = (make_user(session, house.organisation) for _ in range(3))
    load = {ana.id: 2, bo.id: 1, cy.id: 1}
    for heir in (ana, ana, bo, cy):
        make_youth(session, house.organisation, heir)
    for status in (YouthStatus.WITHDRAWN, YouthStatus.TRANSFERRED, YouthStatus.WITHDRAWN):
        make_youth(session, house.organisation, ana, status=status)
    make_youth(session, house.organisation, bo, anonymised_at=clock.now())
    elsewhere = make_organisation(session)
    for _ in range(2):
        make_youth(session, elsewhere, cy)
    closed = make_youth(session, house.organisation, house.adviser, status=YouthStatus.WITHDRAWN)
    mine = files(session, house, 6)
    expected = []
    for _ in mine:
        expected.append(min(load, key=lambda one: (load[one], one)))
        load[expected[-1]] += 1

    received = hand_over_and_leave(
        session, manager, user_id=house.adviser.id, to_user_ids=[cy.id, ana.id, bo.id]
    )

    assert [one.adviser_id for one in mine] == expected
    assert expected == [bo.id, cy.id, ana.id, bo.id, cy.id, ana.id]
    assert closed.adviser_id == bo.id
    assert received == {ana.id: 2, bo.id: 3, cy.id: 2}


def test_the_journal_has_a_row_a_file_and_those_who_receive_are_told_without_a_name(
    session: Session, house: House, manager: Actor
) -> None:
    mine = files(session, house, 2)
    colleague = make_user(session, house.organisation)

    hand_over_and_leave(session, manager, user_id=house.adviser.id, to_user_ids=[colleague.id])
    session.flush()

    rows = session.scalars(select(JournalEvent).where(JournalEvent.event == "reassigned")).all()
    notice = session.scalars(select(Notice).where(Notice.user_id == colleague.id)).one()
    assert {row.youth_id for row in rows} == {one.id for one in mine}
    assert notice.title == "Dossiers confiés par un collègue qui part : 2."


def test_nobody_leaves_while_files_would_have_no_adviser(
    session: Session, house: House, manager: Actor
) -> None:
    files(session, house, 1)
    leaver, place = house.adviser.id, house.organisation.id

    with pytest.raises(Invalid, match="qui reprend"):
        hand_over_and_leave(session, manager, user_id=leaver, to_user_ids=[])
    with pytest.raises(Conflict, match="suit encore 1 jeune"):
        end_membership(session, manager, organisation_id=place, user_id=leaver)
    with pytest.raises(Conflict, match="suit encore 1 jeune"):
        change_roles(
            session,
            manager,
            organisation_id=place,
            user_id=leaver,
            roles=[Role.DATA_PROTECTION_OFFICER],
        )

    assert is_member(session, user_id=leaver, organisation_id=place)


def test_files_never_go_to_who_leaves_to_a_stranger_or_to_who_follows_nobody(
    session: Session, house: House, manager: Actor
) -> None:
    files(session, house, 1)
    stranger = make_user(session, make_organisation(session))
    other_work = make_user(session, house.organisation, Role.DISABILITY_REFERENT)

    for wrong in (house.adviser.id, stranger.id, other_work.id):
        with pytest.raises(Invalid):
            hand_over_and_leave(session, manager, user_id=house.adviser.id, to_user_ids=[wrong])


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        (OrganisationKind.LOCAL_MISSION, Role.ADVISER),
        (OrganisationKind.POINT_A, Role.ORGANISATION_ADMIN),
        (OrganisationKind.PLATFORM, Role.PLATFORM_ADMIN),
    ],
)
def test_who_neither_manages_nor_administers_this_house_sends_nobody_away(
    session: Session, house: House, kind: OrganisationKind, role: Role
) -> None:
    place = house.organisation if role is Role.ADVISER else make_organisation(session, kind)
    actor = actor_of(session, make_user(session, place, role))
    heir = make_user(session, house.organisation)

    with pytest.raises((NotFound, Forbidden)):
        hand_over_and_leave(session, actor, user_id=house.adviser.id, to_user_ids=[heir.id])

    assert is_member(session, user_id=house.adviser.id, organisation_id=house.organisation.id)


def test_the_manager_of_another_house_meets_nobody_here(session: Session, house: House) -> None:
    elsewhere = make_organisation(session)
    stranger = actor_of(session, make_user(session, elsewhere, Role.MANAGER))

    with pytest.raises(NotFound):
        hand_over_and_leave(session, stranger, user_id=house.adviser.id, to_user_ids=[])


def test_when_the_last_administrator_leaves_the_oldest_manager_takes_over(
    session: Session, house: House, manager: Actor, manager_user: User
) -> None:
    heir = make_user(session, house.organisation, Role.MANAGER)

    session.commit()

    with transaction() as writing:
        hand_over_and_leave(writing, manager, user_id=manager_user.id, to_user_ids=[])

    admins = session.scalars(
        select(Membership.user_id).where(
            Membership.organisation_id == house.organisation.id,
            Membership.role == Role.ORGANISATION_ADMIN,
            Membership.until.is_(None),
        )
    ).all()
    assert admins == [heir.id]


def test_a_manager_does_not_take_the_administration_by_sending_the_administrator_away(
    app: Flask, session: Session, house: House
) -> None:
    manager = make_user(session, house.organisation, Role.MANAGER)
    boss = make_user(session, house.organisation, Role.ORGANISATION_ADMIN)
    path = f"/jeunes/equipe/{boss.id}/depart"

    refused = send(sign_in(app.test_client(), manager), path)
    left = send(
        sign_in(
            app.test_client(),
            make_user(session, house.organisation, Role.MANAGER, Role.ORGANISATION_ADMIN),
        ),
        path,
    )

    assert (refused.status_code, left.status_code) == (409, 303)
    assert "administre l’organisation" in refused.text
    assert Role.ORGANISATION_ADMIN not in actor_of(session, manager).roles


def test_the_page_shows_numbers_and_keeps_what_was_ticked_when_refused(
    app: Flask, session: Session, house: House, manager_user: User
) -> None:
    youth = files(session, house, 2)[0]
    colleague = make_user(session, house.organisation)
    browser = sign_in(app.test_client(), manager_user)
    path = f"/jeunes/equipe/{house.adviser.id}/depart"

    shown = browser.get(path).text
    refused = send(browser, path)
    done = send(browser, path, to_user_ids=str(colleague.id))

    session.expire_all()
    assert "2\u202fdossiers" in shown.replace("\xa0", "\u202f")
    assert youth.family_name not in shown
    assert refused.status_code == 422
    assert "Choisissez qui reprend les dossiers" in refused.text
    assert done.status_code == 303
    assert youth.adviser_id == colleague.id


def test_the_page_of_a_member_leads_to_the_hand_over(
    app: Flask, session: Session, house: House, manager_user: User
) -> None:
    files(session, house, 1)
    browser = sign_in(app.test_client(), manager_user)

    page = browser.get(f"/organisations/{house.organisation.id}/membres/{house.adviser.id}").text

    assert f"/jeunes/equipe/{house.adviser.id}/depart" in page
    assert "Noter le départ" not in page
