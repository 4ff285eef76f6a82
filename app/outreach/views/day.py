"""Where to go today: the best visits as a way round, and the sheet to print."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, request

from app.core import clock
from app.core.db import db
from app.core.htmx import page, render
from app.core.permissions import current_actor, requires
from app.outreach.forms import DayForm
from app.outreach.labels import KINDS, STEPS
from app.outreach.queries.day import FEW, base_of, plan_day
from app.outreach.queries.visits import steps_due
from app.outreach.views.door import blueprint
from app.policy.permissions import Permission
from app.reference.queries import resolve_commune
from app.reference.queries.nearby import position_of


@blueprint.get("/")
@requires(Permission.OUTREACH_DAY)
def today() -> Response:
    """Today's visits in order, each with its reasons."""
    context = day_context()
    return render("outreach/today.html", fragments=["outreach/_day.html"], **context)


@blueprint.get("/feuille")
@requires(Permission.OUTREACH_DAY)
def day_sheet() -> Response:
    """The same day to print, with room to write."""
    return page("outreach/day_sheet.html", **day_context())


def day_context() -> dict[str, Any]:
    """What the page of the day shows, for the filters of the address."""
    session, actor = db.session(), current_actor()
    form = DayForm(request.args)
    base = base_of(session, actor)
    start = (base.latitude, base.longitude) if base.latitude and base.longitude else None
    from_where = base.commune
    if form.commune.data:
        answer = resolve_commune(
            session, form.commune.data, form.commune_code.data, departements=actor.territory
        )
        form.take_commune(answer)
        chosen = position_of(answer)
        if chosen is not None:
            start, from_where = chosen, form.commune.data
    day = (
        plan_day(
            session,
            actor,
            start=start,
            radius_km=form.radius(),
            visits=form.number(),
            membership_id=base.membership_id,
        )
        if start is not None
        else None
    )
    return {
        "form": form,
        "day": day,
        "from_where": from_where,
        "leads": base.leads,
        "due": steps_due(session, actor.user_id or 0, clock.today() + timedelta(days=1)),
        "few": FEW,
        "kinds": KINDS,
        "steps": STEPS,
    }
