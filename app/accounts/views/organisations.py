"""Organisations: the list, one page, its form, accepted and closed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from flask import Response, request, url_for

from app.accounts.forms import AliasForm, OrganisationFilterForm, OrganisationForm
from app.accounts.labels import KINDS, ROLES, STATUSES
from app.accounts.models import Organisation, OrganisationStatus
from app.accounts.queries import (
    OrganisationFilters,
    members_of,
    organisation_facts,
    organisation_list,
    organisation_page,
    pending_invitations,
    pending_requests,
    same_organisations,
)
from app.accounts.queries.organisations import SORTS
from app.accounts.services import (
    LooksAlike,
    approve_organisation,
    close_organisation,
    edit_organisation,
    found_organisation,
)
from app.accounts.views.blueprint import blueprint
from app.core.db import AnyRow, db, transaction
from app.core.errors import Conflict, Invalid
from app.core.forms import ButtonForm
from app.core.htmx import page, redirect, render, toast
from app.core.outbox import stopped_among
from app.core.pages import page_number
from app.core.permissions import current_actor, ensure, requires
from app.policy.actor import OrganisationKind, Role
from app.policy.matrix import can
from app.policy.permissions import Permission
from app.reference.queries import region_names

E = TypeVar("E", OrganisationKind, OrganisationStatus)


@blueprint.get("/organisations")
@requires(Permission.ORGANISATION_LIST)
def list_organisations() -> Response:
    """Organisations of the platform or of the region, found by name, SIRET or UAI."""
    form = OrganisationFilterForm(request.args)
    sort = request.args.get("sort", "name")
    filters = OrganisationFilters(
        words=str(form.q.data or "")[:120],
        kind=_one_of(OrganisationKind, form.kind.data),
        status=_one_of(OrganisationStatus, form.status.data),
        region_code=form.region.data if form.region.data in region_names() else None,
        sort=sort if sort.removeprefix("-") in SORTS else "name",
    )
    return render(
        "accounts/organisations.html",
        fragments=["accounts/_organisation_list.html"],
        form=form,
        sort=filters.sort,
        organisations=organisation_list(
            db.session(), current_actor(), filters, number=page_number(request.args.get("page"))
        ),
        kinds=KINDS,
        statuses=STATUSES,
        regions=region_names(),
    )


@blueprint.get("/organisations/<int:organisation_id>")
@requires(Permission.ORGANISATION_VIEW)
def show_organisation(organisation_id: int) -> Response:
    """One organisation: who it is, other names, sites, people, likely doubles."""
    return organisation_answer(organisation_id)


def organisation_answer(
    organisation_id: int, *, alias_form: AliasForm | None = None, status: int = 200
) -> Response:
    """The page of an organisation, for whoever may see it."""
    session, actor = db.session(), current_actor()
    found = organisation_page(session, organisation_id)
    one = found.organisation
    facts = organisation_facts(one)
    ensure(actor, Permission.ORGANISATION_VIEW, facts)
    is_manager = can(actor, Permission.MEMBER_MANAGE, facts)
    doubles = []
    if can(actor, Permission.ORGANISATION_APPROVE, facts):
        doubles = same_organisations(
            session,
            names=[one.name, *(alias.name for alias in found.aliases)],
            siren=one.siren,
            uai=one.uai,
            other_than=one.id,
        )
    people = _people(members_of(session, organisation_id))
    return page(
        "accounts/organisation.html",
        status=status,
        found=found,
        organisation=one,
        facts=facts,
        people=people,
        stopped=stopped_among(session, [one.email for one in people]) if is_manager else (),
        invitations=pending_invitations(session, organisation_id) if is_manager else [],
        requests=pending_requests(session, one) if is_manager else [],
        doubles=doubles,
        alias_form=alias_form or AliasForm(formdata=None),
        form=ButtonForm(formdata=None),
        kinds=KINDS,
        statuses=STATUSES,
        roles=ROLES,
        regions=region_names(),
    )


@blueprint.get("/organisations/nouvelle")
@requires(Permission.ORGANISATION_APPROVE)
def new_organisation() -> Response:
    """The form of a new organisation."""
    return _form_page(OrganisationForm(formdata=None), None)


@blueprint.post("/organisations/nouvelle")
@requires(Permission.ORGANISATION_APPROVE)
def create_organisation_page() -> Response:
    """Create an organisation that nobody knows yet."""
    form = OrganisationForm()
    if not form.validate_on_submit():
        return _form_page(form, None, status=422)
    try:
        with transaction() as session:
            created = found_organisation(
                session,
                current_actor(),
                kind=OrganisationKind(form.kind.data),
                details=form.details(),
                request_key=form.request_key.data,
                is_known_apart=bool(form.is_known_apart.data),
            )
            organisation_id = created.id
    except Invalid as error:
        form.refuse(error)
        return _form_page(form, None, status=422)
    except LooksAlike as error:
        form.form_errors.append(error.message)
        return _form_page(form, None, alike=error.organisation_ids, status=409)
    except Conflict as error:
        form.form_errors.append(error.message)
        return _form_page(form, None, status=409)
    toast("L’organisation est créée. Ajoutez son site, puis invitez une personne.")
    return redirect(url_for("accounts.show_organisation", organisation_id=organisation_id))


@blueprint.get("/organisations/<int:organisation_id>/modifier")
@requires(Permission.ORGANISATION_EDIT)
def edit_organisation_form(organisation_id: int) -> Response:
    """The form of an organisation."""
    one = organisation_to_edit(organisation_id)
    form = OrganisationForm(formdata=None, obj=one)
    form.version.data = str(one.version)
    return _form_page(form, one)


@blueprint.post("/organisations/<int:organisation_id>/modifier")
@requires(Permission.ORGANISATION_EDIT)
def change_organisation(organisation_id: int) -> Response:
    """Change an organisation."""
    one = organisation_to_edit(organisation_id)
    form = OrganisationForm()
    form.kind.validators, form.kind.data, form.kind.validate_choice = (), one.kind.value, False
    if not form.validate_on_submit():
        return _form_page(form, one, status=422)
    version = str(form.version.data or "")
    try:
        with transaction() as session:
            edit_organisation(
                session,
                current_actor(),
                organisation_id=organisation_id,
                version=int(version) if version.isdecimal() else 0,
                details=form.details(),
            )
    except Invalid as error:
        form.refuse(error)
        return _form_page(form, organisation_to_edit(organisation_id), status=422)
    toast("La fiche est enregistrée.")
    return redirect(url_for("accounts.show_organisation", organisation_id=organisation_id))


@blueprint.post("/organisations/<int:organisation_id>/accepter")
@requires(Permission.ORGANISATION_APPROVE)
def accept_organisation(organisation_id: int) -> Response:
    """Accept an organisation, or open a closed one again."""
    with transaction() as session:
        name = approve_organisation(session, current_actor(), organisation_id=organisation_id).name
    toast(f"{name} est active.")
    return redirect(url_for("accounts.show_organisation", organisation_id=organisation_id))


@blueprint.post("/organisations/<int:organisation_id>/fermer")
@requires(Permission.ORGANISATION_APPROVE)
def shut_organisation(organisation_id: int) -> Response:
    """Close an organisation."""
    try:
        with transaction() as session:
            name = close_organisation(
                session, current_actor(), organisation_id=organisation_id
            ).name
    except Conflict as error:
        toast(error.message, "error")
        return organisation_answer(organisation_id, status=409)
    toast(f"{name} est fermée : personne n’agit plus pour elle.", "info")
    return redirect(url_for("accounts.show_organisation", organisation_id=organisation_id))


def organisation_to_edit(organisation_id: int) -> Organisation:
    """Answer 404 or 403 before a form is read; the service judges again what it changes."""
    one = organisation_page(db.session(), organisation_id).organisation
    ensure(
        current_actor(),
        Permission.ORGANISATION_EDIT,
        organisation_facts(one),
        seen_by=Permission.ORGANISATION_VIEW,
    )
    return one


def _one_of(kind: type[E], text: str | None) -> E | None:
    return kind(text) if text in set(kind) else None


@dataclass(slots=True)
class Person:
    """One member with all their roles."""

    id: int
    name: str
    email: str
    is_active: bool
    roles: list[Role] = field(default_factory=list)


def _people(rows: Iterable[AnyRow]) -> list[Person]:
    found: dict[int, Person] = {}
    for row in rows:
        name = f"{row.given_name} {row.family_name}"
        person = found.setdefault(row.id, Person(row.id, name, row.email, row.is_active))
        person.roles.append(row.role)
    return list(found.values())


def _form_page(
    form: OrganisationForm,
    one: Organisation | None,
    *,
    alike: tuple[int, ...] = (),
    status: int = 200,
) -> Response:
    session = db.session()
    return page(
        "accounts/organisation_form.html",
        form=form,
        organisation=one,
        writes_codes=can(current_actor(), Permission.ORGANISATION_APPROVE),
        alike=[session.get_one(Organisation, one_id) for one_id in alike],
        status=status,
    )
