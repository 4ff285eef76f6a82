"""Lines of a file of travel times: the good ones packed by origin and means, the others with a reason."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, NamedTuple

from app.core.errors import Invalid
from app.core.sheets import read_rows
from app.core.text import sort_key
from app.engine.journeys import chord_km, unit_vector
from app.engine.weights import DEFAULT
from app.reference.models import JourneyMeans

KEPT_REFUSALS = 1_000
LONGEST_MINUTES = 600
CENTRE_MINUTES = 5
"""Communes are measured from their centres: so much less than the fastest speed is no error."""
TOLD_EVERY = 20_000

HEADERS: Mapping[str, tuple[str, ...]] = {
    "origin": ("origine", "depart", "commune de depart", "code origine", "origin", "from", "insee origine"),
    "destination": ("destination", "arrivee", "commune d arrivee", "code destination", "to", "insee destination"),
    "means": ("moyen", "moyen de transport", "mode", "mode de transport", "transport", "means"),
    "minutes": ("minutes", "duree", "duree minutes", "temps", "temps de trajet", "duree en minutes", "temps minutes"),
}  # fmt: skip
WORDS: Mapping[str, JourneyMeans] = {
    word: means
    for means, words in {
        JourneyMeans.WALK: ("a pied", "pied", "marche", "walk"),
        JourneyMeans.CYCLE: ("velo", "bicyclette", "cycle", "bike"),
        JourneyMeans.TRANSIT: (
            "transports en commun", "transport en commun", "transports", "tc", "car", "bus", "train",
            "transit",
        ),
        JourneyMeans.MOPED: ("cyclomoteur", "scooter", "mobylette", "moped"),
        JourneyMeans.CAR: ("voiture", "auto", "automobile", "covoiturage", "driving"),
    }.items()
    for word in words
}  # fmt: skip
"""« car » is a coach in French."""


class Known(NamedTuple):
    """A commune of today; `place` (degrees) only where it is exact."""

    code: str
    region: str
    place: tuple[float, float] | None


COLUMNS = ("origin", "destination", "means", "minutes")


class Refused(NamedTuple):
    """A line given back; `cells` in the order of `COLUMNS`."""

    line: int
    reason: str
    cells: tuple[str, ...]


@dataclass(slots=True)
class Reading:
    """What a file holds: minutes by destination, by origin and means; the first lines refused, and all reasons."""

    minutes: defaultdict[tuple[str, JourneyMeans], dict[str, int]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    refused: list[Refused] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def pairs(self) -> int:
        return sum(map(len, self.minutes.values()))

    def refuse(self, number: int, reason: str, line: Mapping[str, str]) -> None:
        """Give a line back."""
        self.reasons[reason] += 1
        if len(self.refused) < KEPT_REFUSALS:
            cells = tuple(line.get(name, "")[:40] for name in COLUMNS)
            self.refused.append(Refused(number, reason, cells))


def columns_of(header: Sequence[str], *, needs_means: bool) -> Mapping[str, int]:
    """Where each column stands.

    Raises:
        Invalid: one is missing; `field` is "file".
    """
    names = [sort_key(cell).replace("_", " ") for cell in header]
    found = {
        column: place
        for column, words in HEADERS.items()
        for place, name in reversed(list(enumerate(names)))
        if name in words
    }
    wanted = {"origin": "origine", "destination": "destination", "minutes": "minutes"}
    if needs_means:
        wanted["means"] = "moyen"
    missing = [word for column, word in wanted.items() if column not in found]
    if missing:
        raise Invalid(
            f"La première ligne doit nommer les colonnes. Il manque : {', '.join(missing)}.",
            field="file",
        )
    return found


def read_times(
    file: IO[bytes],
    communes: Mapping[str, Known],
    *,
    region: str,
    means: JourneyMeans | None,
    tell: Callable[[int], None] = lambda _lines: None,
) -> Reading:
    """Read every line; `communes` also knows the codes of before. `means` serves where a line names none.

    Raises:
        Invalid: a column is missing, or there is no table at all.
    """
    reading, columns = Reading(), None
    for row in read_rows(file):
        if columns is None:
            columns = columns_of(row.cells, needs_means=means is None)
            continue
        line = {name: row.cells[at] if at < len(row.cells) else "" for name, at in columns.items()}
        reason = _take(reading, line, communes, region, means)
        if reason:
            reading.refuse(row.number, reason, line)
        if row.number % TOLD_EVERY == 0:
            tell(row.number)
    return reading


def _take(
    reading: Reading,
    line: Mapping[str, str],
    communes: Mapping[str, Known],
    region: str,
    default: JourneyMeans | None,
) -> str | None:
    """Keep one line, or say why not."""
    origin = communes.get(_insee(line["origin"]))
    destination = communes.get(_insee(line["destination"]))
    if origin is None or destination is None:
        side = "de départ" if origin is None else "d’arrivée"
        return f"la commune {side} n’est pas un code INSEE connu"
    if origin.region != region:
        return "la commune de départ est dans une autre région"
    said = sort_key(line.get("means", ""))
    means = WORDS.get(said) if said else default
    if means is None:
        return "le moyen de transport n’est pas reconnu"
    minutes = _minutes(line["minutes"])
    if minutes is None:
        return f"la durée n’est pas un nombre de minutes de 0 à {LONGEST_MINUTES}"
    if _is_too_fast(origin, destination, minutes):
        return f"la durée suppose plus de {DEFAULT.fastest_kmh:.0f} km/h à vol d’oiseau"
    known = reading.minutes[origin.code, means].setdefault(destination.code, minutes)
    return None if known == minutes else "ce trajet a déjà une autre durée plus haut"


def _insee(cell: str) -> str:
    """A code whose leading zero a spreadsheet may have eaten."""
    text = cell.strip().upper()
    return text.zfill(5) if text.isdigit() else text


def _minutes(cell: str) -> int | None:
    text = cell.replace(",", ".").replace(" ", "").replace("\u202f", "")
    try:
        value = float(text.removesuffix("min").removesuffix("mn"))
    except ValueError:
        return None
    return int(value + 0.5) if 0 <= value <= LONGEST_MINUTES else None


def _is_too_fast(origin: Known, destination: Known, minutes: int) -> bool:
    if origin.place is None or destination.place is None:
        return False
    ends = zip(unit_vector(*origin.place), unit_vector(*destination.place), strict=True)
    km = chord_km(sum((a - b) ** 2 for a, b in ends))
    return 60.0 * km / DEFAULT.fastest_kmh > minutes + CENTRE_MINUTES
