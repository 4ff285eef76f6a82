"""Companies: the list, one page, its form."""

from __future__ import annotations

from flask import Response, request, url_for

from app.core.db import db, transaction
from app.core.errors import Conflict, Invalid
from app.core.htmx import page, redirect, render, toast
from app.core.permissions import current_actor, ensure, requires
from app.openings.forms import HOSTS, STATUSES, CompanyForm, whole_or_none
from app.openings.queries import (
    OpeningFilters,
    company_facts,
    company_list,
    company_page,
    opening_list,
)
from app.openings.services import CompanyDetails, add_company, edit_company
from app.openings.views.door import blueprint
from app.policy.permissions import Permission
from app.reference.queries import idcc_label, place_of, resolve_commune


@blueprint.get("/entreprises")
@requires(Permission.COMPANY_LIST)
def list_companies() -> Response:
    """Companies, found by name, SIREN or SIRET."""
    words = request.args.get("q", "").replace("\0", "").strip()[:120]
    return render(
        "openings/companies.html",
        fragments=["openings/_company_list.html"],
        words=words,
        companies=company_list(
            db.session(), words=words, number=request.args.get("page", 1, type=int)
        ),
    )


@blueprint.get("/entreprises/<int:organisation_id>")
@requires(Permission.COMPANY_VIEW)
def show_company(organisation_id: int) -> Response:
    """One company: codes, size, agreement and OPCO, openings that this actor may see."""
    session, actor = db.session(), current_actor()
    facts = company_facts(session, organisation_id)
    ensure(actor, Permission.COMPANY_VIEW, facts)
    row = company_page(session, organisation_id)
    idcc = row.Company.idcc if row.Company else None
    return page(
        "openings/company.html",
        organisation=row.Organisation,
        company=row.Company,
        site=row.Site,
        commune=row.commune,
        activity=row.activity,
        agreement=idcc_label(idcc) if idcc else None,
        openings=opening_list(
            session,
            actor,
            OpeningFilters(employer_id=organisation_id),
            number=request.args.get("page", 1, type=int),
        ),
        facts=facts,
        hosts=HOSTS,
        statuses=STATUSES,
    )


@blueprint.get("/entreprises/nouvelle")
@requires(Permission.COMPANY_EDIT)
def new_company() -> Response:
    """The form of a new company."""
    return _form_page(CompanyForm(formdata=None), None)


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
    _may_edit(organisation_id)
    session = db.session()
    row = company_page(session, organisation_id)
    form = CompanyForm(formdata=None)
    for name in ("name", "siret", "email", "phone"):
        form[name].data = getattr(row.Organisation, name)
    if row.Company is not None:
        for name in ("naf_code", "headcount", "idcc", "objects_to_prospecting_since"):
            form[name].data = getattr(row.Company, name)
        form.hosts_mission_youth.data = row.Company.hosts_mission_youth.value
    if row.Site is not None:
        form.address.data = row.Site.address
        form.show_commune(place_of(session, row.Site.commune_code))
    form.version.data = str(row.Organisation.version)
    return _form_page(form, organisation_id)


@blueprint.post("/entreprises/<int:organisation_id>/modifier")
@requires(Permission.COMPANY_EDIT)
def change_company(organisation_id: int) -> Response:
    """Change a company."""
    _may_edit(organisation_id)
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


def _may_edit(organisation_id: int) -> None:
    """Answer 404 or 403 before the form is read; the service judges again what it changes."""
    facts = company_facts(db.session(), organisation_id)
    ensure(current_actor(), Permission.COMPANY_EDIT, facts, seen_by=Permission.COMPANY_VIEW)


def _details(form: CompanyForm) -> CompanyDetails | None:
    is_valid = form.validate_on_submit()
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


def _form_page(form: CompanyForm, organisation_id: int | None, *, status: int = 200) -> Response:
    return page(
        "openings/company_form.html", form=form, organisation_id=organisation_id, status=status
    )
