"""The triples page and the anonymous profiles, as each person meets them."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.access import AccessRecord
from app.matching.models import MeetingRequest, SetAside
from app.openings.models import MinorsPossible
from app.policy.actor import OrganisationKind
from tests.factories.accounts import (
    csrf_token,
    make_agreement,
    make_organisation,
    make_user,
    sign_in,
)
from tests.helpers.swap import htmx_headers, parse, swap
from tests.matching.world import World, make_world

pytestmark = pytest.mark.usefixtures("frozen")


def _triples(world: World) -> str:
    return f"/jeunes/{world.youth.id}/propositions"


def _profiles(world: World) -> str:
    return f"/offres/{world.opening.id}/profils"


def test_the_adviser_reads_the_triple_its_reasons_and_its_three_places(
    client: FlaskClient, session: Session
) -> None:
    world = make_world(session)
    sign_in(client, world.adviser)

    text = client.get(_triples(world)).get_data(as_text=True)

    assert "1 piste" in text.replace("\u00a0", " ")
    for words in (
        "Apprenti boulanger",
        "Fournil des Monts",
        "CAP Boulanger",
        "répond au premier souhait",
        "à vol d’oiseau",
    ):
        assert words in text


def test_reading_the_triples_of_a_named_youth_leaves_a_trace(
    client: FlaskClient, session: Session
) -> None:
    world = make_world(session)
    sign_in(client, world.adviser)

    client.get(_triples(world))

    count = (
        select(func.count())
        .select_from(AccessRecord)
        .where(AccessRecord.youth_id == world.youth.id)
    )
    assert session.scalar(count) == 1


def test_another_house_finds_no_such_page(client: FlaskClient, session: Session) -> None:
    world = make_world(session)
    sign_in(client, make_user(session, make_organisation(session)))

    assert client.get(_triples(world)).status_code == 404


@pytest.mark.parametrize("kind", [OrganisationKind.COMPANY, OrganisationKind.TRAINING_CENTRE])
def test_an_employer_or_a_cfa_finds_no_such_page(
    client: FlaskClient, session: Session, kind: OrganisationKind
) -> None:
    world = make_world(session)
    sign_in(client, world.employer if kind is OrganisationKind.COMPANY else world.cfa_officer)

    assert client.get(_triples(world)).status_code == 404


def test_a_point_a_with_an_agreement_reads_the_triples(
    client: FlaskClient, session: Session
) -> None:
    world = make_world(session)
    point_a = make_organisation(session, OrganisationKind.POINT_A)
    make_agreement(session, world.mission, point_a)
    sign_in(client, make_user(session, point_a))

    assert client.get(_triples(world)).status_code == 200


def test_a_youth_without_consent_is_shown_to_the_adviser_with_a_warning(
    client: FlaskClient, session: Session
) -> None:
    world = make_world(session, is_listed=False)
    sign_in(client, world.adviser)

    text = client.get(_triples(world)).get_data(as_text=True)

    assert "n’a pas (ou plus) donné son accord" in text
    assert "Proposer à l’employeur" not in text


def test_levers_come_as_a_fragment_or_within_the_page(
    client: FlaskClient, session: Session
) -> None:
    world = make_world(session, radius_km=5, commune_code="29024")
    sign_in(client, world.adviser)
    address = f"{_triples(world)}?leviers=1"

    fragment = client.get(address, headers={"HX-Request": "true", "HX-Target": "levers"}).get_data(
        as_text=True
    )
    whole = client.get(address).get_data(as_text=True)

    assert fragment.lstrip().startswith("<section")
    assert "<html" not in fragment
    assert "Ce qui débloquerait" in fragment
    assert BeautifulSoup(whole, "lxml").select_one("#levers") is not None


def test_the_page_with_the_swapped_levers_is_the_page_loaded_anew(
    client: FlaskClient, session: Session
) -> None:
    world = make_world(session)
    sign_in(client, world.adviser)
    before = parse(client.get(_triples(world)))
    address = f"{_triples(world)}?leviers=1"

    swapped = swap(before, client.get(address, headers=htmx_headers("levers")), target="levers")

    fresh = parse(client.get(address)).select_one("#levers")
    after = swapped.select_one("#levers")
    assert after is not None
    assert fresh is not None
    assert after.get_text(" ", strip=True) == fresh.get_text(" ", strip=True)


def test_filters_narrow_the_list_and_nonsense_is_ignored(
    client: FlaskClient, session: Session
) -> None:
    world = make_world(session)
    sign_in(client, world.adviser)

    narrowed = client.get(f"{_triples(world)}?niveau=5").get_data(as_text=True)
    nonsense = client.get(f"{_triples(world)}?rayon=abc&niveau=99&nombre=-3").get_data(as_text=True)

    assert "Aucune piste pour l’instant" in narrowed
    assert "Apprenti boulanger" in nonsense


def test_why_not_explains_the_rule_that_breaks(client: FlaskClient, session: Session) -> None:
    world = make_world(session)
    world.opening.minors_possible = MinorsPossible.NO
    world.youth.birth_date = world.youth.birth_date.replace(year=2010)
    session.flush()
    sign_in(client, world.adviser)

    text = client.get(
        f"{_triples(world)}/pourquoi?opening_id={world.opening.id}&session_id={world.training.id}"
    ).get_data(as_text=True)

    assert "ne peut pas être confié à une personne mineure" in text


def test_why_not_without_numbers_says_what_to_write(client: FlaskClient, session: Session) -> None:
    world = make_world(session)
    sign_in(client, world.adviser)

    answer = client.get(f"{_triples(world)}/pourquoi?opening_id=abc")

    assert answer.status_code == 422
    assert "numéro de l’offre" in answer.get_data(as_text=True)


def test_an_opening_is_set_aside_from_the_list(client: FlaskClient, session: Session) -> None:
    world = make_world(session)
    sign_in(client, world.adviser)
    token = csrf_token(client.application, client, _triples(world))

    answer = client.post(
        f"/jeunes/{world.youth.id}/ecarter",
        data={
            "what": "opening",
            "opening_id": world.opening.id,
            "reason": "too_far",
            "csrf_token": token,
        },
    )

    assert answer.status_code == 303
    assert "Aucune piste pour l’instant" in client.get(_triples(world)).get_data(as_text=True)
    assert session.scalar(select(func.count()).select_from(SetAside)) == 1


def test_the_employer_reads_profiles_without_identity(
    client: FlaskClient, session: Session
) -> None:
    world = make_world(session, given_name="Xanthippe", family_name="Marqueunique")
    sign_in(client, world.employer)

    text = client.get(_profiles(world)).get_data(as_text=True)

    assert world.youth.public_code in text
    for mark in ("Xanthippe", "Marqueunique", str(world.youth.email), f"/jeunes/{world.youth.id}"):
        assert mark not in text


def test_another_employer_finds_no_such_opening(client: FlaskClient, session: Session) -> None:
    world = make_world(session)
    sign_in(client, make_user(session, make_world(session).company))

    assert client.get(_profiles(world)).status_code == 404


def test_the_employer_asks_to_meet_once_even_by_a_double_click(
    client: FlaskClient, session: Session
) -> None:
    world = make_world(session)
    sign_in(client, world.employer)
    token = csrf_token(client.application, client, _profiles(world))
    data = {
        "code": world.youth.public_code,
        "message": "",
        "request_key": "une-seule-fois",
        "csrf_token": token,
    }

    first = client.post(f"/offres/{world.opening.id}/rencontrer", data=data)
    second = client.post(f"/offres/{world.opening.id}/rencontrer", data=data)

    assert (first.status_code, second.status_code) == (303, 409)
    assert session.scalar(select(func.count()).select_from(MeetingRequest)) == 1


def test_a_refused_message_is_kept_and_explained(client: FlaskClient, session: Session) -> None:
    world = make_world(session)
    sign_in(client, world.employer)
    token = csrf_token(client.application, client, _profiles(world))

    answer = client.post(
        f"/offres/{world.opening.id}/rencontrer",
        data={
            "code": world.youth.public_code,
            "message": "Une jeune femme serait parfaite.",
            "csrf_token": token,
        },
    )

    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Une jeune femme serait parfaite." in text
    assert "jeune femme" in text


def test_the_cfa_reads_the_profiles_of_its_session(client: FlaskClient, session: Session) -> None:
    world = make_world(session)
    sign_in(client, world.cfa_officer)

    text = client.get(f"/formations/sessions/{world.training.id}/profils").get_data(as_text=True)

    assert world.youth.public_code in text
    assert "Apprenti boulanger" in text


def test_a_triple_shows_the_pay_the_aid_and_what_is_left_to_the_employer(
    client: FlaskClient, session: Session
) -> None:
    world = make_world(session)
    sign_in(client, world.adviser)

    text = client.get(_triples(world)).get_data(as_text=True).replace("\u00a0", " ")

    assert "Paie au moins" in text
    assert "du SMIC" in text
    assert "reste la 1re année, avant cotisations" in text
    assert "décision de l’ASP" in text


def test_an_employer_reads_the_cost_by_age_band_and_learns_nobodys_age(
    client: FlaskClient, session: Session
) -> None:
    world = make_world(session)
    sign_in(client, world.employer)

    page = parse(client.get(_profiles(world)).get_data(as_text=True))

    bands = [cell.get_text() for cell in page.select("details th[scope=row]")]
    assert bands == ["16 à 17 ans", "18 à 20 ans", "21 à 25 ans", "26 ans et plus"]
    assert all("Paie au moins" not in card.get_text() for card in page.select("#profile-list li"))
