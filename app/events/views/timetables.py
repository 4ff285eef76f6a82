"""The timetable: composed by a button, read by company and by youth, changed by hand within reason."""

from __future__ import annotations

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from app.core.access import AccessPurpose, ExportFormat, note_export, note_reading
from app.core.db import db, transaction
from app.core.errors import Conflict, Invalid
from app.core.forms import ButtonForm
from app.core.htmx import page, redirect, toast
from app.core.permissions import current_actor, ensure, requires
from app.events import services
from app.events.forms import MeetingForm, MoveForm
from app.events.models import PromotionEvent
from app.events.queries.pages import expected_companies, seen_event, youth_lines
from app.events.queries.timetable import (
    MeetingLine,
    clock_time,
    draft_timetable,
    faults_of,
    grid,
    meeting_lines,
    slot_starts,
)
from app.events.views.blueprint import WORDS, blueprint
from app.events.workflow import EXPECTED, EventState
from app.policy.actor import Actor, OrganisationKind
from app.policy.matrix import can
from app.policy.permissions import Permission


@blueprint.get("/<int:event_id>/planning")
@requires(Permission.EVENT_VIEW)
def timetable(event_id: int) -> Response:
    """Who meets whom and when."""
    return _timetable(event_id)


@blueprint.post("/<int:event_id>/planning")
@requires(Permission.EVENT_EDIT)
def compose(event_id: int) -> Response:
    """Compute a timetable with no transaction open, then keep it in a short one."""
    actor, reading = current_actor(), db.session()
    event, facts = seen_event(reading, actor, event_id)
    ensure(actor, Permission.EVENT_EDIT, facts, seen_by=Permission.EVENT_VIEW)
    draft = draft_timetable(reading, event)
    reading.rollback()
    try:
        with transaction() as session:
            services.keep_timetable(session, actor, event_id=event_id, draft=draft)
    except Conflict as error:
        toast(error.message, "warning")
        return _timetable(event_id, status=409)
    left = len(draft.without)
    toast(
        f"Planning composé : {len(draft.meetings)} rencontres, personne à deux endroits à la fois."
        + (f" {left} jeune(s) n’ont aucune rencontre possible ici." if left else "")
    )
    return redirect(url_for("events.timetable", event_id=event_id))


@blueprint.post("/<int:event_id>/planning/envoyer")
@requires(Permission.EVENT_EDIT)
def send_timetable(event_id: int) -> Response:
    """Send each guest their own meetings."""
    try:
        with transaction() as session:
            count = services.send_timetable(session, current_actor(), event_id=event_id)
    except Conflict as error:
        toast(error.message, "warning")
        return _timetable(event_id, status=409)
    toast(f"{count} invités reçoivent leurs rencontres, par code et sans nom.")
    return redirect(url_for("events.timetable", event_id=event_id))


@blueprint.post("/<int:event_id>/planning/ajouter")
@requires(Permission.EVENT_EDIT)
def add_meeting(event_id: int) -> Response:
    """Add one meeting, unless that puts somebody in two places."""
    form = MeetingForm()
    if not form.validate_on_submit():
        return _timetable(event_id, adding=form, status=422)
    try:
        with transaction() as session:
            services.add_meeting(
                session,
                current_actor(),
                event_id=event_id,
                youth_id=form.youth.data or 0,
                company_id=form.company.data or 0,
                slot=form.slot.data or 0,
            )
    except Invalid as error:
        form.refuse(error)
        return _timetable(event_id, adding=form, status=422)
    except Conflict as error:
        form.form_errors.append(error.message)
        return _timetable(event_id, adding=form, status=409)
    toast("La rencontre est ajoutée.")
    return redirect(url_for("events.timetable", event_id=event_id))


@blueprint.post("/<int:event_id>/planning/<int:meeting_id>/deplacer")
@requires(Permission.EVENT_EDIT)
def move_meeting(event_id: int, meeting_id: int) -> Response:
    """Move one meeting to another slot, unless that puts somebody in two places."""
    services.judged(db.session(), current_actor(), event_id)
    form = MoveForm()
    if not form.validate_on_submit():
        toast("Choisissez un créneau.", "warning")
        return _timetable(event_id, status=422)
    try:
        with transaction() as session:
            services.move_meeting(
                session,
                current_actor(),
                event_id=event_id,
                meeting_id=meeting_id,
                slot=form.slot.data or 0,
            )
    except (Conflict, Invalid) as error:
        toast(error.message, "warning")
        return _timetable(event_id, status=error.status)
    toast("La rencontre est déplacée.")
    return redirect(url_for("events.timetable", event_id=event_id))


@blueprint.post("/<int:event_id>/planning/<int:meeting_id>/retirer")
@requires(Permission.EVENT_EDIT)
def drop_meeting(event_id: int, meeting_id: int) -> Response:
    """Take one meeting out."""
    try:
        with transaction() as session:
            services.drop_meeting(
                session, current_actor(), event_id=event_id, meeting_id=meeting_id
            )
    except Conflict as error:
        toast(error.message, "warning")
        return _timetable(event_id, status=409)
    toast("La rencontre est retirée du planning.")
    return redirect(url_for("events.timetable", event_id=event_id))


def _timetable(event_id: int, *, adding: MeetingForm | None = None, status: int = 200) -> Response:
    actor, session = current_actor(), db.session()
    event, facts = seen_event(session, actor, event_id)
    lines = _lines_for(session, actor, event)
    named = sorted({one.youth_id for one in lines if one.is_named})
    by_youth = request.args.get("par") == "jeune"
    if named and request.args.get("imprimer"):
        note_export(
            actor,
            kind="events.timetable",
            file_format=ExportFormat.PRINT,
            youth_ids=named,
            filters={},
            page="event_timetable",
        )
    else:
        note_reading(
            actor, youth_ids=named, purpose=AccessPurpose.FOLLOW_UP, page="event_timetable"
        )
    may_edit = can(actor, Permission.EVENT_EDIT, facts)
    if may_edit and event.state is EventState.PLANNED:
        adding = _with_choices(session, actor, event, adding or MeetingForm(formdata=None))
    return page(
        "events/timetable.html",
        status=status,
        event=event,
        lines=lines,
        rows=grid(lines, event.slots, by_youth=by_youth),
        starts=slot_starts(event),
        by_youth=by_youth,
        faults=faults_of(session, event) if may_edit and lines else (),
        may_edit=may_edit,
        adding=adding,
        is_ours=actor.organisation_id == event.organiser_id,
        form=ButtonForm(formdata=None),
        **WORDS,
    )


def _lines_for(session: Session, actor: Actor, event: PromotionEvent) -> list[MeetingLine]:
    """The organiser reads all meetings, a company its own, everybody else those of the youth they follow."""
    if actor.organisation_id == event.organiser_id:
        return meeting_lines(session, actor, event)
    if actor.organisation_kind is OrganisationKind.COMPANY:
        return meeting_lines(session, actor, event, company_id=actor.organisation_id)
    return meeting_lines(session, actor, event, house_id=actor.organisation_id)


def _with_choices(
    session: Session, actor: Actor, event: PromotionEvent, form: MeetingForm
) -> MeetingForm:
    """Expected youth by name or code, expected companies, and slots."""
    youth = youth_lines(session, actor, event.id, only_own=False)
    form.youth.choices = [(one.youth.id, one.label) for one in youth if one.guest.state in EXPECTED]
    form.company.choices = expected_companies(session, event.id)
    form.slot.choices = [(place, clock_time(at)) for place, at in enumerate(slot_starts(event))]
    return form
