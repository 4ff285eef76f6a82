"""Pages of matching: triples seen from the three sides, why not this one, how proposals are ranked."""

from __future__ import annotations

from flask import Flask

from app.matching.queries.levers import lever_key
from app.matching.queries.triples_page import triangle
from app.matching.views import profiles, ranking, set_asides, travel, triples, vocabulary, why_not
from app.matching.views.door import blueprint

__all__ = [
    "blueprint",
    "init_app",
    "profiles",
    "ranking",
    "set_asides",
    "travel",
    "triples",
    "vocabulary",
    "why_not",
]


def init_app(app: Flask) -> None:
    """Give templates what the pages of matching draw with."""
    app.jinja_env.globals.update(triangle=triangle, lever_key=lever_key)
