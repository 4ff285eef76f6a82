"""How a region can be cut, and where a youth, a position or a place is counted. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Dimension(enum.StrEnum):
    """How the region can be cut."""

    FAMILY = "famille"
    TRADE = "metier"
    ZONE = "zone"
    DEPARTEMENT = "departement"
    LEVEL = "niveau"
    MONTH = "mois"


UNKNOWN = ""
"""The key of rows that do not say: no wish with a trade, no level, no month."""


@dataclass(frozen=True, slots=True)
class Key:
    """Where a youth, a position or a place is counted, one value a dimension."""

    family: str = UNKNOWN
    trade: str = UNKNOWN
    zone: str = UNKNOWN
    departement: str = UNKNOWN
    level: str = UNKNOWN
    month: str = UNKNOWN

    def value(self, dimension: Dimension) -> str:
        return str(getattr(self, dimension.name.lower()))
