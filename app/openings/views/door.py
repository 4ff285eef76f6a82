"""The blueprint that all pages of openings and companies hang on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("openings", __name__)
