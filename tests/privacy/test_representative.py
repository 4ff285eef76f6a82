"""A minor's legal representative agrees, refuses and changes their mind by a signed link."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.access import AccessRecord
from app.core.db import transaction
from app.core.journal import JournalEvent
from app.placements.models import Placement
from app.placements.queries.page import placement_page
from app.placements.workflow import Stage
from app.privacy.emails import representative_token
from app.youth import texts
from app.youth.models import ConsentKind, ConsentRecord, LegalRepresentative
from app.youth.queries import youth_facts
from app.youth.services import representative_mark
from tests.factories.accounts import sign_in
from tests.factories.placements import Triple, make_placement, make_triple, say_yes
from tests.factories.privacy import link_in, mails
from tests.factories.youth import make_representative
from tests.helpers.swap import parse

AT_SEVENTEEN, AT_FIFTEEN = date(2009, 5, 2), date(2011, 2, 3)


def minor(session: Session, born: date, *, email: str | None = "mere@exemple.fr") -> Triple:
    """The usual three, whose youth is a minor with a mother who was not asked yet."""
    triple = make_triple(session)
    triple.youth.birth_date = born
    make_representative(session, triple.youth, acknowledged=False).email = email
    session.flush()
    return triple


def answer(client: FlaskClient, path: str, button: str) -> int:
    """Press a button of the page behind a link."""
    page = parse(client.get(path))
    form = page.select_one(f"form[action$='/{button}']")
    assert form is not None
    fields = {str(one["name"]): str(one["value"]) for one in form.select("input[name]")}
    return client.post(str(form["action"]), data=fields).status_code


def asked(client: FlaskClient, session: Session, triple: Triple) -> str:
    """The adviser sends the link; the path that the mail carries."""
    session.commit()
    desk = sign_in(client.application.test_client(), triple.adviser.user)
    page = parse(desk.get(f"/jeunes/{triple.youth.id}"))
    form = page.select_one("form[action$='/representant/lien']")
    assert form is not None
    token = form.select_one("input[name$=csrf_token]")
    assert token is not None
    desk.post(str(form["action"]), data={"csrf_token": str(token["value"])})
    return link_in(mails(session, "privacy_representative")[-1])


def test_the_mother_reads_the_text_agrees_and_the_names_that_waited_open(
    client: FlaskClient, session: Session, frozen: time_machine.Traveller
) -> None:
    with transaction():
        triple = minor(session, AT_SEVENTEEN)
        placement = say_yes(session, triple, make_placement(session, triple), "youth")
    before = placement_page(session, triple.employer.actor, placement.id).youth.scope
    path = asked(client, session, triple)

    shown = client.get(path)
    status = answer(client, path, "accord")

    session.expire_all()
    row = session.scalars(
        select(ConsentRecord).where(ConsentRecord.kind == ConsentKind.REPRESENTATIVE)
    ).one()
    after = placement_page(session, triple.employer.actor, placement.id).youth.scope
    text = shown.get_data(as_text=True)
    assert (before, status, after) == ("S1", 303, "S2")
    assert texts.REPRESENTATIVE.paragraphs[-1].split(".")[0] in text
    assert triple.youth.family_name not in text
    assert shown.headers["Cache-Control"] == "no-store"
    assert (row.text_version, row.channel, row.recorded_by) == (
        texts.REPRESENTATIVE.version,
        "link",
        None,
    )
    assert len(mails(session, "privacy_representative_told")) == 1
    assert (
        triple.youth.family_name not in mails(session, "privacy_representative_told")[0].text_body
    )
    assert "privacy.representative" in set(session.scalars(select(AccessRecord.page)))


def test_she_takes_it_back_by_the_link_of_the_confirmation_and_the_adviser_cannot_undo_it(
    client: FlaskClient, session: Session, frozen: time_machine.Traveller
) -> None:
    with transaction():
        triple = minor(session, AT_SEVENTEEN)
        placement = say_yes(session, triple, make_placement(session, triple), "youth")
    answer(client, asked(client, session, triple), "accord")
    later = link_in(mails(session, "privacy_representative_answered")[-1])

    frozen.shift(60 * 24 * 3600)
    status = answer(client, later, "refus")

    session.expire_all()
    row = session.get_one(LegalRepresentative, triple.youth.id)
    ended = session.scalars(
        select(ConsentRecord).where(ConsentRecord.kind == ConsentKind.REPRESENTATIVE)
    ).one()
    assert status == 303
    assert row.refused_at is not None
    assert ended.withdrawn_at is not None
    assert youth_facts(session, triple.youth.id).revealed_to == frozenset()
    assert session.get_one(Placement, placement.id).stage is Stage.OPEN
    desk = sign_in(client, triple.adviser.user)
    page = parse(desk.get(f"/jeunes/{triple.youth.id}"))
    assert "Pas d’accord" in page.select_one("#section-representative").get_text()  # type: ignore[union-attr]
    assert page.select_one("form[action$='/representant/informe']") is None
    token = page.select_one("#section-representative input[name$=csrf_token]")
    refused = desk.post(
        f"/jeunes/{triple.youth.id}/representant/informe",
        data={"csrf_token": str(token["value"])},  # type: ignore[index]
    )
    assert refused.status_code == 409


def test_before_sixteen_a_no_takes_the_youth_off_every_list_and_closes_what_was_proposed(
    client: FlaskClient, session: Session
) -> None:
    with transaction():
        triple = minor(session, AT_FIFTEEN)
        placement = make_placement(session, triple)
    path = asked(client, session, triple)

    answer(client, path, "refus")

    session.expire_all()
    assert youth_facts(session, triple.youth.id).is_listed is False
    assert session.get_one(Placement, placement.id).stage is Stage.EXPIRED
    events = set(
        session.scalars(select(JournalEvent.event).where(JournalEvent.youth_id == triple.youth.id))
    )
    assert {"representative_refused", "consent_withdrawn", "stop_carried_out"} <= events


@pytest.mark.parametrize("spoiled", ["other person", "of age", "forged", "youth"])
def test_a_link_opens_nothing_for_anybody_else(
    client: FlaskClient, session: Session, frozen: time_machine.Traveller, spoiled: str
) -> None:
    triple = minor(session, AT_SEVENTEEN)
    row = session.get_one(LegalRepresentative, triple.youth.id)
    with client.application.app_context():
        token = representative_token(triple.youth.id, representative_mark(row))
    if spoiled == "other person":
        row.name = "M. Le Bihan"
    elif spoiled == "of age":
        triple.youth.birth_date = date(2008, 1, 1)
    elif spoiled == "forged":
        token = token[:-2] + ("aa" if token[-2:] != "aa" else "bb")
    path = f"/mes-donnees/{token}" if spoiled == "youth" else f"/representant/{token}"
    session.commit()

    found = client.get(path)

    assert found.status_code == 404
    assert triple.youth.given_name not in found.get_data(as_text=True)


def test_opening_the_link_answers_nothing_and_an_older_text_is_refused(
    client: FlaskClient, session: Session
) -> None:
    triple = minor(session, AT_SEVENTEEN)
    path = asked(client, session, triple)
    page = parse(client.get(path))
    token = page.select_one("form[action$='/accord'] input[name$=csrf_token]")
    assert token is not None

    refused = client.post(
        f"{path}/accord",
        data={"csrf_token": str(token["value"]), "text_version": "representative-2020-01"},
    )

    session.expire_all()
    row = session.get_one(LegalRepresentative, triple.youth.id)
    assert refused.status_code == 422
    assert (row.acknowledged_at, row.refused_at) == (None, None)


def test_without_an_address_the_adviser_is_told_what_is_missing(
    client: FlaskClient, session: Session
) -> None:
    triple = minor(session, AT_SEVENTEEN, email=None)
    session.commit()
    desk = sign_in(client, triple.adviser.user)

    page = parse(desk.get(f"/jeunes/{triple.youth.id}"))

    assert page.select_one("form[action$='/representant/lien']") is None
    assert "Avec son adresse électronique" in page.get_text()
    assert mails(session, "privacy_representative") == []
