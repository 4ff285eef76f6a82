"""Posts and territories of agents, the hand-over of a portfolio, and the register of branches."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import FieldCommune, FieldSector, Membership, User
from app.accounts.queries import territory_of
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.outreach.models import CompanyFollow, ContractFocus, LinkMade, NextStep, VisitKind
from app.outreach.queries.agents import agent_list
from app.outreach.queries.overlaps import overlaps
from app.outreach.queries.visits import steps_due
from app.outreach.services import (
    ContactDetails,
    PostDetails,
    VisitDetails,
    add_contact,
    hand_over,
    log_link,
    record_visit,
    write_post,
)
from app.policy.actor import Actor, OrganisationKind, Role
from tests.factories.accounts import (
    actor_of,
    csrf_token,
    make_membership,
    make_organisation,
    make_territory,
    make_user,
    sign_in,
)
from tests.factories.reference import make_commune
from tests.helpers.swap import parse
from tests.outreach.conftest import Field, make_agent

pytestmark = pytest.mark.usefixtures("frozen")

TODAY = date(2026, 11, 23)


@pytest.fixture
def chief(session: Session, field: Field) -> User:
    return make_user(session, field.network, Role.ORGANISATION_ADMIN)


@pytest.fixture
def head(session: Session, chief: User) -> Actor:
    return actor_of(session, chief)


def _post(**values: object) -> PostDetails:
    given: dict[str, object] = {
        "contract_focus": ContractFocus.PROFESSIONALISATION,
        "starts_on": TODAY,
        "departements": ["29"],
        "financing_share": 60,
        **values,
    }
    return PostDetails(**given)  # type: ignore[arg-type]


def test_a_post_says_who_pays_what_is_promoted_and_where(
    session: Session, field: Field, head: Actor
) -> None:
    make_commune(session, "35238")
    details = _post(departements=["29", "35"], communes=["29232"], sectors=["10", "43"])

    write_post(session, head, membership_id=field.seat.id, details=details)

    row = next(one for one in agent_list(session, head, number=1).rows if one.id == field.seat.id)
    assert (row.financing_share, row.contract_focus) == (60, ContractFocus.PROFESSIONALISATION)
    assert territory_of(session, field.user.id, field.network.id) == {"29", "35"}
    assert session.scalars(select(FieldCommune.insee_code)).all() == ["29232"]
    assert set(session.scalars(select(FieldSector.naf_division))) == {"10", "43"}


@pytest.mark.parametrize(
    ("changes", "field_name"),
    [
        ({"ends_on": TODAY - timedelta(days=1)}, "ends_on"),
        ({"departements": ["99"]}, "departements"),
        ({"departements": []}, "departements"),
        ({"sectors": ["alimentaire"]}, "sectors"),
    ],
)
def test_a_post_that_cannot_be_is_refused_next_to_its_field(
    session: Session, field: Field, head: Actor, changes: dict[str, object], field_name: str
) -> None:
    with pytest.raises(Invalid) as refused:
        write_post(session, head, membership_id=field.seat.id, details=_post(**changes))

    assert refused.value.field == field_name


def test_only_the_network_s_administrator_writes_a_post(session: Session, field: Field) -> None:
    stranger = actor_of(session, make_user(session, field.other_network, Role.ORGANISATION_ADMIN))

    for actor in (field.agent, stranger):
        with pytest.raises((Forbidden, NotFound)):
            write_post(session, actor, membership_id=field.seat.id, details=_post())
    assert field.seat.id not in [row.id for row in agent_list(session, stranger, number=1).rows]


def test_nobody_widens_their_own_territory_by_the_page_of_their_post(
    session: Session, field: Field, head: Actor
) -> None:
    make_membership(session, field.user, field.network, Role.ORGANISATION_ADMIN)
    own = actor_of(session, field.user)
    wider = _post(departements=["29", "35"])
    for insee_code in ("29232", "35238"):
        make_commune(session, insee_code)

    with pytest.raises(Invalid, match="ses propres droits"):
        write_post(session, own, membership_id=field.seat.id, details=wider)
    assert territory_of(session, field.user.id, field.network.id) == {"29"}

    write_post(session, own, membership_id=field.seat.id, details=_post(departements=["29"]))
    write_post(session, head, membership_id=field.seat.id, details=wider)
    assert territory_of(session, field.user.id, field.network.id) == {"29", "35"}


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        ({}, {}, ([], [])),
        ({"communes": ["29232"]}, {"communes": ["29019"]}, None),
        ({"communes": ["29232", "29019"]}, {"communes": ["29019"]}, (["Brest"], [])),
        ({"communes": ["29232"]}, {"sectors": ["10"]}, (["Quimper"], ["10"])),
        ({"sectors": ["10"]}, {"sectors": ["43"]}, None),
        ({"sectors": ["10", "43"]}, {"sectors": ["43"]}, ([], ["43"])),
        (
            {"contract_focus": ContractFocus.APPRENTICESHIP},
            {"contract_focus": ContractFocus.PROFESSIONALISATION},
            None,
        ),
        ({"departements": ["23"]}, {}, None),
        ({"ends_on": date(2026, 11, 22), "starts_on": date(2026, 1, 1)}, {}, None),
    ],
)
def test_two_agents_on_one_ground_are_told_to_the_region(
    session: Session,
    field: Field,
    head: Actor,
    correspondent: Actor,
    mine: dict[str, object],
    theirs: dict[str, object],
    expected: tuple[list[str], list[str]] | None,
) -> None:
    for code in ("29232", "29019", "23096"):
        make_commune(session, code)
    other_head = actor_of(session, make_user(session, field.other_network, Role.ORGANISATION_ADMIN))
    other_seat = session.scalars(
        select(Membership).where(Membership.user_id == field.other_user.id)
    ).one()
    both = {"contract_focus": ContractFocus.BOTH}
    write_post(session, head, membership_id=field.seat.id, details=_post(**{**both, **mine}))
    write_post(
        session, other_head, membership_id=other_seat.id, details=_post(**{**both, **theirs})
    )
    for agent in (field.agent, field.other_agent):
        record_visit(
            session, agent, company_id=field.company.id, details=VisitDetails(VisitKind.CALL, TODAY)
        )

    found = overlaps(session, correspondent)

    assert [(list(one.communes), list(one.sectors)) for one in found] == (
        [expected] if expected is not None else []
    )
    assert all((one.companies, one.is_same_network) == (1, False) for one in found)
    assert overlaps(session, field.agent) == []


def test_two_agents_who_share_several_departements_are_one_line(
    session: Session, field: Field, correspondent: Actor
) -> None:
    other_seat = session.scalars(
        select(Membership).where(Membership.user_id == field.other_user.id)
    ).one()
    for seat in (field.seat, other_seat):
        make_territory(session, seat, "35")

    found = overlaps(session, correspondent)

    assert [(list(one.departements), list(one.communes)) for one in found] == [(["29", "35"], [])]


def test_a_portfolio_goes_to_a_colleague_with_what_is_to_do_and_visits_keep_their_author(
    session: Session, field: Field, head: Actor
) -> None:
    successor, _, _ = make_agent(session, field.network)
    visit = record_visit(
        session,
        field.agent,
        company_id=field.company.id,
        details=VisitDetails(
            kind=VisitKind.VISIT,
            happened_on=TODAY,
            next_step=NextStep.CALL_BACK,
            next_on=TODAY + timedelta(days=1),
        ),
    )

    moved = hand_over(session, head, membership_id=field.seat.id, successor_id=successor.id)

    soon = TODAY + timedelta(days=1)
    assert moved == 1
    assert [row.id for row in steps_due(session, successor.id, soon)] == [visit.id]
    assert steps_due(session, field.user.id, soon) == []
    assert visit.user_id == field.user.id
    follows = session.scalars(select(CompanyFollow).order_by(CompanyFollow.id)).all()
    assert [(one.user_id, one.until) for one in follows] == [
        (field.user.id, TODAY),
        (successor.id, None),
    ]
    with pytest.raises(Conflict):
        hand_over(session, head, membership_id=field.seat.id, successor_id=successor.id)
    with pytest.raises(Invalid):
        hand_over(session, head, membership_id=field.seat.id, successor_id=field.other_user.id)


def test_a_successor_of_another_network_is_refused_beside_the_list(
    app: Flask, session: Session, client: FlaskClient, field: Field, chief: User
) -> None:
    make_agent(session, field.network)
    record_visit(
        session,
        field.agent,
        company_id=field.company.id,
        details=VisitDetails(kind=VisitKind.VISIT, happened_on=TODAY),
    )
    sign_in(client, chief)
    path = f"/prospection/developpeurs/{field.seat.id}"
    token = csrf_token(app, client, path)

    answers = [
        client.post(f"{path}/relais", data={"csrf_token": token, "successor": typed})
        for typed in (str(field.other_user.id), "zzz", "")
    ]

    assert [one.status_code for one in answers] == [422] * 3
    for one in answers:
        wrong = parse(one).find("select", {"name": "successor"})
        assert wrong is not None
        assert wrong["aria-invalid"] == "true"
        assert "Choisissez un autre développeur du même réseau." in one.text
    assert session.scalars(select(CompanyFollow.until)).all() == [None]


def test_a_post_is_written_from_its_page(
    app: Flask, session: Session, client: FlaskClient, field: Field, chief: User
) -> None:
    sign_in(client, chief)
    path = f"/prospection/developpeurs/{field.seat.id}"
    form = {
        "csrf_token": csrf_token(app, client, path),
        "contract_focus": "both",
        "starts_on": "2026-09-01",
        "departements": "29",
        "communes": "Quimper",
        "commune": "Quimper",
        "sectors": "10",
    }

    refused = client.post(path, data={**form, "communes": "Zzzville"})
    written = client.post(path, data=form)
    listed = client.get("/prospection/developpeurs").get_data(as_text=True)

    assert (refused.status_code, written.status_code) == (422, 303)
    assert "Zzzville" in refused.get_data(as_text=True)
    assert "Les deux contrats" in listed


def test_a_correspondent_keeps_a_register_of_the_region_and_logs_links(
    session: Session, correspondent: Actor, field: Field
) -> None:
    contact = add_contact(
        session, correspondent, details=ContactDetails("Boulangerie", "Fédération 29")
    )
    log_link(session, correspondent, contact_id=contact.id, happened_on=TODAY, words="Réunion")
    elsewhere = make_organisation(session, OrganisationKind.REGIONAL_COORDINATION, region_code="52")
    other = actor_of(session, make_user(session, elsewhere, Role.REGIONAL_CORRESPONDENT))

    with pytest.raises(NotFound):
        log_link(session, other, contact_id=contact.id, happened_on=TODAY, words="Autre")
    with pytest.raises(NotFound):
        add_contact(session, field.agent, details=ContactDetails("Bâtiment", "CAPEB"))
    with pytest.raises(Invalid):
        log_link(
            session,
            correspondent,
            contact_id=contact.id,
            happened_on=TODAY + timedelta(days=1),
            words="Demain",
        )
    assert len(session.scalars(select(LinkMade)).all()) == 1


def test_the_register_is_kept_on_its_pages(
    app: Flask, session: Session, client: FlaskClient
) -> None:
    region = make_organisation(session, OrganisationKind.REGIONAL_COORDINATION)
    sign_in(client, make_user(session, region, Role.REGIONAL_CORRESPONDENT))
    token = csrf_token(app, client, "/prospection/carnet")
    contact = {"csrf_token": token, "branch": "Boulangerie", "organisation_name": "Fédération 29"}

    refused = client.post("/prospection/carnet", data={**contact, "phone": "12"})
    added = client.post("/prospection/carnet", data=contact)
    link = client.post(
        f"{added.location}/liens",
        data={"csrf_token": token, "happened_on": "2026-11-20", "words": "Mise en contact"},
    )
    shown = client.get(added.location).get_data(as_text=True)
    found = client.get("/prospection/carnet?q=boulang").get_data(as_text=True)

    assert (refused.status_code, added.status_code, link.status_code) == (422, 303, 303)
    assert "Mise en contact" in shown
    assert "Fédération 29" in found
