"""Proximity of two trades by their ROME codes."""

from __future__ import annotations

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
