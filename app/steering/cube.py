"""Youth, positions and places counted side by side: the cube, its two-way tables, and what would close a gap. Pure.

Definitions, shown with every table:

* **Jeunes**: ready for a contract and without one, counted once, under the first wish (the lowest ROME code when two
  share that rank), where they live, at the level aimed at, in the first month they are free.
* **Postes**: free positions of published openings, where the work is, at the lowest level accepted, in the month the
  start window opens.
* **Places**: free seats of open sessions, on the site, at the level of the course, in the month it starts; a course
  that leads to several trades counts under the first of them, so that a seat is counted once.
"""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.steering.suppression import hidden_in_line, protect


class Dimension(enum.StrEnum):
    """How the region can be cut."""

    FAMILY = "famille"
    TRADE = "metier"
    ZONE = "zone"
    DEPARTEMENT = "departement"
    LEVEL = "niveau"
    MONTH = "mois"


UNKNOWN = ""
"""The key of rows that do not say: no wish with a trade, no level, no month."""


@dataclass(frozen=True, slots=True)
class Key:
    """Where a youth, a position or a place is counted, one value a dimension."""

    family: str = UNKNOWN
    trade: str = UNKNOWN
    zone: str = UNKNOWN
    departement: str = UNKNOWN
    level: str = UNKNOWN
    month: str = UNKNOWN

    def value(self, dimension: Dimension) -> str:
        return str(getattr(self, dimension.name.lower()))


@dataclass(frozen=True, slots=True)
class Three:
    """The three columns of one line; `youth` is None when the figure is hidden."""

    youth: int | None = 0
    positions: int = 0
    places: int = 0

    @property
    def gap(self) -> int | None:
        """Youth that the scarcer of the two others leaves out; negative when there is room; hidden with the youth."""
        return None if self.youth is None else self.youth - min(self.positions, self.places)

    def plus(self, other: Three) -> Three:
        """Both together; neither may be hidden."""
        return Three(
            (self.youth or 0) + (other.youth or 0),
            self.positions + other.positions,
            self.places + other.places,
        )


Cube = Mapping[Key, Three]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table."""

    key: str
    label: str
    total: Three
    cells: tuple[Three, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Lines by one dimension, and columns by another when asked; hidden figures are None.

    Attributes:
        columns: `(key, label)` of each column, empty for a plain list.
        foot: sums of each column, then of all.
    """

    by: Dimension
    across: Dimension | None
    lines: tuple[Line, ...]
    columns: tuple[tuple[str, str], ...]
    foot: Line


@dataclass(frozen=True, slots=True)
class GapChoice:
    """How the region is cut.

    Attributes:
        by: what the lines are.
        across: what the columns are, None for a plain list.
        chosen: what the figures are narrowed to.
    """

    by: Dimension = Dimension.FAMILY
    across: Dimension | None = None
    chosen: Mapping[Dimension, str] = field(default_factory=dict)


def narrow(cube: Cube, chosen: Mapping[Dimension, str]) -> dict[Key, Three]:
    """The part of the cube that has all the chosen values."""
    return {
        key: three
        for key, three in cube.items()
        if all(key.value(dimension) == value for dimension, value in chosen.items())
    }


def narrow_to(cube: Cube, dimension: Dimension, values: Iterable[str]) -> dict[Key, Three]:
    """The part of the cube whose value is one of these."""
    wanted = frozenset(values)
    return {key: three for key, three in cube.items() if key.value(dimension) in wanted}


def total_of(threes: Iterable[Three]) -> Three:
    """All together."""
    total = Three()
    for one in threes:
        total = total.plus(one)
    return total


def build_table(
    cube: Cube,
    *,
    by: Dimension,
    across: Dimension | None,
    labels: Mapping[Dimension, Mapping[str, str]],
    chosen: Mapping[Dimension, str] | None = None,
) -> Table:
    """Add up, hide small figures of youth, and put lines in the order of their labels.

    A narrowed table hides what its sisters would give back: for each cell, the figures along the narrowed dimension
    are a line of their own whose sum the unnarrowed table publishes.

    Args:
        chosen: at most one dimension narrowed to one value beside those of the territory and of the family.
    """
    chosen = dict(chosen or {})
    kept = narrow(cube, chosen)
    row_keys = keys_of(kept, by, labels)
    column_keys = keys_of(kept, across, labels) if across else [UNKNOWN]
    sums = _add_up(kept, by, across)
    figures = [[sums[row, column] for column in column_keys] for row in row_keys]
    also = _given_back_by_sisters(cube, chosen, by, across, row_keys, column_keys)
    if across is None:
        lines, foot = _list(row_keys, figures, also, labels[by])
        return Table(by, None, lines, (), foot)
    lines, foot = _crossed(row_keys, figures, also, labels[by])
    columns = tuple((key, labels[across].get(key, key)) for key in column_keys)
    return Table(by, across, lines, columns, foot)


