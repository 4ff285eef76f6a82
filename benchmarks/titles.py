"""Rank the titles of a TREC-style task and print the measures.

    python -m benchmarks.titles DIR [--rome FILE --appellations FILE --diplomas FILE]

``DIR`` holds ``queries.tsv``, ``corpus_elements.tsv`` and ``annotations.tsv``. Without the user's
files only our own synonyms are known; with them the figure is printed both ways.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from time import perf_counter

from app.engine.similarity import Knowledge, TitleIndex
from benchmarks.retrieval import measures, ordered
from benchmarks.title_files import Task, read_knowledge, read_task


def rankings(index: TitleIndex, ids: list[str], queries: dict[str, str]) -> dict[str, list[str]]:
    """The ids of the best titles of each query, by query id."""
    found = {}
    for query, text in queries.items():
        places, scores = index.scores(text)
        named = zip((ids[place] for place in places), scores.tolist(), strict=True)
        found[query] = ordered(dict(named))
    return found


def measure(task: Task, knowledge: Knowledge) -> dict[str, float]:
    """Measures of one task with this knowledge, with seconds of building and queries a second."""
    start = perf_counter()
    index = TitleIndex(list(task.corpus.values()), knowledge)
    built = perf_counter()
    found = rankings(index, list(task.corpus), task.queries)
    done = perf_counter()
    return {
        **measures(found, task.relevant),
        "build_seconds": built - start,
        "queries_per_second": len(task.queries) / (done - built),
    }


def run(
    folder: Path,
    rome: Path | None = None,
    appellations: Path | None = None,
    diplomas: Path | None = None,
) -> dict[str, dict[str, float]]:
    """Measures by knowledge: ``bare``, ``synonyms`` and, when files are given, ``files``."""
    task = read_task(folder)
    rows = {
        "bare": measure(task, Knowledge()),
        "synonyms": measure(task, read_knowledge()),
    }
    if appellations:
        rows["files"] = measure(task, read_knowledge(rome, appellations, diplomas))
    return rows


def add_files(parser: argparse.ArgumentParser) -> None:
    """Add the options that name the user's files."""
    parser.add_argument("--rome", type=Path, help="ROME labels, official format")
    parser.add_argument("--appellations", type=Path, help="ROME appellations, official format")
    parser.add_argument("--diplomas", type=Path, help="Certif-Info certifications")


def show(rows: dict[str, dict[str, float]]) -> None:
    """Print one line a row."""
    for name, row in rows.items():
        print(f"{name:>12}", *(f"{measured} {value:.4f}" for measured, value in row.items()))


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    add_files(parser)
    options = parser.parse_args()
    show(run(options.folder, options.rome, options.appellations, options.diplomas))


if __name__ == "__main__":
    main()
