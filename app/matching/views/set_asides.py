"""What an adviser sets aside for a youth, and takes back."""

from __future__ import annotations

from flask import Response, url_for

from app.core.db import db, transaction
from app.core.errors import Invalid, NotFound
from app.core.forms import whole_or_none
from app.core.htmx import redirect, toast
from app.core.permissions import current_actor, ensure, requires
from app.matching.forms import SetAsideForm
from app.matching.models import SetAsideReason
from app.matching.services import set_aside, take_back
from app.matching.views.door import blueprint
from app.policy.permissions import Permission
from app.youth.queries import youth_facts


@blueprint.post("/jeunes/<int:youth_id>/ecarter")
@requires(Permission.SET_ASIDE)
def put_aside(youth_id: int) -> Response:
    """Set an opening or a session aside."""
    ensure(current_actor(), Permission.SET_ASIDE, youth_facts(db.session(), youth_id))
    form = SetAsideForm()
    back = url_for("matching.youth_triples", youth_id=youth_id)
    if not form.validate_on_submit():
        raise Invalid("Choisissez ce que vous écartez et la raison.")
    chosen = whole_or_none(
        (form.opening_id if form.what.data == "opening" else form.session_id).data
    )
    if chosen is None:
        raise NotFound
    with transaction() as session:
        set_aside(
            session,
            current_actor(),
            youth_id=youth_id,
            opening_id=chosen if form.what.data == "opening" else None,
            session_id=chosen if form.what.data == "session" else None,
            reason=SetAsideReason(form.reason.data),
            until=form.until.data,
        )
    toast("C’est écarté. Vous pouvez revenir sur ce choix au bas de la liste.")
    return redirect(back)


@blueprint.post("/ecartees/<int:set_aside_id>/reprendre")
@requires(Permission.SET_ASIDE)
def show_again(set_aside_id: int) -> Response:
    """Take back a set-aside."""
    with transaction() as session:
        youth_id = take_back(session, current_actor(), set_aside_id=set_aside_id)
    toast("Cette piste peut de nouveau être proposée.")
    return redirect(url_for("matching.youth_triples", youth_id=youth_id, ecartees=1))
