"""Measure the engine and write ``docs/performance.md``.

    python -m benchmarks [--sizes S M] [--france] [--shared DIR] [--threads N]

``DIR`` holds the public files (``communes``, ``rome``); without it places are synthetic. Every
figure is measured in this run; processor seconds stand beside wall seconds, because a shared
machine makes the latter longer. A section is written as soon as it is measured; one that fails is
named at the end, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from time import perf_counter, process_time

import numpy as np

from app.engine.brute import brute_best
from app.engine.candidates import Candidate, best_for_opening, best_for_session
from app.engine.certificate import certify
from app.engine.model import OpeningInput, SessionInput, YouthInput
from app.engine.plan import plan
from app.engine.pool import Pool
from app.engine.similarity import Knowledge
from app.engine.triples import all_triples, best_triples
from app.engine.unlock import unlock, unlock_opening, unlock_session
from benchmarks import growth, outreach, pages, region_plan, suggestions, title_section
from benchmarks.databases import postgres_speed, rtree_speed, sparse_speed, trigram_speed
from benchmarks.peers import peers
from benchmarks.timing import gibibytes, machine, milliseconds, spread, timed
from benchmarks.title_files import read_knowledge
from benchmarks.workload import SIZES, Country, Rows, read_country, workload

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
REGION = (45.75, 4.85, 0.9)
SAMPLE = 1000
REGIONAL, FRANCE = (7, 5e-4), (9, 1e-3)
"""Rounds at most, and the gap that is good enough: the country has five minutes."""
LEVERS = 25
ASKED = 40
SESSIONS_DRAWN, SESSIONS_CROWDED, SESSIONS_SECONDS, SEED = 200, 20, 60, 7
"""Sessions changed one at a time: drawn, with most youths, and the wall seconds for all of them."""
KNOWN = (
    "The same rows with texts compared as the portal does where the user's ROME file is there: "
    "{titles:,} titles, our synonyms, word vectors learnt from both."
)
Sections = dict[str, Callable[[], list[str]]]
"""What to measure, by heading of the section."""
INTRODUCTION = """# Performance

