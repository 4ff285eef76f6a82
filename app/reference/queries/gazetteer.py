"""An index of communes in memory: names as people type them, postal codes, INSEE codes, former
names.

The score of a commune for a typed name is, in points: 100 for the very name; 76 to 92 for a name
that begins so; 58 to 70 for a name one of whose words begins so; otherwise 100 × the similarity of
both names (optimal string alignment, at least `FLOOR`) less 8. A former name or a shortened one
costs a little. The figures are ours, tried on misspelled names. Population then nearness decide
between equals: up to 20 points for the largest town, 14 for the next village, 10 for a département
where the asking organisation works.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from app.core.text import sort_key
from app.engine.text.listed import listed

Floats = NDArray[np.float64]
Position = tuple[float, float]

EARTH_RADIUS_KM = 6371.0088
FLOOR = 0.6
FORMER_NAME_COST = 6.0
SHORTENED_COST = 3.0
FIRST_WORD_COST = 12.0
POPULATION_POINTS = 3.0
NEAR_POINTS, NEAR_SCALE_KM = 14.0, 40.0
DEPARTEMENT_POINTS = 10.0
LONGEST_LIST = 50

_SAINT = re.compile(r"\bst(e?)\b")
_ARTICLES = ("le ", "la ", "les ", "l ")
_COMMON_FIRST_WORDS = listed(
    """
    saint sainte notre grand grande petit petite haut haute basse ville villers vieux
    """
)


@dataclass(frozen=True, slots=True)
class Place:
    """A commune as forms and lists show it; positions in degrees, `distance_km` as the crow flies
    from who asks.

    `matched` is the former or merged commune whose name was typed, if that is why this one was
    found.
    """

    insee_code: str
    name: str
    departement_code: str
    region_code: str
    postal_codes: tuple[str, ...]
    population: int
    latitude: float | None
    longitude: float | None
    position_is_approximate: bool = False
    matched: str | None = None
    distance_km: float | None = None

    @property
    def label(self) -> str:
        """ "Aubusson (23200)": the text a form shows and reads back without doubt."""
        shown = self.postal_codes[0] if len(self.postal_codes) == 1 else self.departement_code
        return f"{self.name} ({shown})"


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody typed, taken apart: "23200 Aubusson", "Aubusson (23)", "à Lens", "2B033".

    `name` is folded; `code` has five characters; `departement` two or three.
    """

    name: str
    code: str = ""
    departement: str = ""


_CODE = re.compile(r"(?<![0-9A-Za-z])((?:[0-9]{2}|2[ABab])[0-9]{3})(?![0-9A-Za-z])")
_DEPARTEMENT = re.compile(
    r"(?:[(,]|^|\s)\s*(97[1-8]|2[ABab]|[0-9]{2})\s*\)?\s*$|^(97[1-8]|2[ABab]|[0-9]{2})\s"
)
_LEADING = re.compile(r"^(?:a|au|aux|vers|sur|pres de|autour de)\s+(?=\S)")
_CEDEX = re.compile(r"\bcedex(\s+\d+)?\b", re.IGNORECASE)


def take_apart(text: str) -> Asked:
    """Part the codes from the name; folds the name and writes abbreviated saints in full."""
    text = _CEDEX.sub(" ", text)
    code = departement = ""
    if found := _CODE.search(text):
        code = found[1].upper()
        text = text[: found.start()] + " " + text[found.end() :]
    elif found := _DEPARTEMENT.search(text):
        departement = (found[1] or found[2]).upper()
        text = text[: found.start()] + " " + text[found.end() :]
    return Asked(fold_place(text), code, departement)


def fold_place(text: str) -> str:
    """The searched form of a name: no accent, no case, saints in full."""
    return _SAINT.sub(r"saint\1", sort_key(text))


