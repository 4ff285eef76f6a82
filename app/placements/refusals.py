"""The closed list that each party refuses from, and what the codes of all lists are called."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.placements.models import TrainingResult
from app.placements.workflow import Leaf
from app.rules import reasons

LABELS: Mapping[str, str] = MappingProxyType(
    {entry.code: entry.label for rows in reasons.REASONS.values() for entry in rows}
)
RESULTS: Mapping[TrainingResult, str] = MappingProxyType(
    {
        TrainingResult.DIPLOMA: "Diplôme obtenu",
        TrainingResult.PARTIAL: "Une partie validée",
        TrainingResult.NO_DIPLOMA: "Diplôme non obtenu",
        TrainingResult.NOT_PRESENTED: "Examen non passé",
        TrainingResult.UNKNOWN: "Issue non dite",
    }
)
REFUSALS: Mapping[Leaf, reasons.ReasonList] = MappingProxyType(
    {
        Leaf.YOUTH: reasons.ReasonList.YOUTH_REFUSAL,
        Leaf.EMPLOYER: reasons.ReasonList.COMPANY_REFUSAL,
        Leaf.CFA: reasons.ReasonList.CENTRE_REFUSAL,
    }
)
