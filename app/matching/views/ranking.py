"""How proposals are ranked, in words and with the figures in force: the same page for everybody, signed in or not."""

from __future__ import annotations

from flask import Response

from app.core.htmx import render
from app.core.permissions import public
from app.engine.weights import DEFAULT
from app.matching.queries.triples_page import SCORE_WORDS
from app.matching.views.door import blueprint


@blueprint.get("/classement-des-propositions")
@public
def ranking() -> Response:
    """Criteria, weights and floors of the version in force; what never counts; who sees which order."""
    return render("matching/ranking.html", weights=DEFAULT, score_words=SCORE_WORDS)
