"""One record a company: its establishments, its doubles."""

from __future__ import annotations

from flask import Response, request, url_for

from app.core.db import db, transaction
from app.core.errors import Conflict, DomainError, Invalid
from app.core.forms import whole_or_none
from app.core.htmx import page, redirect, toast
from app.core.pages import page_number
from app.core.permissions import current_actor, requires
from app.openings.forms import ActionForm, EstablishmentForm
from app.openings.queries import company_page, duplicate_pairs
from app.openings.registry import learn
from app.openings.services import (
    add_establishment,
    close_establishment,
    merge_companies,
    say_different,
    undo_merge,
)
from app.openings.views.companies import may_edit
from app.openings.views.door import blueprint
from app.policy.permissions import Permission
from app.reference.queries import resolve_commune


@blueprint.get("/entreprises/doublons")
@requires(Permission.COMPANY_MERGE)
def list_duplicates() -> Response:
    """Records that may be one company, each pair with its reason."""
    return page(
        "openings/duplicates.html",
        pairs=duplicate_pairs(
            db.session(), current_actor(), number=page_number(request.args.get("page"))
        ),
        form=ActionForm(formdata=None),
    )


@blueprint.post("/entreprises/<int:organisation_id>/reunir")
@requires(Permission.COMPANY_MERGE)
def merge(organisation_id: int) -> Response:
    """Say that another record is this company."""
    other = whole_or_none(request.form.get("other")) or 0
    try:
        with transaction() as session:
            merge_companies(session, current_actor(), kept_id=organisation_id, merged_id=other)
    except (Invalid, Conflict) as error:
        return _back(organisation_id, error)
    toast("Les deux fiches n’en font plus qu’une. Vous pouvez défaire cela pendant trente jours.")
    return _back(organisation_id)


@blueprint.post("/entreprises/<int:organisation_id>/differentes")
@requires(Permission.COMPANY_MERGE)
def differ(organisation_id: int) -> Response:
    """Say that two records that resemble each other are two companies."""
    other = whole_or_none(request.form.get("other")) or 0
    try:
        with transaction() as session:
            say_different(session, current_actor(), first_id=organisation_id, second_id=other)
    except Invalid as error:
        return _back(organisation_id, error)
    toast("C’est noté : ces deux entreprises ne seront plus proposées ensemble.")
    return redirect(url_for("openings.list_duplicates"))


@blueprint.post("/entreprises/<int:organisation_id>/separer/<int:merge_id>")
@requires(Permission.COMPANY_MERGE)
def part(organisation_id: int, merge_id: int) -> Response:
    """Take a merge back."""
    try:
        with transaction() as session:
            undo_merge(session, current_actor(), merge_id=merge_id)
    except Conflict as error:
        return _back(organisation_id, error)
    toast("Les deux fiches sont de nouveau séparées, chacune avec ce qu’elle avait.")
    return _back(organisation_id)


@blueprint.get("/entreprises/<int:organisation_id>/etablissements/nouveau")
@requires(Permission.COMPANY_EDIT)
def new_establishment(organisation_id: int) -> Response:
    """The form of a new establishment."""
    may_edit(organisation_id)
    return _form_page(organisation_id, EstablishmentForm(formdata=None))


@blueprint.post("/entreprises/<int:organisation_id>/etablissements/nouveau")
@requires(Permission.COMPANY_EDIT)
def create_establishment(organisation_id: int) -> Response:
    """Add an establishment."""
    may_edit(organisation_id)
    form = EstablishmentForm()
    is_valid, commune_code = form.validate_on_submit(), None
    learn(db.session(), form.siret.data)
    if form.commune.data or form.commune_code.data:
        commune_code = form.take_commune(
            resolve_commune(db.session(), form.commune.data, form.commune_code.data)
        )
        is_valid = is_valid and commune_code is not None
    if not is_valid:
        return _form_page(organisation_id, form, status=422)
    try:
        with transaction() as session:
            add_establishment(
                session,
                current_actor(),
                organisation_id=organisation_id,
                details=form.details(commune_code),
                request_key=form.request_key.data,
            )
    except Invalid as error:
        form.refuse(error)
        return _form_page(organisation_id, form, status=422)
    toast("L’établissement est ajouté.")
    return _back(organisation_id)


@blueprint.post("/entreprises/<int:organisation_id>/etablissements/<int:site_id>/fermer")
@requires(Permission.COMPANY_EDIT)
def end_establishment(organisation_id: int, site_id: int) -> Response:
    """Note that an establishment closed."""
    with transaction() as session:
        close_establishment(
            session, current_actor(), organisation_id=organisation_id, site_id=site_id
        )
    toast("L’établissement est fermé : rien de nouveau n’y commencera.")
    return _back(organisation_id)


def _back(organisation_id: int, error: DomainError | None = None) -> Response:
    if error is not None:
        toast(error.message, "error")
    return redirect(url_for("openings.show_company", organisation_id=organisation_id))


def _form_page(organisation_id: int, form: EstablishmentForm, *, status: int = 200) -> Response:
    return page(
        "openings/establishment_form.html",
        form=form,
        company=company_page(db.session(), organisation_id).Organisation,
        status=status,
    )
