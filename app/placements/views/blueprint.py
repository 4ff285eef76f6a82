"""The blueprint that the view files share."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("placements", __name__)
