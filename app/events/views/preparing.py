"""Prepare an operation: its form, its partners, opening it, calling it off, closing it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, url_for
from sqlalchemy.orm import Session

from app.accounts.queries import search_organisations
from app.core.db import db, transaction
from app.core.errors import Conflict, Invalid
from app.core.htmx import page, redirect, toast
from app.core.permissions import current_actor, ensure, requires
from app.core.text import sort_key
from app.events import services
from app.events.forms import EventForm, PartnerForm
from app.events.models import PromotionEvent
from app.events.queries.facts import event_facts, load_event
from app.events.views.blueprint import blueprint
from app.events.views.lists import event_answer
from app.partnerships.services import PARTY_KINDS
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.policy.permissions import Permission
from app.reference.queries import place_of, resolve_commune

Verb = Callable[..., PromotionEvent]
VERBS: dict[str, tuple[Verb, str]] = {
    "ouvrir": (
        services.open_event,
        "L’opération est ouverte : les invitations sont parties, vos partenaires la voient.",
    ),
    "annuler": (services.cancel, "L’opération est annulée, et les invités sont prévenus."),
    "terminer": (services.finish, "L’opération est terminée : ses résultats sont comptés."),
}


@blueprint.get("/nouvelle")
@requires(Permission.EVENT_EDIT)
def new_event() -> Response:
    """The form of a new operation."""
    actor = current_actor()
    ensure(actor, Permission.EVENT_EDIT, Facts(organisation_id=actor.organisation_id))
    return _form(EventForm(formdata=None))


@blueprint.post("/nouvelle")
@requires(Permission.EVENT_EDIT)
def add_event() -> Response:
    """Write a draft."""
    return _write(EventForm(), None)


@blueprint.get("/<int:event_id>/modifier")
@requires(Permission.EVENT_EDIT)
def edit_event(event_id: int) -> Response:
    """The form of an operation that has no timetable yet."""
    session, actor = db.session(), current_actor()
    event = load_event(session, event_id)
    facts = event_facts(session, event)
    ensure(actor, Permission.EVENT_EDIT, facts, seen_by=Permission.EVENT_VIEW)
    form = EventForm(formdata=None)
    form.show(event)
    form.show_commune(place_of(session, event.commune_code))
    return _form(form, event_id=event_id)


@blueprint.post("/<int:event_id>/modifier")
@requires(Permission.EVENT_EDIT)
def change_event(event_id: int) -> Response:
    """Correct an operation."""
    services.judged(db.session(), current_actor(), event_id)
    return _write(EventForm(), event_id)


@blueprint.post("/<int:event_id>/<any(ouvrir, annuler, terminer):verb>")
@requires(Permission.EVENT_EDIT)
def move_on(event_id: int, verb: str) -> Response:
    """Open, call off, or close an operation."""
    service, words = VERBS[verb]
    try:
        with transaction() as session:
            service(session, current_actor(), event_id=event_id)
    except Conflict as error:
        toast(error.message, "warning")
        return event_answer(event_id, PartnerForm(formdata=None), status=409)
    toast(words)
    return redirect(url_for("events.show_event", event_id=event_id))


@blueprint.post("/<int:event_id>/partenaires")
@requires(Permission.EVENT_EDIT)
def add_partner(event_id: int) -> Response:
    """Add a partner by name."""
    services.judged(db.session(), current_actor(), event_id)
    form = PartnerForm()
    typed, picked = str(form.partner.data or ""), str(form.partner_id.data or "")
    found = search_organisations(db.session(), typed, kinds=PARTY_KINDS) if typed else []
    exact = [one for one in found if str(one.id) == picked or one.sort_name == sort_key(typed)]
    if not form.validate_on_submit() or len(exact) != 1:
        if typed:
            form.partner.errors = [
                "Choisissez la bonne organisation dans la liste."
                if found
                else "Aucune organisation de ce nom. Essayez un morceau du nom ou le SIRET."
            ]
        return event_answer(event_id, form, choices=found, status=422)
    partner_id = exact[0].id
    try:
        with transaction() as session:
            services.add_partner(
                session, current_actor(), event_id=event_id, organisation_id=partner_id
            )
    except Invalid as error:
        form.refuse(error)
        return event_answer(event_id, form, status=422)
    except Conflict as error:
        toast(error.message, "warning")
        return event_answer(event_id, form, status=409)
    toast("Le partenaire voit cette opération dès qu’elle est ouverte.")
    return redirect(url_for("events.show_event", event_id=event_id))


@blueprint.post("/<int:event_id>/partenaires/<int:organisation_id>/retirer")
@requires(Permission.EVENT_EDIT)
def remove_partner(event_id: int, organisation_id: int) -> Response:
    """Part with a partner."""
    try:
        with transaction() as session:
            services.remove_partner(
                session, current_actor(), event_id=event_id, organisation_id=organisation_id
            )
    except Conflict as error:
        toast(error.message, "warning")
        return event_answer(event_id, PartnerForm(formdata=None), status=409)
    return redirect(url_for("events.show_event", event_id=event_id))


def _write(form: EventForm, event_id: int | None) -> Response:
    is_valid = form.validate_on_submit()
    answer = resolve_commune(db.session(), form.commune.data, form.commune_code.data)
    commune_code = form.take_commune(answer, required=True)
    if not is_valid or commune_code is None:
        return _form(form, event_id=event_id, status=422)
    try:
        with transaction() as session:
            written = _save(session, current_actor(), form, commune_code, event_id)
            event_id = written.id
    except Invalid as error:
        form.refuse(error)
        return _form(form, event_id=event_id, status=422)
    except Conflict as error:
        form.form_errors.append(error.message)
        return _form(form, event_id=event_id, status=409)
    toast("L’opération est enregistrée.")
    return redirect(url_for("events.show_event", event_id=event_id))


def _save(
    session: Session, actor: Actor, form: EventForm, commune_code: str, event_id: int | None
) -> PromotionEvent:
    wanted = form.wanted(commune_code)
    if event_id is None:
        return services.create_event(
            session, actor, wanted=wanted, request_key=form.request_key.data
        )
    return services.change_event(session, actor, event_id=event_id, wanted=wanted)


def _form(form: EventForm, *, event_id: int | None = None, status: int = 200) -> Response:
    return page("events/form.html", form=form, event_id=event_id, status=status)
