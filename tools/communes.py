"""Give a position to the communes: official names and codes joined with the towns of GeoNames.

The official division (Licence Ouverte) has no coordinates; GeoNames (CC BY) has them for places of
500 people and more, without official codes. They are joined by name within a région, the population
deciding between homonyms. A commune that finds no town stands at the population-weighted centre of
the communes that share its postal code, else of its EPCI, its arrondissement, its département, and
says so by `position_is_approximate`.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

# GeoNames gives the overseas territories a country code of their own; here is their INSEE région.
REGION_OF_COUNTRY = {
    "GP": "01",
    "MQ": "02",
    "GF": "03",
    "RE": "04",
    "YT": "06",
    "PM": "975",
    "BL": "977",
    "MF": "978",
}
REGIONS_LEFT_OUT = frozenset({"984", "986", "987", "988", "989"})
"""Territories with a labour code of their own, or without inhabitants."""

POPULATION_FACTOR = 4.0
"""A homonym whose population differs by more than this factor is another place."""
PART_FACTOR = 12.0
"""The same, when the name is that of a part of a merged commune, which is larger than its parts."""
FARTHEST_KM = 45.0
"""A town farther than this from the other towns of the same EPCI is a homonym of the same région.
"""
EARTH_RADIUS_KM = 6371.0088

SAINT = re.compile(r"\bst(e?)\b")
NOT_LETTERS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Town:
    """A populated place of GeoNames, in degrees north and east."""

    names: tuple[str, ...]
    region: str
    population: int
    latitude: float
    longitude: float


@dataclass(slots=True)
class Commune:
    """One row of the product; `parts` are communes déléguées, associées and municipal
    arrondissements.
    """

    insee: str
    name: str
    postal_codes: list[str]
    population: int
    epci: str | None
    arrondissement: str | None
    departement: str
    region: str
    former_codes: list[str]
    parts: list[dict[str, str]] = field(default_factory=list)
    lat: float | None = None
    lon: float | None = None
    position_is_approximate: bool = False


def fold(name: str) -> str:
    """Write a name without accents, case, articles' punctuation or abbreviated saints."""
    text = name.casefold().replace("œ", "oe").replace("æ", "ae")
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    words = NOT_LETTERS.sub(" ", plain).strip()
    return SAINT.sub(r"saint\1", words)


def read_towns(cities: Iterable[Mapping[str, Any]]) -> list[Town]:
    """Keep the French places of GeoNames."""
    towns: list[Town] = []
    for city in cities:
        country = city["countrycode"]
        region = city["admin1code"] if country == "FR" else REGION_OF_COUNTRY.get(country)
        if region is None:
            continue
        names = dict.fromkeys(fold(name) for name in [city["name"], *city["alternatenames"]])
        names.pop("", None)
        towns.append(
            Town(tuple(names), region, city["population"], city["latitude"], city["longitude"])
        )
    return towns


def read_communes(
    division: Sequence[Mapping[str, Any]], epci: Iterable[Mapping[str, Any]]
) -> list[Commune]:
    """Read today's communes with their parts, sorted by INSEE code."""
    epci_of = {member["code"]: one["code"] for one in epci for member in one["membres"]}
    communes: dict[str, Commune] = {}
    for row in division:
        if row["type"] != "commune-actuelle" or row["region"] in REGIONS_LEFT_OUT:
            continue
        communes[row["code"]] = Commune(
            insee=row["code"],
            name=row["nom"],
            postal_codes=sorted(row.get("codesPostaux", [])),
            population=row.get("population", 0),
            epci=epci_of.get(row["code"]),
            arrondissement=row.get("arrondissement"),
            departement=row["departement"],
            region=row["region"],
            former_codes=sorted(row.get("anciensCodes", [])),
        )
    for row in division:
        parent = communes.get(row.get("chefLieu", row.get("commune", "")))
        if parent is not None and row["type"] != "commune-actuelle":
            part = {"insee": row["code"], "name": row["nom"], "kind": row["type"]}
            parent.parts.append(part)
    return [communes[code] for code in sorted(communes)]


def place(communes: Sequence[Commune], towns: Iterable[Town]) -> None:
    """Set a position on every commune, exact where a town answers to its name, else approximate.

    Raises:
        ValueError: a commune stays without position (its whole région has no town).
    """
    towns = list(towns)
    _join(communes, towns)
    _reject_strays(communes)
    _approximate(communes, towns)
    if lost := [one.insee for one in communes if one.lat is None]:
        raise ValueError(f"no position for {len(lost)} communes: {lost[:5]}")


