"""Qui peut quoi: the matrix of rights in words, generated from the very table that the program obeys."""

from __future__ import annotations

from flask import Response, request

from app.accounts.views.blueprint import blueprint
from app.core.htmx import page
from app.core.permissions import public
from app.policy.words import WHO, grouped


@blueprint.get("/qui-peut-quoi")
@public
def who_may_what() -> Response:
    """Each act, and who may do it on which condition; with `?qui=`, what one role may do."""
    asked = request.args.get("qui", "")
    who = asked if asked in WHO else ""
    groups = [(title, rows) for title, rows in grouped(who) if rows]
    return page(
        "accounts/who_may_what.html",
        groups=groups,
        count=sum(len(rows) for _title, rows in groups),
        who_asked=who,
        people=WHO,
    )
