"""One route a verb: each checks a form, calls one service, and shows the fresh card."""

from __future__ import annotations

from app.placements.views.verbs import contract, holding, meeting, proposing, saying

__all__ = ["contract", "holding", "meeting", "proposing", "saying"]
