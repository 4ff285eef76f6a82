"""Which figures of youth may be shown of a region: decided once, for all tables that anybody may ask. Pure.

One table protected at a time can be undone by asking several: narrowed along two dimensions, or by family here and by
trade there. So the tables are few (`KINDS`), every page and export takes its figures of youth from one decision, and
what is asked beyond these tables is not shown. A figure under five is hidden, zero with the others. The attacker who is
kept out knows every shown figure of every table and all the sums between them: a linear program must leave each figure
from 1 to 4 five possible values or more.

Tables of trades and territory, of families by level, and of families by month are tied only by their families: any
three that agree there can be one region, so three blocks of unknowns are all that the attacker has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.steering.dimensions import Dimension, Key
from app.steering.suppression import ROOM, SMALL_CELL

Cut = frozenset[tuple[Dimension, str]]
"""What a figure counts: one value of each dimension that it is cut by; empty for the whole region."""

_D = Dimension
KINDS: tuple[tuple[Dimension, ...], ...] = (
    (),
    (_D.FAMILY,),
    (_D.TRADE,),
    (_D.ZONE,),
    (_D.DEPARTEMENT,),
    (_D.LEVEL,),
    (_D.MONTH,),
    (_D.FAMILY, _D.ZONE),
    (_D.FAMILY, _D.DEPARTEMENT),
    (_D.FAMILY, _D.LEVEL),
    (_D.FAMILY, _D.MONTH),
    (_D.TRADE, _D.ZONE),
    (_D.TRADE, _D.DEPARTEMENT),
)
"""The tables. Adding one means asking which blocks of unknowns it ties together."""

_BLOCKS: tuple[tuple[Dimension, ...], ...] = (
    (_D.FAMILY, _D.TRADE, _D.ZONE, _D.DEPARTEMENT),
    (_D.FAMILY, _D.LEVEL),
    (_D.FAMILY, _D.MONTH),
)


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The figures of youth that may be shown.

    Attributes:
        figures: each figure of the tables; None when it is hidden.
        families: the family of each trade.
    """

    figures: Mapping[Cut, int | None]
    families: Mapping[str, str]

    def youth(self, cut: Mapping[Dimension, str]) -> int | None:
        """The figure, None when it is hidden or of no table."""
        wanted = dict(cut)
        trade, family = wanted.get(_D.TRADE), wanted.get(_D.FAMILY)
        if trade is not None and family is not None:
            if self.families.get(trade, family) != family:
                return None
            del wanted[_D.FAMILY]
        if not is_published(wanted):
            return None
        return self.figures.get(frozenset(wanted.items())) if self.figures else 0

    def to_json(self) -> dict[str, Any]:
        """Figures by the words of their cut, and the family of each trade."""
        return {
            "figures": {
                _words(cut): value for cut, value in sorted(self.figures.items(), key=_words_of)
            },
            "families": dict(sorted(self.families.items())),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Disclosure:
        """What `to_json` wrote."""
        return cls(
            {_cut(words): value for words, value in kept["figures"].items()}, kept["families"]
        )


def _words(cut: Cut) -> str:
    """ "metier=D1102|zone=Z2914"; no code of the region holds these signs."""
    return "|".join(f"{one}={value}" for one, value in sorted(cut))


def _words_of(figure: tuple[Cut, int | None]) -> str:
    return _words(figure[0])


def _cut(words: str) -> Cut:
    pairs = (part.split("=", 1) for part in words.split("|") if part)
    return frozenset((Dimension(one), value) for one, value in pairs)


def is_published(dimensions: Iterable[Dimension]) -> bool:
    """Whether a table is cut by these; a trade says its family."""
    asked = frozenset(dimensions)
    if _D.TRADE in asked:
        asked -= {_D.FAMILY}
    return any(asked == frozenset(kind) for kind in KINDS)


def disclose(youth: Mapping[Key, int]) -> Disclosure:
    """Decide for a region. The same counts give the same decision, which the process remembers."""
    counted: dict[Key, int] = {key: number for key, number in youth.items() if number > 0}
    figures = _decide(tuple(sorted(counted.items(), key=lambda one: repr(one[0]))))
    return Disclosure(figures, {key.trade: key.family for key in counted})


@lru_cache(maxsize=16)
def _decide(counted: tuple[tuple[Key, int], ...]) -> Mapping[Cut, int | None]:
    region = Region(counted)
    mask = region.values < SMALL_CELL
    _hide_until_safe(region, mask)
    return {
        cut: None if mask[place] else int(region.values[place])
        for cut, place in region.places.items()
    }


class Region:
    """Every figure of the tables, the unknowns beneath them, and which figures add up to which.

    The unknowns are all cells that could be: a zero is not told apart from another small figure. Only places that
    cannot be are left out: a zone lies in its départements, a trade in its family.

    Attributes:
        places: the place of each figure.
        values: the true figures.
        members: for each block, the unknowns of each figure that the block gives.
        lines: figures that add up to another one: (sum, parts).
    """

    def __init__(self, counted: Sequence[tuple[Key, int]]) -> None:
        self.places: dict[Cut, int] = {}
        values: list[int] = []
        self.members: list[dict[int, list[int]]] = []
        self.unknowns = 0
        for block in _BLOCKS:
            cells = _cells(block, counted)
            given: dict[int, list[int]] = {}
            for kind in (one for one in KINDS if set(one) <= set(block)):
                where = [block.index(one) for one in kind]
                found: dict[Cut, list[int]] = defaultdict(list)
                total: dict[Cut, int] = defaultdict(int)
                for column, (cell, number) in enumerate(cells.items(), start=self.unknowns):
                    cut: Cut = frozenset((block[one], cell[one]) for one in where)
                    found[cut].append(column)
                    total[cut] += number
                for cut, columns in found.items():
                    if cut not in self.places:
                        self.places[cut] = len(values)
                        values.append(total[cut])
                    given[self.places[cut]] = columns
            self.members.append(given)
            self.unknowns += len(cells)
        self.values: NDArray[np.int64] = np.array(values, dtype=np.int64)
        self.lines = self._lines({key.trade: key.family for key, _ in counted})

    def _lines(self, families: Mapping[str, str]) -> list[tuple[int, list[int]]]:
        parts: dict[tuple[int, tuple[Dimension, ...]], list[int]] = defaultdict(list)
        for cut, place in self.places.items():
            said = dict(cut)
            for one in said:
                rest = {other: value for other, value in said.items() if other is not one}
                if one is _D.TRADE:
                    rest[_D.FAMILY] = families[said[_D.TRADE]]
                whole = self.places.get(frozenset(rest.items()))
                if whole is not None:
                    parts[whole, tuple(sorted(said))].append(place)
        return [(whole, found) for (whole, _), found in parts.items()]


def _cells(
    block: tuple[Dimension, ...], counted: Sequence[tuple[Key, int]]
) -> dict[tuple[str, ...], int]:
    """Every cell that could be of a block, with its true number."""
    sums: dict[tuple[str, ...], int] = defaultdict(int)
    for key, number in counted:
        sums[tuple(key.value(one) for one in block)] += number
    half = len(block) // 2
    lefts = sorted({cell[:half] for cell in sums})
    rights = sorted({cell[half:] for cell in sums})
    return {left + right: sums.get(left + right, 0) for left in lefts for right in rights}


def _hide_until_safe(region: Region, mask: NDArray[np.bool_]) -> None:
    """Hide one more figure for each that the attacker would find, until there is none; each round hides one or more."""
    dimensions = np.zeros(len(region.values), dtype=np.int64)
    for cut, place in region.places.items():
        dimensions[place] = len(cut)

    def cost(place: int) -> tuple[int, int, int]:
        """Fine figures are missed less than coarse ones, small ones less than large ones."""
        return -int(dimensions[place]), int(region.values[place]), place

    # Hiding more only widens what is possible: what is safe stays safe, and nobody asks again.
    safe: set[int] = set()
    while _close_lines(region, mask):
        pass
    while found := Attacker(region, mask).found(safe):
        hidden: set[int] = set()
        for pins in found.values():
            # One figure less may have freed this one too; the next round looks again.
            if hidden.isdisjoint(pins):
                one = min(pins, key=cost)
                mask[one] = True
                hidden.add(one)
        while _close_lines(region, mask):
            pass


def _close_lines(region: Region, mask: NDArray[np.bool_]) -> bool:
    """A line with one hidden figure gives it away by subtraction: hide a second one. Says whether one was hidden."""
    changed = False
    for whole, parts in region.lines:
        if sum(bool(mask[one]) for one in (*parts, whole)) == 1:
            changed |= _hide_smallest(region, mask, parts) or _hide_smallest(region, mask, [whole])
    return changed


def _hide_smallest(region: Region, mask: NDArray[np.bool_], places: Iterable[int]) -> bool:
    shown = [(int(region.values[one]), one) for one in places if not mask[one]]
    if not shown:
        return False
    mask[min(shown)[1]] = True
    return True


class Attacker:
    """Somebody who knows every shown figure and every sum; one linear program, asked again with other aims."""

    def __init__(self, region: Region, mask: NDArray[np.bool_]) -> None:
        self._values = region.values
        self._secrets = [
            int(one) for one in np.flatnonzero(mask) if 0 < region.values[one] < SMALL_CELL
        ]
        self._members: dict[int, list[int]] = {}
        self._shown: dict[int, int] = {}
        rows: list[tuple[float, list[int], list[int]]] = []
        for given in region.members:
            for place, columns in given.items():
                if not mask[place]:
                    self._shown[len(rows)] = place
                    rows.append((float(region.values[place]), columns, []))
                elif place in self._members:
                    # A figure that two blocks give is one figure.
                    rows.append((0.0, columns, self._members[place]))
                else:
                    self._members[place] = columns
        self._columns = np.arange(region.unknowns, dtype=np.int32)
        self._solver = _solver(rows, region.unknowns)

    def found(self, safe: set[int]) -> dict[int, set[int]]:
        """The secrets, figures from 1 to 4, that are left fewer than five values, with the shown figures that pin each.

        The others join the safe ones.
        """
        low = {one: float(self._values[one]) for one in self._secrets if one not in safe}
        high = dict(low)
        found: dict[int, set[int]] = {}
        for place in list(low):
            pins: set[int] = set()
            for sign in (1.0, -1.0):
                if high[place] - low[place] < ROOM:
                    self._push(place, sign, low, high)
                    pins |= self._pins()
            if high[place] - low[place] < ROOM:
                found[place] = pins or set(self._shown.values())
        safe.update(low.keys() - found)
        return found

    def _pins(self) -> set[int]:
        """The shown figures that stop the last push."""
        duals = self._solver.getSolution().row_dual
        return {place for row, place in self._shown.items() if abs(duals[row]) > PINNED}

    def bounds(self, place: int) -> tuple[float, float]:
        """The lowest and the highest value that is left to a figure."""
        low = {place: float(self._values[place])}
        high = dict(low)
        for sign in (1.0, -1.0):
            self._push(place, sign, low, high)
        return low[place], high[place]

    def _push(self, place: int, sign: float, low: dict[int, float], high: dict[int, float]) -> None:
        """Push one figure as far as it goes, and note what the others are then: one push clears many."""
        cost = np.zeros(len(self._columns))
        cost[self._members[place]] = -sign
        self._solver.changeColsCost(len(cost), self._columns, cost)
        self._solver.run()
        status = self._solver.getModelStatus().name
        if status in _ENDLESS:
            high[place] = np.inf
        if status != "kOptimal":
            return
        solution = np.array(self._solver.getSolution().col_value)
        for one in list(low):
            value = float(solution[self._members[one]].sum())
            low[one], high[one] = min(low[one], value), max(high[one], value)


PINNED = 1e-7
# The true figures always fit: what the solver cannot end has no end.
_ENDLESS = frozenset({"kUnbounded", "kUnboundedOrInfeasible"})


def _solver(rows: Sequence[tuple[float, list[int], list[int]]], columns: int) -> Any:
    """A linear program of unknowns that are 0 or more, whose rows are sums minus sums with their value."""
    # Some megabytes that a process at rest need not hold.
    import highspy  # noqa: PLC0415

    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.silent()
    # All programmes of a process share one set of threads: another number makes the next one refuse to run.
    solver.setOptionValue("threads", 1)
    starts, indices, signs = [0], list[int](), list[float]()
    for _, plus, minus in rows:
        indices += [*plus, *minus]
        signs += [1.0] * len(plus) + [-1.0] * len(minus)
        starts.append(len(indices))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = columns, len(rows)
    model.col_cost_ = np.zeros(columns)
    model.col_lower_, model.col_upper_ = np.zeros(columns), np.full(columns, highspy.kHighsInf)
    model.row_lower_ = model.row_upper_ = np.array([value for value, _, _ in rows])
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.array(starts)
    model.a_matrix_.index_ = np.array(indices)
    model.a_matrix_.value_ = np.array(signs)
    solver.passModel(model)
    return solver
