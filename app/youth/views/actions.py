"""Buttons of the file: agreement, representative, status, adviser, notes."""

from __future__ import annotations

from flask import Response

from app.accounts.queries import advisers_of
from app.core.db import db, transaction
from app.core.errors import Conflict, Invalid
from app.core.forms import as_choices
from app.core.htmx import toast
from app.core.permissions import current_actor, requires
from app.policy.permissions import Permission
from app.youth.forms import AdviserForm, ConsentForm, NoteForm, StatusForm
from app.youth.services import (
    acknowledge_representative,
    add_note,
    change_status,
    give_listing_consent,
    note_contact,
    reassign,
)
from app.youth.views.blueprint import blueprint
from app.youth.views.page import SECTIONS, Shown, file_page, saved


@blueprint.post("/<int:youth_id>/accord")
@requires(Permission.YOUTH_EDIT)
def agree(youth_id: int) -> Response:
    """The youth agrees to the text shown."""
    form = ConsentForm()
    if not form.validate_on_submit():
        return file_page(youth_id, status=422, shown=Shown({"consent": form}))
    try:
        with transaction() as session:
            give_listing_consent(
                session,
                current_actor(),
                youth_id=youth_id,
                channel=form.channel.data,
                text_version=form.text_version.data or "",
            )
    except Invalid as error:
        form.refuse(error)
        return file_page(youth_id, status=422, shown=Shown({"consent": form}))
    toast("L’accord est noté : le profil peut être proposé, sans nom, pendant six mois.")
    return saved(youth_id, "consent")


@blueprint.post("/<int:youth_id>/representant/<any(informe, annule):answer>")
@requires(Permission.YOUTH_EDIT)
def acknowledge(youth_id: int, answer: str) -> Response:
    """The legal representative knows, or it was noted by mistake."""
    try:
        with transaction() as session:
            acknowledge_representative(
                session, current_actor(), youth_id=youth_id, is_informed=answer == "informe"
            )
    except (Invalid, Conflict) as error:
        toast(error.message, "error")
        return file_page(youth_id, status=error.status)
    return saved(youth_id, "representative", oob=[SECTIONS["consent"]])


@blueprint.post("/<int:youth_id>/statut")
@requires(Permission.YOUTH_EDIT)
def save_status(youth_id: int) -> Response:
    """Where the youth stands."""
    form = StatusForm()
    if not form.validate_on_submit():
        return file_page(youth_id, status=422, shown=Shown({"status": form}))
    with transaction() as session:
        change_status(session, current_actor(), youth_id=youth_id, status=form.status.data)
    return saved(youth_id, "follow_up", oob=[SECTIONS["consent"]])


@blueprint.post("/<int:youth_id>/contact")
@requires(Permission.YOUTH_EDIT)
def contact(youth_id: int) -> Response:
    """They spoke today."""
    with transaction() as session:
        note_contact(session, current_actor(), youth_id=youth_id)
    return saved(youth_id, "follow_up")


@blueprint.post("/<int:youth_id>/conseiller")
@requires(Permission.YOUTH_REASSIGN)
def save_adviser(youth_id: int) -> Response:
    """Give the file to a colleague."""
    form = AdviserForm()
    house = int(current_actor().organisation_id or 0)
    form.adviser_id.choices = as_choices(advisers_of(db.session(), house))
    if not form.validate_on_submit():
        return file_page(youth_id, status=422, shown=Shown({"adviser": form}))
    with transaction() as session:
        reassign(session, current_actor(), youth_id=youth_id, adviser_id=form.adviser_id.data)
    return saved(youth_id, "follow_up")


@blueprint.post("/<int:youth_id>/notes")
@requires(Permission.YOUTH_EDIT)
def write_note(youth_id: int) -> Response:
    """Add a note; sensitive words ask to be confirmed first."""
    form = NoteForm()
    if not form.validate_on_submit():
        return file_page(youth_id, status=422, shown=Shown({"note": form}))
    try:
        with transaction() as session:
            add_note(
                session,
                current_actor(),
                youth_id=youth_id,
                text=form.text.data or "",
                is_confirmed=form.is_confirmed.data,
                was_contact=form.was_contact.data,
                request_key=form.request_key.data,
            )
    except Invalid as error:
        form.refuse(error)
        return file_page(youth_id, status=422, shown=Shown({"note": form}))
    return saved(youth_id, "notes", oob=[SECTIONS["follow_up"]])
