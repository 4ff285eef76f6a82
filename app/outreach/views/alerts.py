"""The saved search of an employer."""

from __future__ import annotations

from flask import Response, url_for

from app.core.db import db, transaction
from app.core.htmx import page, redirect, toast
from app.core.permissions import current_actor, requires
from app.outreach.forms import EmptyForm
from app.outreach.queries.alerts import watched_openings
from app.outreach.services import switch_alert
from app.outreach.views.door import blueprint
from app.policy.permissions import Permission


@blueprint.get("/alertes")
@requires(Permission.PROFILE_BROWSE)
def list_alerts() -> Response:
    """The published openings of the company, and which of them this person watches."""
    return page(
        "outreach/alerts.html",
        openings=watched_openings(db.session(), current_actor()),
        form=EmptyForm(formdata=None),
    )


@blueprint.post("/alertes/<int:opening_id>")
@requires(Permission.PROFILE_BROWSE)
def switch(opening_id: int) -> Response:
    """Keep the search of this opening, or drop it."""
    with transaction() as session:
        is_kept = switch_alert(session, current_actor(), opening_id=opening_id)
    toast(
        "Nous vous préviendrons quand un nouveau profil correspond."
        if is_kept
        else "Vous ne serez plus prévenu pour cette offre."
    )
    return redirect(url_for("outreach.list_alerts"))
