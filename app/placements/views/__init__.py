"""Pages of placements: the list, the page with its verbs, and the answering links."""

from __future__ import annotations

from app.placements.views import (
    answering,
    batch,
    card,
    checking_in,
    ladders,
    lists,
    thread,
    timelines,
    verbs,
)
from app.placements.views.blueprint import blueprint

__all__ = [
    "answering",
    "batch",
    "blueprint",
    "card",
    "checking_in",
    "ladders",
    "lists",
    "thread",
    "timelines",
    "verbs",
]
