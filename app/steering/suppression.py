"""Small figures of one line hidden so that nobody computes them back from its sum. Pure.

A figure of 1 to 4 young people is hidden first (dossier: workflow, G, "small-number rule"). Hidden figures can still be
computed back from their sum, so further ones are hidden until each is left five possible values or more. Tables that
share figures are decided together, in `disclosure`.
"""

from __future__ import annotations

from collections.abc import Sequence

SMALL_CELL = 5
"""A figure below this, and not zero, is hidden."""
ROOM = SMALL_CELL - 1
"""Distance from the lowest to the highest value that a hidden figure may still have."""


def hidden_in_line(values: Sequence[int], also_hidden: Sequence[bool] = ()) -> list[bool]:
    """Which figures of one line with a known sum are hidden; the last flag says whether the sum is.

    With k hidden figures of sum S, each may be anything from 1 to S - k + 1: hiding goes on, smallest first, until
    that is room enough, and when nothing is left to hide the sum goes too.

    >>> hidden_in_line([20, 3, 9])
    [False, True, True, False]
    """
    more = also_hidden or [False] * len(values)
    hidden = [
        0 < value < SMALL_CELL or (flag and value > 0)
        for value, flag in zip(values, more, strict=True)
    ]
    rest = sorted(
        (value, index)
        for index, value in enumerate(values)
        if value >= SMALL_CELL and not hidden[index]
    )
    while any(hidden) and not _has_room(
        [one for one, is_hidden in zip(values, hidden, strict=True) if is_hidden]
    ):
        if not rest:
            return [*hidden, True]
        hidden[rest.pop(0)[1]] = True
    return [*hidden, 0 < sum(values) < SMALL_CELL]


def _has_room(hidden_values: Sequence[int]) -> bool:
    return len(hidden_values) > 1 and sum(hidden_values) - len(hidden_values) >= ROOM
