"""What was sent about a youth: for the house that follows the file alone."""

from __future__ import annotations

from flask import Response, request

from app.core.access import AccessPurpose, note_reading
from app.core.db import db
from app.core.htmx import page
from app.core.outbox import mails_about
from app.core.pages import page_number
from app.core.permissions import current_actor, ensure, requires
from app.policy.permissions import Permission
from app.youth.queries import youth_facts
from app.youth.views.blueprint import blueprint


@blueprint.get("/<int:youth_id>/courriels")
@requires(Permission.YOUTH_EDIT)
def mails(youth_id: int) -> Response:
    """To whom, when, and whether it arrived; the words of the mails are not shown again."""
    session, actor = db.session(), current_actor()
    ensure(actor, Permission.YOUTH_EDIT, youth_facts(session, youth_id))
    note_reading(actor, youth_ids=[youth_id], purpose=AccessPurpose.FOLLOW_UP, page="mails")
    return page(
        "youth/mails.html",
        youth_id=youth_id,
        mails=mails_about(session, youth_id, number=page_number(request.args.get("page"))),
    )
