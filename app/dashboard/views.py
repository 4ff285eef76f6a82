"""The first page of each role."""

from __future__ import annotations

from flask import Blueprint, Response

from app.core.htmx import page
from app.core.permissions import requires
from app.policy.permissions import Permission

blueprint = Blueprint("dashboard", __name__)


@blueprint.get("/")
@requires(Permission.DASHBOARD_VIEW)
def home() -> Response:
    """Nine in the morning."""
    return page("dashboard/home.html")
