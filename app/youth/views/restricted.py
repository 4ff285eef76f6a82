"""The recognition of a disability: a page apart, whose every reading is noted under its own name."""

from __future__ import annotations

from flask import Response, url_for

from app.core.access import AccessPurpose, note_reading
from app.core.db import db, transaction
from app.core.errors import Invalid
from app.core.htmx import page, redirect, toast
from app.core.permissions import current_actor, ensure, requires
from app.policy.matrix import can
from app.policy.permissions import Permission
from app.youth.forms import DisabilityForm
from app.youth.queries import disability_of, shared_file, youth_facts
from app.youth.services import record_disability, remove_disability
from app.youth.views.blueprint import blueprint


@blueprint.get("/<int:youth_id>/handicap")
@requires(Permission.DISABILITY_VIEW)
def disability(youth_id: int) -> Response:
    """What is kept, for those who have the right."""
    return _page(youth_id)


@blueprint.post("/<int:youth_id>/handicap")
@requires(Permission.DISABILITY_EDIT)
def save_disability(youth_id: int) -> Response:
    """Keep it, on the youth's written agreement."""
    form = DisabilityForm()
    if not form.validate_on_submit():
        return _page(youth_id, form, status=422)
    try:
        with transaction() as session:
            record_disability(
                session,
                current_actor(),
                youth_id=youth_id,
                has_agreed=form.has_agreed.data,
                proof_seen_on=form.proof_seen_on.data,
                valid_until=form.valid_until.data,
            )
    except Invalid as error:
        form.refuse(error)
        return _page(youth_id, form, status=422)
    toast("C’est noté, et visible de vous, du référent handicap et de l’équipe seulement.")
    return redirect(url_for("youth.disability", youth_id=youth_id))


@blueprint.post("/<int:youth_id>/handicap/retirer")
@requires(Permission.DISABILITY_EDIT)
def forget_disability(youth_id: int) -> Response:
    """The youth takes it back."""
    with transaction() as session:
        remove_disability(session, current_actor(), youth_id=youth_id)
    toast("C’est effacé.")
    return redirect(url_for("youth.disability", youth_id=youth_id))


def _page(youth_id: int, form: DisabilityForm | None = None, *, status: int = 200) -> Response:
    actor, session = current_actor(), db.session()
    facts = youth_facts(session, youth_id)
    ensure(actor, Permission.DISABILITY_VIEW, facts, seen_by=Permission.YOUTH_VIEW)
    note_reading(
        actor, youth_ids=[youth_id], purpose=AccessPurpose.FOLLOW_UP, page="youth.disability"
    )
    row = disability_of(session, youth_id)
    if form is None:
        form = DisabilityForm(formdata=None, obj=row, data={"has_agreed": row is not None})
    return page(
        "youth/disability.html",
        status=status,
        form=form,
        row=row,
        shared=shared_file(session, youth_id, with_name=True),
        may_open_file=can(actor, Permission.YOUTH_VIEW, facts),
    )
