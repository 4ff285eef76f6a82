"""Where things are drawn: numbers turned into places on a drawing, in SVG units. Pure.

Every picture has its table beside it; the drawing alone never carries a figure.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

TILES = Path(__file__).parent / "data" / "tiles.csv"
TILE = 44
SHADES = 5


@lru_cache(maxsize=1)
def tile_places() -> dict[str, tuple[int, int]]:
    """Column and row of each département on a map where each has the same size, overseas below."""
    with TILES.open(encoding="utf-8", newline="") as file:
        return {
            row["departement"]: (int(row["column"]), int(row["row"]))
            for row in csv.DictReader(file)
        }


@dataclass(frozen=True, slots=True)
class Tile:
    """One département on the tile map.

    Attributes:
        shade: 0 (least) to 4 (most); None when the figure is hidden or there is none.
    """

    code: str
    label: str
    x: int
    y: int
    value: int | None
    shade: int | None
    is_hidden: bool = False


def tile_map(
    values: Mapping[str, int | None],
    names: Mapping[str, str],
    *,
    only: frozenset[str] = frozenset(),
) -> list[Tile]:
    """The tiles of the départements, shaded by their figure; `only` leaves the others out and moves up what is left."""
    places = {code: place for code, place in tile_places().items() if not only or code in only}
    if not places:
        return []
    left = min(column for column, _ in places.values())
    top = min(row for _, row in places.values())
    most = max((value or 0 for value in values.values()), default=0)
    return [
        Tile(
            code=code,
            label=names.get(code, code),
            x=(column - left) * TILE,
            y=(row - top) * TILE,
            value=values.get(code),
            shade=_shade(values.get(code), most),
            is_hidden=code in values and values[code] is None,
        )
        for code, (column, row) in places.items()
    ]


def _shade(value: int | None, most: int) -> int | None:
    if value is None:
        return None
    return 0 if most <= 0 or value <= 0 else min(SHADES - 1, math.ceil(value / most * (SHADES - 1)))


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart of lying bars; `width` in SVG units."""

    label: str
    value: int | None
    y: int
    width: float


def lying_bars(
    values: Sequence[tuple[str, int | None]], *, width: int = 320, step: int = 46
) -> list[Bar]:
    """Bars from the left, the longest as wide as the drawing; a hidden value (None) has none."""
    most = max((value or 0 for _, value in values), default=0)
    return [
        Bar(label, value, place * step, width * (value or 0) / most if most else 0.0)
        for place, (label, value) in enumerate(values)
    ]


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a line; y grows downwards."""

    label: str
    value: float
    x: float
    y: float


def line_points(
    values: Sequence[tuple[str, float]],
    *,
    width: int = 560,
    height: int = 160,
    top: float | None = None,
) -> list[Point]:
    """Points spread over the width, the highest value (or `top`) at the upper edge, zero at the lower one."""
    most = max([top or 0.0, *(value for _, value in values)], default=0.0)
    step = width / max(1, len(values) - 1)
    return [
        Point(label, value, place * step, height - (height * value / most if most else 0.0))
        for place, (label, value) in enumerate(values)
    ]


def path_of(points: Sequence[Point]) -> str:
    """The points as the `d` of a path: "M0.0 160.0 L56.0 120.5"."""
    return " ".join(
        f"{'L' if place else 'M'}{one.x:.1f} {one.y:.1f}" for place, one in enumerate(points)
    )


def pace_lines(
    points: Sequence[tuple[date, int | None, int]], *, width: int = 560, height: int = 160
) -> tuple[list[Point], list[Point]]:
    """Two lines over the days: what was counted so far, and the even pace; both on one scale."""
    first, last = points[0][0], points[-1][0]
    most = max(
        [1, *(expected for _, _, expected in points), *(count or 0 for _, count, _ in points)]
    )

    def place(on: date, value: int) -> Point:
        x = width * (on - first).days / max(1, (last - first).days)
        return Point(on.isoformat(), value, x, height - height * value / most)

    counted = [place(on, count) for on, count, _ in points if count is not None]
    return counted, [place(on, expected) for on, _, expected in points]


@dataclass(frozen=True, slots=True)
class Bubble:
    """A zone on the bubble map: its area says its figure.

    Attributes:
        label_y: foot of the label, centred on the bubble; None when no place is left for one: the table says it.
    """

    label: str
    value: int
    x: float
    y: float
    radius: float
    label_y: float | None = None

    @property
    def words(self) -> str:
        """What stands beside the bubble."""
        return f"{self.label} {self.value}"


MARGIN = 62
"""Room for half a label at the left and right edges."""
LETTER, LINE = 7.0, 15.0
"""Width of a letter and height of a line of a label, at fourteen units."""

Box = tuple[float, float, float, float]


def bubbles(
    zones: Sequence[tuple[str, int, float, float]],
    *,
    width: int = 460,
    height: int = 400,
    largest: int = 30,
) -> list[Bubble]:
    """Circles of `(label, figure, latitude, longitude)`, the widest first so that small ones stay on top.

    Longitudes shrink with the cosine of the middle latitude, so that the region keeps its shape. The widest choose the
    place of their label first; a label covers neither another one nor a smaller bubble.
    """
    if not zones:
        return []
    middle = math.radians(sum(latitude for _, _, latitude, _ in zones) / len(zones))
    places = [(longitude * math.cos(middle), -latitude) for _, _, latitude, longitude in zones]
    left, upper = min(x for x, _ in places), min(y for _, y in places)
    span_x = max(x for x, _ in places) - left or 1.0
    span_y = max(y for _, y in places) - upper or 1.0
    scale = min((width - 2 * MARGIN) / span_x, (height - 2 * MARGIN) / span_y)
    most = max(value for _, value, _, _ in zones) or 1
    drawn = [
        Bubble(
            label,
            value,
            MARGIN + (x - left) * scale,
            largest + LINE + (y - upper) * scale,
            max(3.0, largest * math.sqrt(value / most)),
        )
        for (label, value, _, _), (x, y) in zip(zones, places, strict=True)
    ]
    return _labelled(sorted(drawn, key=lambda one: (-one.radius, one.label)))


def drawing_height(drawn: Sequence[Bubble]) -> int:
    """From the upper edge to the lowest bubble or label."""
    return math.ceil(
        max((max(one.y + one.radius, one.label_y or 0.0) for one in drawn), default=0.0) + 8
    )


def _labelled(drawn: Sequence[Bubble]) -> list[Bubble]:
    taken: list[Box] = []
    done: list[Bubble] = []
    for one in drawn:
        below, above = one.y + one.radius + LINE - 2, one.y - one.radius - 5
        inside = one.y + 5
        half = len(one.words) * LETTER / 2
        for foot in (inside, below, above) if half < one.radius else (below, above):
            box = (one.x - half, foot - LINE + 3, one.x + half, foot + 3)
            others = (_around(other) for other in drawn if other is not one)
            if not any(_overlap(box, other) for other in (*taken, *others)):
                taken.append(box)
                done.append(replace(one, label_y=foot))
                break
        else:
            done.append(one)
    return done


def _around(one: Bubble) -> Box:
    """A square a little smaller than the bubble: its corners are empty."""
    reach = 0.85 * one.radius
    return one.x - reach, one.y - reach, one.x + reach, one.y + reach


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
