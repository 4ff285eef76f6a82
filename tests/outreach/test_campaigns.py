"""Mailings: without those who object, nothing twice, and what became of each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.db import db, transaction
from app.core.errors import Conflict, NotFound
from app.core.outbox import OutboxMail
from app.openings.models import Company
from app.openings.queries import CompanyFilters
from app.outreach.models import (
    Campaign,
    CampaignChannel,
    CampaignTarget,
    TargetState,
    Visit,
    VisitKind,
)
from app.outreach.services import (
    add_by_filters,
    add_by_lines,
    create_campaign,
    draft_from_visit,
    mark_target,
    send_campaign,
)
from tests.factories.accounts import csrf_token, sign_in
from tests.outreach.conftest import Field, make_placed_company

pytestmark = pytest.mark.usefixtures("frozen")

TODAY = date(2026, 11, 23)


@pytest.fixture
def writing(session: Session, field: Field) -> Iterator[Session]:
    """The test's session inside the transaction of a write: mails wait for its end."""
    session.commit()
    with transaction() as own:
        yield own
    db.session.rollback()


def _campaign(
    session: Session, field: Field, channel: CampaignChannel = CampaignChannel.MAIL
) -> Campaign:
    return create_campaign(
        session,
        field.agent,
        title="Rentrée",
        channel=channel,
        subject="Un apprenti chez {entreprise}",
        body="Bonjour, à {commune} des jeunes cherchent. {developpeur}",
    )


def _object(session: Session, company_id: int) -> None:
    session.get_one(Company, company_id).objects_to_prospecting_since = TODAY
    session.flush()


def test_a_list_leaves_out_who_objects_and_takes_nobody_twice(
    session: Session, field: Field
) -> None:
    shy = make_placed_company(session, "Ne pas déranger", siren="000000935")
    _object(session, shy.id)
    campaign = _campaign(session, field)

    first = add_by_filters(session, field.agent, campaign_id=campaign.id, filters=CompanyFilters())
    second = add_by_lines(
        session,
        field.agent,
        campaign_id=campaign.id,
        lines=["000000927", "Fournil des Monts", "000000935", "zzz", ""],
    )

    assert (first.added, first.objecting) == (1, 0)
    assert (second.added, second.known, second.objecting, second.unknown) == (0, 1, 1, 1)


def test_each_company_and_each_address_gets_one_mail_and_one_contact(
    writing: Session, field: Field
) -> None:
    for name, email in (
        ("Un", "commun@exemple.fr"),
        ("Deux", "COMMUN@exemple.fr"),
        ("Trois", None),
    ):
        make_placed_company(writing, name, email=email)
    late = make_placed_company(writing, "Tardive", email="tardive@exemple.fr")
    campaign = _campaign(writing, field)
    add_by_filters(writing, field.agent, campaign_id=campaign.id, filters=CompanyFilters())
    _object(writing, late.id)

    sent = send_campaign(writing, field.agent, campaign_id=campaign.id)

    mails = writing.scalars(select(OutboxMail)).all()
    contacts = writing.scalars(select(Visit)).all()
    assert sent == len(mails) == len(contacts) == 1
    assert contacts[0].kind is VisitKind.MAILING
    assert mails[0].recipient == "commun@exemple.fr"
    assert "Quimper" in mails[0].text_body
    with pytest.raises(Conflict):
        send_campaign(writing, field.agent, campaign_id=campaign.id)


def test_an_opposition_noted_on_a_letter_hides_the_company_from_the_next_list(
    session: Session, field: Field
) -> None:
    campaign = _campaign(session, field, CampaignChannel.LETTER)
    add_by_filters(session, field.agent, campaign_id=campaign.id, filters=CompanyFilters())
    send_campaign(session, field.agent, campaign_id=campaign.id)
    target = session.scalars(select(CampaignTarget)).one()

    mark_target(
        session,
        field.agent,
        campaign_id=campaign.id,
        target_id=target.id,
        state=TargetState.OPPOSED,
    )

    again = _campaign(session, field)
    added = add_by_filters(session, field.agent, campaign_id=again.id, filters=CompanyFilters())
    assert added.added == 0
    assert session.get_one(Company, field.company.id).objects_to_prospecting_since == TODAY
    with pytest.raises(Conflict):
        mark_target(
            session,
            field.agent,
            campaign_id=campaign.id,
            target_id=target.id,
            state=TargetState.ANSWERED,
        )


