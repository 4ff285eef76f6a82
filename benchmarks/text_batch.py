"""How fast many wishes are compared with many titles, beside what one would use instead.

    python -m benchmarks.text_batch [--shared DIR] [--queries N] [--titles N]

``DIR`` is the folder of the user's public files; without it the committed trades are used. Peers
compare a sample of the queries: RapidFuzz's ``token_set_ratio`` on all pairs and, when it is
installed, sparse_dot_topn on character n-grams. ``seconds`` are of the wall clock, ``cpu`` those
of all threads of this process; the load of the machine stands beside them.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from random import Random
from time import perf_counter, process_time
from typing import TypeVar

import numpy as np
from rapidfuzz import fuzz, process

from app.engine.similarity import Knowledge, TitleIndex
from app.engine.text import fold
from benchmarks.slips import slipped
from benchmarks.title_files import read_knowledge
from benchmarks.workload import VARIANTS, read_country

SAMPLE = 500
SLIPS = 0.05  # share of wishes typed with a slip
TOP = 200
FLOOR = 0.2
Result = TypeVar("Result")
Figures = dict[str, float]


def texts(shared: Path | None, queries: int, titles: int) -> tuple[list[str], list[str]]:
    """Distinct raw wishes and titles of the workload's trades, as people write them."""
    random = Random(1)
    known = [title for trade in read_country(shared).titles for title in trade]
    wishes = [random.choice(random.choice(known).split(" / ")).lower() for _ in range(queries)]
    typed = [slipped(wish, 1, random) if random.random() < SLIPS else wish for wish in wishes]
    written = [random.choice(VARIANTS).format(random.choice(known)) for _ in range(titles)]
    return list(dict.fromkeys(typed)), list(dict.fromkeys(written))


def timed(work: Callable[[], Result], count: int) -> tuple[Result, Figures]:
    """What the work gives, and its seconds, processor seconds and microseconds an item."""
    wall, cpu = perf_counter(), process_time()
    result = work()
    seconds = perf_counter() - wall
    return result, {
        "items": float(count),
        "seconds": seconds,
        "cpu": process_time() - cpu,
        "us_each": 1e6 * seconds / max(1, count),
    }


def distinct(raw: Sequence[str]) -> list[str]:
    """Folded texts, each once."""
    return [text for text in dict.fromkeys(map(fold, raw)) if text]


def n_gram_peer(queries: Sequence[str], titles: Sequence[str]) -> Callable[[], object]:
    """The best titles of each query by cosine of character n-grams, fitted beforehand."""
    extraction = import_module("sklearn.feature_extraction.text")
    multiply = import_module("sparse_dot_topn").sp_matmul_topn
    model = extraction.TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), dtype=np.float32)
    table = model.fit_transform(titles).T.tocsr()
    return lambda: multiply(
        model.transform(queries), table, top_n=TOP, threshold=FLOOR, n_threads=1
    )


def run(
    shared: Path | None = None, queries: int = 150_000, titles: int = 45_000
) -> dict[str, Figures]:
    """Figures by step: folding, the index, the batch, single texts, and the peers."""
    raw_wishes, raw_titles = texts(shared, queries, titles)
    rows: dict[str, Figures] = {}
    wishes, rows["fold wishes"] = timed(lambda: distinct(raw_wishes), len(raw_wishes))
    names, rows["fold titles"] = timed(lambda: distinct(raw_titles), len(raw_titles))
    knowledge = _knowledge(shared)
    TitleIndex((), knowledge).scores_many(["boulanger"])  # word vectors learnt, search compiled
    index, rows["index"] = timed(lambda: TitleIndex(names, knowledge), len(names))
    rows["batch, one thread (sample)"] = timed(
        lambda: index.scores_many(wishes[:SAMPLE], 1), min(SAMPLE, len(wishes))
    )[1]
    table, rows["batch"] = timed(lambda: index.scores_many(wishes), len(wishes))
    rows["batch"]["scores"] = float(table.nnz)
    fresh = TitleIndex(names, knowledge)
    sample = wishes[-SAMPLE:]
    rows["one fresh text"] = timed(lambda: [fresh.scores(wish) for wish in sample], len(sample))[1]
    rows["peer: RapidFuzz"] = timed(
        lambda: process.cdist(sample, names, scorer=fuzz.token_set_ratio, dtype=np.uint8),
        len(sample),
    )[1]
    if find_spec("sparse_dot_topn"):
        rows["peer: sparse_dot_topn"] = timed(n_gram_peer(sample, names), len(sample))[1]
    return rows


def _knowledge(shared: Path | None) -> Knowledge:
    if shared is None:
        return read_knowledge()
    return read_knowledge(appellations=shared / "rome" / "referentiel_appellations.csv")


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, help="folder of the public files")
    parser.add_argument("--queries", type=int, default=150_000, help="raw wishes drawn")
    parser.add_argument("--titles", type=int, default=45_000, help="raw titles drawn")
    options = parser.parse_args()
    print(f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for name, row in run(options.shared, options.queries, options.titles).items():
        print(f"{name:>28}", *(f"{what} {value:,.3f}" for what, value in row.items()))


if __name__ == "__main__":
    main()