Written by `python -m benchmarks` (`make bench`, `make bench-france`); each section by the run that
measured it last. Wall seconds stand beside processor seconds: a shared machine makes only the
former longer. Peers answer the same youths on the same rows; those marked *pairs* do less, because
they look for openings without courses, dates, levels or doubts.
"""


def measure_size(
    name: str, country: Country, knowledge: Knowledge | None, threads: int
) -> list[str]:
    """Lines of the table of one size: bare, beside the peers, and as the portal compares texts."""
    rows = workload(SIZES[name], country)
    lines, speed = _measured(rows, None, threads)
    if name == "S":
        lines.append(f"| equal to brute force, 5 youths | {_exact(Pool.build(*rows))} |")
    sample = rows[0][:: max(1, len(rows[0]) // ASKED)][:ASKED]
    lines += [
        f"| peer: {peer} | {pace:,.1f} youths a processor second; engine × {speed / pace:,.1f} |"
        for peer, pace in _peers(sample, rows[1], rows[2]).items()
    ]
    told = ["", f"Peers answer {len(sample)} of the youths, spread over all, on all rows."]
    if knowledge is None:
        return [*lines, *told]
    known, _ = _measured(rows, knowledge, threads)
    head = ["", KNOWN.format(titles=len(knowledge.titles)), "", "| what | measured |", "|---|---|"]
    return [*lines, *told, *head, *known]


def _measured(rows: Rows, knowledge: Knowledge | None, threads: int) -> tuple[list[str], float]:
    """Lines of one pool, and how many youths a processor second it serves, texts included."""
    youths, openings, sessions = rows
    few = Pool.build(youths[:50], openings[:50], sessions[:50], knowledge=knowledge)
    all_triples(few, 20)
    best_for_opening(few.replace_opening(openings[0]), openings[0].id)
    best_for_session(few.replace_session(sessions[0]), sessions[0].id)
    pool, built = timed(lambda: Pool.build(*rows, knowledge=knowledge))
    start = process_time()
    _, packed = timed(pool.whole_batch)
    table, searched = timed(lambda: all_triples(pool, 20, threads))
    speed = len(youths) / (process_time() - start)
    sample = youths[:: max(1, len(youths) // SAMPLE)]
    alone = [_alone(pool, youth.id) for youth in sample]
    return [
        f"| build the pool (fold, columns, links) | {built} |",
        f"| wishes against titles, columns of youths | {packed} |",
        f"| search of everybody, top 20 triples, {threads} threads | {searched} |",
        f"| youths a processor second, triples, their texts included | {speed:,.0f} |",
        f"| youths with a triple | {float((table.opening_ids[:, 0] >= 0).mean()):.1%} |",
        f"| one of {len(sample):,}, reasons, fresh text: median, p99, processor | {spread(alone)} |",
        f"| an opening changed, then seen by a question to everybody | {_changed(pool, None)} |",
        f"| the same with a title never met | {_changed(pool, 'Souffleur de cristal')} |",
        f"| {_session_changed(pool)} |",
        f"| a session of a course never met, then seen by the same question | {_new_course(pool)} |",
        f"| largest memory of the process so far, rows included | {gibibytes():.2f} GiB |",
    ], speed


def _peers(
    sample: Sequence[YouthInput],
    openings: Sequence[OpeningInput],
    sessions: Sequence[SessionInput],
) -> dict[str, float]:
    """Youths a processor second of all peers: some youths, all rows."""
    found = {f"pairs, {name}": pace for name, pace in peers(sample, openings).items()}
    found["pairs, SQLite R*Tree, then RapidFuzz"] = rtree_speed(sample, openings)
    found["pairs, SQLite FTS5 trigrams top 500, then filter"] = trigram_speed(sample, openings)
    found["pairs, sparse_dot_topn top 200, then filter"] = sparse_speed(sample, openings)
    postgres = postgres_speed(sample, openings, sessions)
    return found | ({} if postgres is None else {"triples, PostgreSQL GiST and join": postgres})


def _changed(pool: Pool, written: str | None) -> str:
    """How long until one changed opening is in an answer to a question asked of everybody."""
    row = next(iter(pool.openings.values()))
    title = row.title if written is None else written
    changed = replace(row, positions_free=3, title=title)
    _, took = timed(lambda: best_for_opening(pool.replace_opening(changed), row.id))
    return took


def _session_changed(pool: Pool) -> str:
    """The same for sessions whose trades most youths wish, then for a seeded draw while time lasts."""
    wishes = Counter(wish.trade for youth in pool.youths.values() for wish in youth.wishes)
    rows = list(pool.sessions.values())
    crowded = sorted(rows, key=lambda row: -sum(wishes[trade] for trade in row.trades))
    drawn = Random(SEED).sample(rows, min(SESSIONS_DRAWN, len(rows)))
    # Only an answer with somebody in it compiles all that answers need; few rows give none.
    next((row for row in crowded if _see_session(pool, row)), None)
    taken: list[float] = []
    start = perf_counter()
    for row in [*crowded[:SESSIONS_CROWDED], *drawn]:
        if perf_counter() - start > SESSIONS_SECONDS:
            break
        taken.append(milliseconds(partial(_see_session, pool, row)))
    return (
        f"a session changed, then seen by a question to everybody, {len(taken)} of them "
        f"({SESSIONS_CROWDED} with most youths): median, worst, processor "
        f"| {np.median(taken):.1f} ms, {max(taken):.1f} ms"
    )


def _new_course(pool: Pool) -> str:
    """How long until the first session of a course with a title of its own is in such an answer."""
    row = next(iter(pool.sessions.values()))
    _, took = timed(lambda: _see_session(pool, replace(row, title="CAP Souffleur de cristal")))
    return took


def _see_session(pool: Pool, row: SessionInput) -> list[Candidate]:
    return best_for_session(pool.replace_session(replace(row, seats_free=7)), row.id)


def _alone(pool: Pool, youth: int) -> float:
    """Processor milliseconds of one youth whose texts nobody has asked yet."""
    pool.ground.texts.forget()
    return milliseconds(lambda: best_triples(pool, youth))


def _levers(call: Callable[[Pool, int], object], pool: Pool, ids: Iterable[int]) -> str:
    """Processor milliseconds of the levers of some rows: median and p99."""
    return spread([milliseconds(partial(call, pool, row)) for row in ids][1:])


def _exact(pool: Pool) -> str:
    same, table = [], all_triples(pool, 20)
    for row in np.flatnonzero(table.opening_ids[:, 0] >= 0)[:5].tolist():
        youth = pool.youths[int(table.youth_ids[row])]
        best = brute_best(
            youth, pool.openings.values(), pool.sessions.values(), pool.likeness, pool.weights, 20
        )
        found = zip(table.opening_ids[row], table.session_ids[row], table.scores[row], strict=True)
        told = [(int(o), int(s), float(score)) for o, s, score in found if o >= 0]
        same.append([(t.opening, t.session, t.score) for t in best] == told)
    return f"{sum(same)} of {len(same)}"


def measure_plan(country: Country, threads: int, size: str = "region") -> list[str]:
    """Lines of the table of a plan, its certificate and the levers beside it."""
    warm = Pool.build(*workload(SIZES["S"], country))
    certify(warm, plan(warm, rounds=1))
    _lever_lines(warm)
    rows = workload(SIZES[size], country)
    pool, built = timed(partial(Pool.build, *rows))
    _, packed = timed(pool.whole_batch)
    aim = FRANCE if size == "L" else REGIONAL
    made, took = timed(partial(plan, pool, threads=threads, rounds=aim[0], target_gap=aim[1]))
    planned = gibibytes()
    checked, checking = timed(lambda: certify(pool, made, threads=threads))
    lines = [
        f"| build the pool from rows | {built} |",
        f"| wishes against titles, columns of youths | {packed} |",
        f"| time, pool ready, {threads} threads | {took} |",
        f"| value, bound, gap | {made.value:.1f}, {made.bound:.1f}, {made.gap:.3%} |",
        f"| placed, left without | {len(made.assigned):,}, {len(made.left_out):,} |",
        f"| rounds | {made.rounds} |",
        f"| certificate: sound, bound | {checked.sound}, {checked.bound:.1f} |",
        f"| certificate: time | {checking} |",
        f"| largest memory, rows included: planned, checked | {planned:.2f}, {gibibytes():.2f} GiB |",
    ]
    if size == "L":
        return lines
    again, warmly = timed(lambda: plan(pool, start=made.prices, rounds=1, threads=threads))
    lines.append(f"| started at its prices again, one round: gap | {again.gap:.3%}, {warmly} |")
    return lines + _lever_lines(pool)


def _lever_lines(pool: Pool) -> list[str]:
    """Lines of the levers of some youths, openings and sessions of a pool."""
    lines = []
    for what, call, ids in (
        ("a youth", unlock, pool.youths),
        ("an opening", unlock_opening, pool.openings),
        ("a session", unlock_session, pool.sessions),
    ):
        some = list(ids)[:: max(1, len(ids) // LEVERS)]
        told = _levers(call, pool, some)
        lines.append(f"| levers of {what}, singly and in pairs: median, p99, processor | {told} |")
    return lines


def written(sections: dict[str, list[str]]) -> str:
    """The page with these sections in place of those of the same heading; others stay."""
    parts = PAGE.read_text(encoding="utf-8").split("\n## ")[1:] if PAGE.exists() else []
    kept = dict(part.split("\n", 1) for part in parts)
    kept |= {heading: "\n".join(["", *lines, ""]) for heading, lines in sections.items()}
    body = "".join(f"\n## {heading}\n{text.rstrip()}\n" for heading, text in kept.items())
    return f"{INTRODUCTION}{body}"


def section(told: str, country: Country, lines: list[str]) -> list[str]:
    """A section: what was measured, on which machine and load, and the table."""
    head = [f"{told} {country.described}. {machine()}.", "", "| what | measured |", "|---|---|"]
    return [*head, *lines]


def _knowledge(rome: Path) -> Knowledge:
    """What the portal knows of trades once the user's ROME files are imported."""
    return read_knowledge(rome / suggestions.LABELS, rome / suggestions.TITLES)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="*", default=None, choices=sorted(SIZES))
    parser.add_argument("--france", action="store_true")
    parser.add_argument("--no-plan", action="store_true")
    parser.add_argument("--shared", type=Path, default=None)
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def _sections(given: argparse.Namespace, shared: Path | None) -> Sections:
    """What to measure, by heading, in the order of measuring."""
    country = read_country(shared)
    known = None if shared is None else _knowledge(shared / "rome")
    usual = ["L"] if given.france else ["S", "M"]
    asked: Sections = {
        name: partial(_size_section, name, country, known, given.threads)
        for name in (usual if given.sizes is None else given.sizes)
    }
    if not given.no_plan:
        heading = "Plan of the country" if given.france else "Plan of a region"
        ground = country if given.france else country.around(*REGION)
        size = "L" if given.france else "region"
        asked[heading] = partial(_plan_section, size, ground, given.threads)
    if not given.france:
        asked[growth.HEADING] = partial(_growth_section, country)
        asked[outreach.HEADING] = lambda: on_this_machine(outreach.measure(shared))
        asked[title_section.HEADING] = lambda: on_this_machine(title_section.lines(shared))
        asked[suggestions.HEADING] = lambda: on_this_machine(suggestions.lines(shared))
        asked[pages.HEADING] = lambda: on_this_machine(pages.lines())
        asked[region_plan.HEADING] = lambda: on_this_machine(region_plan.lines())
    return asked


