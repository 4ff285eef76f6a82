"""Does the list "où aller aujourd'hui" beat the order of distance?

    python -m benchmarks.outreach [--shared DIR] [--seeds 20]

Each seed makes a territory: towns, companies with an activity and a size, youth with wishes and a
reach. What a visit raises comes from a truth the list does not know: each company's own
willingness gives the number of openings, their trades are drawn from the hirings of its activity.
An agent makes ten visits in the order of the list, another in the order of distance. What counts
is the pairs of a youth and a raised opening that the matching engine finds feasible by its own
rules (`app.engine.triples.pair_best`), not by the formula of the list. Each seed averages
`DRAWS` days, so that a seed tells of its territory and not of one lucky visit.

``DIR`` holds the public file ``naf/rome_naf_hirings_2021.csv``; without it activities and trades
are those of the committed demonstration, and the page says so.
"""

from __future__ import annotations

import argparse
import csv
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from app.engine.model import BOTH_KINDS, OpeningInput, Wish, YouthInput
from app.engine.pairs import Sought
from app.engine.pool import Pool
from app.engine.triples import pair_best
from app.outreach.ranking import Hosting, Prospect, Waiting, rank

Floats = NDArray[np.float64]

SEEDS, VISITS, DRAWS = 20, 10, 50
COMPANIES, YOUTHS, TOWNS = 300, 400, 14
HEADING = (
    f"Where to go today: {VISITS} visits among {COMPANIES} companies, {YOUTHS} youths who wait"
)
TODAY = 739_950
MIDDLE = (47.99, -4.09)
ROOT = Path(__file__).parents[1]
DEMO_TRADES = ROOT / "app" / "demo" / "data" / "trades.csv"
REFERENCE_TRADES = ROOT / "app" / "reference" / "data" / "trades.csv"
T_95 = {19: 2.093}


@dataclass(frozen=True, slots=True)
class Hirings:
    """By activity the share of each trade in its hirings; how often each activity is met."""

    shares: dict[str, dict[str, float]]
    weight: dict[str, float]
    trades: dict[str, float]
    described: str


def read_hirings(shared: Path | None) -> Hirings:
    """The public table, or the activities and trades of the demonstration."""
    counts: dict[str, dict[str, float]] = defaultdict(dict)
    file = shared / "naf" / "rome_naf_hirings_2021.csv" if shared else None
    if file is not None and file.exists():
        with file.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                counts[row["naf_id"]][row["rome_id"]] = float(row["hirings"])
        described = "hirings by activity and trade of 2021 (public file)"
    else:
        with DEMO_TRADES.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream, delimiter=";"):
                counts[row["naf"]][row["rome"]] = float(row["weight"])
        described = "activities and trades of the committed demonstration"
    totals = {naf: sum(of_naf.values()) for naf, of_naf in counts.items()}
    shares = {
        naf: {rome: number / totals[naf] for rome, number in of_naf.items()}
        for naf, of_naf in counts.items()
        if totals[naf] > 0
    }
    by_trade: dict[str, float] = defaultdict(float)
    for of_naf in counts.values():
        for rome, number in of_naf.items():
            by_trade[rome] += number
    # Roots: a large sector has more companies and more hirings in each, and fashion follows jobs
    # only in part.
    return Hirings(shares, _rooted(totals, shares), _rooted(by_trade, by_trade), described)


def _rooted(values: Mapping[str, float], kept: Iterable[str]) -> dict[str, float]:
    """Square roots of the values of these keys, summing to one."""
    roots = {key: values[key] ** 0.5 for key in kept}
    every = sum(roots.values())
    return {key: root / every for key, root in roots.items()}


@dataclass(frozen=True, slots=True)
class Territory:
    """What both agents find: companies and youth; `mean` is how many openings a visit raises."""

    prospects: list[Prospect]
    youths: list[YouthInput]
    mean: list[float]


