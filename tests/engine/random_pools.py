"""Small random pools, dense enough that many triples exist and every rule is met sometimes."""

from __future__ import annotations

from random import Random
from typing import TypeVar

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
from app.engine.travel_times import Departures, Line, TravelTimes

Value = TypeVar("Value")
Rows = tuple[list[YouthInput], list[OpeningInput], list[SessionInput]]

TODAY = 740000
JOBS = (
    ("Boulanger H/F", "D1102"),
    ("Vendeur en boulangerie", "D1106"),
    ("Pâtissier", "D1104"),
    ("Mécanicien automobile", "I1604"),
    ("Cuisinier", "G1602"),
    ("Serveur en restaurant", "G1803"),
    ("Menuisier", "H2206"),
    ("Assistant administratif", None),
    ("Secrétaire", "M1607"),
    ("Boucher", "D1101"),
)
COURSES: tuple[tuple[str, tuple[str, ...], int | None], ...] = (
    ("CAP Boulanger", ("D1102",), 3),
    ("CAP Pâtissier", ("D1104",), 3),
    ("Bac pro Maintenance des véhicules", ("I1604",), 4),
    ("CAP Cuisine", ("G1602",), 3),
    ("CAP Menuisier fabricant", ("H2206", "F1607"), 3),
    ("Titre professionnel Secrétaire assistant", ("M1607", "M1602"), 4),
    ("CAP Boucher", ("D1101",), 3),
    ("Assistant administratif", (), 5),
    ("CAP Commercialisation en restaurant", ("G1803", "G1602"), None),
)
KINDS = (ContractKind.APPRENTICESHIP, ContractKind.PROFESSIONALISATION, BOTH_KINDS, None)
COMMUNES = ("01004", "01053", "69123", None)


def maybe(random: Random, value: Value, missing: float = 0.2) -> Value | None:
    """The value, or unknown with a probability."""
    return None if random.random() < missing else value


def position(random: Random) -> tuple[float | None, float | None]:
    """Somewhere around one town, or unknown."""
    if random.random() < 0.1:
        return None, None
    return round(45 + random.gauss(0, 0.2), 4), round(5 + random.gauss(0, 0.3), 4)


def audience(random: Random) -> frozenset[int] | None:
    return maybe(random, frozenset(random.sample([1, 2, 3], 2)), 0.8)


def random_rows(seed: int, youths: int = 8, openings: int = 20, sessions: int = 16) -> Rows:
    """Rows of one random pool; the same seed gives the same rows."""
    random = Random(seed)
    return (
        [random_youth(random, 7 * i % 1000 + 1, openings, sessions) for i in range(youths)],
        [random_opening(random, i + 1) for i in range(openings)],
        [random_session(random, i + 1) for i in range(sessions)],
    )


def shuffled_rows(rows: Rows) -> Rows:
    """The same rows in another order."""
    youths, openings, sessions = (Random(3).sample(range(len(each)), len(each)) for each in rows)
    return (
        [rows[0][i] for i in youths],
        [rows[1][i] for i in openings],
        [rows[2][i] for i in sessions],
    )


def random_times(seed: int) -> TravelTimes:
    random = Random(seed)
    known = [each for each in COMMUNES if each is not None]
    tables = [(home, means) for home in known for means in Means if random.random() < 0.7]
    times = TravelTimes.of(
        Departures(home, means, {b: random.randint(0, 90) for b in known if random.random() < 0.8})
        for home, means in tables
    )
    return times.with_lines(
        Line(a, b, float(random.randint(5, 60)), random.uniform(1, 40))
        for a in known
        for b in known
        if random.random() < 0.3
    )