def distance_km(
    latitude: float, longitude: float, other_latitude: float, other_longitude: float
) -> float:
    """Great-circle distance by the haversine formula; arguments in degrees."""
    phi, other_phi = math.radians(latitude), math.radians(other_latitude)
    half_phi = (other_phi - phi) / 2
    half_lambda = math.radians(other_longitude - longitude) / 2
    chord = math.sin(half_phi) ** 2
    chord += math.cos(phi) * math.cos(other_phi) * math.sin(half_lambda) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(chord))


def _join(communes: Iterable[Commune], towns: Iterable[Town]) -> None:
    """Give each town to one commune at most, the closest populations first."""
    by_name: dict[tuple[str, str], list[Town]] = defaultdict(list)
    for town in towns:
        for name in town.names:
            by_name[town.region, name].append(town)
    pairs = [
        (rank, _population_gap(commune, town), commune.insee, town, commune)
        for commune in communes
        for rank, name in enumerate(_names_of(commune))
        for town in by_name.get((commune.region, name), ())
    ]
    pairs.sort(key=lambda pair: (*pair[:3], -pair[3].population, pair[3].latitude))
    taken: set[Town] = set()
    for rank, gap, _, town, commune in pairs:
        limit = math.log(PART_FACTOR if rank else POPULATION_FACTOR)
        if commune.lat is None and town not in taken and gap <= limit:
            commune.lat, commune.lon = town.latitude, town.longitude
            taken.add(town)


def _names_of(commune: Commune) -> list[str]:
    """Return the folded names, best first: its own, its seat's, its other parts' when a merger
    renamed it.
    """
    seats = [fold(part["name"]) for part in commune.parts if part["insee"] == commune.insee]
    others = [fold(part["name"]) for part in commune.parts if part["insee"] != commune.insee]
    return list(dict.fromkeys([fold(commune.name), *seats, *others]))


def _population_gap(commune: Commune, town: Town) -> float:
    """Return the logarithm of the populations' ratio; a small offset keeps hamlets comparable."""
    return abs(math.log((commune.population + 50) / (town.population + 50)))


def _reject_strays(communes: Sequence[Commune]) -> None:
    """Take back the position of a commune that lies far from its whole EPCI: it met a homonym."""
    centres = _median_centres(communes)
    for one in communes:
        centre = centres.get(one.epci or one.departement)
        if centre is None or one.lat is None or one.lon is None:
            continue
        if one.region not in REGION_OF_COUNTRY.values() and (
            distance_km(one.lat, one.lon, *centre) > FARTHEST_KM
        ):
            one.lat = one.lon = None


def _median_centres(communes: Iterable[Commune]) -> dict[str, tuple[float, float]]:
    groups: dict[str, list[Commune]] = defaultdict(list)
    for one in communes:
        if one.lat is not None and one.epci:
            groups[one.epci].append(one)
    return {
        code: (
            sorted(one.lat or 0.0 for one in group)[len(group) // 2],
            sorted(one.lon or 0.0 for one in group)[len(group) // 2],
        )
        for code, group in groups.items()
        if len(group) >= 3
    }


def _approximate(communes: Sequence[Commune], towns: Iterable[Town]) -> None:
    """Place the communes without town at the centre of the smallest group that has one.

    Saint-Barthélemy and Saint-Martin are one commune each, whose chief town has another name: the
    largest town.
    """
    centres = _weighted_centres(one for one in communes if one.lat is not None)
    largest = {town.region: town for town in sorted(towns, key=lambda town: town.population)}
    for one in communes:
        if one.lat is not None:
            continue
        found = next((centres[key] for key in _groups_of(one) if key in centres), None)
        if found is None and (town := largest.get(one.region)):
            found = (town.latitude, town.longitude)
        if found:
            one.lat, one.lon = round(found[0], 5), round(found[1], 5)
            one.position_is_approximate = True


def _groups_of(commune: Commune) -> Iterable[tuple[str, str]]:
    """Return the groups a commune belongs to, from the smallest to the largest."""
    wider = (
        ("epci", commune.epci),
        ("arrondissement", commune.arrondissement),
        ("departement", commune.departement),
    )
    return chain(
        (("postal", code) for code in commune.postal_codes),
        ((kind, code) for kind, code in wider if code),
    )


def _weighted_centres(known: Iterable[Commune]) -> dict[tuple[str, str], tuple[float, float]]:
    sums: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for one in known:
        for key in _groups_of(one):
            total = sums[key]
            total[0] += one.population * (one.lat or 0.0)
            total[1] += one.population * (one.lon or 0.0)
            total[2] += one.population
    return {key: (a / weight, b / weight) for key, (a, b, weight) in sums.items() if weight}
