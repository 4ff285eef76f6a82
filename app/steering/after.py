"""What is known of a youth six months after a contract began or ended, and how much is unknown. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

from app.steering.life import Life, Period, Share

SIX_MONTHS = relativedelta(months=6)


def still_there(lives: Iterable[Life], period: Period, on: date) -> Share:
    """Of the contracts begun in the period six months ago or more: those not broken within six months."""
    begun = [
        life
        for life in lives
        if life.begins_on is not None
        and period.holds(life.begins_on)
        and life.begins_on + SIX_MONTHS <= on
    ]
    kept = sum(
        life.broken_on is None
        or (life.begins_on is not None and life.broken_on > life.begins_on + SIX_MONTHS)
        for life in begun
    )
    return Share(kept, len(begun))


@dataclass(frozen=True, slots=True)
class AfterEnd:
    """What is known of youth six months after a contract ended, and of how many nothing is known.

    Attributes:
        again: after a break, those who signed another contract within six months.
        unknown: after any end, those of whom Trèfle knows no contract in the six months that follow.
    """

    again: Share
    unknown: Share


def after_end(lives: Sequence[Life], period: Period, on: date) -> AfterEnd:
    """Contracts that ended in the period six months ago or more, and the next contract of the same youth."""
    signed: dict[int, list[date]] = defaultdict(list)
    for life in lives:
        if life.youth_id is not None and life.signed_on is not None:
            signed[life.youth_id].append(life.signed_on)
    broken = again = ended = unknown = 0
    for life in lives:
        end = life.broken_on or life.completed_on
        if end is None or not period.holds(end) or end + SIX_MONTHS > on:
            continue
        next_one = any(end <= day <= end + SIX_MONTHS for day in signed[life.youth_id or 0])
        ended += 1
        unknown += not next_one
        if life.broken_on is not None:
            broken += 1
            again += next_one
    return AfterEnd(Share(again, broken), Share(unknown, ended))
