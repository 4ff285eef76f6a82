"""Wishes: typed freely, confirmed, put in order, taken out; each button is a form of its own."""

from __future__ import annotations

from flask import Response, request

from app.core.db import transaction
from app.core.errors import Invalid
from app.core.htmx import toast
from app.core.permissions import current_actor, requires
from app.policy.permissions import Permission
from app.youth.forms import WishForm
from app.youth.services import add_wish, confirm_wish, move_wish, remove_wish, unconfirm_wish
from app.youth.views.blueprint import blueprint
from app.youth.views.page import Shown, file_page, saved


@blueprint.post("/<int:youth_id>/souhaits")
@requires(Permission.YOUTH_EDIT)
def add(youth_id: int) -> Response:
    """Add what was typed, with the suggested trade when its button was pressed."""
    form = WishForm()
    if not form.validate_on_submit():
        return file_page(youth_id, status=422, shown=Shown({"wish": form}))
    try:
        with transaction() as session:
            add_wish(
                session,
                current_actor(),
                youth_id=youth_id,
                text=form.wish.data or "",
                rome_code=form.add_trade.data or None,
            )
    except Invalid as error:
        form.refuse(error)
        return file_page(youth_id, status=422, shown=Shown({"wish": form}))
    return saved(youth_id, "wishes")


@blueprint.post("/souhaits/<int:wish_id>/confirmer")
@requires(Permission.YOUTH_EDIT)
def confirm(wish_id: int) -> Response:
    """The trade of the button pressed is the one that the words mean."""
    with transaction() as session:
        wish = confirm_wish(
            session,
            current_actor(),
            wish_id=wish_id,
            rome_code=request.form.get("rome_code", ""),
        )
    return _again(wish.youth_id)


@blueprint.post("/souhaits/<int:wish_id>/preciser")
@requires(Permission.YOUTH_EDIT)
def unconfirm(wish_id: int) -> Response:
    """Keep the words, look for another trade."""
    with transaction() as session:
        wish = unconfirm_wish(session, current_actor(), wish_id=wish_id)
    return _again(wish.youth_id)


@blueprint.post("/souhaits/<int:wish_id>/retirer")
@requires(Permission.YOUTH_EDIT)
def remove(wish_id: int) -> Response:
    """Take the wish out."""
    with transaction() as session:
        youth_id = remove_wish(session, current_actor(), wish_id=wish_id)
    toast("Le souhait est retiré.", "info")
    return _again(youth_id)


@blueprint.post("/souhaits/<int:wish_id>/<any(monter, descendre):way>")
@requires(Permission.YOUTH_EDIT)
def move(wish_id: int, way: str) -> Response:
    """One place up or down."""
    with transaction() as session:
        youth_id = move_wish(session, current_actor(), wish_id=wish_id, up=way == "monter")
    return _again(youth_id)


def _again(youth_id: int) -> Response:
    """The section once more, with the words that were being typed beside the button."""
    return saved(youth_id, "wishes", wish=WishForm())
