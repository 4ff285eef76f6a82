"""National agreements and their local versions: written in one click, alive with two signatures, ended at once."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core.errors import Conflict, Forbidden, NotFound
from app.notices.models import Notice
from app.partnerships.models import Agreement, AgreementSignature, Framework
from app.partnerships.queries import missing_agreements, partners_of, sheet_of
from app.partnerships.services import (
    Sharing,
    close_framework,
    create_agreement,
    end_agreement,
    renew_agreement,
    sign_sheet,
    write_framework,
    write_local_versions,
)
from app.policy.actor import Actor, OrganisationKind, Role
from app.youth.queries import list_youth
from app.youth.queries.portfolio import Filters
from tests.accounts.conftest import send
from tests.factories.accounts import (
    actor_of,
    make_agreement,
    make_organisation,
    make_site,
    make_user,
    sign_in,
)
from tests.factories.youth import make_youth

pytestmark = pytest.mark.usefixtures("frozen")

K = OrganisationKind
RENNES = "35238"


@pytest.fixture
def mission(session: Session) -> Organisation:
    """A mission locale of Finistère."""
    row = make_organisation(session, name="Mission locale de Quimper")
    make_site(session, row)
    return row


@pytest.fixture
def point_a(session: Session) -> Organisation:
    """A point A of Finistère."""
    row = make_organisation(session, K.POINT_A, name="Point A de Quimper")
    make_site(session, row)
    return row


@pytest.fixture
def framework(session: Session) -> Framework:
    """A national agreement in force."""
    row = Framework(name="Convention nationale", signed_on=date(2026, 1, 15))
    session.add(row)
    session.flush()
    return row


@pytest.fixture
def region(session: Session) -> Actor:
    """The coordination of Brittany."""
    return actor_of(
        session, make_user(session, make_organisation(session, K.REGIONAL_COORDINATION))
    )


def officer(session: Session, organisation: Organisation) -> Actor:
    """Somebody who may sign for this party."""
    role = Role.MANAGER if organisation.kind is K.LOCAL_MISSION else Role.POINT_A_OFFICER
    return actor_of(session, make_user(session, organisation, role))


def seen_by(session: Session, actor: Actor) -> int:
    """How many youth this actor's list shows."""
    return list_youth(session, actor, Filters(whose="team")).total


def test_without_an_agreement_a_point_a_sees_no_youth_of_the_mission(
    session: Session, mission: Organisation, point_a: Organisation
) -> None:
    make_youth(session, mission)
    user = make_user(session, point_a)
    before = seen_by(session, actor_of(session, user))
    agreement = make_agreement(session, mission, point_a)
    during = seen_by(session, actor_of(session, user))

    end_agreement(session, officer(session, mission), agreement_id=agreement.id)

    assert (before, during, seen_by(session, actor_of(session, user))) == (0, 1, 0)


def test_one_click_writes_the_local_versions_of_the_pairs_that_lack_one(
    session: Session,
    region: Actor,
    framework: Framework,
    mission: Organisation,
    point_a: Organisation,
) -> None:
    elsewhere = make_organisation(session, K.POINT_A, name="Point A de Rennes")
    make_site(session, elsewhere, RENNES)
    has_one = make_organisation(session, name="Mission locale de Brest")
    make_site(session, has_one)
    make_agreement(session, point_a, has_one)

    rows = write_local_versions(session, region, framework_id=framework.id)

    assert [(one.first_party_id, one.second_party_id) for one in rows] == [(mission.id, point_a.id)]
    assert missing_agreements(session, region) == []
    with pytest.raises(Conflict):
        write_local_versions(session, region, framework_id=framework.id)


def test_a_local_version_shares_nothing_before_both_have_signed(
    session: Session,
    region: Actor,
    framework: Framework,
    mission: Organisation,
    point_a: Organisation,
) -> None:
    (row,) = write_local_versions(session, region, framework_id=framework.id)
    shared = [partners_of(session, point_a.id)[0]]

    for party in (mission, point_a):
        sign_sheet(session, officer(session, party), agreement_id=row.id)
        shared.append(partners_of(session, point_a.id)[0])

    signatures = session.scalars(select(AgreementSignature)).all()
    assert shared == [frozenset(), frozenset(), frozenset({mission.id})]
    assert {one.text_version for one in signatures} == {"2026-11"}


def test_each_party_signs_once_and_nobody_signs_for_another(
    session: Session, region: Actor, mission: Organisation, point_a: Organisation
) -> None:
    agreement = make_agreement(session, mission, point_a)
    manager = officer(session, mission)
    stranger = officer(session, make_organisation(session))
    sign_sheet(session, manager, agreement_id=agreement.id)

    with pytest.raises(Conflict, match="déjà signé"):
        sign_sheet(session, manager, agreement_id=agreement.id)
    with pytest.raises(Forbidden):
        sign_sheet(session, region, agreement_id=agreement.id)
    with pytest.raises(NotFound):
        sign_sheet(session, stranger, agreement_id=agreement.id)


