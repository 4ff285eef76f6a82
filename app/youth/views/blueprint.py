"""The blueprint, and the words that all its templates use."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from app.youth import labels

blueprint = Blueprint("youth", __name__, url_prefix="/jeunes")


@blueprint.context_processor
def words() -> dict[str, Any]:
    """French words of stored values, for the templates of this slice."""
    return {"words": labels}
