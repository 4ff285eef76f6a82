"""One blueprint for the region."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("steering", __name__, url_prefix="/region")
