"""Seeded workloads of three sizes: places weighted by population, trades by Zipf's law.

The same seed and the same files give the same rows; values that many rows share exist once. Communes
and job titles come from the user's copies of the public files when they are given (``Sources``), else
from a synthetic country and the committed list of trades; figures say which.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from sys import intern

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from app.engine.model import (
    BOTH_KINDS,
    ContractKind,
    Means,
    OpeningInput,
    Rhythm,
    SessionInput,
    Wish,
    YouthInput,
)

Floats = NDArray[np.float64]
Rows = tuple[list[YouthInput], list[OpeningInput], list[SessionInput]]

TRADES = Path(__file__).parents[1] / "app" / "reference" / "data" / "trades.csv"
TODAY = 739_950
YEAR = 365
VARIANTS = (
    "{}",
    "{} H/F",
    "{} (F/H)",
    "Apprenti {}",
    "{} en alternance",
    "{} - contrat d'apprentissage",
)
SKILLS = ("", "aide ", "chef ", "assistant ", "technicien ", "ouvrier ", "responsable ", "second ")
BY_CAR, BY_TRANSIT = frozenset({Means.CAR}), frozenset({Means.TRANSIT})
APPRENTICE_STARTS = (TODAY - 1000, TODAY + 2000)
PROFESSIONAL_STARTS = (TODAY - 500, TODAY + 2000)
MEMBERS = tuple(frozenset({1 + number}) for number in range(40))
SHARED_WITH = frozenset(range(1, 20))
DIPLOMAS = (
    (3, "CAP"),
    (3, "Titre professionnel"),
    (4, "Bac pro"),
    (4, "BP"),
    (5, "BTS"),
    (6, "Licence pro"),
)


@dataclass(frozen=True, slots=True)
class Size:
    """Numbers of rows of a workload."""

    name: str
    youths: int
    openings: int
    sessions: int


SIZES = {
    "S": Size("S", 2_000, 1_000, 500),
    "M": Size("M", 50_000, 20_000, 8_000),
    "L": Size("L", 500_000, 200_000, 50_000),
    "region": Size("region", 25_000, 10_000, 3_000),
}


@dataclass(frozen=True, slots=True)
class Country:
    """Places (degrees, weights summing to 1) and job titles by trade, the commonest first."""

    lat: Floats
    lon: Floats
    weight: Floats
    trades: tuple[str, ...]
    titles: tuple[tuple[str, ...], ...]
    described: str

    def around(self, lat: float, lon: float, degrees: float) -> Country:
        """The part of the country within so many degrees of latitude of a point."""
        near = (self.lat - lat) ** 2 + (0.7 * (self.lon - lon)) ** 2 < degrees**2
        weight = self.weight[near] / self.weight[near].sum()
        return Country(
            self.lat[near],
            self.lon[near],
            weight,
            self.trades,
            self.titles,
            f"{self.described}, {degrees}° around ({lat}, {lon})",
        )


def read_country(shared: Path | None) -> Country:
    """The country of the public files under ``shared``, or a synthetic one without them."""
    if shared is None:
        lat, lon, weight = _synthetic_places()
        trades, titles = _committed_titles()
        return Country(lat, lon, weight, trades, titles, "synthetic places, committed trades")
    lat, lon, weight = _places(shared / "communes" / "communes.csv")
    trades, titles = _titles(shared / "rome" / "referentiel_appellations.csv")
    return Country(lat, lon, weight, trades, titles, "public communes and ROME appellations")


def _synthetic_places() -> tuple[Floats, Floats, Floats]:
    """2,000 towns of Zipf population in a disc of 450 km around the middle of France."""
    random = np.random.default_rng(7)
    radius, angle = 4.0 * np.sqrt(random.random(2_000)), 2 * np.pi * random.random(2_000)
    weight = 1.0 / np.arange(1, 2_001)
    lat, lon = 46.6 + radius * np.sin(angle), 2.5 + 1.4 * radius * np.cos(angle)
    return lat, lon, weight / weight.sum()


def _places(path: Path) -> tuple[Floats, Floats, Floats]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            (float(row["lat"]), float(row["lng"]), float(row["population_2021"] or 0))
            for row in csv.DictReader(file)
            if row["lat"] and row["commune_type"] == "COM"
        ]
    table = np.array(rows)
    return table[:, 0], table[:, 1], table[:, 2] / table[:, 2].sum()


def _titles(path: Path) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    by_trade: dict[str, list[str]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            by_trade.setdefault(row["code_rome"], []).append(row["libelle_appellation_long"])
    order = sorted(by_trade, key=lambda code: (-len(by_trade[code]), code))
    return tuple(order), tuple(tuple(by_trade[code]) for code in order)


def _committed_titles() -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    with TRADES.open(encoding="utf-8", newline="") as file:
        labels = {row["rome_code"]: row["label"] for row in csv.DictReader(file)}
    titles = (tuple(f"{skill}{label}" for skill in SKILLS) for label in labels.values())
    return tuple(labels), tuple(titles)


def workload(size: Size, country: Country, seed: int = 1) -> Rows:
    """Rows of a workload."""
    random = np.random.default_rng(seed)
    return (
        _youths(size.youths, country, random),
        _openings(size.openings, country, random),
        _sessions(size.sessions, country, random),
    )


def _zipf(random: Generator, choices: int, count: int, power: float = 1.0) -> NDArray[np.int64]:
    weight = 1.0 / np.arange(1, choices + 1) ** power
    return random.choice(choices, count, p=weight / weight.sum())


def _somewhere(random: Generator, country: Country, count: int, spread: float) -> Floats:
    """Positions near communes drawn by population; shape (count, 2), degrees."""
    chosen = random.choice(len(country.weight), count, p=country.weight)
    middle = np.column_stack([country.lat[chosen], country.lon[chosen]])
    return np.round(middle + random.normal(0.0, spread, (count, 2)), 4)


def _slip(text: str, random: Generator) -> str:
    """One letter lost or doubled."""
    place = int(random.integers(1, max(2, len(text) - 1)))
    return (
        text[:place] + text[place + 1 :]
        if random.random() < 0.5
        else text[:place] + text[place - 1 :]
    )


def _pick(random: Generator, items: Sequence[str]) -> str:
    return items[int(len(items) * random.random() ** 2)]


def _youths(count: int, country: Country, random: Generator) -> list[YouthInput]:
    places = _somewhere(random, country, count, 0.0)
    trades = _zipf(random, len(country.trades), count)
    draws = random.random((count, 10))
    levels = random.choice([2, 2, 3, 3, 4, 4, 5], count)
    return [
        _youth(i + 1, places[i], int(trades[i]), draws[i], int(levels[i]), country, random)
        for i in range(count)
    ]


def _youth(
    youth_id: int,
    place: Floats,
    trade: int,
    draw: Floats,
    level: int,
    country: Country,
    random: Generator,
) -> YouthInput:
    wishes = []
    for rank in range(1, 2 + int(3 * draw[0])):
        own = trade if rank == 1 else int(_zipf_one(random, len(country.trades)))
        text = _pick(random, country.titles[own]).split(" / ")[int(2 * random.random()) - 1].lower()
        text = intern(_slip(text, random) if random.random() < 0.05 else text)
        code = country.trades[own] if random.random() < 0.7 else None
        wishes.append(Wish(rank=rank, text=text, trade=code))
    driver = bool(draw[1] < 0.3)
    minor = bool(draw[2] < 0.25)
    by_km = draw[3] < 0.6
    return YouthInput(
        id=youth_id,
        wishes=tuple(wishes),
        lat=float(place[0]),
        lon=float(place[1]),
        limit_km=float((5, 10, 15, 20, 30, 40)[int(6 * draw[4])]) if by_km else None,
        limit_minutes=None if by_km else float((30, 45, 60)[int(3 * draw[4])]),
        means=BY_CAR if driver else BY_TRANSIT,
        licence=driver if draw[5] < 0.9 else None,
        boarding=(True, False, False, None)[int(4 * draw[6])],
        available_from=TODAY,
        available_to=TODAY + YEAR,
        kinds=ContractKind.APPRENTICESHIP if draw[7] < 0.7 else BOTH_KINDS,
        apprenticeship_starts=APPRENTICE_STARTS,
        professionalisation_starts=PROFESSIONAL_STARTS,
        adult_from=TODAY + 200 if minor else TODAY - 500,
        level_held=level,
        level_aimed=level + 1 if draw[8] < 0.7 else None,
        readiness=float(draw[9]),
        live_proposals=int(3 * draw[2]),
        organisations=MEMBERS[youth_id % 40],
        local_mission=1 + youth_id % 400,
    )


def _zipf_one(random: Generator, choices: int) -> int:
    """One draw of about Zipf's law of power 1, without building the table."""
    return min(choices - 1, int(np.exp(random.random() * np.log(choices + 1))) - 1)


