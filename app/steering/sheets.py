"""Tables as rows of a workbook: the figures as shown, hidden ones included, and a sheet that defines them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from app.steering.cube import Line, Table, Three
from app.steering.definitions import DEFINITIONS, Unit
from app.steering.dimensions import Dimension
from app.steering.figures import DayFigures, Figure

HIDDEN = "masqué"
UNITS = {Unit.SHARE: "%", Unit.DAYS: "jours (médiane)", Unit.COUNT: ""}

_YOUTH = (
    "Prêts à commencer et sans contrat, comptés une fois, sous leur premier souhait, là où ils "
    "habitent, au niveau visé, au premier mois où ils sont libres."
)
_POSITIONS = (
    "Postes libres des offres publiées, là où est le travail, au niveau le plus bas accepté, au "
    "mois où le contrat peut commencer."
)
_PLACES = (
    "Places libres des sessions ouvertes, sur le site de formation, au mois de la rentrée. Une "
    "formation qui mène à plusieurs métiers compte sous le premier."
)
_GAP = (
    "Jeunes de plus que le plus rare des deux autres ; négatif quand il reste de quoi accueillir."
)
_HIDDEN = (
    "Moins de 5 jeunes (aucun compris), un chiffre qui permettrait de retrouver un petit nombre, ou "
    "un croisement trop fin pour compter des jeunes."
)

GAP_DEFINITIONS: tuple[tuple[str, str], ...] = (
    ("Jeunes", _YOUTH),
    ("Postes", _POSITIONS),
    ("Places", _PLACES),
    ("Écart", _GAP),
    (HIDDEN, _HIDDEN),
)


def gap_rows(table: Table, names: Mapping[Dimension, str]) -> Iterator[list[Any]]:
    """The header and a row a line; a crossed table has three columns and a gap for each of its columns."""
    groups = [label for _, label in table.columns] + ["Ensemble"] if table.across else [""]
    heads = [
        f"{what} – {group}" if group else what
        for group in groups
        for what in ("Jeunes", "Postes", "Places", "Écart")
    ]
    yield [names[table.by].capitalize(), *heads]
    for line in (*table.lines, table.foot):
        yield [line.label, *(value for three in _threes(line) for value in _figures(three))]


def definition_rows(definitions: Sequence[tuple[str, str]], on: date) -> Iterator[list[Any]]:
    """What each word counts, the source and the day."""
    yield ["Mot", "Définition"]
    yield from ([word, meaning] for word, meaning in definitions)
    yield ["Source", "Dossiers, offres et sessions tenus dans Trèfle."]
    yield ["Date", on]


def _threes(line: Line) -> tuple[Three, ...]:
    return (*line.cells, line.total)


def _figures(three: Three) -> list[Any]:
    hidden = three.youth is None
    return [
        HIDDEN if hidden else three.youth,
        three.positions,
        three.places,
        HIDDEN if hidden else three.gap,
    ]


def indicator_rows(found: DayFigures, hidden: frozenset[str] = frozenset()) -> Iterator[list[Any]]:
    """One row an indicator: what it is, its value in its unit, what it rests on, the period and the day."""
    yield ["Code", "Indicateur", "Valeur", "Unité", "Nombre", "Sur", "Du", "Au"]
    for one in DEFINITIONS:
        figure = found.figures[one.code]
        is_hidden = one.code in hidden
        yield [
            one.code,
            one.title,
            HIDDEN if is_hidden else _value(one.unit, figure),
            UNITS[one.unit],
            HIDDEN if is_hidden else figure.count,
            HIDDEN if is_hidden else figure.total,
            found.period.first,
            found.on,
        ]


def _value(unit: Unit, figure: Figure) -> float | int | None:
    if unit is Unit.SHARE:
        return None if figure.share is None else round(figure.share * 100, 1)
    if unit is Unit.DAYS:
        median = figure.spread.median if figure.spread else None
        return None if median is None else round(median, 1)
    return figure.count
