"""Pages of placements: the list, the page with its verbs, and the answering links."""

from __future__ import annotations

from app.placements.views import answering, card, ladders, lists, verbs
from app.placements.views.blueprint import blueprint

__all__ = ["answering", "blueprint", "card", "ladders", "lists", "verbs"]
