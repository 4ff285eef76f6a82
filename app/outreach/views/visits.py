"""The visit sheet, made for a phone, and the visits that were made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Response, current_app, make_response, request, url_for

from app.core.db import db, transaction
from app.core.errors import Conflict, Invalid
from app.core.htmx import page, redirect, render, toast
from app.core.pages import page_number
from app.core.permissions import current_actor, ensure, public, requires
from app.openings.queries import CompanyFilters, company_facts, company_list, company_page
from app.outreach.forms import EmptyForm, VisitFilterForm, VisitForm
from app.outreach.labels import KINDS, OBJECTIONS, STEPS
from app.outreach.models import VisitKind
from app.outreach.queries.day import base_of, plan_day
from app.outreach.queries.measures import measure_labels
from app.outreach.queries.visits import VisitFilters, last_met, visit_list, visit_page, visits_of
from app.outreach.services import draft_from_visit, finish_step, record_visit
from app.outreach.views.door import blueprint
from app.policy.permissions import Permission
from app.reference.queries import resolve_trade

# The day as the first page shows it, before its filters are touched.
DAY_KM, DAY_VISITS = 30, 6


@blueprint.get("/hors-ligne.js")
@public
def offline_worker() -> Response:
    """The service worker of the visit sheet; its address gives it the pages of field agents and no other."""
    source = Path(current_app.static_folder or "static") / "js" / "visit-worker.js"
    answer = make_response(source.read_text(encoding="utf-8"))
    answer.mimetype = "text/javascript"
    return answer


@blueprint.get("/visites/nouvelle")
@requires(Permission.OUTREACH_DAY)
def new_visit() -> Response:
    """The sheet: of a company when one is given, else one to name."""
    form = VisitForm(formdata=None)
    company_id = request.args.get("company", type=int)
    if company_id is not None:
        ensure(current_actor(), Permission.VISIT_RECORD, company_facts(db.session(), company_id))
        form.company_id.data = str(company_id)
        met = last_met(db.session(), current_actor(), company_id)
        if met is not None:
            form.person_met.data, form.person_function.data = met
    return _sheet(form)


@blueprint.post("/visites/nouvelle")
@requires(Permission.VISIT_RECORD)
def add_visit() -> Response:
    """Write the visit, once."""
    form = VisitForm()
    is_valid = form.validate_on_submit()
    company_id = _company_of(form)
    rome_code = None
    if form.trade.data or form.rome_code.data:
        rome_code = form.take_trade(
            resolve_trade(db.session(), form.trade.data, form.rome_code.data)
        )
        is_valid = is_valid and rome_code is not None
    if not is_valid or company_id is None:
        return _sheet(form, status=422)
    try:
        with transaction() as session:
            visit = record_visit(
                session,
                current_actor(),
                company_id=company_id,
                details=form.details(rome_code),
                request_key=form.request_key.data,
            )
            visit_id = visit.id
    except Invalid as error:
        form.refuse(error)
        return _sheet(form, status=422)
    toast("La visite est enregistrée.")
    return redirect(url_for("outreach.show_visit", visit_id=visit_id))


def _company_of(form: VisitForm) -> int | None:
    """The company that the sheet means; in doubt the sheet says so and shows those it may be.

    Raises:
        NotFound: a company of another territory, of which a sheet to correct would show the visits.
    """
    chosen = str(form.company_id.data or "")
    if chosen.isdecimal() and len(chosen) < 10:
        ensure(current_actor(), Permission.VISIT_RECORD, company_facts(db.session(), int(chosen)))
        return int(chosen)
    typed = form.company.data
    if not typed:
        form.company.errors = [*form.company.errors, "Écrivez le nom ou le SIRET de l’entreprise."]
        return None
    found = _candidates(typed)
    if len(found) == 1:
        return int(found[0].id)
    message = (
        "Plusieurs entreprises sont possibles : choisissez la bonne."
        if found
        else "Aucune entreprise de ce nom : vérifiez, ou ajoutez-la d’abord."
    )
    form.company.errors = [*form.company.errors, message]
    return None


def _candidates(typed: str) -> list[Any]:
    filters = CompanyFilters(words=typed)
    return list(company_list(db.session(), current_actor(), filters, number=1, size=6).rows)


def _of_today() -> list[Any]:
    """Companies of the agent's day: one tap names them, even without a network."""
    session, actor = db.session(), current_actor()
    base = base_of(session, actor)
    if base.latitude is None or base.longitude is None:
        return []
    day = plan_day(
        session,
        actor,
        start=(base.latitude, base.longitude),
        radius_km=DAY_KM,
        visits=DAY_VISITS,
        membership_id=base.membership_id,
    )
    return [stop.row for stop in day.stops]


