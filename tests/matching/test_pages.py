"""The triples page and the anonymous profiles, as each person meets them."""

from __future__ import annotations

from datetime import date

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.access import AccessRecord
from app.engine.weights import DEFAULT
from app.matching.models import MeetingRequest, SetAside
from app.openings.models import MinorsPossible
from app.policy.actor import OrganisationKind
from app.youth.models import YesNoUnknown, YouthStatus
from tests.factories.accounts import (
    csrf_token,
    make_agreement,
    make_organisation,
    make_user,
    sign_in,
)
from tests.factories.openings import make_opening
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
    world.training.has_rolling_entry = True
    session.flush()
    sign_in(client, world.adviser)

    text = client.get(_triples(world)).get_data(as_text=True)

    assert "1 piste" in text.replace("\u00a0", " ")
    for words in (
        "Apprenti boulanger",
        "Fournil des Monts",
        "CAP Boulanger",
        "répond au premier souhait",
        "à vol d’oiseau",
        "entrées toute l’année",
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

    triples = client.get(_triples(world))
    why = client.get(f"{_triples(world)}/pourquoi")

    assert triples.status_code == why.status_code == 200
    assert world.youth.public_code in triples.text
    assert world.youth.family_name not in triples.text + why.text


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


def test_why_not_without_an_opening_says_what_to_write(
    client: FlaskClient, session: Session
) -> None:
    world = make_world(session)
    sign_in(client, world.adviser)

    answer = client.get(f"{_triples(world)}/pourquoi?offre=")

    assert answer.status_code == 422
    assert "le nom de l’entreprise" in answer.get_data(as_text=True)


@pytest.mark.parametrize("words", ["boulanger", "fournil", "quimper monts", "{id}"])
def test_why_not_finds_the_opening_by_its_words_and_the_session_by_itself(
    client: FlaskClient, session: Session, words: str
) -> None:
    world = make_world(session)
    sign_in(client, world.adviser)
    address = f"{_triples(world)}/pourquoi?offre={words.format(id=world.opening.id)}"

    text = client.get(address).get_data(as_text=True)

    assert "Cette piste est possible" in text
    assert world.course.title in text


def test_why_not_lets_one_choose_among_openings_that_have_the_words(
    client: FlaskClient, session: Session
) -> None:
    world = make_world(session)
    other = make_opening(session, world.company, title="Apprenti boulanger de nuit")
    sign_in(client, world.adviser)
    address = f"{_triples(world)}/pourquoi?offre=boulanger"

    fragment = client.get(address, headers=htmx_headers("verdict")).get_data(as_text=True)
    chosen = client.get(f"{address}&opening_id={other.id}").get_data(as_text=True)

    assert "Quelle offre ?" in fragment
    assert f"opening_id={other.id}" in fragment
    assert "Apprenti boulanger de nuit chez Fournil des Monts" in chosen


def test_a_file_that_is_not_ready_is_made_ready_on_the_page_of_triples(
    client: FlaskClient, session: Session
) -> None:
    world = make_world(session, status=YouthStatus.PREPARING)
    sign_in(client, world.adviser)
    token = csrf_token(client.application, client, _triples(world))
    before = client.get(_triples(world)).get_data(as_text=True)

    answer = client.post(f"{_triples(world)}/pret", data={"csrf_token": token})

    after = client.get(_triples(world)).get_data(as_text=True)
    assert answer.status_code == 303
    assert "Proposer à l’employeur" not in before
    assert "Proposer à l’employeur" in after


def test_a_lever_is_a_button_that_shows_its_triples_and_can_be_left(
    client: FlaskClient, session: Session
) -> None:
    world = make_world(session, radius_km=40, commune_code="29024")
    sign_in(client, world.adviser)
    levers = parse(client.get(f"{_triples(world)}?leviers=1")).select("#levers .lever-list a")

    shown = parse(client.get(str(levers[0]["href"])))

    assert shown.select_one("#triple-list-title").get_text() == "1\xa0piste de plus"  # type: ignore[union-attr]
    assert "Ces pistes supposent" in shown.get_text()
    assert "changez d’abord le dossier" in shown.get_text()
    assert "Proposer à l’employeur" not in shown.get_text()


def test_a_pair_of_levers_is_one_button(client: FlaskClient, session: Session) -> None:
    world = make_world(session, radius_km=40, commune_code="29024")
    world.opening.licence_required, world.opening.licence_reason = True, "tournées"
    world.youth.driving_licence_b = YesNoUnknown.NO
    session.flush()
    sign_in(client, world.adviser)
    page = parse(client.get(f"{_triples(world)}?leviers=1"))
    pair = next(one for one in page.select("#levers a") if " et " in one.get_text())

    shown = parse(client.get(str(pair["href"])))

    assert "~" in str(pair["href"])
    assert shown.select_one("#triple-list-title").get_text() == "1\xa0piste de plus"  # type: ignore[union-attr]


def test_an_empty_list_says_what_exists_further_away(client: FlaskClient, session: Session) -> None:
    world = make_world(session, radius_km=5, commune_code="29024")
    sign_in(client, world.adviser)

    text = " ".join(parse(client.get(_triples(world))).get_text().split())

    assert "Trèfle connaît aujourd’hui 1 offre, la plus proche à" in text


def test_the_page_of_the_ranking_shows_the_weights_in_force_to_anybody(client: FlaskClient) -> None:
    page = parse(client.get("/classement-des-propositions"))

    points = [int(cell.get_text()) for cell in page.select("td.number")]
    assert points == [round(100 * weight) for weight in DEFAULT.parts]
    assert DEFAULT.version in page.get_text()


@pytest.mark.parametrize(("side", "who"), [("offres", "employer"), ("formations/sessions", "cfa")])
def test_an_employer_and_a_cfa_see_what_would_open_to_more_youth(
    client: FlaskClient, session: Session, side: str, who: str
) -> None:
    world = make_world(session, birth_date=date(2009, 6, 1))
    world.opening.minors_possible = MinorsPossible.NO
    session.flush()
    sign_in(client, world.employer if who == "employer" else world.cfa_officer)
    number = world.opening.id if who == "employer" else world.training.id

    answer = client.get(f"/{side}/{number}/profils?leviers=1", headers=htmx_headers("place-levers"))

    text = answer.get_data(as_text=True)
    wanted = (
        "accepter les personnes mineures : +1" if who == "employer" else "n’ajouterait de jeunes"
    )
    assert text.lstrip().startswith("<section")
    assert wanted in text


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
