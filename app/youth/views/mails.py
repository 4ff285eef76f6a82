"""The history of mails about a youth, for those who hold the file, and the way back for a stopped address."""

from __future__ import annotations

from flask import Response, request, url_for

from app.core.access import AccessPurpose, note_reading
from app.core.db import db, transaction
from app.core.errors import Conflict
from app.core.forms import ButtonForm
from app.core.htmx import page, redirect, toast
from app.core.outbox import mails_about, stopped_among
from app.core.pages import page_number
from app.core.permissions import current_actor, ensure, requires
from app.policy.permissions import Permission
from app.youth.queries import youth_facts
from app.youth.services.mails import write_again
from app.youth.views.blueprint import blueprint


@blueprint.get("/<int:youth_id>/courriels")
@requires(Permission.YOUTH_EDIT)
def mails(youth_id: int) -> Response:
    """To whom, when, and whether it arrived; the words of the mails are not shown again."""
    return _mails(youth_id)


@blueprint.post("/<int:youth_id>/courriels/<int:mail_id>/reprendre")
@requires(Permission.YOUTH_EDIT)
def reopen_address(youth_id: int, mail_id: int) -> Response:
    """Write again to an address that a report had stopped."""
    try:
        with transaction() as session:
            write_again(session, current_actor(), youth_id=youth_id, mail_id=mail_id)
    except Conflict as error:
        toast(error.message, "error")
        return _mails(youth_id, status=409)
    toast("Les prochains courriels partiront de nouveau à cette adresse.")
    return redirect(url_for("youth.mails", youth_id=youth_id))


def _mails(youth_id: int, *, status: int = 200) -> Response:
    session, actor = db.session(), current_actor()
    ensure(actor, Permission.YOUTH_EDIT, youth_facts(session, youth_id))
    note_reading(actor, youth_ids=[youth_id], purpose=AccessPurpose.FOLLOW_UP, page="mails")
    found = mails_about(session, youth_id, number=page_number(request.args.get("page")))
    return page(
        "youth/mails.html",
        youth_id=youth_id,
        mails=found,
        stopped=stopped_among(session, [row.recipient for row in found.rows]),
        form=ButtonForm(),
        status=status,
    )
