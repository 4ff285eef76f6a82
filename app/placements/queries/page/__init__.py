"""One placement as one reader sees it: the clover, the three answers, the timeline, and this person's buttons."""

from __future__ import annotations

from app.placements.queries.page.reading import placement_page
from app.placements.queries.page.shape import PlacementPage

__all__ = ["PlacementPage", "placement_page"]
