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

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from app.steering.dimensions import UNKNOWN, Dimension, Key
from app.steering.disclosure import Disclosure, is_published


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
        counts_youth: False when the cut is too fine for figures of youth.
    """

    by: Dimension
    across: Dimension | None
    lines: tuple[Line, ...]
    columns: tuple[tuple[str, str], ...]
    foot: Line
    counts_youth: bool = True


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
    youth: Disclosure,
    chosen: Mapping[Dimension, str] | None = None,
) -> Table:
    """Add up positions and places, take the figures of youth that may be shown, put lines in the order of their labels.

    Args:
        youth: the one decision for all tables of the region; a cut that is none of its tables shows no youth.
        chosen: what the figures are narrowed to.
    """
    chosen = dict(chosen or {})
    counts = is_published([by, *([across] if across else []), *chosen])
    kept = narrow(cube, chosen)
    sums = _add_up(kept, by, across)

    def three(cut: Mapping[Dimension, str], found: Three) -> Three:
        return replace(found, youth=youth.youth({**chosen, **cut}) if counts else None)

    row_keys = open_keys(kept, by, labels, youth, chosen)
    column_keys = open_keys(kept, across, labels, youth, chosen) if across else []
    lines = []
    for row in row_keys:
        cells = [sums[row, column] for column in column_keys]
        whole = total_of(number for (key, _), number in sums.items() if key == row)
        lines.append(
            Line(
                row,
                labels[by].get(row, row),
                three({by: row}, whole),
                tuple(
                    three({by: row, across: column}, one)
                    for column, one in zip(column_keys, cells, strict=True)
                    if across
                ),
            )
        )
    feet = tuple(
        three({across: column}, total_of(one for (_, key), one in sums.items() if key == column))
        for column in column_keys
        if across
    )
    foot = Line("", "Ensemble", three({}, total_of(sums.values())), feet)
    columns = tuple((key, labels[across].get(key, key)) for key in column_keys) if across else ()
    return Table(by, across, tuple(lines), columns, foot, counts)


def open_keys(
    cube: Cube,
    dimension: Dimension,
    labels: Mapping[Dimension, Mapping[str, str]],
    youth: Disclosure,
    chosen: Mapping[Dimension, str] | None = None,
) -> list[str]:
    """The keys with a position, a place or a shown figure of youth: a line of its own would tell a hidden one."""
    shown = [
        key
        for key, three in cube.items()
        if three.positions
        or three.places
        or youth.youth({**(chosen or {}), dimension: key.value(dimension)})
    ]
    return keys_of(shown, dimension, labels)


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
