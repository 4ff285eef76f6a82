"""Pages of placements: the list, the page with its verbs, the thread, and the answering links."""

from __future__ import annotations

from app.placements.views import answering, card, ladders, lists, thread, verbs
from app.placements.views.blueprint import blueprint

__all__ = ["answering", "blueprint", "card", "ladders", "lists", "thread", "verbs"]
