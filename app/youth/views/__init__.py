"""Pages of the youth's file."""

from __future__ import annotations

from app.youth.views import (
    actions,
    departures,
    diplomas,
    files,
    mails,
    restricted,
    sections,
    wishes,
)
from app.youth.views.blueprint import blueprint

__all__ = [
    "actions",
    "blueprint",
    "departures",
    "diplomas",
    "files",
    "mails",
    "restricted",
    "sections",
    "wishes",
]