def _openings(count: int, country: Country, random: Generator) -> list[OpeningInput]:
    places = _somewhere(random, country, count, 0.02)
    trades = _zipf(random, len(country.trades), count)
    draws = random.random((count, 8))
    return [
        _opening(i + 1, places[i], int(trades[i]), draws[i], country, random) for i in range(count)
    ]


def _opening(
    opening_id: int, place: Floats, trade: int, draw: Floats, country: Country, random: Generator
) -> OpeningInput:
    first = TODAY + int(300 * draw[0])
    title = _pick(random, country.titles[trade])
    return OpeningInput(
        id=opening_id,
        title=intern(VARIANTS[int(len(VARIANTS) * draw[1])].format(title)),
        trade=country.trades[trade] if draw[2] < 0.95 else None,
        kinds=ContractKind.APPRENTICESHIP if draw[3] < 0.8 else BOTH_KINDS,
        start_from=first,
        start_to=first + 60,
        levels=None if draw[4] < 0.6 else frozenset({3, 4} if draw[4] < 0.85 else {5, 6}),
        positions_free=1 + int(draw[5] > 0.85),
        licence_needed=(False, False, False, True, None)[int(5 * draw[6])],
        minors_possible=(True, True, False, None)[int(4 * draw[7])],
        lat=float(place[0]),
        lon=float(place[1]),
        answer_rate=float(draw[3]) if draw[2] < 0.5 else None,
        shortage=trade % 5 == 0,
        live_proposals=int(4 * draw[1]),
        audience=None if draw[2] < 0.9 else SHARED_WITH,
    )