def make_territory(seed: int, hirings: Hirings, labels: dict[str, str]) -> Territory:
    """A territory of one seed; the truth (`mean`) shares only size and a rumour with what is known."""
    random = np.random.default_rng(seed)
    towns = np.array(MIDDLE) + random.normal(0.0, (0.2, 0.3), (TOWNS, 2))
    towns[0] = MIDDLE
    people = 1.0 / np.arange(1, TOWNS + 1)
    people /= people.sum()
    nafs = sorted(hirings.shares)
    chosen = random.choice(len(nafs), COMPANIES, p=np.array([hirings.weight[one] for one in nafs]))
    homes = towns[random.choice(TOWNS, COMPANIES, p=people)] + random.normal(
        0, 0.03, (COMPANIES, 2)
    )
    prospects, mean = [], []
    for number in range(COMPANIES):
        naf = nafs[chosen[number]]
        headcount = int(np.ceil(random.lognormal(2.0, 1.1)))
        willing = random.beta(1.3, 2.2)
        # What a company says of itself tells something of its willingness, not all.
        said = willing + random.normal(0, 0.2)
        hosting = Hosting.YES if said > 0.65 else Hosting.NO if said < 0.05 else Hosting.UNKNOWN
        prospects.append(
            Prospect(
                id=number,
                lat=float(homes[number, 0]),
                lon=float(homes[number, 1]),
                shares=hirings.shares[naf],
                headcount=headcount,
                hosting=hosting,
                silent_days=int(random.integers(1, 400)) if random.random() < 0.3 else None,
            )
        )
        mean.append(float(1.6 * willing * (1 - np.exp(-(headcount + 2) / 15))))
    wished = {code: weight for code, weight in hirings.trades.items() if code in labels}
    youths = [
        _youth(one, random, towns[random.choice(TOWNS, p=people)], wished, labels)
        for one in range(YOUTHS)
    ]
    return Territory(prospects, youths, mean)


def _youth(
    number: int, random: Generator, town: Floats, wished: dict[str, float], labels: dict[str, str]
) -> YouthInput:
    weight = np.array(list(wished.values()))
    count = int(random.integers(1, 3))
    codes = random.choice(list(wished), count, replace=False, p=weight / weight.sum())
    return YouthInput(
        id=number + 1,
        wishes=tuple(
            Wish(rank=rank_, text=labels[str(code)], trade=str(code))
            for rank_, code in enumerate(codes, 1)
        ),
        lat=float(town[0] + random.normal(0, 0.02)),
        lon=float(town[1] + random.normal(0, 0.02)),
        limit_km=float(random.choice([5, 10, 15, 20, 30])),
        available_from=TODAY - 30,
        kinds=BOTH_KINDS,
        apprenticeship_starts=(TODAY - 100, TODAY + 2_000),
        professionalisation_starts=(TODAY - 100, TODAY + 2_000),
        adult_from=TODAY - 100,
        level_held=3,
    )


def feasible_youths(
    companies: Iterable[int], land: Territory, labels: dict[str, str]
) -> dict[tuple[int, str], int]:
    """For each company and trade it may hire for, the youths an opening would be feasible for."""
    openings: list[OpeningInput] = []
    keys: list[tuple[int, str]] = []
    for company in sorted(companies):
        place = land.prospects[company]
        for code in place.shares:
            keys.append((company, code))
            openings.append(
                OpeningInput(
                    id=len(keys),
                    title=labels.get(code, code),
                    trade=code,
                    kinds=BOTH_KINDS,
                    start_from=TODAY,
                    start_to=TODAY + 90,
                    positions_free=1,
                    minors_possible=True,
                    lat=place.lat,
                    lon=place.lon,
                )
            )
    pool = Pool.build(land.youths, openings, [])
    counted: dict[tuple[int, str], int] = dict.fromkeys(keys, 0)
    for youth in land.youths:
        for pair in pair_best(pool, youth, sought=Sought.COURSE, k=len(openings)):
            if pair.opening is not None and pair.broken is None:
                counted[keys[pair.opening - 1]] += 1
    return counted


