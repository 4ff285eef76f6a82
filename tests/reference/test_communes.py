"""Communes found as people type them, and told apart by a person when in doubt."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app.reference.models import CommunePostalCode
from app.reference.queries import (
    AmbiguousPlace,
    Place,
    UnknownPlace,
    find_communes,
    places_of,
    resolve_commune,
)
from app.reference.queries.gazetteer import Gazetteer, take_apart
from tests.factories.reference import COMMUNES, make_commune


@pytest.fixture
def known(session: Session) -> Session:
    """All communes of the stories."""
    for code in COMMUNES:
        make_commune(session, code)
    return session


def codes(places: list[Place] | tuple[Place, ...]) -> list[str]:
    return [place.insee_code for place in places]


@pytest.mark.parametrize("text", ["aubuson", "AUBUSSON", " Aubusson ", "a aubuson", "Aubusson 23"])
def test_the_aubusson_of_the_departement_where_one_works_comes_first(
    known: Session, text: str
) -> None:
    found = find_communes(known, text, departements=frozenset({"23"}))

    assert found[0].insee_code == "23008"


@pytest.mark.parametrize("near", [None, (50.42, 2.78), (48.0, -4.1), (46.83, 4.89), (48.2, 3.29)])
@pytest.mark.parametrize("text", ["Lense", "a Lense", "lense"])
def test_lense_is_lens_wherever_one_asks_from(
    known: Session, text: str, near: tuple[float, float] | None
) -> None:
    found = find_communes(known, text, near=near)

    assert found[0].insee_code == "62498"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("lievain", "62510"),
        ("Karhaix", "29024"),
        ("carhaix", "29024"),
        ("quimpair", "29232"),
        ("perpignant", "66136"),
        ("29000", "29232"),
        ("23008", "23008"),
        ("29000 Quimper", "29232"),
        ("Quimper cedex 9", "29232"),
        ("Limoges (87)", "87085"),
        ("renne", "35238"),
    ],
)
def test_a_name_a_code_or_both_lead_to_the_commune(known: Session, text: str, code: str) -> None:
    found = find_communes(known, text)

    assert found[0].insee_code == code


@pytest.mark.parametrize("text", ["", "   ", "zzzzzz", "'; DROP TABLE commune", "—", "²"])
def test_a_text_that_is_no_place_finds_nothing(known: Session, text: str) -> None:
    found = find_communes(known, text)

    assert found == []


def test_distance_is_told_when_one_says_where_from(known: Session) -> None:
    place = find_communes(known, "Lens", near=(50.4213, 2.7776))[0]

    assert place.distance_km == pytest.approx(4.1, abs=0.2)


@pytest.mark.parametrize("text", ["Quimper", "quimper", "29000", "29232", "Aubusson (23)"])
def test_a_single_commune_of_that_very_name_or_code_is_taken(known: Session, text: str) -> None:
    answer = resolve_commune(known, text)

    assert isinstance(answer, Place)


def test_homonyms_are_left_to_a_person(known: Session) -> None:
    answer = resolve_commune(known, "Aubusson", departements=frozenset({"61"}))

    assert isinstance(answer, AmbiguousPlace)
    assert codes(answer.places) == ["61011", "23008"]


def test_a_misspelled_name_is_shown_rather_than_taken(known: Session) -> None:
    answer = resolve_commune(known, "aubuson")

    assert isinstance(answer, AmbiguousPlace)


def test_a_pick_settles_a_misspelled_name(known: Session) -> None:
    answer = resolve_commune(known, "Lense", "62498")

    assert isinstance(answer, Place)
    assert answer.insee_code == "62498"


@pytest.mark.parametrize("pick", ["29232", "99999", "x"])
def test_a_pick_that_the_text_cannot_mean_is_ignored(known: Session, pick: str) -> None:
    answer = resolve_commune(known, "Aubusson", pick)

    assert isinstance(answer, AmbiguousPlace)


def test_a_text_without_likeness_is_unknown(known: Session) -> None:
    answer = resolve_commune(known, "zzzzzz")

    assert answer == UnknownPlace("zzzzzz")


def test_the_label_of_a_commune_is_read_back_without_doubt(known: Session) -> None:
    labels = [place.label for place in places_of(known, COMMUNES).values()]

    answers = [resolve_commune(known, label) for label in labels]

    assert all(isinstance(answer, Place) for answer in answers)


def test_one_postal_code_of_two_communes_is_left_to_a_person(known: Session) -> None:
    known.add(CommunePostalCode(postal_code="29000", insee_code="29024"))
    make_commune(known, "29019")
    known.flush()

    index = Gazetteer(
        [
            place
            for place in places_of(known, ["29019"]).values()
            for place in (place, _renamed(place, "29999", "Brest-le-Petit"))
        ]
    )

    assert codes(index.named("29200")) == ["29019", "29999"]
    assert codes(index.named("29200 Brest")) == ["29019"]


def _renamed(place: Place, code: str, name: str) -> Place:
    return Place(
        insee_code=code,
        name=name,
        departement_code=place.departement_code,
        region_code=place.region_code,
        postal_codes=place.postal_codes,
        population=200,
        latitude=place.latitude,
        longitude=place.longitude,
    )


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("23200 Aubusson", ("aubusson", "23200", "")),
        ("Aubusson (23)", ("aubusson", "", "23")),
        ("2b033", ("", "2B033", "")),
        ("St-Étienne (42)", ("saint etienne", "", "42")),
        ("Ste Maxime", ("sainte maxime", "", "")),
        ("Les Abymes, 971", ("les abymes", "", "971")),
        ("L’Haÿ-les-Roses", ("l hay les roses", "", "")),
    ],
)
def test_codes_are_parted_from_the_name(text: str, parts: tuple[str, str, str]) -> None:
    asked = take_apart(text)

    assert (asked.name, asked.code, asked.departement) == parts
