"""Qui peut quoi: the matrix of rights in words, generated from the very table that the program obeys."""

from __future__ import annotations

from flask import Response

from app.accounts.views.blueprint import blueprint
from app.core.htmx import page
from app.core.permissions import public
from app.policy.words import grouped


@blueprint.get("/qui-peut-quoi")
@public
def who_may_what() -> Response:
    """Each act, and who may do it on which condition."""
    return page(
        "accounts/who_may_what.html", groups=[(title, rows) for title, rows in grouped() if rows]
    )