class Gazetteer:
    """All communes, ready to be searched. Immutable once built; any number of threads may read."""

    def __init__(
        self, places: Sequence[Place], former: Iterable[tuple[str, str, str]] = ()
    ) -> None:
        """`former` are `(old code, old name, INSEE code of today)`."""
        self.places = tuple(places)
        self._row_of = {place.insee_code: row for row, place in enumerate(self.places)}
        self._by_postal_code: dict[str, list[int]] = defaultdict(list)
        self._latitudes = _degrees(place.latitude for place in self.places)
        self._longitudes = _degrees(place.longitude for place in self.places)
        self._population = POPULATION_POINTS * np.log10(
            np.array([max(0, place.population) + 1 for place in self.places], dtype=np.float64)
        )
        names: dict[tuple[str, int], tuple[float, str | None]] = {}
        for row, place in enumerate(self.places):
            for postal_code in place.postal_codes:
                self._by_postal_code[postal_code].append(row)
            for name, cost in _spellings(place.name):
                names.setdefault((name, row), (cost, None))
        self._old_codes: dict[str, tuple[int, str]] = {}
        for old_code, old_name, insee_code in former:
            row_of_today = self._row_of.get(insee_code)
            if row_of_today is not None:
                self._old_codes.setdefault(old_code, (row_of_today, old_name))
                key = (fold_place(old_name), row_of_today)
                names.setdefault(key, (FORMER_NAME_COST, old_name))
        self._names = [name for name, _ in names]
        self._rows = np.array([row for _, row in names], dtype=np.int64)
        self._costs = np.array([cost for cost, _ in names.values()], dtype=np.float64)
        self._former = [former_name for _, former_name in names.values()]
        self._sorted = sorted((name, key) for key, name in enumerate(self._names))
        self._words = sorted(
            (name[start + 1 :], key)
            for key, name in enumerate(self._names)
            for start in _spaces(name)
        )

    def get(self, insee_code: str) -> Place | None:
        """The commune of today with this code, followed through mergers."""
        row = self._row_of.get(insee_code)
        if row is not None:
            return self.places[row]
        merged = self._old_codes.get(insee_code)
        return replace(self.places[merged[0]], matched=merged[1]) if merged else None

    def find(
        self,
        text: str,
        *,
        near: Position | None = None,
        departements: frozenset[str] = frozenset(),
        limit: int = 8,
    ) -> list[Place]:
        """The communes that the text may mean, best first."""
        return self._ranked(text, near, departements)[:limit]

    def named(self, text: str) -> list[Place]:
        """The communes that answer exactly to the text: its name, its code, or both together."""
        asked = take_apart(text)
        rows = self._coded(asked.code) if asked.code else None
        if asked.name:
            same = self._same_name(asked.name)
            rows = same if rows is None else [row for row in rows if row in same]
        if asked.departement:
            rows = [row for row in rows or () if self._is_in(row, asked.departement)]
        return [self.places[row] for row in rows or ()]

    def _ranked(
        self, text: str, near: Position | None, departements: frozenset[str]
    ) -> list[Place]:
        points, reasons = self._points(take_apart(text))
        rows = np.fromiter(points, dtype=np.int64, count=len(points))
        distances = self._distances(rows, near)
        scores = np.fromiter(points.values(), dtype=np.float64, count=len(points))
        scores = scores + self._population[rows]
        scores += NEAR_POINTS * np.exp(-np.nan_to_num(distances, nan=np.inf) / NEAR_SCALE_KM)
        known_there = [self.places[row].departement_code in departements for row in rows]
        scores += DEPARTEMENT_POINTS * np.array(known_there, dtype=np.float64)
        order = sorted(
            range(len(rows)),
            key=lambda at: (-round(float(scores[at]), 4), self.places[rows[at]].insee_code),
        )
        return [
            replace(
                self.places[rows[at]],
                matched=reasons.get(int(rows[at])),
                distance_km=None if math.isnan(distances[at]) else float(distances[at]),
            )
            for at in order[:LONGEST_LIST]
        ]

    def _points(self, asked: Asked) -> tuple[dict[int, float], dict[int, str | None]]:
        """Points by row for what was typed, before population and nearness, and former names."""
        coded = self._coded(asked.code) if asked.code else []
        if not asked.name:
            rows = coded or (self._inside(asked.departement) if asked.departement else [])
            return dict.fromkeys(rows, 100.0), {}
        found, reasons = self._by_name(asked.name)
        if coded:
            return {row: found.get(row, 0.0) for row in coded}, reasons
        inside = {row: one for row, one in found.items() if self._is_in(row, asked.departement)}
        return inside or found, reasons

    def _by_name(self, name: str) -> tuple[dict[int, float], dict[int, str | None]]:
        """Points and former name by row, for the name typed and for it without "à", "vers", "près
        de".
        """
        best: dict[int, float] = {}
        reasons: dict[int, str | None] = {}
        for wanted in dict.fromkeys((name, _LEADING.sub("", name))):
            for key, points in self._alike(wanted).items():
                row, gained = int(self._rows[key]), points - float(self._costs[key])
                if gained > best.get(row, 0.0):
                    best[row], reasons[row] = gained, self._former[key]
        return best, reasons

    def _alike(self, name: str) -> dict[int, float]:
        """Points by key of the names that look like this one."""
        points: dict[int, float] = {}
        for other, key in _beginning_with(self._words, name):
            points[key] = 58 + 12 * len(name) / len(other)
        if len(name) >= 3:
            similar = process.cdist(
                [name],
                self._names,
                scorer=OSA.normalized_similarity,
                score_cutoff=FLOOR,
                dtype=np.float32,
            )[0]
            for key in np.flatnonzero(similar).tolist():
                points[key] = max(points.get(key, 0.0), 100 * float(similar[key]) - 8)
        for other, key in _beginning_with(self._sorted, name):
            begun = 100.0 if other == name else 76 + 16 * len(name) / len(other)
            points[key] = max(points.get(key, 0.0), begun)
        return points

    def _same_name(self, name: str) -> list[int]:
        """Rows of today's communes with this name, else of those whose former name it is."""
        wanted = {name, _LEADING.sub("", name)}
        keys = [
            key
            for one in wanted
            for other, key in _beginning_with(self._sorted, one)
            if other == one and self._costs[key] < FIRST_WORD_COST
        ]
        own = [key for key in keys if self._costs[key] < FORMER_NAME_COST]
        return sorted({int(self._rows[key]) for key in own or keys})

    def _coded(self, code: str) -> list[int]:
        """Rows for a postal code, else for an INSEE code of today or of yesterday."""
        if rows := self._by_postal_code.get(code):
            return rows
        if code in self._row_of:
            return [self._row_of[code]]
        return [self._old_codes[code][0]] if code in self._old_codes else []

    def _inside(self, departement: str) -> list[int]:
        return [row for row in range(len(self.places)) if self._is_in(row, departement)]

    def _is_in(self, row: int, departement: str) -> bool:
        return self.places[row].departement_code == departement

    def _distances(self, rows: NDArray[np.int64], near: Position | None) -> Floats:
        if near is None:
            return np.full(len(rows), np.nan)
        return distances_km(near, self._latitudes[rows], self._longitudes[rows])


