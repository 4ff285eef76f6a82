"""Words and trades of one pool: every distinct title once, every distinct query once."""

from __future__ import annotations

from collections.abc import Iterable

from app.engine.similarity import Knowledge, TitleIndex, trade_proximity


class PoolLikeness:
    """Similarities between typed wishes, titles and trades; answers are remembered by query."""

    def __init__(self, titles: Iterable[str], knowledge: Knowledge | None = None) -> None:
        self._titles = {title: place for place, title in enumerate(sorted(set(titles)))}
        self._index = TitleIndex(list(self._titles), knowledge)
        self._related = None if knowledge is None else knowledge.related
        self._known: dict[str, dict[int, float]] = {}

    def text(self, query: str, title: str) -> float:
        """Similarity of a query to a title of the pool, 0 below the index's own floor."""
        if query not in self._known:
            places, scores = self._index.scores(query)
            self._known[query] = dict(zip(places.tolist(), scores.tolist(), strict=True))
        return self._known[query].get(self._titles[title], 0.0)

    def trade(self, code_a: str, code_b: str) -> float:
        """Proximity of two ROME codes."""
        return trade_proximity(code_a, code_b, self._related)
