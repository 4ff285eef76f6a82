"""Agreements: who may write them, what they share, what their end takes back."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core.changes import Changed, PoolChange
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotFound
from app.partnerships.models import Agreement
from app.partnerships.queries import agreement_facts, agreement_list, partners_of
from app.partnerships.services import Sharing, create_agreement, end_agreement, sign_sheet
from app.policy.actor import Actor, OrganisationKind, Role
from app.policy.matrix import can
from app.policy.permissions import Permission
from tests.factories.accounts import (
    actor_of,
    csrf_token,
    make_agreement,
    make_organisation,
    make_user,
    sign_in,
)
from tests.helpers.swap import assert_same, htmx_headers, parse, swap

pytestmark = pytest.mark.usefixtures("frozen")

K = OrganisationKind


@pytest.fixture
def mission(session: Session) -> Organisation:
    """A mission locale."""
    return make_organisation(session, name="Mission locale de Quimper")


@pytest.fixture
def point_a(session: Session) -> Organisation:
    """A point A."""
    return make_organisation(session, K.POINT_A, name="Point A de Quimper")


@pytest.fixture
def manager(session: Session, mission: Organisation) -> Actor:
    """The manager of the mission locale."""
    return actor_of(session, make_user(session, mission, Role.MANAGER))


@pytest.fixture
def browser(session: Session, client: FlaskClient, mission: Organisation) -> FlaskClient:
    """The manager, signed in."""
    return sign_in(client, make_user(session, mission, Role.MANAGER))


def count(session: Session, model: type[Agreement] | type[PoolChange]) -> int:
    """How many rows there are."""
    session.flush()
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_an_agreement_shares_once_both_have_signed_and_matching_is_told(
    session: Session, manager: Actor, mission: Organisation, point_a: Organisation
) -> None:
    agreement = create_agreement(
        session,
        manager,
        first_party_id=mission.id,
        second_party_id=point_a.id,
        sharing=Sharing(youth=True),
    )
    shared = [partners_of(session, point_a.id)]
    officer = actor_of(session, make_user(session, point_a, Role.POINT_A_OFFICER))
    for party in (manager, officer):
        sign_sheet(session, party, agreement_id=agreement.id)
        shared.append(partners_of(session, point_a.id))

    nothing = (frozenset(), frozenset())
    assert shared == [nothing, nothing, (frozenset({mission.id}), frozenset())]
    assert {one.kind for one in session.query(PoolChange)} == {Changed.REFERENCE}


def test_an_ended_agreement_shares_nothing_from_now_on(
    session: Session, manager: Actor, mission: Organisation, point_a: Organisation
) -> None:
    agreement = make_agreement(session, mission, point_a)

    end_agreement(session, manager, agreement_id=agreement.id)

    assert partners_of(session, point_a.id) == (frozenset(), frozenset())
    assert agreement.valid_to == date(2026, 11, 22)
    with pytest.raises(Conflict, match="déjà terminée"):
        end_agreement(session, manager, agreement_id=agreement.id)


def test_an_agreement_of_today_that_is_ended_leaves_no_day_behind(
    session: Session, manager: Actor, mission: Organisation, point_a: Organisation
) -> None:
    agreement = make_agreement(session, mission, point_a, valid_from=date(2026, 11, 23))

    end_agreement(session, manager, agreement_id=agreement.id)

    assert count(session, Agreement) == 0
    assert partners_of(session, point_a.id) == (frozenset(), frozenset())


@pytest.mark.parametrize(
    "sharing",
    [
        Sharing(),
        Sharing(places=True),
        Sharing(youth=True, valid_from=date(2027, 1, 1), valid_to=date(2026, 12, 31)),
    ],
)
def test_a_senseless_agreement_is_refused(
    session: Session,
    manager: Actor,
    mission: Organisation,
    point_a: Organisation,
    sharing: Sharing,
) -> None:
    with pytest.raises(Invalid):
        create_agreement(
            session,
            manager,
            first_party_id=mission.id,
            second_party_id=point_a.id,
            sharing=sharing,
        )


def test_a_company_is_no_party_and_nobody_agrees_with_themselves(
    session: Session, manager: Actor, mission: Organisation
) -> None:
    company = make_organisation(session, K.COMPANY)

    for second in (company, mission):
        with pytest.raises(Invalid):
            create_agreement(
                session,
                manager,
                first_party_id=mission.id,
                second_party_id=second.id,
                sharing=Sharing(youth=True),
            )


def test_two_parties_have_one_agreement_at_a_time_in_either_order(
    session: Session, manager: Actor, mission: Organisation, point_a: Organisation
) -> None:
    make_agreement(session, point_a, mission, valid_to=date(2026, 12, 31))

    with pytest.raises(Conflict):
        create_agreement(
            session,
            manager,
            first_party_id=mission.id,
            second_party_id=point_a.id,
            sharing=Sharing(youth=True),
        )
    later = create_agreement(
        session,
        manager,
        first_party_id=mission.id,
        second_party_id=point_a.id,
        sharing=Sharing(youth=True, valid_from=date(2027, 1, 1)),
    )

    assert later.id


def test_who_is_no_party_writes_and_ends_nothing(
    session: Session, mission: Organisation, point_a: Organisation
) -> None:
    stranger = actor_of(session, make_user(session, make_organisation(session), Role.MANAGER))
    agreement = make_agreement(session, mission, point_a)

    with pytest.raises(NotFound):
        end_agreement(session, stranger, agreement_id=agreement.id)
    with pytest.raises(NotFound):
        create_agreement(
            session,
            stranger,
            first_party_id=mission.id,
            second_party_id=point_a.id,
            sharing=Sharing(youth=True),
        )


def test_whoever_may_end_an_agreement_finds_it_in_the_list(
    session: Session, mission: Organisation, point_a: Organisation
) -> None:
    other_region = make_organisation(session, region_code="75")
    rows = [
        make_agreement(session, mission, point_a),
        make_agreement(session, mission, other_region),
        make_agreement(session, make_organisation(session, region_code="75"), other_region),
    ]
    people = [
        actor_of(session, make_user(session, one, *roles))
        for one, roles in (
            (mission, (Role.MANAGER,)),
            (point_a, (Role.POINT_A_OFFICER, Role.ORGANISATION_ADMIN)),
            (make_organisation(session, K.REGIONAL_COORDINATION), ()),
            (make_organisation(session, K.PLATFORM), ()),
        )
    ]

    for actor in people:
        listed = {row.id for row in agreement_list(session, actor, number=1).rows}
        endable = {
            one.id
            for one in rows
            if can(actor, Permission.AGREEMENT_EDIT, agreement_facts(session, one.id))
        }

        assert endable
        assert endable == listed


def test_an_agreement_is_written_without_javascript(
    app: Flask, session: Session, browser: FlaskClient, point_a: Organisation
) -> None:
    token = csrf_token(app, browser, "/conventions/nouvelle")

    answer = browser.post(
        "/conventions/nouvelle",
        data={"csrf_token": token, "partner": "point a de quimper", "shares_youth": "y"},
    )

    assert answer.status_code == 303
    assert "Point A de Quimper" in browser.get("/conventions/").text


def test_a_partner_in_doubt_is_picked_from_a_list(
    app: Flask, session: Session, browser: FlaskClient, point_a: Organisation
) -> None:
    make_organisation(session, K.POINT_A, name="Point A de Brest")
    token = csrf_token(app, browser, "/conventions/nouvelle")
    typed = {
        "csrf_token": token,
        "partner": "point a",
        "shares_youth": "y",
        "contact": "Mme Le Goff",
    }

    asked = browser.post("/conventions/nouvelle", data=typed)
    picked = browser.post("/conventions/nouvelle", data={**typed, "partner_id": str(point_a.id)})

    assert asked.status_code == 422
    assert "choisissez la bonne" in asked.text
    assert 'value="Mme Le Goff"' in asked.text
    assert picked.status_code == 303
    assert session.scalars(select(Agreement)).one().second_party_id == point_a.id


def test_a_party_writes_for_itself_whatever_first_party_and_picked_number_it_sends(
    app: Flask, session: Session, browser: FlaskClient, mission: Organisation, point_a: Organisation
) -> None:
    other = make_organisation(session, name="Mission locale de Rennes")
    company = make_organisation(session, K.COMPANY, name="Fournil")
    data = {
        "csrf_token": csrf_token(app, browser, "/conventions/nouvelle"),
        "first": other.name,
        "first_id": str(other.id),
        "shares_youth": "y",
    }

    by_number = browser.post(
        "/conventions/nouvelle",
        data={**data, "partner": "Fournil", "partner_id": str(company.id)},
    )
    by_name = browser.post(
        "/conventions/nouvelle",
        data={**data, "partner": point_a.name, "partner_id": str(company.id)},
    )

    agreement = session.scalars(select(Agreement)).one()
    assert (by_number.status_code, by_name.status_code) == (422, 303)
    assert (agreement.first_party_id, agreement.second_party_id) == (mission.id, point_a.id)


@pytest.mark.parametrize(
    ("changes", "status", "message"),
    [
        ({"partner": ""}, 422, "Écrivez le nom du partenaire"),
        ({"partner": "zzz"}, 422, "Aucune organisation de ce nom"),
        ({"shares_youth": ""}, 422, "au moins une chose"),
        ({"valid_from": "2027-01-02", "valid_to": "2027-01-01"}, 422, "vient après le début"),
    ],
)
def test_a_wrong_agreement_is_refused(
    app: Flask,
    session: Session,
    browser: FlaskClient,
    point_a: Organisation,
    changes: dict[str, str],
    status: int,
    message: str,
) -> None:
    data = {
        "csrf_token": csrf_token(app, browser, "/conventions/nouvelle"),
        "partner": "Point A de Quimper",
        "shares_youth": "y",
        **changes,
    }

    answer = browser.post(
        "/conventions/nouvelle", data={key: text for key, text in data.items() if text}
    )

    assert answer.status_code == status
    assert message in answer.text
    assert count(session, Agreement) == 0


def test_a_second_agreement_is_a_conflict_that_keeps_what_was_typed(
    app: Flask, session: Session, browser: FlaskClient, mission: Organisation, point_a: Organisation
) -> None:
    make_agreement(session, mission, point_a)
    token = csrf_token(app, browser, "/conventions/nouvelle")

    answer = browser.post(
        "/conventions/nouvelle",
        data={"csrf_token": token, "partner": "Point A de Quimper", "shares_youth": "y"},
    )

    assert answer.status_code == 409
    assert "ont déjà une convention" in answer.text
    assert 'value="Point A de Quimper"' in answer.text


def test_the_list_after_an_end_is_the_fresh_list(
    app: Flask, session: Session, browser: FlaskClient, mission: Organisation, point_a: Organisation
) -> None:
    agreement = make_agreement(session, mission, point_a)
    page = parse(browser.get("/conventions/"))
    token = csrf_token(app, browser, "/conventions/")

    answer = browser.post(
        f"/conventions/{agreement.id}/terminer",
        data={"csrf_token": token},
        headers=htmx_headers("agreement-list"),
    )

    assert_same(swap(page, answer, target="agreement-list"), parse(browser.get("/conventions/")))


def test_the_list_sends_the_same_few_statements_whatever_its_rows(
    session: Session, browser: FlaskClient, mission: Organisation
) -> None:
    counts: list[int] = []

    def note(*_all: object) -> None:
        counts[-1] += 1

    event.listen(db.engine.engine, "before_cursor_execute", note)
    try:
        for _ in range(2):
            counts.append(0)
            for _ in range(5):
                make_agreement(session, mission, make_organisation(session, K.POINT_A))
            counts[-1] = 0
            browser.get("/conventions/")
    finally:
        event.remove(db.engine.engine, "before_cursor_execute", note)

    assert counts[0] == counts[1]
    assert counts[0] <= 10
