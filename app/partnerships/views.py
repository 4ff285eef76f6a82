"""Agreements: the list, a new one, the end of one."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from app.accounts.models import Organisation
from app.accounts.queries import search_organisations
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict, Invalid, NotFound
from app.core.forms import ButtonForm, whole_or_none
from app.core.htmx import is_fragment_request, page, redirect, render, toast
from app.core.pages import page_number
from app.core.permissions import current_actor, requires
from app.core.text import sort_key
from app.partnerships.forms import AgreementForm, FrameworkForm, RenewForm
from app.partnerships.queries import (
    agreement_list,
    frameworks,
    missing_agreements,
    parties_facts,
    sheet_of,
)
from app.partnerships.services import (
    PARTY_KINDS,
    SHEET_VERSION,
    close_framework,
    create_agreement,
    end_agreement,
    renew_agreement,
    sign_sheet,
    write_framework,
    write_local_versions,
)
from app.policy.actor import Role
from app.policy.facts import Facts
from app.policy.matrix import can, may_ever
from app.policy.permissions import Permission
from app.policy.predicates import a_party

blueprint = Blueprint("partnerships", __name__, url_prefix="/conventions")


@blueprint.get("/")
@requires(Permission.AGREEMENT_LIST)
def list_agreements() -> Response:
    """Who shares what with whom."""
    return _list()


@blueprint.get("/nouvelle")
@requires(Permission.AGREEMENT_EDIT)
def new_agreement() -> Response:
    """The form of a new agreement."""
    return _form_page(AgreementForm(formdata=None))


@blueprint.post("/nouvelle")
@requires(Permission.AGREEMENT_EDIT)
def add_agreement() -> Response:
    """Write down an agreement."""
    form = AgreementForm()
    is_valid = form.validate_on_submit()
    first = _first_party(form)
    partner, choices = _party(form, "partner")
    if not is_valid or first is None or partner is None:
        return _form_page(form, choices=choices, status=422)
    try:
        with transaction() as session:
            create_agreement(
                session,
                current_actor(),
                first_party_id=first,
                second_party_id=partner,
                sharing=form.sharing(),
                request_key=form.request_key.data,
            )
    except Invalid as error:
        form.refuse(error)
        return _form_page(form, choices=choices, status=422)
    except Conflict as error:
        form.form_errors.append(error.message)
        return _form_page(form, choices=choices, status=409)
    toast("La convention est écrite. Elle partage dès que les deux parties ont signé leur fiche.")
    return redirect(url_for("partnerships.list_agreements"))


@blueprint.get("/manquantes")
@requires(Permission.AGREEMENT_LIST)
def missing() -> Response:
    """Mission locale and point A of one territory that have no agreement."""
    return _missing()


@blueprint.get("/nationales/nouvelle")
@requires(Permission.FRAMEWORK_WRITE)
def new_framework() -> Response:
    """The form of a national agreement."""
    return page("partnerships/framework.html", form=FrameworkForm(formdata=None))


@blueprint.post("/nationales/nouvelle")
@requires(Permission.FRAMEWORK_WRITE)
def add_framework() -> Response:
    """Write down a national agreement."""
    form = FrameworkForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                write_framework(
                    session,
                    current_actor(),
                    name=str(form.name.data),
                    signed_on=form.signed_on.data or clock.today(),
                    shares_youth=bool(form.shares_youth.data),
                    shares_events=bool(form.shares_events.data),
                    request_key=form.request_key.data,
                )
            toast("La convention nationale est écrite. Déclinez-la pour les paires qui manquent.")
            return redirect(url_for("partnerships.missing"))
        except Invalid as error:
            form.refuse(error)
    return page("partnerships/framework.html", form=form, status=422)


@blueprint.post("/nationales/<int:framework_id>/archiver")
@requires(Permission.FRAMEWORK_WRITE)
def end_framework(framework_id: int) -> Response:
    """Say that a national agreement is of the past."""
    try:
        with transaction() as session:
            close_framework(session, current_actor(), framework_id=framework_id)
    except Conflict as error:
        toast(error.message, "error")
        return _missing(status=409)
    toast("C’est noté : les conventions locales continuent, aucune nouvelle n’en sera tirée.")
    return redirect(url_for("partnerships.missing"))


@blueprint.post("/nationales/<int:framework_id>/decliner")
@requires(Permission.FRAMEWORK_USE)
def write_locals(framework_id: int) -> Response:
    """Write the local versions of a national agreement, in one click."""
    try:
        with transaction() as session:
            rows = write_local_versions(session, current_actor(), framework_id=framework_id)
            count = len(rows)
    except Conflict as error:
        toast(error.message, "error")
        return _missing(status=409)
    toast(
        f"{count} convention(s) locale(s) créée(s) : chaque partie est prévenue et signe sa fiche."
    )
    return redirect(url_for("partnerships.missing"))


@blueprint.get("/<int:agreement_id>")
@requires(Permission.AGREEMENT_LIST)
def sheet(agreement_id: int) -> Response:
    """The data-sharing sheet: made to be read, signed and printed."""
    return _sheet(agreement_id)


@blueprint.post("/<int:agreement_id>/signer")
@requires(Permission.AGREEMENT_EDIT)
def sign(agreement_id: int) -> Response:
    """Sign the sheet for the organisation worn."""
    try:
        with transaction() as session:
            sign_sheet(session, current_actor(), agreement_id=agreement_id)
    except Conflict as error:
        toast(error.message, "error")
        return _sheet(agreement_id, status=409)
    toast("La fiche est signée pour votre structure.")
    return redirect(url_for("partnerships.sheet", agreement_id=agreement_id))


@blueprint.post("/<int:agreement_id>/renouveler")
@requires(Permission.AGREEMENT_EDIT)
def renew(agreement_id: int) -> Response:
    """Write the agreement that follows this one."""
    form = RenewForm()
    if not form.validate_on_submit():
        return _sheet(agreement_id, form, status=422)
    try:
        with transaction() as session:
            following = renew_agreement(
                session, current_actor(), agreement_id=agreement_id, valid_to=form.valid_to.data
            )
            new_id = following.id
    except Invalid as error:
        form.refuse(error)
        return _sheet(agreement_id, form, status=422)
    except Conflict as error:
        form.form_errors.append(error.message)
        return _sheet(agreement_id, form, status=409)
    toast("La convention qui suit est écrite.")
    return redirect(url_for("partnerships.sheet", agreement_id=new_id))


@blueprint.post("/<int:agreement_id>/terminer")
@requires(Permission.AGREEMENT_EDIT)
def stop_agreement(agreement_id: int) -> Response:
    """End an agreement now."""
    with transaction() as session:
        end_agreement(session, current_actor(), agreement_id=agreement_id)
    toast("La convention est terminée : plus rien n’est partagé par elle.")
    if is_fragment_request():
        return _list()
    return redirect(url_for("partnerships.list_agreements"))


def _list() -> Response:
    actor = current_actor()
    agreements = agreement_list(db.session(), actor, number=page_number(request.args.get("page")))
    endable = {
        row.id
        for row in agreements.rows
        if can(
            actor,
            Permission.AGREEMENT_EDIT,
            Facts(
                organisation_id=row.first_party_id,
                other_organisation_id=row.second_party_id,
                regions=frozenset(filter(None, (row.first_region, row.second_region))),
            ),
        )
    }
    return render(
        "partnerships/list.html",
        fragments=["partnerships/_agreement_list.html"],
        agreements=agreements,
        endable=endable,
        form=ButtonForm(formdata=None),
        may_add=may_ever(actor, Permission.AGREEMENT_EDIT),
    )


def _missing(*, status: int = 200) -> Response:
    session, actor = db.session(), current_actor()
    return page(
        "partnerships/missing.html",
        pairs=missing_agreements(session, actor),
        frameworks=frameworks(session),
        may_use=may_ever(actor, Permission.FRAMEWORK_USE),
        may_write=may_ever(actor, Permission.FRAMEWORK_WRITE),
        form=ButtonForm(formdata=None),
        status=status,
    )


def _sheet(agreement_id: int, form: RenewForm | None = None, *, status: int = 200) -> Response:
    session, actor = db.session(), current_actor()
    found = sheet_of(session, actor, agreement_id)
    facts = parties_facts(session, found.first.id, found.second.id)
    may_edit = can(actor, Permission.AGREEMENT_EDIT, facts)
    is_over = found.agreement.valid_to is not None and found.agreement.valid_to < clock.today()
    return page(
        "partnerships/sheet.html",
        sheet=found,
        is_over=is_over,
        may_edit=may_edit,
        may_sign=may_edit
        and a_party(actor, facts)
        and not is_over
        and not found.is_signed_by(actor.organisation_id),
        version=SHEET_VERSION,
        form=form or RenewForm(formdata=None),
        status=status,
    )


def _writes_for_others() -> bool:
    """The region and the platform write for two others; a party writes for itself."""
    return current_actor().has(Role.REGIONAL_COORDINATOR, Role.PLATFORM_ADMIN)


def _first_party(form: AgreementForm) -> int | None:
    if not _writes_for_others():
        return current_actor().organisation_id
    return _party(form, "first")[0]


def _party(form: AgreementForm, name: str) -> tuple[int | None, list[Organisation]]:
    """The organisation that was picked, or the only one of that name; else those to pick from."""
    typed, picked = str(form[name].data or ""), whole_or_none(form[f"{name}_id"].data)
    found = search_organisations(db.session(), typed, kinds=PARTY_KINDS) if typed else []
    if picked in {one.id for one in found}:
        return picked, found
    exact = [one for one in found if one.sort_name == sort_key(typed)]
    if len(exact) == 1:
        return exact[0].id, exact
    if typed:
        form[name].errors = [
            *form[name].errors,
            "Plusieurs organisations sont possibles : choisissez la bonne dans la liste."
            if found
            else "Aucune organisation de ce nom. Essayez un morceau du nom ou le SIRET.",
        ]
    return None, found


def _form_page(
    form: AgreementForm, *, choices: list[Organisation] | None = None, status: int = 200
) -> Response:
    if not may_ever(current_actor(), Permission.AGREEMENT_EDIT):
        raise NotFound
    return page(
        "partnerships/form.html",
        form=form,
        choices=choices or [],
        writes_for_others=_writes_for_others(),
        status=status,
    )
