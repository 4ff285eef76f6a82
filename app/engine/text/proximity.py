"""Proximity of two trades by their ROME codes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

# ROME codes are built from the wide to the narrow: letter, domain (3 characters), code (5).
# Codes that differ in the last figure only sit side by side in one domain. The values are ours:
# no published scale exists.
_SHARED_PREFIX = ((4, 0.75), (3, 0.5), (1, 0.1))


def trade_proximity(
    code_a: str, code_b: str, related: Mapping[tuple[str, str], float] | None = None
) -> float:
    """Return the proximity of two ROME codes in [0, 1]; symmetric, 1 when equal.

    ``related`` holds known proximities of pairs, in either order, and wins over the common prefix
    when it is higher. An empty code is near nothing.
    """
    if not code_a or not code_b:
        return 0.0
    if code_a == code_b:
        return 1.0
    near = next((value for size, value in _SHARED_PREFIX if code_a[:size] == code_b[:size]), 0.0)
    if related:
        near = max(near, related.get((code_a, code_b), 0.0), related.get((code_b, code_a), 0.0))
    return near


class Neighbours:
    """Of some numbered codes, those that are near a code: looked up, not compared one by one.

    ``numbers`` may not change afterwards. Any number of threads may ask.
    """

    def __init__(
        self,
        numbers: Mapping[str, int],
        related: Mapping[tuple[str, str], float] | None,
        floor: float,
    ) -> None:
        self._numbers = numbers
        self._related = related
        self._floor = floor
        self._sizes = [size for size, value in _SHARED_PREFIX if value >= floor][-1:]
        self._alike: defaultdict[str, set[str]] = defaultdict(set)
        for code in numbers:
            for size in self._sizes:
                self._alike[code[:size]].add(code)
        self._partners: defaultdict[str, set[str]] = defaultdict(set)
        for (one, other), value in (related or {}).items():
            if value >= floor:
                self._partners[one].add(other)
                self._partners[other].add(one)
        self._found: dict[str, tuple[tuple[int, float], ...]] = {}

    def near(self, code: str) -> tuple[tuple[int, float], ...]:
        """(number, proximity) of the codes whose :func:`trade_proximity` reaches the floor.

        Ascending by number. With a floor of 0 strangers are left out all the same.
        """
        known = self._found.get(code)
        if known is None:
            known = self._found[code] = self._look(code)
        return known

    def _look(self, code: str) -> tuple[tuple[int, float], ...]:
        others = {code} | self._partners.get(code, set())
        for size in self._sizes:
            others |= self._alike.get(code[:size], set())
        values = (
            (self._numbers[other], trade_proximity(code, other, self._related))
            for other in others
            if other in self._numbers
        )
        return tuple(sorted(pair for pair in values if pair[1] >= self._floor))
