"""Verbs on a youth's file, one file a family."""

from __future__ import annotations

from app.youth.services.guarded import Stale
from app.youth.services.placing import (
    RepresentativeMissing,
    count_live_placement,
    end_reveals,
    grant_reveal,
    mark_matchable,
    mark_placed,
    needs_representative,
    set_waiting_answers,
)

__all__ = [
    "RepresentativeMissing",
    "Stale",
    "count_live_placement",
    "end_reveals",
    "grant_reveal",
    "mark_matchable",
    "mark_placed",
    "needs_representative",
    "set_waiting_answers",
]
