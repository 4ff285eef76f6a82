"""A count against an even pace, month by month. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.rules.targets import linear_pace

_FIVE_DAYS = timedelta(days=5)


@dataclass(frozen=True, slots=True)
class PacePoint:
    """What was counted by the end of a day, and what an even pace gives; `counted` is None for a day to come."""

    on: date
    counted: int | None
    expected: int


def pace_points(
    days: Sequence[date], *, start: date, end: date, target: int, today: date
) -> list[PacePoint]:
    """The first day, each end of month, today and the last day.

    Args:
        days: the day each company was first met, in order.
    """
    looked_at = sorted(
        {start, end, *_month_ends(start, end), *([today] if start < today < end else [])}
    )
    return [
        PacePoint(
            one,
            bisect_right(days, one) if one <= today else None,
            linear_pace(start, end, target, one),
        )
        for one in looked_at
    ]


def _month_ends(start: date, end: date) -> list[date]:
    found, day = [], start.replace(day=1)
    while day <= end:
        following = (day.replace(day=28) + _FIVE_DAYS).replace(day=1)
        if start < following - timedelta(days=1) < end:
            found.append(following - timedelta(days=1))
        day = following
    return found