def pairs_reached(
    visited: Sequence[int],
    land: Territory,
    feasible: Mapping[tuple[int, str], int],
    random: Generator,
) -> float:
    """Feasible pairs that these visits reach, the mean of `DRAWS` days."""
    total = 0
    for company in visited:
        shares = land.prospects[company].shares
        codes = list(shares)
        weight = np.array([shares[code] for code in codes])
        for number in random.poisson(land.mean[company], DRAWS):
            for code in random.choice(codes, number, p=weight / weight.sum()):
                total += feasible[company, str(code)]
    return total / DRAWS


def orders(land: Territory, random: Generator) -> dict[str, list[int]]:
    """The first ten visits of each way to choose."""
    waiting = [
        Waiting(
            lat=one.lat or 0.0,
            lon=one.lon or 0.0,
            reach_km=one.limit_km,
            trades=tuple(wish.trade for wish in one.wishes if wish.trade),
        )
        for one in land.youths
    ]
    ranked = rank(land.prospects, waiting, start=MIDDLE)
    nearest = sorted(ranked, key=lambda row: (row.km, row.prospect.id))
    largest = sorted(ranked, key=lambda row: (-(row.prospect.headcount or 0), row.prospect.id))
    anyhow = [int(one) for one in random.permutation(len(land.prospects))]
    return {
        "list": [row.prospect.id for row in ranked[:VISITS]],
        "distance": [row.prospect.id for row in nearest[:VISITS]],
        "largest first": [row.prospect.id for row in largest[:VISITS]],
        "at random": anyhow[:VISITS],
    }


def measure(shared: Path | None, seeds: int = SEEDS) -> list[str]:
    """Lines of the section of the page, under its heading."""
    hirings = read_hirings(shared)
    with REFERENCE_TRADES.open(encoding="utf-8", newline="") as stream:
        labels = {row["rome_code"]: row["label"] for row in csv.DictReader(stream)}
    reached: dict[str, list[float]] = defaultdict(list)
    for seed in range(1, seeds + 1):
        land, random = make_territory(seed, hirings, labels), np.random.default_rng(1_000 + seed)
        chosen = orders(land, random)
        feasible = feasible_youths({one for day in chosen.values() for one in day}, land, labels)
        for name, visited in chosen.items():
            reached[name].append(pairs_reached(visited, land, feasible, random))
    return _lines(reached, hirings.described)


def _lines(reached: dict[str, list[float]], described: str) -> list[str]:
    count = len(reached["list"])
    gain = np.array(reached["list"]) - np.array(reached["distance"])
    half = T_95.get(count - 1, 1.96) * gain.std(ddof=1) / np.sqrt(count)
    wins = int((gain > 0).sum())
    return [
        f"{count} seeds; {described}. Feasible youth–opening pairs reached by the first {VISITS} visits:",
        "",
        "| order of visits | pairs, mean | least | most |",
        "|---|---|---|---|",
        *(
            f"| {name} | {np.mean(found):.1f} | {min(found):.1f} | {max(found):.1f} |"
            for name, found in reached.items()
        ),
        "",
        (
            f"The list beats the order of distance by {gain.mean():.1f} pairs a day of visits "
            f"(95 % interval of the paired differences: {gain.mean() - half:.1f} to "
            f"{gain.mean() + half:.1f}); it is ahead in {wins} of {count} seeds."
        ),
        "",
    ]


def main() -> None:
    """Print the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=None)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    given = parser.parse_args()
    named = os.environ.get("TREFLE_SHARED")
    shared = given.shared or (Path(named) / "data" if named else None)
    print("\n".join([f"## {HEADING}", "", *measure(shared, given.seeds)]))


if __name__ == "__main__":
    main()
