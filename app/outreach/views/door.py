"""The blueprint that all pages of field agents hang on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("outreach", __name__, url_prefix="/prospection")
