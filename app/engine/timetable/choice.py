"""Who meets whom: a transport problem, a programme over pairs and slots, or slot by slot."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, milp
from scipy.sparse import csr_array

from app.engine.timetable.model import Event, Wanted

NODES = 200
"""Nodes after which a search for a better timetable stops: a number, so that it is repeatable."""

Placed = list[tuple[int, int]]
"""Numbers of wanted meetings with their slots."""
Column = tuple[float, list[int]]
"""What a column is worth and the rows it uses."""


def best_pairs(wanted: Sequence[Wanted], event: Event) -> tuple[list[int], float]:
    """The best pairs as if everybody were there all day, and their value: a bound for any day."""
    youths = _numbered(each.youth for each in wanted)
    companies = _numbered(each.company for each in wanted)
    columns = [
        (each.value, [youths[each.youth], len(youths) + companies[each.company]]) for each in wanted
    ]
    limits = [event.most()] * len(youths)
    limits += [event.slots * event.room(company) for company in companies]
    return _solved(columns, limits, _firsts(wanted, range(len(wanted)), event), event.first_bonus)


def best_together(wanted: Sequence[Wanted], event: Event) -> tuple[Placed, float]:
    """Pairs and slots chosen together, and the bound proved."""
    keys = [
        (number, slot)
        for slot in range(event.slots)
        for number in _present(wanted, range(len(wanted)), slot, event)
    ]
    numbers: dict[tuple[str, int, int], int] = {}
    limits: list[int] = []

    def row(name: str, who: int, slot: int, limit: int) -> int:
        if (name, who, slot) not in numbers:
            limits.append(limit)
        return numbers.setdefault((name, who, slot), len(numbers))

    columns = []
    for number, slot in keys:
        each = wanted[number]
        rows = [
            row("pair", number, 0, 1),
            row("youth", each.youth, slot, 1),
            row("company", each.company, slot, event.room(each.company)),
            row("day", each.youth, 0, event.most()),
        ]
        columns.append((each.value, rows))
    firsts = _firsts(wanted, (number for number, _ in keys), event)
    chosen, bound = _solved(columns, limits, firsts, event.first_bonus)
    return [keys[column] for column in chosen], bound


def slot_by_slot(wanted: Sequence[Wanted], event: Event) -> Placed:
    """Fill slots one after the other, each by the best assignment of the pairs left."""
    youths = _numbered(each.youth for each in wanted)
    seats = defaultdict[int, list[int]](list)
    for company in sorted({each.company for each in wanted}):
        first = sum(map(len, seats.values()))
        seats[company] = list(range(first, first + event.room(company)))
    shape = len(youths), sum(map(len, seats.values()))
    left, had = dict(enumerate(wanted)), Counter[int]()
    placed: Placed = []
    for slot in range(event.slots):
        worth, number_of = np.zeros(shape), {}
        for number in _present(wanted, left, slot, event):
            each = wanted[number]
            if had[each.youth] < event.most():
                bonus = 0.0 if had[each.youth] else event.first_bonus
                for seat in seats[each.company]:
                    worth[youths[each.youth], seat] = each.value + bonus
                    number_of[youths[each.youth], seat] = number
        rows, columns = linear_sum_assignment(worth, maximize=True)
        for pair in zip(rows.tolist(), columns.tolist(), strict=True):
            if pair in number_of:
                had[left.pop(number_of[pair]).youth] += 1
                placed.append((number_of[pair], slot))
    return placed


def _present(
    wanted: Sequence[Wanted], numbers: Iterable[int], slot: int, event: Event
) -> list[int]:
    """Those of some wanted meetings that could be held in a slot."""
    youths = {who for who, when in event.youths_away if when == slot}
    companies = {who for who, when in event.companies_away if when == slot}
    return [
        number
        for number in numbers
        if wanted[number].youth not in youths and wanted[number].company not in companies
    ]


def _numbered(ids: Iterable[int]) -> dict[int, int]:
    return {each: number for number, each in enumerate(sorted(set(ids)))}


def _firsts(wanted: Sequence[Wanted], numbers: Iterable[int], event: Event) -> list[list[int]]:
    """Columns by youth, for the bonus of the first meeting; none without a bonus."""
    columns = defaultdict[int, list[int]](list)
    for column, number in enumerate(numbers):
        columns[wanted[number].youth].append(column)
    return [columns[youth] for youth in sorted(columns)] if event.first_bonus > 0.0 else []


def _solved(
    columns: Sequence[Column], limits: Sequence[int], firsts: Sequence[list[int]], bonus: float
) -> tuple[list[int], float]:
    """Columns of the highest value within the limits of their rows, and the proved bound.

    ``firsts`` adds one column each, worth the bonus, that needs one of the columns it names.
    """
    if not columns:
        return [], 0.0
    shape = len(limits) + len(firsts), len(columns) + len(firsts)
    entries = [(row, number, 1.0) for number, (_, rows) in enumerate(columns) for row in rows]
    for first, needed in enumerate(firsts):
        entries += [(len(limits) + first, column, -1.0) for column in needed]
        entries.append((len(limits) + first, len(columns) + first, 1.0))
    row, column, factor = (np.array(each) for each in zip(*entries, strict=True))
    worth = np.array([value for value, _ in columns] + [bonus] * len(firsts))
    found = milp(
        -worth,
        integrality=np.ones(shape[1], dtype=np.int64),
        bounds=Bounds(0.0, 1.0),
        constraints=LinearConstraint(
            csr_array((factor, (row, column)), shape=shape),
            -np.inf,
            np.array([*limits, *([0] * len(firsts))], dtype=np.float64),
        ),
        options={"node_limit": NODES, "mip_rel_gap": 0.0},
    )
    # Nobody meeting anybody is always possible, so only the limit of nodes can leave nothing.
    whole = np.zeros(shape[1]) if found.x is None else found.x
    proved = -worth.sum() if found.mip_dual_bound is None else found.mip_dual_bound
    return np.flatnonzero(whole[: len(columns)] > 0.5).tolist(), -float(proved)
