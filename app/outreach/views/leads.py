"""Leads: companies to call, given by placements."""

from __future__ import annotations

from flask import Response, request, url_for

from app.core.db import db, transaction
from app.core.errors import Conflict, Invalid
from app.core.htmx import page, redirect, toast
from app.core.pages import page_number
from app.core.permissions import current_actor, requires
from app.outreach.forms import EmptyForm, LeadForm
from app.outreach.labels import LEAD_KINDS, LEAD_STATES
from app.outreach.queries.leads import lead_list
from app.outreach.services import close_lead, take_lead
from app.outreach.views.door import blueprint
from app.policy.permissions import Permission


@blueprint.get("/pistes")
@requires(Permission.LEAD_HANDLE)
def list_leads() -> Response:
    """Open leads of the territory, or those that are over."""
    return _list()


@blueprint.post("/pistes/<int:lead_id>/prendre")
@requires(Permission.LEAD_HANDLE)
def take(lead_id: int) -> Response:
    """I call this company."""
    try:
        with transaction() as session:
            take_lead(session, current_actor(), lead_id=lead_id)
    except Conflict as error:
        toast(error.message, "error")
        return _list(status=409)
    toast("La piste est à vous : appelez, puis dites ce qu’elle a donné.")
    return redirect(url_for("outreach.list_leads"))


@blueprint.post("/pistes/<int:lead_id>/terminer")
@requires(Permission.LEAD_HANDLE)
def end_lead(lead_id: int) -> Response:
    """What the lead gave."""
    form = LeadForm()
    if not form.validate_on_submit():
        return _list(status=422, refused={lead_id: form})
    try:
        with transaction() as session:
            close_lead(
                session,
                current_actor(),
                lead_id=lead_id,
                is_done=form.result.data == "done",
                outcome=form.outcome.data,
            )
    except Invalid as error:
        form.refuse(error)
        return _list(status=422, refused={lead_id: form})
    except Conflict as error:
        toast(error.message, "error")
        return _list(status=409)
    toast("C’est noté, merci.")
    return redirect(url_for("outreach.list_leads"))


def _list(*, status: int = 200, refused: dict[int, LeadForm] | None = None) -> Response:
    is_open = request.args.get("etat") != "finies"
    leads = lead_list(
        db.session(),
        current_actor(),
        is_open=is_open,
        number=page_number(request.args.get("page")),
    )
    forms = {row.id: LeadForm(formdata=None) for row in leads.rows} | (refused or {})
    return page(
        "outreach/leads.html",
        status=status,
        leads=leads,
        is_open=is_open,
        forms=forms,
        kinds=LEAD_KINDS,
        states=LEAD_STATES,
        form=EmptyForm(formdata=None),
    )
