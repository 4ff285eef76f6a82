"""Offers by agent, sector and area (I7), contracts by kind, trade, level, size and first-time company (I8). Pure."""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.steering.field import (
    History,
    Offer,
    days_to_fill,
    filled_days,
    first_contracts,
    kind_of,
    offers_raised,
)
from app.steering.life import Life, Period, spread
from app.steering.suppression import hidden_in_line

UNKNOWN = ""


class OffersBy(enum.StrEnum):
    """How offers are cut."""

    SECTOR = "secteur"
    ZONE = "zone"
    AGENT = "developpeur"


class ContractsBy(enum.StrEnum):
    """How contracts are cut."""

    KIND = "nature"
    FAMILY = "famille"
    LEVEL = "niveau"
    SIZE = "taille"
    FIRST = "premier"


@dataclass(frozen=True, slots=True)
class OffersLine:
    """Offers of one group: raised, filled since, median days of those filled in the period."""

    key: str
    raised: int
    filled: int
    days: float | None


def offers_by(history: History, period: Period, by: OffersBy) -> list[OffersLine]:
    """The groups with the most offers first."""
    work, lives = history.work, history.lives
    key: Callable[[Offer], str] = {
        OffersBy.SECTOR: lambda one: one.sector,
        OffersBy.ZONE: lambda one: one.zone,
        OffersBy.AGENT: lambda one: str(one.agent or UNKNOWN),
    }[by]
    filled = filled_days(work, lives)
    groups: dict[str, list[Offer]] = defaultdict(list)
    for offer in offers_raised(work, period):
        groups[key(offer)].append(offer)
    lines = []
    for name, offers in groups.items():
        of_group = type(work)(offers={one.opening_id: one for one in offers})
        lines.append(
            OffersLine(
                name,
                len(offers),
                sum(one.opening_id in filled for one in offers),
                spread(days_to_fill(of_group, lives, period)).median,
            )
        )
    return sorted(lines, key=lambda one: (one.key == UNKNOWN, -one.raised, one.key))


@dataclass(frozen=True, slots=True)
class ContractsLine:
    """Contracts of one group; None where hidden, since each is a youth."""

    key: str
    contracts: int | None


def contracts_by(
    history: History, period: Period, by: ContractsBy
) -> tuple[list[ContractsLine], int | None]:
    """Each group and the sum; small groups are hidden, with what would give them back."""
    first = first_contracts(history.work, history.lives)
    counted: dict[str, int] = defaultdict(int)
    for life in history.lives:
        if period.holds(life.signed_on):
            counted[_group(history, life, by, first)] += 1
    keys = sorted(counted, key=lambda key: (key == UNKNOWN, key))
    *flags, total_hidden = hidden_in_line([counted[key] for key in keys])
    lines = [
        ContractsLine(key, None if flag else counted[key])
        for key, flag in zip(keys, flags, strict=True)
    ]
    return lines, None if total_hidden else sum(counted.values())


# The bands that the dossier's figures of breaks use (workflow, D).
SIZES: Mapping[str, str] = {
    "1": "0 à 4 salariés",
    "2": "5 à 9 salariés",
    "3": "10 à 49 salariés",
    "4": "50 à 249 salariés",
    "5": "250 salariés ou plus",
}


def size_band(headcount: int | None) -> str:
    """The key of a company's size.

    >>> [size_band(one) for one in (None, 4, 5, 249, 250)]
    ['', '1', '2', '4', '5']
    """
    if headcount is None:
        return UNKNOWN
    return str(1 + sum(headcount >= limit for limit in (5, 10, 50, 250)))


def _group(history: History, life: Life, by: ContractsBy, first: frozenset[int]) -> str:
    offer = history.work.offers.get(life.opening_id or 0)
    if by is ContractsBy.KIND:
        return kind_of(history.work, life)
    if by is ContractsBy.LEVEL:
        level = history.work.levels.get(life.session_id or 0)
        return UNKNOWN if level is None else str(level)
    if by is ContractsBy.FIRST:
        return "premier" if life.placement_id in first else "suivant"
    if offer is None:
        return UNKNOWN
    return offer.family if by is ContractsBy.FAMILY else size_band(offer.headcount)
