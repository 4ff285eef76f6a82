"""Communes find their position by name and population, or say that it is approximate."""

from __future__ import annotations

import csv
import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from tools.build_reference import product_path
from tools.communes import Commune, Town, distance_km, fold, place, read_communes, read_towns

SHARED = Path(os.environ.get("TREFLE_SHARED", Path(__file__).resolve().parents[3] / "shared"))


def commune(insee: str, name: str, **changes: Any) -> Commune:
    values: dict[str, Any] = {
        "postal_codes": [],
        "population": 1000,
        "epci": "E1",
        "arrondissement": "A1",
        "departement": insee[:2],
        "region": "53",
        "former_codes": [],
    }
    return Commune(insee, name, **{**values, **changes})


def town(name: str, latitude: float, longitude: float, population: int = 1000) -> Town:
    return Town((fold(name),), "53", population, latitude, longitude)


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Saint-Méen-le-Grand", "saint meen le grand"),
        ("St-Malo", "saint malo"),
        ("Ste Œuvre", "sainte oeuvre"),
        ("L'Haÿ-les-Roses", "l hay les roses"),
        ("L’Île-d’Yeu", "l ile d yeu"),
    ],
)
def test_names_are_compared_without_accents_punctuation_or_abbreviations(
    name: str, folded: str
) -> None:
    assert fold(name) == folded


def test_a_commune_takes_the_position_of_the_town_of_its_name() -> None:
    redon = commune("35236", "Redon")

    place([redon], [town("Redon", 47.65, -2.08)])

    assert (redon.lat, redon.lon) == (47.65, -2.08)
    assert not redon.position_is_approximate


def test_the_population_decides_between_homonyms() -> None:
    small = commune("22001", "Plou", population=600)
    large = commune("29001", "Plou", population=9000)

    place([small, large], [town("Plou", 48.4, -4.5, 8800), town("Plou", 48.5, -2.7, 620)])

    assert (small.lat, large.lat) == (48.5, 48.4)


def test_a_town_far_from_its_epci_is_a_homonym_and_is_not_believed() -> None:
    near = [commune(f"3500{n}", f"Voisine {n}") for n in range(4)]
    stray = commune("35009", "Lande")
    towns = [town(f"Voisine {n}", 48.1 + n / 100, -1.6) for n in range(4)]

    place([*near, stray], [*towns, town("Lande", 48.4, -4.5)])

    assert stray.position_is_approximate
    assert distance_km(stray.lat or 0, stray.lon or 0, 48.115, -1.6) < 5


def test_a_commune_without_town_stands_with_those_of_its_postal_code_before_its_epci() -> None:
    same_code = commune("35001", "Une", postal_codes=["35600"])
    same_epci = commune("35002", "Deux", postal_codes=["35000"])
    lost = commune("35003", "Trois", postal_codes=["35600"])

    place([same_code, same_epci, lost], [town("Une", 47.6, -2.1), town("Deux", 48.1, -1.7)])

    assert (lost.lat, lost.lon) == (47.6, -2.1)
    assert lost.position_is_approximate


def test_a_merged_commune_is_found_by_the_name_of_its_seat() -> None:
    part = {"insee": "35001", "name": "Vieux-Bourg", "kind": "commune-deleguee"}
    merged = commune("35001", "Val-Nouveau", population=9000, parts=[part])

    place([merged], [town("Vieux-Bourg", 48.0, -2.0, 2000)])

    assert (merged.lat, merged.position_is_approximate) == (48.0, False)


def test_a_region_without_any_town_is_refused() -> None:
    with pytest.raises(ValueError, match="no position for 1 communes"):
        place([commune("35001", "Une")], [])


def test_today_s_communes_keep_their_former_codes_and_their_parts() -> None:
    common = {"departement": "35", "region": "53"}
    division = [
        {**common, "code": "35001", "nom": "Une", "type": "commune-actuelle", "population": 5},
        {**common, "code": "35002", "nom": "D", "type": "commune-deleguee", "chefLieu": "35001"},
        {"code": "98735", "nom": "P", "type": "commune-actuelle", "region": "987"},
    ]
    epci = [{"code": "E9", "membres": [{"code": "35001"}]}]

    [only] = read_communes(division, epci)

    assert (only.insee, only.epci) == ("35001", "E9")
    assert only.parts == [{"insee": "35002", "name": "D", "kind": "commune-deleguee"}]


def test_overseas_towns_are_read_under_their_region() -> None:
    city = {
        "name": "Saint-Denis",
        "alternatenames": ["St. Denis"],
        "population": 1,
        "latitude": -20.88,
        "longitude": 55.45,
        "admin1code": "RE",
    }

    towns = read_towns([{**city, "countrycode": "RE"}, {**city, "countrycode": "BE"}])

    assert [(one.region, one.names) for one in towns] == [("04", ("saint denis",))]


def test_the_positions_agree_with_the_official_file() -> None:
    official = SHARED / "communes" / "communes.csv"
    official = official if official.exists() else SHARED / "data" / "communes" / "communes.csv"
    if not official.exists() or not product_path().exists():
        pytest.skip("needs the official file of communes in TREFLE_SHARED, and `make reference`")
    with official.open(encoding="utf-8", newline="") as lines:
        truth = {row["insee_com"]: (row["lat"], row["lng"]) for row in csv.DictReader(lines)}
    communes = json.loads(gzip.decompress(product_path().read_bytes()))["communes"]

    exact = sorted(_errors_km(communes, truth, approximate=False))
    rough = sorted(_errors_km(communes, truth, approximate=True))

    assert len(exact) > 14_000
    assert exact[len(exact) * 99 // 100] < 6
    assert rough[len(rough) // 2] < 7


def _errors_km(
    communes: list[dict[str, Any]], truth: dict[str, tuple[str, str]], *, approximate: bool
) -> list[float]:
    return [
        distance_km(one["lat"], one["lon"], *map(float, truth[one["insee"]]))
        for one in communes
        if one["position_is_approximate"] is approximate and truth.get(one["insee"], ("",))[0]
    ]
