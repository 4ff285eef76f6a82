"""Whom to invite: companies that most youth nearby have a pair with, youth who have a pair here."""

from __future__ import annotations

from flask import Response, request, url_for

from app.accounts.queries import search_organisations
from app.core.access import AccessPurpose, note_reading
from app.core.db import db, transaction
from app.core.errors import Conflict, Invalid
from app.core.forms import ButtonForm, ticked
from app.core.htmx import page, redirect, toast
from app.core.pages import page_number
from app.core.permissions import current_actor, ensure, requires
from app.core.text import sort_key
from app.events import services
from app.events.forms import CompanyForm, PartnerForm
from app.events.queries.matching import companies_to_invite, youth_to_invite
from app.events.queries.pages import company_lines, published_openings, seen_event
from app.events.views.blueprint import WORDS, blueprint
from app.events.views.lists import event_answer
from app.policy.actor import OrganisationKind
from app.policy.permissions import Permission

COMPANIES = frozenset({OrganisationKind.COMPANY})


@blueprint.get("/<int:event_id>/jeunes")
@requires(Permission.EVENT_INVITE_YOUTH)
def choose_youth(event_id: int) -> Response:
    """Youth of one's house who have a post that suits them here."""
    return _youth(event_id)


@blueprint.post("/<int:event_id>/jeunes")
@requires(Permission.EVENT_INVITE_YOUTH)
def invite_youth(event_id: int) -> Response:
    """Invite the ticked ones."""
    chosen = ticked(request.form.getlist("jeune"))
    if not chosen:
        toast("Cochez au moins un jeune à inviter.", "warning")
        return _youth(event_id, status=422)
    try:
        with transaction() as session:
            guests = services.invite_youth(
                session, current_actor(), event_id=event_id, youth_ids=chosen
            )
            count = len(guests)
    except Conflict as error:
        toast(error.message, "warning")
        return _youth(event_id, status=409)
    toast(
        "Une invitation est écrite." if count == 1 else f"{count} invitations sont écrites.",
        "success" if count else "warning",
    )
    return redirect(url_for("events.show_event", event_id=event_id))


@blueprint.get("/<int:event_id>/entreprises")
@requires(Permission.EVENT_EDIT)
def choose_companies(event_id: int) -> Response:
    """Companies of the surroundings, and those invited already."""
    return _companies(event_id, CompanyForm(formdata=None))


@blueprint.post("/<int:event_id>/entreprises")
@requires(Permission.EVENT_EDIT)
def invite_companies(event_id: int) -> Response:
    """Invite the ticked companies, one table each."""
    chosen = ticked(request.form.getlist("entreprise"))
    if not chosen:
        toast("Cochez au moins une entreprise à inviter.", "warning")
        return _companies(event_id, CompanyForm(formdata=None), status=422)
    return _invite(event_id, dict.fromkeys(chosen, 1), CompanyForm(formdata=None))


@blueprint.post("/<int:event_id>/entreprises/autre")
@requires(Permission.EVENT_EDIT)
def invite_other(event_id: int) -> Response:
    """Invite one company by its name, with its tables."""
    form = CompanyForm()
    typed, picked = str(form.company.data or ""), str(form.company_id.data or "")
    found = search_organisations(db.session(), typed, kinds=COMPANIES) if typed else []
    exact = [one for one in found if str(one.id) == picked or one.sort_name == sort_key(typed)]
    if not form.validate_on_submit() or len(exact) != 1:
        if typed:
            form.company.errors = [
                "Choisissez la bonne entreprise dans la liste."
                if found
                else "Aucune entreprise de ce nom. Essayez un morceau du nom ou le SIRET."
            ]
        return _companies(event_id, form, choices=found, status=422)
    return _invite(event_id, {exact[0].id: form.tables.data or 1}, form)