def test_the_past_is_shown_and_makes_no_local_version(
    session: Session,
    app: Flask,
    region: Actor,
    mission: Organisation,
    point_a: Organisation,
) -> None:
    past = Framework(name="ACFCI–CNML", signed_on=date(2009, 5, 12), is_history=True)
    session.add(past)
    session.flush()

    with pytest.raises(Conflict, match="passé"):
        write_local_versions(session, region, framework_id=past.id)
    platform = make_user(session, make_organisation(session, K.PLATFORM))
    page = sign_in(app.test_client(), platform).get("/conventions/manquantes").text

    assert "ACFCI–CNML" in page
    assert "12 mai 2009" in page
    assert "Créer les conventions locales" not in page


def test_only_the_region_and_the_platform_write_local_versions(
    session: Session, framework: Framework, mission: Organisation, point_a: Organisation
) -> None:
    for party in (mission, point_a):
        with pytest.raises(NotFound):
            write_local_versions(session, officer(session, party), framework_id=framework.id)


def test_another_region_writes_nothing_here(
    session: Session, framework: Framework, mission: Organisation, point_a: Organisation
) -> None:
    other = make_organisation(session, K.REGIONAL_COORDINATION, region_code="52")
    stranger = actor_of(session, make_user(session, other))

    with pytest.raises(Conflict):
        write_local_versions(session, stranger, framework_id=framework.id)
    assert missing_agreements(session, stranger) == []


def test_a_point_a_officer_writes_and_signs_without_being_administrator(
    session: Session, mission: Organisation, point_a: Organisation
) -> None:
    actor = officer(session, point_a)

    agreement = create_agreement(
        session,
        actor,
        first_party_id=point_a.id,
        second_party_id=mission.id,
        sharing=Sharing(youth=True),
    )
    sign_sheet(session, actor, agreement_id=agreement.id)

    assert sheet_of(session, actor, agreement.id).is_signed_by(point_a.id)


def test_a_renewal_begins_the_day_after_on_the_same_terms(
    session: Session, mission: Organisation, point_a: Organisation
) -> None:
    former = make_agreement(
        session, mission, point_a, valid_to=date(2026, 12, 31), shares_places=False
    )

    following = renew_agreement(
        session, officer(session, mission), agreement_id=former.id, valid_to=None
    )

    assert (following.valid_from, following.valid_to) == (date(2027, 1, 1), None)
    assert following.waits_for_signatures
    assert (following.shares_youth, following.shares_places) == (True, False)


def test_parties_are_told_when_a_sheet_waits_for_them(
    session: Session,
    region: Actor,
    framework: Framework,
    mission: Organisation,
    point_a: Organisation,
) -> None:
    manager, other = officer(session, mission), officer(session, point_a)

    write_local_versions(session, region, framework_id=framework.id)
    session.flush()

    told = set(session.scalars(select(Notice.user_id)))
    assert {manager.user_id, other.user_id} <= told


def test_the_sheet_is_signed_and_renewed_on_its_page_and_closed_to_others(
    app: Flask,
    session: Session,
    mission: Organisation,
    point_a: Organisation,
) -> None:
    agreement = make_agreement(
        session, mission, point_a, valid_to=date(2026, 12, 31), shares_places=False
    )
    browser = sign_in(app.test_client(), make_user(session, mission, Role.MANAGER))
    stranger = sign_in(app.test_client(), make_user(session, make_organisation(session)))
    path = f"/conventions/{agreement.id}"

    shown = browser.get(path).text
    send(browser, f"{path}/signer", page=path)
    signed = browser.get(path).text
    renewed = send(browser, f"{path}/renouveler", page=path, valid_to="2027-12-31")

    rows = session.scalars(select(Agreement).order_by(Agreement.id)).all()
    assert "Signer pour Mission locale de Quimper" in shown
    assert "version 2026-11" in signed
    assert "Signer pour" not in signed
    assert renewed.status_code == 303
    assert [(one.valid_from, one.valid_to) for one in rows][1:] == [
        (date(2027, 1, 1), date(2027, 12, 31))
    ]
    assert stranger.get(path).status_code == 404


def test_the_platform_writes_a_national_agreement_that_the_region_declines_and_the_platform_ends(
    app: Flask, session: Session, region: Actor, mission: Organisation, point_a: Organisation
) -> None:
    platform = make_user(session, make_organisation(session, K.PLATFORM), Role.PLATFORM_ADMIN)
    client = sign_in(app.test_client(), platform)
    new = "/conventions/nationales/nouvelle"
    refused = send(client, new, name="Convention 2026", signed_on="2027-01-01", shares_youth="y")

    written = send(client, new, name="Convention 2026", signed_on="2026-11-02", shares_youth="y")

    framework = session.scalars(select(Framework)).one()
    shown = client.get("/conventions/manquantes").get_data(as_text=True)
    (local,) = write_local_versions(session, region, framework_id=framework.id)
    close_framework(session, actor_of(session, platform), framework_id=framework.id)
    assert (refused.status_code, written.status_code) == (422, 303)
    assert "Convention 2026" in refused.get_data(as_text=True)
    assert "Créer les conventions locales qui manquent (1)" in shown
    assert (local.shares_youth, local.shares_events, local.waits_for_signatures) == (
        True,
        False,
        True,
    )
    with pytest.raises(Conflict):
        write_local_versions(session, region, framework_id=framework.id)


def test_the_region_writes_no_national_agreement(session: Session, region: Actor) -> None:
    with pytest.raises(NotFound):
        write_framework(
            session,
            region,
            name="À nous",
            signed_on=date(2026, 1, 1),
            shares_youth=True,
            shares_events=False,
        )
