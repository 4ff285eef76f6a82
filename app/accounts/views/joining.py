"""Asking to join an organisation by its SIRET, and deciding."""

from __future__ import annotations

from flask import Response, url_for

from app.accounts.forms import JoinForm, RolesForm
from app.accounts.queries import pending_requests
from app.accounts.services import ATTEMPTS_PER_ACCOUNT
from app.accounts.services.joining import (
    accept_request,
    ask_to_join,
    closed_house,
    load_request,
    refuse_request,
)
from app.accounts.views.blueprint import blueprint, limit
from app.core.db import db, transaction
from app.core.errors import Conflict, Invalid
from app.core.forms import ButtonForm
from app.core.htmx import page, redirect, toast
from app.core.permissions import current_actor, public, requires
from app.policy.permissions import Permission


@blueprint.get("/rejoindre")
@public
def join_form() -> Response:
    """Who you are, and the SIRET of where you work."""
    return page("accounts/join.html", form=JoinForm(formdata=None))


@blueprint.post("/rejoindre")
@public
def ask() -> Response:
    """Ask; the answer is the same whether the SIRET is known or not."""
    form = JoinForm()
    if not form.validate_on_submit():
        return page("accounts/join.html", form=form, status=422)
    limit("join", str(form.email.data).lower(), ATTEMPTS_PER_ACCOUNT)
    try:
        with transaction() as session:
            ask_to_join(
                session,
                siret=str(form.siret.data),
                email=str(form.email.data),
                given_name=str(form.given_name.data),
                family_name=str(form.family_name.data),
                request_key=form.request_key.data,
            )
    except Invalid as error:
        form.refuse(error)
        return page("accounts/join.html", form=form, status=422)
    return page("accounts/join_asked.html")


@blueprint.get("/demandes")
@requires(Permission.ORGANISATION_APPROVE)
def join_requests() -> Response:
    """Everybody who waits, for the platform."""
    return page("accounts/join_requests.html", requests=pending_requests(db.session()))


@blueprint.get("/demandes/<int:request_id>")
@requires(Permission.MEMBER_MANAGE)
def join_request(request_id: int) -> Response:
    """One request: who, for where, with which roles."""
    return _page(request_id, RolesForm(formdata=None))


@blueprint.post("/demandes/<int:request_id>/accepter")
@requires(Permission.MEMBER_MANAGE)
def accept_join(request_id: int) -> Response:
    """Let them in: an invitation leaves."""
    form = RolesForm()
    _row, organisation = load_request(db.session(), current_actor(), request_id)
    if organisation is not None:
        form.offer(organisation.kind)
    if not form.validate_on_submit():
        return _page(request_id, form, status=422)
    try:
        with transaction() as session:
            accept_request(session, current_actor(), request_id=request_id, roles=form.chosen())
    except Invalid as error:
        form.refuse(error)
        return _page(request_id, form, status=422)
    except Conflict as error:
        form.form_errors.append(error.message)
        return _page(request_id, form, status=409)
    toast("L’invitation part à cette adresse : la personne entre quand elle ouvre le lien.")
    return redirect(url_for("dashboard.home"))


@blueprint.post("/demandes/<int:request_id>/refuser")
@requires(Permission.MEMBER_MANAGE)
def refuse_join(request_id: int) -> Response:
    """Say no."""
    with transaction() as session:
        refuse_request(session, current_actor(), request_id=request_id)
    toast("La demande est refusée ; la personne en est prévenue.", "info")
    return redirect(url_for("dashboard.home"))


def _page(request_id: int, form: RolesForm, *, status: int = 200) -> Response:
    row, organisation = load_request(db.session(), current_actor(), request_id)
    if organisation is not None:
        form.offer(organisation.kind)
    return page(
        "accounts/join_request.html",
        row=row,
        organisation=organisation,
        closed=closed_house(db.session(), row),
        form=form,
        empty=ButtonForm(formdata=None),
        status=status,
    )
