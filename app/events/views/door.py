"""The door: a page for a telephone, a code of four signs, and a list to tick."""

from __future__ import annotations

from flask import Response, request, url_for

from app.core.access import AccessPurpose, note_reading
from app.core.db import db, transaction
from app.core.errors import Conflict, Invalid
from app.core.forms import ButtonForm
from app.core.htmx import is_fragment_request, redirect, render, toast
from app.core.permissions import current_actor, ensure, requires
from app.events import services
from app.events.forms import CodeForm
from app.events.queries.pages import company_lines, seen_event, youth_lines
from app.events.views.blueprint import WORDS, blueprint
from app.policy.permissions import Permission

FRAGMENT = "events/_door_list.html"


@blueprint.get("/<int:event_id>/accueil")
@requires(Permission.EVENT_EDIT)
def door(event_id: int) -> Response:
    """Who is there."""
    return _door(event_id, CodeForm(formdata=None))


@blueprint.post("/<int:event_id>/accueil")
@requires(Permission.EVENT_EDIT)
def type_code(event_id: int) -> Response:
    """Let in whoever says this code."""
    form = CodeForm()
    if not form.validate_on_submit():
        return _door(event_id, form, status=422)
    try:
        with transaction() as session:
            guest = services.type_code(
                session, current_actor(), event_id=event_id, code=form.code.data or ""
            )
            code = guest.door_code
    except Invalid as error:
        form.refuse(error)
        return _door(event_id, form, status=422)
    except Conflict as error:
        toast(error.message, "warning")
        return _door(event_id, form, status=409)
    toast(f"Le code {code} est arrivé. Bienvenue !")
    return redirect(url_for("events.door", event_id=event_id))


@blueprint.post("/<int:event_id>/accueil/<any(jeune, entreprise):who>/<int:guest_id>")
@requires(Permission.EVENT_EDIT)
def tick(event_id: int, who: str, guest_id: int) -> Response:
    """Tick a guest, or take the tick back."""
    try:
        with transaction() as session:
            services.tick(
                session,
                current_actor(),
                event_id=event_id,
                came=request.form.get("came") == "1",
                company_guest_id=guest_id if who == "entreprise" else None,
                youth_guest_id=guest_id if who == "jeune" else None,
            )
    except Conflict as error:
        toast(error.message, "warning")
        return _door(event_id, CodeForm(formdata=None), status=409)
    if is_fragment_request():
        return _door(event_id, CodeForm(formdata=None))
    return redirect(url_for("events.door", event_id=event_id))


def _door(event_id: int, form: CodeForm, *, status: int = 200) -> Response:
    actor, session = current_actor(), db.session()
    event, facts = seen_event(session, actor, event_id)
    ensure(actor, Permission.EVENT_EDIT, facts, seen_by=Permission.EVENT_VIEW)
    youths = youth_lines(session, actor, event.id, only_own=False)
    note_reading(
        actor,
        youth_ids=[one.guest.youth_id for one in youths if one.is_named],
        purpose=AccessPurpose.FOLLOW_UP,
        page="event_door",
    )
    return render(
        "events/door.html",
        fragments=[FRAGMENT],
        status=status,
        event=event,
        companies=company_lines(session, event.id),
        youths=youths,
        form=form,
        button=ButtonForm(formdata=None),
        **WORDS,
    )
