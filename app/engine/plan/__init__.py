"""The plan: each youth at most one triple, positions and seats respected, value near a proof."""

from __future__ import annotations

from app.engine.plan.model import (
    Assigned,
    LeftOut,
    LeftOutReason,
    MissionShare,
    Plan,
    Prices,
    Stability,
)
from app.engine.plan.solve import plan

__all__ = [
    "Assigned",
    "LeftOut",
    "LeftOutReason",
    "MissionShare",
    "Plan",
    "Prices",
    "Stability",
    "plan",
]