def _sheet(form: VisitForm, *, status: int = 200) -> Response:
    session = db.session()
    chosen = str(form.company_id.data or "")
    company_id = int(chosen) if chosen.isdecimal() and len(chosen) < 10 else None
    company = company_page(session, company_id) if company_id is not None else None
    typed = form.company.data if company is None else None
    return page(
        "outreach/visit_form.html",
        status=status,
        form=form,
        company=company.Organisation if company else None,
        objects_since=company.Company.objects_to_prospecting_since
        if company and company.Company
        else None,
        candidates=_candidates(typed) if typed and status == 422 else [],
        nearby=_of_today() if company is None and status == 200 else [],
        earlier=visits_of(session, company_id, 3) if company_id is not None else [],
        kinds=KINDS,
    )


@blueprint.get("/visites")
@requires(Permission.VISIT_LIST)
def list_visits() -> Response:
    """Visits of the territory or region; an agent sees the own ones first."""
    form = VisitFilterForm(request.args)
    actor = current_actor()
    company_id = request.args.get("company", type=int)
    is_agent = bool(actor.territory) and company_id is None
    if not form.whose.raw_data:
        form.whose.data = "mine" if is_agent else "all"
    filters = VisitFilters(
        mine=form.whose.data == "mine",
        kind=next((one for one in VisitKind if one.value == form.kind.data), None),
        due=form.due.data == "1",
        company_id=company_id,
    )
    return render(
        "outreach/visits.html",
        fragments=["outreach/_visit_list.html"],
        form=form,
        company_id=company_id,
        visits=visit_list(
            db.session(), actor, filters, number=page_number(request.args.get("page"))
        ),
        kinds=KINDS,
        steps=STEPS,
    )


@blueprint.get("/visites/<int:visit_id>")
@requires(Permission.VISIT_LIST)
def show_visit(visit_id: int) -> Response:
    """One visit, and what can be done from it."""
    return _show(visit_id)


@blueprint.post("/visites/<int:visit_id>/suite")
@requires(Permission.VISIT_RECORD)
def end_step(visit_id: int) -> Response:
    """The next step is done."""
    try:
        with transaction() as session:
            finish_step(session, current_actor(), visit_id=visit_id)
    except Conflict as error:
        toast(error.message, "error")
        return _show(visit_id, status=409)
    toast("C’est noté : la suite est faite.")
    return redirect(url_for("outreach.show_visit", visit_id=visit_id))


@blueprint.post("/visites/<int:visit_id>/offre")
@requires(Permission.VISIT_RECORD)
def raise_opening(visit_id: int) -> Response:
    """A draft from what was said; the next page finishes it."""
    try:
        with transaction() as session:
            opening_id = draft_from_visit(session, current_actor(), visit_id=visit_id).id
    except (Conflict, Invalid) as error:
        toast(error.message, "error")
        return _show(visit_id, status=error.status)
    toast("Voici le brouillon : complétez-le, puis faites-le relire par l’entreprise.")
    return redirect(url_for("openings.edit_opening_form", opening_id=opening_id))


def _show(visit_id: int, *, status: int = 200) -> Response:
    session, actor = db.session(), current_actor()
    found = visit_page(session, actor, visit_id)
    return page(
        "outreach/visit.html",
        status=status,
        visit=found.row,
        found=found,
        is_ours=found.row.organisation_id == actor.organisation_id,
        facts=company_facts(session, found.row.company_id),
        kinds=KINDS,
        steps=STEPS,
        objections=OBJECTIONS,
        labels=measure_labels(),
        form=EmptyForm(formdata=None),
    )