def on_this_machine(lines: list[str]) -> list[str]:
    """The lines under a line that names the machine; none stay none."""
    return [f"{machine()}.", "", *lines] if lines else []


def _growth_section(country: Country) -> list[str]:
    return [f"{country.described}. {machine()}.", "", *growth.lines(country)]


def _size_section(name: str, country: Country, known: Knowledge | None, threads: int) -> list[str]:
    return section(_told(name), country, measure_size(name, country, known, threads))


def _plan_section(name: str, country: Country, threads: int) -> list[str]:
    return section(_told(name), country, measure_plan(country, threads, name))


def _told(name: str) -> str:
    size = SIZES[name]
    return f"{size.youths:,} youths, {size.openings:,} openings, {size.sessions:,} sessions;"


def write_each(asked: Sections) -> list[str]:
    """Measure and write each section by itself; the headings that failed, each with its error."""
    failed = []
    for heading, measure in asked.items():
        try:
            lines = measure()
        except Exception as error:
            traceback.print_exc()
            failed.append(f"{heading}: {type(error).__name__}: {error}")
            continue
        if lines:
            PAGE.write_text(written({heading: lines}), encoding="utf-8")
            print("\n".join([f"## {heading}", "", *lines]), flush=True)
    return failed


def main() -> int:
    """Measure and write the page; 1 when a section failed."""
    given = _options()
    named = os.environ.get("TREFLE_SHARED")
    failed = write_each(_sections(given, given.shared or (Path(named) / "data" if named else None)))
    for told in failed:
        print(f"Not measured: {told}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
