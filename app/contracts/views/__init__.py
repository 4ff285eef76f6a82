"""Pages of contracts: simulators open to all, and the sheet of a placement."""

from __future__ import annotations

from app.contracts.views import simulators
from app.contracts.views.blueprint import blueprint

__all__ = ["blueprint", "simulators"]
