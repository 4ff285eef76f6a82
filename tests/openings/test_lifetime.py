"""Reread by the company behind a link, renewed, closed with an outcome, and never a school's advertisement."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Membership, Organisation, User
from app.core.db import db, transaction
from app.core.errors import Conflict, Invalid
from app.core.outbox import OutboxMail
from app.notices.models import Notice
from app.openings.models import (
    Company,
    MinorsPossible,
    Opening,
    OpeningApproval,
    OpeningOutcome,
    OpeningStatus,
)
from app.openings.services import ask_approval, close_opening, move_opening, renew_opening
from app.openings.tasks import remind_of_expiry
from app.openings.workflow import OpeningEvent
from app.policy.actor import Actor, OrganisationKind
from app.rules.disguise import find_disguise
from tests.factories.accounts import (
    actor_of,
    csrf_token,
    make_organisation,
    make_site,
    make_territory,
    make_user,
    sign_in,
)
from tests.factories.openings import make_company, make_opening

pytestmark = pytest.mark.usefixtures("frozen")

TODAY = date(2026, 11, 23)


@pytest.fixture
def person(session: Session) -> User:
    chamber = make_organisation(session, OrganisationKind.FIELD_NETWORK)
    user = make_user(session, chamber)
    seat = session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
    make_territory(session, seat, "29")
    return user


@pytest.fixture
def agent(session: Session, person: User) -> Actor:
    return actor_of(session, person)


@pytest.fixture
def company(session: Session) -> Organisation:
    row = make_company(session, name="Fournil des Monts", email="fournil@exemple.fr")
    make_site(session, row)
    return row


@pytest.fixture
def draft(session: Session, company: Organisation) -> Opening:
    return make_opening(session, company, status=OpeningStatus.DRAFT, published_at=None)


@pytest.fixture
def link(session: Session, agent: Actor, draft: Opening) -> Iterator[str]:
    """The path of the link that the company receives."""
    session.commit()
    with transaction() as own:
        ask_approval(own, agent, opening_id=draft.id)
        text = own.scalars(select(OutboxMail.text_body)).one()
    found = re.search(r"(/offre-a-relire/\S+)", text)
    assert found
    yield found[1]
    db.session.rollback()


def _fields(page: str) -> dict[str, str]:
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    return {
        "csrf_token": token[1],
        "title": "Apprentie ou apprenti en boulangerie",
        "rome_code": "D1102",
        "trade": "boulanger",
        "commune_code": "29232",
        "commune": "Quimper",
        "apprenticeship": "y",
        "positions": "2",
        "start_from": "2026-12-01",
        "start_until": "2027-02-01",
        "minors_possible": MinorsPossible.YES.value,
        "level_low": "",
        "level_high": "",
    }


def test_the_company_corrects_and_publishes_the_draft_without_an_account(
    session: Session, client: FlaskClient, draft: Opening, link: str
) -> None:
    opened = client.get(link)
    still = session.get_one(Opening, draft.id).status
    form = _fields(opened.get_data(as_text=True))

    refused = client.post(link, data={**form, "description": "Jeune homme sans enfant"})
    published = client.post(link, data=form)
    again = client.post(link, data=form)

    assert (opened.status_code, still) == (200, OpeningStatus.DRAFT)
    assert refused.status_code == 422
    assert "Jeune homme sans enfant" in refused.get_data(as_text=True)
    assert (published.status_code, again.status_code) == (303, 409)
    session.expire_all()
    row = session.get_one(Opening, draft.id)
    approval = session.scalars(select(OpeningApproval)).one()
    assert (row.status, row.positions) == (OpeningStatus.PUBLISHED, 2)
    assert (approval.was_corrected, approval.answered_at is not None) == (True, True)


def test_a_second_letter_ends_the_first_link(
    session: Session, client: FlaskClient, agent: Actor, draft: Opening, link: str
) -> None:
    with transaction() as own:
        ask_approval(own, agent, opening_id=draft.id)

    assert client.get(link).status_code == 404
    assert client.get("/offre-a-relire/n-importe-quoi").status_code == 404


def test_a_draft_goes_to_nobody_without_an_address(
    session: Session, agent: Actor, company: Organisation, draft: Opening
) -> None:
    company.email = None
    session.flush()

    with pytest.raises(Invalid, match="Aucune adresse"):
        ask_approval(session, agent, opening_id=draft.id)


def test_an_opening_is_renewed_in_one_click(
    app: Flask, session: Session, client: FlaskClient, person: User, company: Organisation
) -> None:
    opening = make_opening(
        session,
        company,
        expires_on=TODAY + timedelta(days=3),
        start_until=TODAY + timedelta(days=5),
        reminded_on=TODAY,
    )
    sign_in(client, person)
    path = f"/offres/{opening.id}"

    answer = client.post(f"{path}/renouveler", data={"csrf_token": csrf_token(app, client, path)})

    session.expire_all()
    row = session.get_one(Opening, opening.id)
    assert answer.status_code == 303
    assert row.expires_on == row.start_until == TODAY + timedelta(days=60)
    assert row.reminded_on is None


def test_only_a_published_opening_is_renewed(
    session: Session, agent: Actor, draft: Opening
) -> None:
    with pytest.raises(Conflict):
        renew_opening(session, agent, opening_id=draft.id)


def test_closing_asks_what_became_of_the_opening(
    app: Flask, session: Session, client: FlaskClient, person: User, company: Organisation
) -> None:
    opening = make_opening(session, company)
    sign_in(client, person)
    path = f"/offres/{opening.id}"
    token = csrf_token(app, client, path)

    silent = client.post(f"{path}/fermer", data={"csrf_token": token})
    told = client.post(f"{path}/fermer", data={"csrf_token": token, "outcome": "filled_elsewhere"})

    session.expire_all()
    row = session.get_one(Opening, opening.id)
    assert (silent.status_code, told.status_code) == (422, 303)
    assert (row.status, row.outcome) == (OpeningStatus.CLOSED, OpeningOutcome.FILLED_ELSEWHERE)
    assert "pourvue autrement" in client.get(path).get_data(as_text=True)


def test_a_closed_opening_is_not_closed_again(
    session: Session, agent: Actor, company: Organisation
) -> None:
    opening = make_opening(session, company)
    close_opening(session, agent, opening_id=opening.id, outcome=OpeningOutcome.ABANDONED)

    with pytest.raises(Conflict):
        close_opening(session, agent, opening_id=opening.id, outcome=OpeningOutcome.ABANDONED)


def test_the_company_is_reminded_once_before_its_opening_ends(
    session: Session, company: Organisation
) -> None:
    user = make_user(session, company)
    make_opening(session, company, expires_on=TODAY + timedelta(days=5))
    make_opening(session, company, expires_on=TODAY + timedelta(days=40))
    session.commit()

    remind_of_expiry()
    remind_of_expiry()

    notices = session.scalars(select(Notice).where(Notice.user_id == user.id)).all()
    assert len(notices) == 1


def test_the_same_post_written_twice_is_pointed_out(
    session: Session, client: FlaskClient, person: User, company: Organisation
) -> None:
    opening = make_opening(session, company)
    make_opening(session, company, title="Boulanger en alternance")
    sign_in(client, person)

    page = client.get(f"/offres/{opening.id}").get_data(as_text=True)

    assert "Peut-être la même offre" in page
    assert "Boulanger en alternance" in page


@pytest.mark.parametrize(
    "text",
    [
        "Nous recherchons pour une de nos entreprises partenaires un vendeur",
        "Rejoignez notre école et préparez un BTS",
        "Formation gratuite et rémunérée, rentrée en janvier",
        "Notre CFA recherche des candidats pour ses partenaires",
    ],
)
def test_a_school_s_advertisement_is_caught_with_an_explanation(text: str) -> None:
    found = find_disguise(text)

    assert found is not None
    assert "signera le contrat" in found.message


@pytest.mark.parametrize(
    "text",
    [
        "Fabriquer le pain, tenir le four",
        "Nos partenaires sont des fermes voisines",
        "Formation au CFA de Quimper, une semaine sur trois",
    ],
)
def test_an_employer_s_words_pass(text: str) -> None:
    assert find_disguise(text, naf_code="1071C") is None


def test_a_school_that_hires_says_that_the_post_is_its_own(
    session: Session, agent: Actor, company: Organisation, draft: Opening
) -> None:
    session.get_one(Company, company.id).naf_code = "8559A"
    draft.description = "Accueil et secrétariat"

    with pytest.raises(Invalid, match="enseigne"):
        move_opening(session, agent, opening_id=draft.id, event=OpeningEvent.PUBLISH)
    draft.description = "Accueil et secrétariat au sein de notre établissement"
    move_opening(session, agent, opening_id=draft.id, event=OpeningEvent.PUBLISH)

    assert draft.status is OpeningStatus.PUBLISHED
