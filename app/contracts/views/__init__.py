"""Pages of contracts: simulators open to all, the sheet of a placement and its files."""

from __future__ import annotations

from flask import Flask

from app.contracts.views import declarations, documents, riders, sheets, simulators
from app.contracts.views.blueprint import blueprint
from app.core.documents import can_make_pdf

__all__ = ["blueprint", "declarations", "documents", "init_app", "riders", "sheets", "simulators"]


def init_app(app: Flask) -> None:
    """Templates ask whether this installation makes PDF files."""
    app.jinja_env.globals.update(can_make_pdf=can_make_pdf)
