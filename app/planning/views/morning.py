"""The adviser's morning: what the plan puts before their own youth, to propose or to leave."""

from __future__ import annotations

from flask import Response, request, url_for

from app.core.access import AccessPurpose, note_reading
from app.core.db import db, transaction
from app.core.errors import Conflict
from app.core.forms import ButtonForm, ticked
from app.core.htmx import is_fragment_request, redirect, render, toast
from app.core.pages import page_number
from app.core.permissions import current_actor, requires
from app.planning.queries.pages import morning_lines
from app.planning.services import leave_line, propose_lines
from app.planning.views.blueprint import blueprint
from app.policy.permissions import Permission

FRAGMENT = "planning/_morning_list.html"


@blueprint.get("/matin")
@requires(Permission.PLAN_TAKE)
def morning() -> Response:
    """The lines that wait for this adviser."""
    return _morning()


@blueprint.post("/matin")
@requires(Permission.PLAN_TAKE)
def propose() -> Response:
    """Make the ticked lines, or one, proposals."""
    chosen = ticked(request.form.getlist("ligne"))
    if not chosen:
        toast("Cochez au moins une piste à proposer.", "warning")
        return _morning(status=422)
    try:
        with transaction() as session:
            taken = propose_lines(session, current_actor(), line_ids=chosen)
    except Conflict as error:
        toast(error.message, "warning")
        return _morning(status=409)
    if taken.proposed:
        toast(
            "La proposition est partie : chacun a sa question."
            if taken.proposed == 1
            else f"{taken.proposed} propositions sont parties : chacun a ses questions."
        )
    for words in taken.words:
        toast(words, "warning")
    return _after()


@blueprint.post("/matin/<int:line_id>/laisser")
@requires(Permission.PLAN_TAKE)
def leave(line_id: int) -> Response:
    """Leave one line: the adviser decides otherwise."""
    try:
        with transaction() as session:
            leave_line(session, current_actor(), line_id=line_id)
    except Conflict as error:
        toast(error.message, "warning")
        return _morning(status=409)
    toast("Cette piste est laissée de côté.")
    return _after()


def _after() -> Response:
    if is_fragment_request():
        return _morning()
    return redirect(url_for("planning.morning"))


def _morning(*, status: int = 200) -> Response:
    actor = current_actor()
    lines = morning_lines(db.session(), actor, number=page_number(request.args.get("page")))
    note_reading(
        actor,
        youth_ids=[row.youth_id for row in lines.rows],
        purpose=AccessPurpose.PLACEMENT,
        page="plan_morning",
    )
    return render(
        "planning/morning.html",
        fragments=[FRAGMENT],
        status=status,
        lines=lines,
        form=ButtonForm(),
    )
