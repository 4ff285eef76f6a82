"""For whom the person who acts speaks."""

from __future__ import annotations

from app.core.db import db
from app.core.permissions import current_actor
from app.placements.queries import facts_by_id, side_of
from app.placements.workflow import Leaf


def speaks_for(placement_id: int) -> Leaf:
    """For which leaf this person speaks: its list of reasons is the one that is shown."""
    _, facts = facts_by_id(db.session(), placement_id)
    return side_of(current_actor(), facts) or Leaf.YOUTH
