"""Companies: the list, one page, its form."""

from __future__ import annotations

from math import sqrt
from typing import Any

from flask import Response, request, url_for

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict, Invalid
from app.core.forms import whole_or_none
from app.core.htmx import page, redirect, render, toast
from app.core.pages import page_number
from app.core.permissions import current_actor, ensure, requires
from app.openings.forms import (
    HAD,
    HOSTS,
    STATUSES,
    ActionForm,
    CompanyFilterForm,
    CompanyForm,
)
from app.openings.models import HostsYouth
from app.openings.queries import (
    CompanyFilters,
    OpeningFilters,
    company_facts,
    company_list,
    company_page,
    establishments_of,
    merges_of,
    opening_list,
    pairs_of,
    tense_activities,
    tense_trades,
)
from app.openings.queries.facts import facts_of_company
from app.openings.registry import learn, registry_for
from app.openings.services import CompanyDetails, add_company, edit_company
from app.openings.views.door import blueprint
from app.policy.facts import Facts
from app.policy.matrix import can
from app.policy.permissions import Permission
from app.reference.queries import idcc_label, place_of, resolve_commune
from app.reference.queries.nearby import position_of
from app.rules.opco import opco_hint


@blueprint.get("/entreprises")
@requires(Permission.COMPANY_LIST)
def list_companies() -> Response:
    """Companies, found by number, by name even misspelt, by commune and around it."""
    form = CompanyFilterForm(request.args)
    filters = company_filters(form)
    return render(
        "openings/companies.html",
        fragments=["openings/_company_list.html"],
        form=form,
        sort=filters.sort,
        has_origin=filters.origin is not None,
        root=sqrt,
        hosts=HOSTS,
        companies=company_list(
            db.session(),
            current_actor(),
            filters,
            number=page_number(request.args.get("page")),
        ),
    )


def company_filters(form: CompanyFilterForm) -> CompanyFilters:
    """What the form means; a commune is understood here."""
    session, actor = db.session(), current_actor()
    origin = None
    if form.commune.data:
        answer = resolve_commune(
            session, form.commune.data, form.commune_code.data, departements=actor.territory
        )
        form.take_commune(answer)
        origin = position_of(answer)
    low, high = form.bounds()
    return CompanyFilters(
        words=str(form.q.data or "")[:120],
        origin=origin,
        radius_km=whole_or_none(form.km.data) or 20,
        hosts=next((one for one in HostsYouth if one.value == form.hosts.data), None),
        activities=tense_activities(session, min(actor.regions, default=None), clock.today())
        if form.shortage.data
        else None,
        low=low,
        high=high,
        first_time=bool(form.first.data),
        sort=str(form.sort.data or "name"),
    )


@blueprint.get("/entreprises/<int:organisation_id>")
@requires(Permission.COMPANY_VIEW)
def show_company(organisation_id: int) -> Response:
    """One company: codes, size, agreement and OPCO, places, openings that this actor may see."""
    session, actor = db.session(), current_actor()
    row = company_page(session, organisation_id)
    facts = facts_of_company(row)
    ensure(actor, Permission.COMPANY_VIEW, facts)
    company = row.Company
    return page(
        "openings/company.html",
        organisation=row.Organisation,
        company=company,
        site=row.Site,
        commune=row.commune,
        activity=row.activity,
        openings=opening_list(
            session,
            actor,
            OpeningFilters(record_id=organisation_id),
            number=page_number(request.args.get("page")),
        ),
        facts=facts,
        hosts=HOSTS,
        had=HAD,
        statuses=STATUSES,
        form=ActionForm(formdata=None),
        **_about(row, facts),
    )


def _about(row: Any, facts: Facts) -> dict[str, Any]:
    """Agreement and OPCO, shortage, places, and for those who merge the doubles."""
    session, actor = db.session(), current_actor()
    organisation, company = row.Organisation, row.Company
    idcc = company.idcc if company else None
    naf = company.naf_code if company else None
    may_merge = can(actor, Permission.COMPANY_MERGE, facts)
    return {
        "agreement": idcc_label(idcc) if idcc else None,
        "opco": opco_hint(idcc) if idcc else None,
        "tense": tense_trades(session, naf, organisation.region_code, clock.today()),
        "places": establishments_of(session, organisation.id),
        "merges": merges_of(session, organisation.id) if may_merge else [],
        "pairs": pairs_of(session, organisation.id) if may_merge else [],
    }


