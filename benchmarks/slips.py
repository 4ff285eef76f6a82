"""How much of the MRR is lost when queries are typed with one or two slips.

    python -m benchmarks.slips DIR [--rome FILE --appellations FILE --diplomas FILE]

A slip adds, leaves out or changes one letter, or swaps two neighbours, at a random place of the
query; the figure is the mean over five seeds, so that chance weighs little.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from random import Random
from statistics import fmean
from unicodedata import normalize

from app.engine.similarity import Knowledge, TitleIndex
from benchmarks.retrieval import measures
from benchmarks.title_files import Task, read_knowledge, read_task
from benchmarks.titles import add_files, rankings, show

SEEDS = 5
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def slipped(text: str, slips: int, random: Random) -> str:
    """Return the text with so many slips, each at a letter of a word of three or more.

    Each slip changes the text, and more than a capital or an accent, which searching overlooks.
    """
    for _ in range(slips):
        places = [
            place for place in range(1, len(text) - 1) if text[place - 1 : place + 2].isalpha()
        ]
        if not places:
            break
        place, letter = random.choice(places), random.choice(_LETTERS)
        before, here, after = text[:place], text[place], text[place + 1 :]
        ways = [before + letter + here + after, before + after]
        if letter != _plain(here):
            ways.append(before + letter + after)
        if _plain(after[0]) != _plain(here):
            ways.append(before + after[0] + here + after[1:])
        text = random.choice(ways)
    return text


def _plain(letter: str) -> str:
    """The small letter without its accent."""
    return normalize("NFD", letter)[0].lower()


def measure(task: Task, knowledge: Knowledge) -> dict[str, float]:
    """MRR as typed, and the MRR lost to one and to two slips."""
    index = TitleIndex(list(task.corpus.values()), knowledge)
    ids = list(task.corpus)
    clean = measures(rankings(index, ids, task.queries), task.relevant)["mrr"]
    row = {"mrr": clean}
    for slips in (1, 2):
        reached = []
        for seed in range(SEEDS):
            random = Random(seed)
            typed = {name: slipped(text, slips, random) for name, text in task.queries.items()}
            reached.append(measures(rankings(index, ids, typed), task.relevant)["mrr"])
        row[f"lost_to_{slips}"] = clean - fmean(reached)
    return row


def run(
    folder: Path,
    rome: Path | None = None,
    appellations: Path | None = None,
    diplomas: Path | None = None,
) -> dict[str, dict[str, float]]:
    """Measures by knowledge: ``synonyms`` and, when files are given, ``files``."""
    task = read_task(folder)
    rows = {"synonyms": measure(task, read_knowledge())}
    if appellations:
        rows["files"] = measure(task, read_knowledge(rome, appellations, diplomas))
    return rows


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    add_files(parser)
    options = parser.parse_args()
    show(run(options.folder, options.rome, options.appellations, options.diplomas))


if __name__ == "__main__":
    main()
