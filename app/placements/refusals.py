"""The closed list that each party refuses from, and what the codes of all lists are called."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.placements.workflow import Leaf
from app.rules import reasons

LABELS: Mapping[str, str] = MappingProxyType(
    {entry.code: entry.label for rows in reasons.REASONS.values() for entry in rows}
)
REFUSALS: Mapping[Leaf, reasons.ReasonList] = MappingProxyType(
    {
        Leaf.YOUTH: reasons.ReasonList.YOUTH_REFUSAL,
        Leaf.EMPLOYER: reasons.ReasonList.COMPANY_REFUSAL,
        Leaf.CFA: reasons.ReasonList.CENTRE_REFUSAL,
    }
)
