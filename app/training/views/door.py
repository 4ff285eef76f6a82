"""The blueprint that all pages of training hang on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("training", __name__, url_prefix="/formations")