def distances_km(origin: Position, latitudes: Floats, longitudes: Floats) -> Floats:
    """Great-circle distances by the haversine formula; degrees in, kilometres out, NaN where a
    position is unknown.
    """
    phi, others = np.radians(origin[0]), np.radians(latitudes)
    chord = np.sin((others - phi) / 2) ** 2 + np.cos(phi) * np.cos(others) * (
        np.sin(np.radians(longitudes - origin[1]) / 2) ** 2
    )
    result: Floats = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(chord))
    return result


def _degrees(values: Iterable[float | None]) -> Floats:
    return np.array([np.nan if one is None else one for one in values], dtype=np.float64)


def _spaces(name: str) -> list[int]:
    return [at for at, letter in enumerate(name) if letter == " "]


def _spellings(name: str) -> list[tuple[str, float]]:
    """The folded name, without its article, and its telling first word: "carhaix" for
    Carhaix-Plouguer.
    """
    folded = fold_place(name)
    found = [(folded, 0.0)]
    found += [
        (folded.removeprefix(article), SHORTENED_COST)
        for article in _ARTICLES
        if folded.startswith(article)
    ]
    first, _, rest = folded.partition(" ")
    if rest and len(first) >= 5 and first not in _COMMON_FIRST_WORDS:
        found.append((first, FIRST_WORD_COST))
    return found


def _beginning_with(table: list[tuple[str, int]], start: str) -> list[tuple[str, int]]:
    """The entries of a sorted table that begin with this text."""
    low = bisect_left(table, (start, -1))
    high = bisect_left(table, (start + "\U0010ffff", -1))
    return table[low:high]
