"""Public pages in plain French: how Trèfle proposes, what becomes of data, how accessible the portal is."""

from __future__ import annotations

from flask import Response

from app.core.htmx import page
from app.core.permissions import public
from app.core.retention import RULES
from app.engine.weights import DEFAULT
from app.privacy.views.blueprint import blueprint
from app.youth.texts import ACKNOWLEDGEMENT, LISTING, REVEAL


@blueprint.get("/comment-trefle-propose")
@public
def how_it_proposes() -> Response:
    """The logic of matching in words: what counts, what never counts, who decides."""
    return page("privacy/how_it_proposes.html", version=DEFAULT.version)


@blueprint.get("/confidentialite")
@public
def notice() -> Response:
    """The notice, in layers: the essential first, each detail one click away."""
    return page(
        "privacy/notice.html",
        texts=[LISTING, REVEAL, ACKNOWLEDGEMENT],
        rules=list(RULES.values()),
    )


@blueprint.get("/accessibilite")
@public
def accessibility() -> Response:
    """The accessibility statement."""
    return page("privacy/accessibility.html")
