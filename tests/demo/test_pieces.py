"""The pieces of the demonstration: territories, invented numbers, chance that comes back."""

from __future__ import annotations

import pytest

from app.demo.chance import Chance, shared_out
from app.demo.identifiers import phone, sirens, siret, uai
from app.demo.territory import Town, UnknownTerritory, find_territory, main_towns
from app.rules.identifiers import is_valid_siren, is_valid_siret, is_valid_uai, normalise_phone
from tests.demo.places import TOWNS


@pytest.mark.parametrize(
    ("text", "departements"),
    [
        ("bretagne", ("22", "29", "35", "56")),
        ("Bretagne", ("22", "29", "35", "56")),
        ("29", ("29",)),
        ("finistere", ("29",)),
        ("2b", ("2B",)),
        ("la réunion", ("974",)),
    ],
)
def test_a_territory_is_found_by_name_or_code(text: str, departements: tuple[str, ...]) -> None:
    found = find_territory(text)

    assert found.departements == departements


def test_an_unknown_territory_is_refused_with_those_that_exist() -> None:
    with pytest.raises(UnknownTerritory, match="Bretagne"):
        find_territory("atlantide")


def test_invented_identifiers_are_well_formed() -> None:
    sirets = [siret(code, rank) for code in sirens() for rank in (1, 2, 37)]

    assert all(is_valid_siren(code) for code in sirens())
    assert all(is_valid_siret(one) for one in sirets)
    assert siret("000000919", 1) == "00000091900019"
    assert all(is_valid_uai(uai(prefix, 7)) for prefix in ("29", "620", "974"))
    assert normalise_phone("06 39 98 00 42") == phone(42)


def test_shares_add_up_to_the_whole() -> None:
    parts = shared_out(10, [1, 1, 1])

    assert parts == [4, 3, 3]


def test_one_stream_of_chance_does_not_move_another() -> None:
    first = Chance(7, "youth")
    Chance(7, "openings").random()

    again = Chance(7, "youth")

    assert [first.random() for _ in range(3)] == [again.random() for _ in range(3)]


def test_a_mistyped_wish_stays_one_slip_away() -> None:
    chance = Chance(7, "slips")

    slips = {chance.mistyped("boulangère") for _ in range(200)}

    assert len(slips) > 10
    assert all(abs(len(one) - len("boulangère")) <= 1 for one in slips)


def test_main_towns_give_each_departement_its_own() -> None:
    towns = [Town(row[0], row[1], row[3], row[4], row[5], row[6]) for row in TOWNS]

    chosen = main_towns(towns, 6, apart_km=25)

    assert {town.departement_code for town in chosen} == {"22", "29", "35", "56"}
    assert chosen[0].name == "Rennes"
