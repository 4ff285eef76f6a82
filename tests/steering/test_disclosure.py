"""Somebody asks for every table there is, cut and narrowed in every way, and adds and subtracts: small figures hold."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from app.engine.plan import plan
from app.engine.pool import Pool
from app.steering.cube import Three, build_table
from app.steering.dimensions import Dimension, Key
from app.steering.disclosure import KINDS, Disclosure, Region, disclose
from app.steering.suppression import ROOM, SMALL_CELL
from tests.engine.plain_rows import baker, bakery, bakery_course

LABELS: dict[Dimension, dict[str, str]] = {one: {} for one in Dimension}
# Two families of trades, three zones of which one lies in both départements.
WHERE = [("Z1", "29"), ("Z2", "29"), ("Z2", "22"), ("Z3", "22")]
TRADES = [("D", "D1102"), ("D", "D1104"), ("G", "G1602")]
GRID = [
    Key(family, trade, zone, departement, level, month)
    for (family, trade), (zone, departement), level, month in itertools.product(
        TRADES, WHERE, ("3", "4"), ("2026-12", "2027-01")
    )
]
CUBES = st.lists(
    st.sampled_from([0, 0, 0, 0, 1, 1, 2, 3, 6, 12]), min_size=len(GRID), max_size=len(GRID)
).map(lambda numbers: dict(zip(GRID, numbers, strict=True)))


def asked_tables(
    youth: dict[Key, int], shown: Disclosure
) -> Iterator[tuple[dict[Dimension, str], int | None]]:
    """Every figure of youth on every page and export: each way to cut, narrowed along none, one or two dimensions."""
    cube = {key: Three(number, 1, 1) for key, number in youth.items()}
    for by in Dimension:
        for across in (None, *(one for one in Dimension if one is not by)):
            for many in range(3 if across is None else 2):
                for narrowed in itertools.combinations(Dimension, many):
                    values = [sorted({key.value(one) for key in GRID}) for one in narrowed]
                    for chosen in itertools.product(*values):
                        kept = dict(zip(narrowed, chosen, strict=True))
                        table = build_table(
                            cube, by=by, across=across, labels=LABELS, youth=shown, chosen=kept
                        )
                        for line in table.lines:
                            yield {**kept, by: line.key}, line.total.youth
                            for (column, _), cell in zip(table.columns, line.cells, strict=True):
                                yield {**kept, by: line.key, across: column}, cell.youth  # type: ignore[dict-item]
                        yield kept, table.foot.total.youth


def counts(key: Key, cut: dict[Dimension, str]) -> bool:
    return all(key.value(one) == value for one, value in cut.items())


@given(CUBES)
@settings(max_examples=12)
def test_all_tables_together_leave_five_values_to_each_small_figure(youth: dict[Key, int]) -> None:
    assert found_by_attack(youth, disclose(youth)) == []


def test_the_same_attack_finds_small_figures_when_only_they_are_hidden() -> None:
    youth = dict.fromkeys(GRID, 20)
    youth |= {key: 0 for key in GRID if key.trade == "D1102" and key.zone == "Z1"}
    youth[GRID[0]] = 3
    region = Region(list(youth.items()))
    unprotected = Disclosure(
        {
            cut: int(value) if (value := region.values[place]) >= SMALL_CELL else None
            for cut, place in region.places.items()
        },
        {key.trade: key.family for key in GRID},
    )
    secret = {Dimension.TRADE: "D1102", Dimension.ZONE: "Z1"}

    assert unprotected.youth(secret) is None
    assert secret in found_by_attack(youth, unprotected)
    assert found_by_attack(youth, disclose(youth)) == []


def found_by_attack(youth: dict[Key, int], shown: Disclosure) -> list[dict[Dimension, str]]:
    """The small figures that the attacker narrows to fewer than five values, from all that is shown."""
    equations: dict[tuple[bool, ...], int] = {}
    for cut, figure in asked_tables(youth, shown):
        true = sum(number for key, number in youth.items() if counts(key, cut))
        if figure is not None and not (cut_is_odd(cut) and figure == 0):
            assert figure == true
            equations[tuple(counts(key, cut) for key in GRID)] = figure
    found = []
    for kind in KINDS:
        for values in {tuple(key.value(one) for one in kind) for key in GRID}:
            cut = dict(zip(kind, values, strict=True))
            members = [counts(key, cut) for key in GRID]
            true = sum(
                number for (_, number), is_in in zip(youth.items(), members, strict=True) if is_in
            )
            if 0 < true < SMALL_CELL and width(equations, members) < ROOM - 1e-6:
                found.append(cut)
    return found


def cut_is_odd(cut: dict[Dimension, str]) -> bool:
    """A cut that contradicts itself counts nobody."""
    return not any(counts(key, cut) for key in GRID)


def width(equations: dict[tuple[bool, ...], int], members: list[bool]) -> float:
    """From the lowest to the highest value that all equations leave to a sum of cells of the finest grid."""
    if not equations:
        return float("inf")
    left = np.array([list(one) for one in equations], dtype=float)
    right = list(equations.values())
    aim = np.array(members, dtype=float)
    ends: list[Any] = [
        linprog(sign * aim, A_eq=left, b_eq=right, bounds=(0, None)) for sign in (1, -1)
    ]
    return float("inf") if 3 in {one.status for one in ends} else -ends[1].fun - ends[0].fun


def test_a_table_narrowed_along_two_dimensions_shows_no_youth() -> None:
    youth = dict.fromkeys(GRID, 20)
    shown = disclose(youth)

    assert shown.youth({}) == 960
    assert shown.youth({Dimension.TRADE: "D1102", Dimension.ZONE: "Z1"}) == 80
    assert (
        shown.youth({Dimension.TRADE: "D1102", Dimension.ZONE: "Z1", Dimension.LEVEL: "3"}) is None
    )


def test_zero_is_not_told_apart_from_another_small_figure() -> None:
    youth = dict.fromkeys(GRID, 20) | {
        key: 0 for key in GRID if key.trade == "G1602" and key.zone == "Z1"
    }

    assert disclose(youth).youth({Dimension.TRADE: "G1602", Dimension.ZONE: "Z1"}) is None


def test_an_edition_reads_back_as_it_was_decided() -> None:
    shown = disclose(dict.fromkeys(GRID, 2))

    assert Disclosure.from_json(shown.to_json()) == shown


def test_a_region_can_still_be_planned_exactly_after_its_figures_were_decided() -> None:
    disclose(dict.fromkeys(GRID, 2))

    found = plan(Pool.build([baker()], [bakery()], [bakery_course()]), exact=True, rounds=1)

    assert found.best_possible
    assert found.value > 0
