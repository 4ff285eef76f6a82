"""``certify(pool, plan)``: feasibility, value and dual bound of a plan, checked anew in float64."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.engine.judge import judge
from app.engine.plan.model import Assigned, Plan
from app.engine.pool import Pool

if TYPE_CHECKING:
    from app.engine.certificate.total import Books

TOLERANCE = 1e-6
"""Sums may differ by so much of themselves: they are added up in another order."""
JUDGED = 2000
"""So many triples of a large plan, evenly spread, are judged by the plain definition as well."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the checker found; ``faults`` is empty when the plan is sound.

    ``bound = Σ places·price + Σ_youth max(0, best score - prices)`` at the plan's own prices.
    """

    value: float
    bound: float
    faults: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.faults


def certify(pool: Pool, plan: Plan, threads: int = 1) -> Certificate:
    """Check capacities, triples, value, bound and gap of a plan against its pool.

    What is no number passes no check: each says what must hold, not what must not. Titles are weighed
    as in a pool built of the same rows at once.

    Every triple is scored anew from the checker's own tables (``sheets.py``). The plain definition
    judges those it finds otherwise, all of a small plan, and about ``JUDGED`` of a large one.
    """
    strangers = _strangers(pool, plan)
    if strangers:
        return Certificate(plan.value, float("inf"), tuple(strangers))
    books = import_module("app.engine.certificate.total").Books(pool, threads)
    suspects = _suspects(plan, books.scores(plan.assigned))
    faults = [*_twice(plan), *_overfull(pool, plan), *_unfit(pool, suspects)]
    bonus = {y: plan.bonus if row.left_out_before else 0.0 for y, row in pool.youths.items()}
    value = sum(a.score + bonus.get(a.youth, 0.0) for a in plan.assigned)
    bound = _bound(pool, plan, books)
    if not abs(value - plan.value) <= TOLERANCE * max(1.0, value):
        faults.append(f"the value is {value}, not {plan.value}")
    if not bound <= plan.bound + TOLERANCE * max(1.0, plan.bound):
        faults.append(f"the prices prove {bound} only, not {plan.bound}")
    if not value <= bound + TOLERANCE * max(1.0, value):
        faults.append("the value exceeds the bound")
    gap = 1.0 - plan.value / plan.bound if plan.bound > 0.0 else 0.0
    if not abs(gap - plan.gap) <= TOLERANCE:
        faults.append(f"the gap is {gap}, not {plan.gap}")
    return Certificate(value, bound, tuple(faults))


def _strangers(pool: Pool, plan: Plan) -> list[str]:
    """Who or what a plan names that is not in the pool, and what the pool holds that has no price."""
    faults = [
        f"{name} {row} is not in the pool"
        for name, rows, known in (
            ("youth", {a.youth for a in plan.assigned}, pool.youths),
            ("opening", {a.opening for a in plan.assigned}, pool.openings),
            ("session", {a.session for a in plan.assigned}, pool.sessions),
        )
        for row in sorted(rows - known.keys())
    ]
    for name, priced, held in (
        ("opening", plan.prices.opening_ids, pool.openings),
        ("session", plan.prices.session_ids, pool.sessions),
    ):
        faults += [f"{name} {row} has no price" for row in sorted(held.keys() - priced.tolist())]
    return faults


def _twice(plan: Plan) -> list[str]:
    count = Counter(a.youth for a in plan.assigned)
    return [f"youth {youth} is placed {times} times" for youth, times in count.items() if times > 1]


def _overfull(pool: Pool, plan: Plan) -> list[str]:
    faults = []
    for opening, used in Counter(a.opening for a in plan.assigned).items():
        free = pool.openings[opening].positions_free
        if used > (1 if free is None else free):
            faults.append(f"opening {opening} is given to {used} youths")
    for session, used in Counter(a.session for a in plan.assigned).items():
        free = pool.sessions[session].seats_free
        if used > (1 if free is None else free):
            faults.append(f"session {session} is given to {used} youths")
    return faults


def _suspects(plan: Plan, scores: NDArray[np.float64]) -> list[Assigned]:
    """The triples to judge one by one: those whose score the tables do not find, and a share of the rest."""
    apart = max(1, len(plan.assigned) // JUDGED)
    told = np.array([a.score for a in plan.assigned])
    odd = ~(np.abs(scores - told) <= 1e-9)
    odd[::apart] = True
    return [plan.assigned[row] for row in np.flatnonzero(odd).tolist()]


def _unfit(pool: Pool, suspects: list[Assigned]) -> list[str]:
    faults = []
    for a in suspects:
        youth, opening = pool.youths[a.youth], pool.openings[a.opening]
        triple = judge(
            youth, opening, pool.sessions[a.session], pool.likeness, pool.weights, pool.times
        ).triple
        if triple is None:
            faults.append(f"{a} breaks a rule")
        elif not abs(triple.score - a.score) <= 1e-9:
            faults.append(f"{a} has score {triple.score}")
    return faults


def _bound(pool: Pool, plan: Plan, books: Books) -> float:
    """``Σ places·price + Σ max(0, best worth after prices)``; infinite when a price is negative or no number."""
    lam = dict(zip(plan.prices.opening_ids.tolist(), plan.prices.openings.tolist(), strict=True))
    mu = dict(zip(plan.prices.session_ids.tolist(), plan.prices.sessions.tolist(), strict=True))
    if not all(price >= 0.0 for price in (*lam.values(), *mu.values())):
        return float("inf")
    total = 0.0
    for o, opening in pool.openings.items():
        total += lam[o] * (1 if opening.positions_free is None else opening.positions_free)
    for s, session in pool.sessions.items():
        total += mu[s] * (1 if session.seats_free is None else session.seats_free)
    return total + float(books.surpluses(lam, mu, plan.bonus).sum())
