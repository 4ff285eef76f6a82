"""Diplomas: written and taken out; each button is a form of its own."""

from __future__ import annotations

from flask import Response

from app.core.db import transaction
from app.core.permissions import current_actor, requires
from app.policy.permissions import Permission
from app.youth.forms import DiplomaForm
from app.youth.services import add_diploma, remove_diploma
from app.youth.views.blueprint import blueprint
from app.youth.views.page import SAVED, Shown, file_page, saved


@blueprint.post("/<int:youth_id>/diplomes")
@requires(Permission.YOUTH_EDIT)
def write_diploma(youth_id: int) -> Response:
    """Add a diploma held."""
    form = DiplomaForm()
    if not form.validate_on_submit():
        return file_page(youth_id, status=422, shown=Shown({"diploma": form}))
    with transaction() as session:
        add_diploma(
            session,
            current_actor(),
            youth_id=youth_id,
            title=form.title.data or "",
            level=form.diploma_level.data,
            obtained_on=form.obtained_on.data,
            request_key=form.request_key.data,
        )
    return saved(youth_id, "diplomas", oob=[SAVED["schooling"]])


@blueprint.post("/diplomes/<int:diploma_id>/retirer")
@requires(Permission.YOUTH_EDIT)
def forget_diploma(diploma_id: int) -> Response:
    """Take a diploma out."""
    with transaction() as session:
        youth_id = remove_diploma(session, current_actor(), diploma_id=diploma_id)
    return saved(youth_id, "diplomas")
