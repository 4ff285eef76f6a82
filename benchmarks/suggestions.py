"""Processor milliseconds of a suggestion while somebody types, on the whole ROME file of the user.

    python -m benchmarks.suggestions DIR

``DIR`` holds ``rome`` with its files (11,000 titles). Every title of a seeded sample is typed letter by letter from the
third letter on, once as it is and once with a slip: each prefix is one request. The goal is 30 ms.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.engine.similarity import TradeSuggester, TradeTitle
from benchmarks.title_files import read_appellations, read_knowledge, read_labels

LABELS, TITLES = "unix_referentiel_code_rome_v460_utf8.csv", "referentiel_appellations.csv"
HEADING = "Suggestions while typing"
GOAL = 30.0
SAMPLE, SEED, FIRST_LETTERS = 120, 7, 3


@dataclass(frozen=True, slots=True)
class Typing:
    """Titles known, prefixes typed, processor milliseconds (median, 99th percentile), share under the goal."""

    titles: int
    prefixes: int
    median: float
    p99: float
    under_goal: float


def measure(data: Path) -> Typing:
    """Type the sample; `data` is the folder that holds `rome`."""
    rome = data / "rome"
    label_file, title_file = rome / LABELS, rome / TITLES
    knowledge = read_knowledge(label_file, title_file)
    titles = [
        TradeTitle(one.code, one.title, "appellation") for one in read_appellations(title_file)
    ]
    titles += [TradeTitle(one.code, one.title, "label") for one in read_labels(label_file)]
    suggester = TradeSuggester(titles, knowledge)
    suggester.suggest("boulanger")
    chance = random.Random(SEED)
    taken = []
    for one in chance.sample(titles, SAMPLE):
        for text in _typed(one.title.split(" / ")[0][:40], chance):
            start = time.process_time()
            suggester.suggest(text)
            taken.append(1000 * (time.process_time() - start))
    times = np.array(taken)
    return Typing(
        len(titles),
        len(taken),
        float(np.median(times)),
        float(np.percentile(times, 99)),
        float((times <= GOAL).mean()),
    )


def _typed(title: str, chance: random.Random) -> list[str]:
    """The prefixes of a title, and those of the same with two letters exchanged."""
    place = chance.randrange(max(1, len(title) - 1))
    slipped = title[:place] + title[place : place + 2][::-1] + title[place + 2 :]
    return [
        word[:length] for word in (title, slipped) for length in range(FIRST_LETTERS, len(word) + 1)
    ]


def lines(data: Path | None) -> list[str]:
    """Lines of the report; none without the user's file."""
    if data is None or not (data / "rome" / TITLES).is_file():
        return []
    found = measure(data)
    return [
        "| what | measured |",
        "|---|---|",
        f"| titles of the ROME file, prefixes typed | {found.titles:,}, {found.prefixes:,} |",
        f"| one suggestion, processor time: median, p99 | {found.median:.1f} ms, {found.p99:.1f} ms |",
        f"| under {GOAL:.0f} ms | {found.under_goal:.1%} |",
    ]


def print_lines(told: str | None, lines: Callable[[Path | None], list[str]]) -> None:
    """Print what is measured on the folder that the command names; ``told`` says what it does."""
    parser = argparse.ArgumentParser(description=told)
    parser.add_argument("data", type=Path)
    print("\n".join(lines(parser.parse_args().data)))


if __name__ == "__main__":
    print_lines(__doc__, lines)