def _sessions(count: int, country: Country, random: Generator) -> list[SessionInput]:
    places = _somewhere(random, country, count, 0.01)
    trades = _zipf(random, len(country.trades), count, 0.8)
    draws = random.random((count, 8))
    return [_session(i + 1, places[i], int(trades[i]), draws[i], country) for i in range(count)]


def _session(
    session_id: int, place: Floats, trade: int, draw: Floats, country: Country
) -> SessionInput:
    level, diploma = DIPLOMAS[int(len(DIPLOMAS) * draw[0])]
    first = TODAY + int(30 * (int(10 * draw[1] ** 1.5)))
    rolling = 200 if draw[2] < 0.15 else 0
    family = country.trades[trade][:4]
    near = [
        code for code in country.trades[max(0, trade - 200) : trade + 200] if code[:4] == family
    ]
    return SessionInput(
        id=session_id,
        title=intern(f"{diploma} {country.titles[trade][0]}"),
        trades=tuple(dict.fromkeys((country.trades[trade], *near[: int(3 * draw[3])]))),
        level=level,
        entry_level=max(2, level - 1) if draw[4] < 0.8 else None,
        kinds=ContractKind.APPRENTICESHIP if draw[5] < 0.8 else BOTH_KINDS,
        start_from=first,
        start_to=first + rolling,
        contract_from=first - 92,
        contract_to=first + rolling + 92,
        seats_free=1 + int(12 * draw[6]),
        lat=float(place[0]),
        lon=float(place[1]),
        boarding=(True, False, None, False)[int(4 * draw[7])],
        rhythm=Rhythm.BLOCKS if draw[5] < 0.6 else Rhythm.WEEKLY,
        certified_until=TODAY + 1500 if draw[4] < 0.9 else None,
        answer_rate=float(draw[3]) if draw[1] < 0.5 else None,
        live_proposals=int(6 * draw[2]),
    )
