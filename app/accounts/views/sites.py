"""Sites and other names of an organisation."""

from __future__ import annotations

from flask import Response, url_for

from app.accounts.forms import AliasForm, SiteForm
from app.accounts.models import Site
from app.accounts.services import add_alias, remove_alias, write_site
from app.accounts.views.blueprint import blueprint
from app.accounts.views.organisations import organisation_answer, organisation_to_edit
from app.core.db import db, transaction
from app.core.errors import Conflict, Invalid, NotFound
from app.core.htmx import page, redirect, toast
from app.core.permissions import current_actor, requires
from app.policy.permissions import Permission
from app.reference.queries import departements_of, place_of, resolve_commune


@blueprint.post("/organisations/<int:organisation_id>/noms")
@requires(Permission.ORGANISATION_EDIT)
def new_alias(organisation_id: int) -> Response:
    """Give another name."""
    organisation_to_edit(organisation_id)
    form = AliasForm()
    if not form.validate_on_submit():
        return organisation_answer(organisation_id, alias_form=form, status=422)
    try:
        with transaction() as session:
            add_alias(
                session,
                current_actor(),
                organisation_id=organisation_id,
                name=str(form.alias.data),
            )
    except Conflict as error:
        form.alias.errors = [error.message]
        return organisation_answer(organisation_id, alias_form=form, status=409)
    return _back(organisation_id, "Ce nom est ajouté : la recherche le connaît.")


@blueprint.post("/organisations/<int:organisation_id>/noms/<int:alias_id>/retirer")
@requires(Permission.ORGANISATION_EDIT)
def drop_alias(organisation_id: int, alias_id: int) -> Response:
    """Take another name away."""
    with transaction() as session:
        remove_alias(session, current_actor(), organisation_id=organisation_id, alias_id=alias_id)
    return _back(organisation_id, "Ce nom est retiré.")


@blueprint.get("/organisations/<int:organisation_id>/sites/nouveau")
@requires(Permission.ORGANISATION_EDIT)
def new_site(organisation_id: int) -> Response:
    """The form of a new site."""
    return _form_page(SiteForm(formdata=None), organisation_id, None)


@blueprint.post("/organisations/<int:organisation_id>/sites/nouveau")
@requires(Permission.ORGANISATION_EDIT)
def create_site(organisation_id: int) -> Response:
    """Add a site."""
    return _write(organisation_id, None)


@blueprint.get("/organisations/<int:organisation_id>/sites/<int:site_id>")
@requires(Permission.ORGANISATION_EDIT)
def edit_site(organisation_id: int, site_id: int) -> Response:
    """The form of a site."""
    organisation_to_edit(organisation_id)
    session = db.session()
    site = session.get(Site, site_id)
    if site is None or site.organisation_id != organisation_id:
        raise NotFound
    form = SiteForm(formdata=None, obj=site)
    form.show_commune(place_of(session, site.commune_code))
    return _form_page(form, organisation_id, site_id)


@blueprint.post("/organisations/<int:organisation_id>/sites/<int:site_id>")
@requires(Permission.ORGANISATION_EDIT)
def change_site(organisation_id: int, site_id: int) -> Response:
    """Change a site."""
    return _write(organisation_id, site_id)


def _write(organisation_id: int, site_id: int | None) -> Response:
    one = organisation_to_edit(organisation_id)
    form = SiteForm()
    is_valid = form.validate_on_submit()
    near = frozenset(departements_of(one.region_code)) if one.region_code else frozenset()
    commune_code = form.take_commune(
        resolve_commune(db.session(), form.commune.data, form.commune_code.data, departements=near),
        required=True,
    )
    if not is_valid or commune_code is None:
        return _form_page(form, organisation_id, site_id, status=422)
    try:
        with transaction() as session:
            write_site(
                session,
                current_actor(),
                organisation_id=organisation_id,
                site_id=site_id,
                details=form.details(commune_code),
                request_key=form.request_key.data,
            )
    except Invalid as error:
        form.refuse(error)
        return _form_page(form, organisation_id, site_id, status=422)
    return _back(organisation_id, "Le site est enregistré.")


def _form_page(
    form: SiteForm, organisation_id: int, site_id: int | None, *, status: int = 200
) -> Response:
    return page(
        "accounts/site_form.html",
        form=form,
        organisation=organisation_to_edit(organisation_id),
        site_id=site_id,
        status=status,
    )


def _back(organisation_id: int, message: str) -> Response:
    toast(message)
    return redirect(url_for("accounts.show_organisation", organisation_id=organisation_id))
