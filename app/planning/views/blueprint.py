"""One blueprint for the plan, and the region of who asks."""

from __future__ import annotations

from flask import Blueprint

from app.core.errors import NotFound
from app.core.permissions import current_actor

blueprint = Blueprint("planning", __name__, url_prefix="/plan")


def own_region() -> str:
    """The region of the organisation worn.

    Raises:
        NotFound: it has none.
    """
    regions = current_actor().regions
    if not regions:
        raise NotFound
    return min(regions)
