"""Measure the engine and write ``docs/performance.md``.

    python -m benchmarks [--sizes S M] [--france] [--shared DIR] [--threads N]

``DIR`` holds the public files (``communes``, ``rome``); without it places are synthetic. Every
figure is measured in this run; processor seconds stand beside wall seconds, because a shared
machine makes the latter longer.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from time import perf_counter, process_time
from typing import TypeVar

import numpy as np

from app.engine.brute import brute_best
from app.engine.plan import plan
from app.engine.pool import Pool
from app.engine.triples import TripleTable, all_triples, best_triples
from app.engine.unlock import unlock
from benchmarks import outreach
from benchmarks.peers import peers
from benchmarks.workload import SIZES, Country, read_country, workload

Answer = TypeVar("Answer")
PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
REGION = (45.75, 4.85, 0.9)
SAMPLE = 200


def timed(call: Callable[[], Answer]) -> tuple[Answer, str]:
    """The answer, and wall and processor seconds as text."""
    wall, processor = perf_counter(), process_time()
    answer = call()
    return answer, f"{perf_counter() - wall:.2f} s ({process_time() - processor:.2f} s processor)"


def machine() -> str:
    """Processor, cores, load and versions."""
    packages = ", ".join(
        f"{name} {version(name)}"
        for name in ("numpy", "numba", "scipy", "rapidfuzz", "scikit-learn")
    )
    load = os.getloadavg()[0]
    return (
        f"{platform.machine()}, {os.cpu_count()} cores, load {load:.1f} at the start; "
        f"Python {platform.python_version()}, {packages}"
    )


def measure_size(name: str, country: Country, threads: int) -> list[str]:
    """Lines of the table of one size."""
    youths, openings, sessions = workload(SIZES[name], country)
    pool, built = timed(lambda: Pool.build(youths, openings, sessions))
    _, packed = timed(pool.whole_batch)
    best_triples(pool, youths[0])
    table, searched = timed(lambda: all_triples(pool, 20, threads))
    sample = youths[:: max(1, len(youths) // SAMPLE)]
    alone = [_milliseconds(pool, youth.id) for youth in sample]
    levers = [_unlock_milliseconds(pool, youth.id) for youth in sample[:20]]
    lines = [
        f"| build the pool (fold, columns, links) | {built} |",
        f"| wishes against titles, columns of youths | {packed} |",
        f"| search of everybody, top 20 triples, {threads} threads | {searched} |",
        f"| youths with a triple | {float((table.opening_ids[:, 0] >= 0).mean()):.1%} |",
        f"| one youth with reasons: median, p99, fresh text | {_spread(alone)} |",
        f"| unlock of one youth: median, p99 | {_spread(levers)} |",
        f"| largest memory of the process | {_gibibytes():.2f} GiB |",
    ]
    lines += [
        f"| peer, pairs only: {peer} | {speed:,.0f} youths a processor second |"
        for peer, speed in peers(sample[:40], openings).items()
    ]
    if name == "S":
        lines.append(f"| equal to brute force, 5 youths | {_exact(pool, table)} |")
    return lines


def _milliseconds(pool: Pool, youth: int) -> float:
    pool.ground.texts.forget()
    start = perf_counter()
    best_triples(pool, youth)
    return 1000 * (perf_counter() - start)


def _unlock_milliseconds(pool: Pool, youth: int) -> float:
    start = perf_counter()
    unlock(pool, youth)
    return 1000 * (perf_counter() - start)


def _gibibytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def _spread(values: list[float]) -> str:
    return f"{np.median(values):.1f} ms, {np.percentile(values, 99):.1f} ms"


def _exact(pool: Pool, table: TripleTable) -> str:
    same = []
    for row in np.flatnonzero(table.opening_ids[:, 0] >= 0)[:5].tolist():
        youth = pool.youths[int(table.youth_ids[row])]
        best = brute_best(
            youth, pool.openings.values(), pool.sessions.values(), pool.likeness, pool.weights, 20
        )
        same.append([t.score for t in best] == table.scores[row, : len(best)].tolist())
    return f"{sum(same)} of {len(same)}"


def measure_plan(country: Country, threads: int) -> list[str]:
    """Lines of the table of the plan of a region."""
    pool = Pool.build(*workload(SIZES["region"], country.around(*REGION)))
    pool.whole_batch()
    plan(Pool.build(*workload(SIZES["S"], country)), rounds=1)
    made, took = timed(lambda: plan(pool, threads=threads))
    return [
        f"| time, pool ready | {took} |",
        f"| value, bound, gap | {made.value:.1f}, {made.bound:.1f}, {made.gap:.3%} |",
        f"| placed, left without | {len(made.assigned):,}, {len(made.left_out):,} |",
        f"| rounds | {made.rounds} |",
    ]


def main() -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="*", default=["S", "M"], choices=sorted(SIZES))
    parser.add_argument("--france", action="store_true")
    parser.add_argument("--no-plan", action="store_true")
    parser.add_argument("--shared", type=Path, default=None)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    named = os.environ.get("TREFLE_SHARED")
    shared = given.shared or (Path(named) / "data" if named else None)
    country = read_country(shared)
    lines = [
        "# Performance",
        "",
        f"Written by `python -m benchmarks`. {machine()}.",
        "",
        f"Workload: {country.described}.",
        "",
    ]
    for name in ["L"] if given.france else given.sizes:
        size = SIZES[name]
        lines += [
            f"## {name}",
            "",
            f"{size.youths:,} youths, {size.openings:,} openings, {size.sessions:,} sessions.",
            "",
            "| what | measured |",
            "|---|---|",
            *measure_size(name, country, given.threads),
            "",
        ]
        print("\n".join(lines[-18:]), flush=True)
    if not given.no_plan and not given.france:
        lines += [
            "## Plan of a region: 25,000 youths, 10,000 openings, 3,000 sessions",
            "",
            "| what | measured |",
            "|---|---|",
            *measure_plan(country, given.threads),
            "",
        ]
    if not given.france:
        lines += outreach.measure(shared)
    PAGE.write_text("\n".join(lines), encoding="utf-8")
    print("\n".join(lines[-8:]))


if __name__ == "__main__":
    main()
