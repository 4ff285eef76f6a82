"""Guess the ROME code of titles that the model never saw.

    python -m benchmarks.unseen_titles --appellations FILE [--rome FILE --diplomas FILE]

One title in ten is held out (seeded draw, codes left with at least one title); everything else is
knowledge, but for labels and diplomas that fold like a title held out: they would give it away. The
share of held-out titles whose code comes first, and among the first five.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from random import Random
from time import perf_counter

from app.engine.similarity import Knowledge, TitledCode, TradeGuesser
from app.engine.text import fold
from benchmarks.title_files import read_appellations, read_knowledge
from benchmarks.titles import add_files, show

# The weights of the guesser were chosen on draws among the titles that this draw leaves known.
SEED = 2026
SHARE = 0.1
SAME_FILE = (
    "Titles held out and titles known are two draws from the same file of ROME appellations: "
    "titles written by other people are harder than these figures tell. The weights of the guesser "
    "were chosen on draws among the titles known: no title held out here was looked at."
)


def held_out(titles: list[TitledCode], seed: int) -> tuple[list[TitledCode], list[TitledCode]]:
    """Part titles into those asked and those known; every code asked is known by another title."""
    drawn = sorted(titles, key=lambda entry: (entry.title, entry.code))
    Random(seed).shuffle(drawn)
    count = int(len(drawn) * SHARE)
    known = drawn[count:]
    codes = {entry.code for entry in known}
    return [entry for entry in drawn[:count] if entry.code in codes], known


def measure(asked: list[TitledCode], knowledge: Knowledge) -> dict[str, float]:
    """Shares of titles whose code comes first and within five, and titles a second."""
    start = perf_counter()
    guesser = TradeGuesser(knowledge)
    built = perf_counter()
    guesses = [[code for code, _ in guesser.guess(entry.title)] for entry in asked]
    done = perf_counter()
    pairs = list(zip(asked, guesses, strict=True))
    return {
        "first": sum(entry.code in codes[:1] for entry, codes in pairs) / len(asked),
        "in_five": sum(entry.code in codes for entry, codes in pairs) / len(asked),
        "asked": float(len(asked)),
        "build_seconds": built - start,
        "queries_per_second": len(asked) / (done - built),
    }


def run(
    appellations: Path, rome: Path | None = None, diplomas: Path | None = None, seed: int = SEED
) -> dict[str, dict[str, float]]:
    """Measures with the other appellations alone, and with labels and diplomas beside them."""
    asked, known = held_out(read_appellations(appellations), seed)
    rows = {"appellations": measure(asked, Knowledge(titles=tuple(known)))}
    if rome and diplomas:
        files = read_knowledge(rome, None, diplomas)
        titles = (*known, *_never_asked(files.titles, asked))
        beside = _never_asked(files.diplomas, asked)
        rows["files"] = measure(asked, replace(files, titles=titles, diplomas=beside))
    return rows


def _never_asked(
    entries: Iterable[TitledCode], asked: Iterable[TitledCode]
) -> tuple[TitledCode, ...]:
    """The entries that no title asked folds like."""
    given_away = {fold(entry.title) for entry in asked}
    return tuple(entry for entry in entries if fold(entry.title) not in given_away)


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_files(parser)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    print(SAME_FILE)
    show(run(options.appellations, options.rome, options.diplomas, options.seed))


if __name__ == "__main__":
    main()
