"""How the time a youth takes grows with the openings within reach, from S to L.

The same number of youths ask pools of growing size; text is compared beforehand, because it is
compared once per distinct text whatever the size of the pool.
"""

from __future__ import annotations

from dataclasses import replace
from math import log10
from time import process_time
from typing import NamedTuple

import numpy as np

from app.engine import search
from app.engine.pool import Pool
from benchmarks.workload import SIZES, Country, Size, workload

HEADING = "Growth"
YOUTHS = 2_000
WIDTH = 50
STEPS = (
    SIZES["S"],
    Size("", 0, 5_000, 2_000),
    SIZES["M"],
    Size("", 0, 60_000, 20_000),
    SIZES["L"],
)


class Step(NamedTuple):
    """One size of pool: openings in it, openings that break no rule with a youth, time a youth."""

    openings: int
    reachable: float
    microseconds: float


def measure(size: Size, country: Country) -> Step:
    """Ask a pool of this size the best 20 triples of the same number of youths."""
    pool = Pool.build(*workload(replace(size, youths=YOUTHS), country))
    query, ground = search.query_for(pool.whole_batch()), search.ground_for(pool)
    search.search(pool, ground, query, 20)
    start = process_time()
    search.search(pool, ground, query, 20)
    took = process_time() - start
    sample = list(pool.youths.values())[:: YOUTHS // 200]
    reached = [len(search.openings_for(pool, youth)) for youth in sample]
    return Step(size.openings, float(np.mean(reached)), 1e6 * took / YOUTHS)


def lines(country: Country) -> list[str]:
    """The table and a picture of both columns on one scale of powers."""
    steps = [measure(size, country) for size in STEPS]
    table = [
        f"| {step.openings:,} | {step.reachable:,.1f} | {step.microseconds:,.1f} µs "
        f"| {step.microseconds / max(step.reachable, 1.0):.2f} µs |"
        for step in steps
    ]
    first, last = steps[0], steps[-1]
    power = np.log(last.microseconds / first.microseconds) / np.log(
        max(last.reachable / max(first.reachable, 1e-9), 1.0001)
    )
    return [
        f"{YOUTHS:,} youths ask for their best 20 triples, one thread, texts compared beforehand.",
        "",
        "| openings in the pool | reachable openings a youth | time a youth | time a reachable one |",
        "|---|---|---|---|",
        *table,
        "",
        f"Time a youth grows like reachable openings to the power {power:.2f}: no faster below 1.",
        "",
        "```",
        *_picture(steps),
        "```",
    ]


def _picture(steps: list[Step]) -> list[str]:
    """Bars on a scale of powers of ten: ``o`` reachable openings, ``#`` microseconds a youth."""
    most = log10(1.0 + max(max(step.reachable, step.microseconds) for step in steps))

    def bar(mark: str, value: float) -> str:
        return mark * round(WIDTH * log10(1.0 + value) / most)

    return [
        line
        for step in steps
        for line in (
            f"{step.openings:>9,} openings  {bar('o', step.reachable)} {step.reachable:,.0f} reachable",
            f"{'':>18}  {bar('#', step.microseconds)} {step.microseconds:,.0f} µs",
        )
    ]