@blueprint.post("/<int:event_id>/entreprises/<int:company_id>/offres")
@requires(Permission.EVENT_EDIT)
def show_openings(event_id: int, company_id: int) -> Response:
    """Choose which openings a company shows on the day."""
    chosen = ticked(request.form.getlist("offre"))
    try:
        with transaction() as session:
            services.show_openings(
                session,
                current_actor(),
                event_id=event_id,
                company_id=company_id,
                opening_ids=chosen,
            )
    except (Conflict, Invalid) as error:
        toast(error.message, "warning")
        return _companies(event_id, CompanyForm(formdata=None), status=error.status)
    toast("L’entreprise montrera ces offres : les rencontres porteront sur elles.")
    return redirect(url_for("events.choose_companies", event_id=event_id))


@blueprint.post("/<int:event_id>/jeunes/demander")
@requires(Permission.EVENT_EDIT)
def ask_houses(event_id: int) -> Response:
    """Ask the advisers of partner houses to invite their youth."""
    try:
        with transaction() as session:
            count = services.ask_houses(session, current_actor(), event_id=event_id)
    except Conflict as error:
        toast(error.message, "warning")
        return event_answer(event_id, PartnerForm(formdata=None), status=409)
    toast(
        "Un conseiller est prévenu : il invite s’il le veut."
        if count == 1
        else f"{count} conseillers sont prévenus : chacun invite s’il le veut."
    )
    return redirect(url_for("events.show_event", event_id=event_id))


@blueprint.post("/<int:event_id>/entreprises/<int:company_id>/retirer")
@requires(Permission.EVENT_EDIT)
def withdraw_company(event_id: int, company_id: int) -> Response:
    """Take back the invitation of a company."""
    try:
        with transaction() as session:
            services.withdraw_guest(
                session, current_actor(), event_id=event_id, company_id=company_id
            )
    except Conflict as error:
        toast(error.message, "warning")
        return _companies(event_id, CompanyForm(formdata=None), status=409)
    return redirect(url_for("events.choose_companies", event_id=event_id))


@blueprint.post("/<int:event_id>/jeunes/<int:youth_id>/retirer")
@requires(Permission.EVENT_INVITE_YOUTH)
def withdraw_youth(event_id: int, youth_id: int) -> Response:
    """Take back the invitation of a youth of one's house."""
    try:
        with transaction() as session:
            services.withdraw_guest(session, current_actor(), event_id=event_id, youth_id=youth_id)
    except Conflict as error:
        toast(error.message, "warning")
    return redirect(url_for("events.show_event", event_id=event_id))


def _invite(event_id: int, tables: dict[int, int], form: CompanyForm) -> Response:
    try:
        with transaction() as session:
            guests = services.invite_companies(
                session, current_actor(), event_id=event_id, tables=tables
            )
            count = len(guests)
    except Invalid as error:
        form.refuse(error)
        return _companies(event_id, form, status=422)
    except Conflict as error:
        toast(error.message, "warning")
        return _companies(event_id, form, status=409)
    toast(
        f"{count} entreprise(s) de plus." if count else "Cette entreprise était déjà invitée.",
        "success" if count else "warning",
    )
    return redirect(url_for("events.choose_companies", event_id=event_id))


def _youth(event_id: int, *, status: int = 200) -> Response:
    actor, session = current_actor(), db.session()
    event, _facts = seen_event(session, actor, event_id)
    only_mine = request.args.get("de") == "moi"
    found = youth_to_invite(
        session,
        actor,
        event_id,
        only_mine=only_mine,
        number=page_number(request.args.get("page")),
    )
    note_reading(
        actor,
        youth_ids=[one.youth_id for one in found.rows],
        purpose=AccessPurpose.FOLLOW_UP,
        page="event_invite",
    )
    return page(
        "events/choose_youth.html",
        status=status,
        event=event,
        found=found,
        only_mine=only_mine,
        form=ButtonForm(),
        **WORDS,
    )


def _companies(
    event_id: int, form: CompanyForm, *, choices: object = (), status: int = 200
) -> Response:
    actor, session = current_actor(), db.session()
    event, facts = seen_event(session, actor, event_id)
    ensure(actor, Permission.EVENT_EDIT, facts, seen_by=Permission.EVENT_VIEW)
    return page(
        "events/choose_companies.html",
        status=status,
        event=event,
        invited=company_lines(session, event.id),
        published=published_openings(session, event.id),
        suggested=companies_to_invite(session, event),
        form=form,
        choices=choices,
        button=ButtonForm(),
        **WORDS,
    )