def random_youth(random: Random, youth_id: int, openings: int, sessions: int) -> YouthInput:
    lat, lon = position(random)
    wishes = []
    for rank in range(1, random.randint(2, 5)):
        title, trade = random.choice(JOBS)
        known = None if trade is None else maybe(random, trade, 0.4)
        wishes.append(Wish(rank=rank, text=title.lower(), trade=known))
    return YouthInput(
        id=youth_id,
        wishes=tuple(wishes),
        lat=lat,
        lon=lon,
        commune=random.choice(COMMUNES),
        limit_km=maybe(random, float(random.choice([8, 25, 60])), 0.4),
        limit_minutes=maybe(random, float(random.choice([30, 60])), 0.5),
        means=frozenset(random.sample(list(Means), random.randint(0, 2))),
        licence=random.choice([True, False, None]),
        boarding=random.choice([True, False, None]),
        available_from=maybe(random, TODAY - random.randint(0, 60)),
        available_to=maybe(random, TODAY + random.randint(30, 300), 0.5),
        kinds=random.choice(KINDS),
        apprenticeship_starts=maybe(random, (TODAY - 1000, TODAY + random.randint(0, 2000))),
        professionalisation_starts=maybe(random, (TODAY - 100, TODAY + 2000)),
        adult_from=maybe(random, TODAY + random.randint(-1000, 400)),
        level_held=maybe(random, random.randint(1, 5)),
        level_expected=maybe(random, random.randint(3, 5), 0.7),
        level_aimed=maybe(random, random.randint(3, 6)),
        levels_wanted=maybe(random, frozenset(random.sample([3, 4, 5], 2)), 0.7),
        barred_trades=frozenset(random.sample(["D1101", "H2206", "Z9999"], random.randint(0, 2))),
        readiness=maybe(random, random.random()),
        missing_papers=(("cv", 0.2),) if random.random() < 0.5 else (),
        live_proposals=random.randint(0, 3),
        organisations=frozenset(random.sample([1, 2, 3], random.randint(1, 2))),
        set_aside_openings=frozenset(random.sample(range(1, openings + 1), 2)),
        set_aside_sessions=frozenset(random.sample(range(1, sessions + 1), 1)),
        local_mission=random.choice([1, 2, None]),
        left_out_before=random.random() < 0.2,
    )


def random_opening(random: Random, opening_id: int) -> OpeningInput:
    title, trade = random.choice(JOBS)
    lat, lon = position(random)
    first = TODAY + random.randint(-20, 120)
    return OpeningInput(
        id=opening_id,
        title=title,
        trade=trade,
        kinds=random.choice(KINDS),
        start_from=maybe(random, first),
        start_to=maybe(random, first + random.randint(0, 90)),
        levels=maybe(random, frozenset(random.sample([3, 4, 5], 2)), 0.6),
        positions_free=random.choice([0, 1, 1, 2, None]),
        licence_needed=random.choice([True, False, False, None]),
        minors_possible=random.choice([True, False, None]),
        lat=lat,
        lon=lon,
        commune=random.choice(COMMUNES),
        answer_rate=maybe(random, random.random()),
        shortage=random.choice([True, False, None]),
        live_proposals=random.randint(0, 4),
        audience=audience(random),
    )


def random_session(random: Random, session_id: int) -> SessionInput:
    title, trades, level = random.choice(COURSES)
    lat, lon = position(random)
    first = maybe(random, TODAY + random.randint(-60, 120), 0.1)
    rolling = random.choice([0, 0, 100])
    return SessionInput(
        id=session_id,
        title=title,
        trades=trades,
        level=level,
        entry_level=maybe(random, random.choice([2, 3, 4])),
        kinds=random.choice(KINDS),
        start_from=first,
        start_to=None if first is None else first + rolling,
        contract_from=None if first is None else first - 91,
        contract_to=None if first is None else first + rolling + 92,
        seats_free=random.choice([0, 1, 2, 3, None]),
        lat=lat,
        lon=lon,
        commune=random.choice(COMMUNES),
        boarding=random.choice([True, False, None]),
        rhythm=random.choice([*Rhythm, None]),
        certified_until=maybe(random, TODAY + random.randint(0, 900)),
        answer_rate=maybe(random, random.random()),
        live_proposals=random.randint(0, 4),
        audience=audience(random),
    )