def _list(
    keys: Sequence[str],
    figures: Sequence[Sequence[Three]],
    also: Sequence[Sequence[bool]],
    names: Mapping[str, str],
) -> tuple[tuple[Line, ...], Line]:
    threes = [row[0] for row in figures]
    youth = [one.youth or 0 for one in threes]
    *flags, total_hidden = hidden_in_line(youth, [more[0] for more in also])
    lines = tuple(
        Line(key, names.get(key, key), _hide(three, flag))
        for key, three, flag in zip(keys, threes, flags, strict=True)
    )
    return lines, Line("", "Ensemble", _hide(total_of(threes), total_hidden))


def _crossed(
    keys: Sequence[str],
    figures: Sequence[Sequence[Three]],
    also: Sequence[Sequence[bool]],
    names: Mapping[str, str],
) -> tuple[tuple[Line, ...], Line]:
    shown = protect([[one.youth or 0 for one in row] for row in figures], also)
    lines = tuple(
        Line(
            key,
            names.get(key, key),
            replace(total_of(row), youth=row_total),
            tuple(replace(one, youth=youth) for one, youth in zip(row, cells, strict=True)),
        )
        for key, row, cells, row_total in zip(
            keys, figures, shown.cells, shown.row_totals, strict=True
        )
    )
    columns = [total_of(column) for column in zip(*figures, strict=True)]
    foot = Line(
        "",
        "Ensemble",
        replace(total_of(columns), youth=shown.total),
        tuple(
            replace(one, youth=youth)
            for one, youth in zip(columns, shown.column_totals, strict=True)
        ),
    )
    return lines, foot


def _hide(three: Three, is_hidden: bool) -> Three:
    return replace(three, youth=None) if is_hidden else three


def keys_of(
    cube: Iterable[Key], dimension: Dimension, labels: Mapping[Dimension, Mapping[str, str]]
) -> list[str]:
    """The keys that occur, by label; months and levels by key; what is unknown last."""
    found = {key.value(dimension) for key in cube}
    names = labels[dimension]
    if dimension in (Dimension.LEVEL, Dimension.MONTH):
        return sorted(found, key=lambda key: (key == UNKNOWN, key))
    return sorted(found, key=lambda key: (key == UNKNOWN, names.get(key, key), key))


def _add_up(cube: Cube, by: Dimension, across: Dimension | None) -> dict[tuple[str, str], Three]:
    sums: dict[tuple[str, str], Three] = defaultdict(Three)
    for key, three in cube.items():
        place = key.value(by), key.value(across) if across else UNKNOWN
        sums[place] = sums[place].plus(three)
    return sums


def _given_back_by_sisters(
    cube: Cube,
    chosen: Mapping[Dimension, str],
    by: Dimension,
    across: Dimension | None,
    row_keys: Sequence[str],
    column_keys: Sequence[str],
) -> list[list[bool]]:
    """For each cell, whether the tables narrowed to the other values would give it back."""
    flags = [[False] * len(column_keys) for _ in row_keys]
    for dimension, value in chosen.items():
        sisters = narrow(
            cube, {other: kept for other, kept in chosen.items() if other is not dimension}
        )
        along: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for key, three in sisters.items():
            place = key.value(by), key.value(across) if across else UNKNOWN
            along[place][key.value(dimension)] += three.youth or 0
        for row, row_key in enumerate(row_keys):
            for column, column_key in enumerate(column_keys):
                line = along.get((row_key, column_key), {})
                values = sorted(line)
                if value in line:
                    hidden = hidden_in_line([line[one] for one in values])
                    flags[row][column] |= hidden[values.index(value)]
    return flags
