"""Stories 2 and 12 for access: a recognised disability is read by few, each time on the record, and told by nobody."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.access import AccessRecord
from app.core.db import transaction
from app.policy.actor import OrganisationKind, Role
from app.youth.models import DisabilityRecognition
from tests.factories.accounts import make_organisation, make_user, sign_in
from tests.factories.placements import Triple, make_party, make_placement, make_triple, say_yes
from tests.factories.privacy import make_officer, own_path

WORDS = (
    "rqth",
    "travailleur handicapé",
    "cap emploi",
    "17 févr. 2027",
    "17 février 2027",
    "2027-02-17",
)


@pytest.fixture
def signed(session: Session, frozen: time_machine.Traveller) -> Triple:
    """Anna-Maria has signed; the recognition is in its own table, and nobody was told."""
    with transaction() as writing:
        triple = make_triple(writing)
        triple.youth.birth_date = date(2003, 8, 17)
        writing.add(
            DisabilityRecognition(
                youth_id=triple.youth.id,
                agreed_at=clock.now(),
                proof_seen_on=date(2026, 11, 2),
                valid_until=date(2027, 2, 17),
            )
        )
        placement = make_placement(writing, triple)
        say_yes(writing, triple, placement, "youth", "employer", "cfa")
    return triple


def read(client: FlaskClient, *paths: str) -> str:
    answers = [client.get(path) for path in paths]
    return "\n".join(
        one.get_data(as_text=True).lower() for one in answers if one.status_code == 200
    )


@pytest.mark.parametrize("side", ["employer", "cfa"])
def test_with_three_yes_no_party_reads_a_word_of_it(app: Flask, signed: Triple, side: str) -> None:
    client = sign_in(app.test_client(), getattr(signed, side).user)

    page = read(
        client,
        "/",
        "/propositions",
        "/propositions/1",
        "/propositions/1/contrat",
        f"/offres/{signed.opening.id}/profils",
        f"/jeunes/{signed.youth.id}/handicap",
    )

    assert "enora" in page
    assert [word for word in WORDS if word in page] == []


@pytest.mark.parametrize("role", [Role.ADVISER, Role.DISABILITY_REFERENT])
def test_who_has_the_right_reads_it_and_each_reading_is_noted_apart(
    app: Flask, session: Session, signed: Triple, role: Role
) -> None:
    with transaction() as writing:
        person = make_user(writing, writing.merge(signed.adviser.organisation), role)
    client = sign_in(app.test_client(), person)

    for _ in range(2):
        assert client.get(f"/jeunes/{signed.youth.id}/handicap").status_code == 200

    pages = session.scalars(
        select(AccessRecord.page).where(AccessRecord.user_id == person.id)
    ).all()
    assert pages == ["youth.disability"] * 2


def test_a_field_agent_and_the_officer_do_not_open_the_page(app: Flask, signed: Triple) -> None:
    with transaction() as writing:
        network = make_party(writing, make_organisation(writing, OrganisationKind.FIELD_NETWORK))
        officer = make_officer(writing)

    for person in (network.user, officer):
        client = sign_in(app.test_client(), person)
        assert client.get(f"/jeunes/{signed.youth.id}/handicap").status_code == 404


def test_the_youth_reads_in_the_own_copy_that_it_is_kept_and_who_read_it(
    app: Flask, session: Session, signed: Triple
) -> None:
    adviser = sign_in(app.test_client(), signed.adviser.user)
    adviser.get(f"/jeunes/{signed.youth.id}/handicap")
    phone = app.test_client()

    copy = read(phone, own_path(signed.youth, "/copie"))
    readings = read(phone, own_path(signed.youth, "/lectures"))

    assert "reconnaissance d’un handicap" in copy
    assert "rubrique handicap" in readings