@blueprint.get("/entreprises/nouvelle")
@requires(Permission.COMPANY_EDIT)
def new_company() -> Response:
    """The form of a new company; a SIRET that the register knows fills it."""
    form = CompanyForm(formdata=None)
    typed = request.args.get("siret", "")
    found = registry_for(db.session()).establishment("".join(typed.split())) if typed else None
    if typed:
        form.siret.data = typed[:20]
    if found is not None:
        form.name.data, form.naf_code.data = found.name, found.naf_code
        form.address.data = found.address
        form.show_commune(place_of(db.session(), found.commune_code))
    return _form_page(form, None, looked_up=typed, registered=found)


@blueprint.post("/entreprises/nouvelle")
@requires(Permission.COMPANY_EDIT)
def create_company_page() -> Response:
    """Create a company that nobody knows yet."""
    form = CompanyForm()
    details = _details(form)
    if details is None:
        return _form_page(form, None, status=422)
    try:
        with transaction() as session:
            organisation = add_company(
                session, current_actor(), details=details, request_key=form.request_key.data
            )
            organisation_id = organisation.id
    except Invalid as error:
        form.refuse(error)
        return _form_page(form, None, status=422)
    except Conflict as error:
        form.form_errors.append(error.message)
        return _form_page(form, None, status=409)
    toast("L’entreprise est créée.")
    return redirect(url_for("openings.show_company", organisation_id=organisation_id))


@blueprint.get("/entreprises/<int:organisation_id>/modifier")
@requires(Permission.COMPANY_EDIT)
def edit_company_form(organisation_id: int) -> Response:
    """The form of a company."""
    may_edit(organisation_id)
    session = db.session()
    row = company_page(session, organisation_id)
    form = CompanyForm(formdata=None)
    for name in ("name", "siret", "email", "phone"):
        form[name].data = getattr(row.Organisation, name)
    if row.Company is not None:
        for name in KEPT_AS_TYPED:
            form[name].data = getattr(row.Company, name)
        form.hosts_mission_youth.data = row.Company.hosts_mission_youth.value
        form.had_apprentices.data = row.Company.had_apprentices.value
    if row.Site is not None:
        form.address.data = row.Site.address
        form.show_commune(place_of(session, row.Site.commune_code))
    form.version.data = str(row.Organisation.version)
    return _form_page(form, organisation_id)


KEPT_AS_TYPED = (
    "naf_code",
    "headcount",
    "idcc",
    "opco",
    "hosts_conditions",
    "hosts_said_by",
    "objects_to_prospecting_since",
)


@blueprint.post("/entreprises/<int:organisation_id>/modifier")
@requires(Permission.COMPANY_EDIT)
def change_company(organisation_id: int) -> Response:
    """Change a company."""
    may_edit(organisation_id)
    form = CompanyForm()
    details = _details(form)
    if details is None:
        return _form_page(form, organisation_id, status=422)
    try:
        with transaction() as session:
            edit_company(
                session,
                current_actor(),
                organisation_id=organisation_id,
                version=whole_or_none(form.version.data) or 0,
                details=details,
            )
    except Invalid as error:
        form.refuse(error)
        return _form_page(form, organisation_id, status=422)
    toast("La fiche est enregistrée.")
    return redirect(url_for("openings.show_company", organisation_id=organisation_id))


def may_edit(organisation_id: int) -> None:
    """Answer 404 or 403 before the form is read; the service judges again what it changes."""
    facts = company_facts(db.session(), organisation_id)
    ensure(current_actor(), Permission.COMPANY_EDIT, facts, seen_by=Permission.COMPANY_VIEW)


def _details(form: CompanyForm) -> CompanyDetails | None:
    is_valid = form.validate_on_submit()
    learn(db.session(), form.siret.data)
    commune_code = None
    if form.commune.data or form.commune_code.data:
        commune_code = form.take_commune(
            resolve_commune(
                db.session(),
                form.commune.data,
                form.commune_code.data,
                departements=current_actor().territory,
            )
        )
        is_valid = is_valid and commune_code is not None
    return form.details(commune_code) if is_valid else None


def _form_page(
    form: CompanyForm,
    organisation_id: int | None,
    *,
    status: int = 200,
    looked_up: str = "",
    registered: object = None,
) -> Response:
    return page(
        "openings/company_form.html",
        form=form,
        organisation_id=organisation_id,
        looked_up=looked_up,
        registered=registered,
        status=status,
    )
