"""Where the demonstration plays: real communes of a region or a département, weighted by people."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.text import sort_key
from app.reference.models import Commune
from app.reference.queries import departement_names, departements_of, region_names, region_of

EARTH_RADIUS_KM = 6371.0088


class UnknownTerritory(LookupError):
    """No region has this name and no département this code; the message lists what exists."""


@dataclass(frozen=True, slots=True)
class Territory:
    """A region, or one of its départements."""

    name: str
    region_code: str
    departements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Town:
    """A commune with its position in degrees and its people."""

    insee_code: str
    name: str
    departement_code: str
    latitude: float
    longitude: float
    population: int


def find_territory(text: str) -> Territory:
    """The territory that somebody named: "bretagne", "Bretagne", "53", "29", "finistere".

    A number is read as a département first, since région codes clash with them.

    Raises:
        UnknownTerritory: nothing has that name.
    """
    wanted = text.strip()
    for code, name in departement_names().items():
        if wanted.upper() == code or sort_key(wanted) == sort_key(name):
            return Territory(name, region_of(code) or "", (code,))
    for code, name in region_names().items():
        if wanted == code or sort_key(wanted) == sort_key(name):
            return Territory(name, code, departements_of(code))
    raise UnknownTerritory(
        f"Territoire inconnu : {text}. Donnez une région ({', '.join(region_names().values())}) "
        "ou le code d’un département."
    )


def load_towns(db_session: Session, territory: Territory) -> list[Town]:
    """The inhabited communes of the territory, by INSEE code."""
    rows = db_session.execute(
        select(
            Commune.insee_code,
            Commune.name,
            Commune.departement_code,
            Commune.latitude,
            Commune.longitude,
            Commune.population,
        )
        .where(
            Commune.departement_code.in_(territory.departements),
            Commune.population > 0,
            Commune.latitude.is_not(None),
        )
        .order_by(Commune.insee_code)
    )
    return [
        Town(*row[:3], row.latitude or 0.0, row.longitude or 0.0, row.population) for row in rows
    ]


def distance_km(one: Town, other: Town) -> float:
    """Great-circle distance by the haversine formula."""
    phi, psi = math.radians(one.latitude), math.radians(other.latitude)
    half = math.radians(other.longitude - one.longitude) / 2
    chord = math.sin((psi - phi) / 2) ** 2 + math.cos(phi) * math.cos(psi) * math.sin(half) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(chord))


def main_towns(towns: Sequence[Town], count: int, *, apart_km: float) -> list[Town]:
    """The largest towns, at least one a département, none nearer to another than `apart_km`."""
    by_size = sorted(towns, key=lambda town: (-town.population, town.insee_code))
    capitals: dict[str, Town] = {}
    for town in by_size:
        capitals.setdefault(town.departement_code, town)
    chosen: list[Town] = []
    for town in [*capitals.values(), *by_size]:
        if len(chosen) == count:
            break
        if town not in chosen and all(distance_km(town, one) >= apart_km for one in chosen):
            chosen.append(town)
    return chosen


def nearest(town: Town, others: Iterable[Town]) -> Town:
    """The nearest of these towns."""
    return min(others, key=lambda other: (distance_km(town, other), other.insee_code))
