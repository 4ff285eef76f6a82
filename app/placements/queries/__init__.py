"""Reads of placements."""

from __future__ import annotations

from app.placements.queries.actions import Action, available_actions, awaits, is_available, side_of
from app.placements.queries.facts import (
    facts_by_id,
    placement_facts,
    proposal_facts,
    visible_placements,
    youth_of_visible,
)

__all__ = [
    "Action",
    "available_actions",
    "awaits",
    "facts_by_id",
    "is_available",
    "placement_facts",
    "proposal_facts",
    "side_of",
    "visible_placements",
    "youth_of_visible",
]
