"""Retrieval measures as trec_eval defines them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from statistics import fmean

CUT = 100

Scorer = Callable[[str], Mapping[str, float]]


def ordered(scores: Mapping[str, float]) -> list[str]:
    """Ids by falling score, cut at 100; as in trec_eval, equal scores by falling id."""
    ranked = sorted(sorted(scores, reverse=True), key=lambda element: -scores[element])
    return ranked[:CUT]


def measures(
    rankings: Mapping[str, list[str]], relevant: Mapping[str, frozenset[str]]
) -> dict[str, float]:
    """MRR, MAP and success at 1, 5 and 10, averaged over every judged query.

    A judged query without an answer counts 0 (``trec_eval -c``).
    """
    rows = [_of_one(rankings.get(query, []), relevant[query]) for query in sorted(relevant)]
    return {name: fmean(row[name] for row in rows) for name in rows[0]}


def _of_one(ranking: list[str], right: frozenset[str]) -> dict[str, float]:
    ranks = [rank for rank, element in enumerate(ranking, 1) if element in right]
    first = ranks[0] if ranks else CUT + 1
    precision = sum(count / rank for count, rank in enumerate(ranks, 1))
    return {
        "mrr": 1 / first if ranks else 0.0,
        "map": precision / len(right),
        "success@1": float(first <= 1),
        "success@5": float(first <= 5),
        "success@10": float(first <= 10),
    }