def test_an_opening_drafted_after_a_letter_is_told_by_the_letter(
    session: Session, field: Field
) -> None:
    campaign = _campaign(session, field, CampaignChannel.LETTER)
    add_by_filters(session, field.agent, campaign_id=campaign.id, filters=CompanyFilters())
    send_campaign(session, field.agent, campaign_id=campaign.id)
    visit = session.scalars(select(Visit)).one()

    draft_from_visit(session, field.agent, visit_id=visit.id)

    assert session.scalars(select(CampaignTarget.state)).one() is TargetState.OPENING_RAISED


def test_a_mailing_of_another_network_does_not_exist(session: Session, field: Field) -> None:
    campaign = _campaign(session, field)

    with pytest.raises(NotFound):
        add_by_filters(
            session, field.other_agent, campaign_id=campaign.id, filters=CompanyFilters()
        )


def test_letters_are_written_listed_from_a_file_printed_and_marked(
    app: Flask, session: Session, client: FlaskClient, field: Field
) -> None:
    sign_in(client, field.user)
    token = csrf_token(app, client, "/prospection/courriers")
    words = {
        "csrf_token": token,
        "title": "Rentrée",
        "channel": "letter",
        "subject": "Un apprenti chez {entreprise}",
        "body": "Bonjour",
    }

    refused = client.post("/prospection/courriers", data={**words, "body": "pas de femme"})
    written = client.post("/prospection/courriers", data=words)
    path = written.location
    file = (BytesIO(b"SIREN\n000000927\n"), "liste.csv")
    listed = client.post(
        f"{path}/entreprises",
        data={"csrf_token": token, "source": "lines", "lines": "", "file": file},
    )
    letters = client.get(f"{path}/lettres").get_data(as_text=True)
    file_of_letters = client.get(f"{path}/lettres.pdf")
    sent = client.post(f"{path}/envoyer", data={"csrf_token": token})
    again = client.post(f"{path}/envoyer", data={"csrf_token": token})
    target = session.scalars(select(CampaignTarget.id)).one()
    nothing_left = client.get(f"{path}/lettres.pdf")
    marked = client.post(f"{path}/suites/{target}", data={"csrf_token": token, "state": "answered"})
    overview = client.get("/prospection/courriers").get_data(as_text=True)

    assert (refused.status_code, written.status_code, listed.status_code) == (422, 303, 303)
    assert "Un apprenti chez Fournil des Monts" in letters
    assert file_of_letters.mimetype == "application/pdf"
    paper = [page.extract_text() for page in PdfReader(BytesIO(file_of_letters.data)).pages]
    assert len(paper) == 1
    assert "Objet : Un apprenti chez Fournil des Monts" in paper[0]
    assert nothing_left.status_code == 303
    assert (sent.status_code, again.status_code, marked.status_code) == (303, 409, 303)
    assert "parti aujourd’hui" in overview


def test_the_files_of_a_long_mailing_hold_each_company_once_whatever_happens_between_two_of_them(
    session: Session, client: FlaskClient, field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.outreach.views.campaigns.LETTERS_A_FILE", 2)
    names = [f"Atelier {letter}" for letter in "ABCDEF"]
    companies = [
        make_placed_company(session, name, siren=f"00000{number}", email=None)
        for number, name in enumerate(names, start=1101)
    ]
    campaign = _campaign(session, field, CampaignChannel.LETTER)
    add_by_filters(session, field.agent, campaign_id=campaign.id, filters=CompanyFilters())
    session.commit()
    sign_in(client, field.user)
    path = f"/prospection/courriers/{campaign.id}"

    def printed(part: int) -> list[str]:
        paper = PdfReader(BytesIO(client.get(f"{path}/lettres.pdf?partie={part}").data)).pages
        return [page.extract_text().split("chez ")[1].splitlines()[0] for page in paper]

    offered = client.get(path).get_data(as_text=True)
    first = printed(1)
    _object(session, next(one.id for one in companies if one.name == first[0]))
    session.commit()
    rest = [name for part in (2, 3, 4) for name in printed(part)]

    assert [f"partie={part}" in offered for part in (1, 2, 3, 4, 5)] == [True] * 4 + [False]
    assert sorted(first + rest) == sorted([*names, "Fournil des Monts"])
