"""The waiting list of a session."""

from __future__ import annotations

from flask import Response, url_for

from app.core.db import db, transaction
from app.core.errors import Invalid
from app.core.forms import ButtonForm
from app.core.htmx import is_fragment_request, redirect, render, toast
from app.core.permissions import current_actor, ensure, requires
from app.policy.permissions import Permission
from app.training.forms import RankForm
from app.training.queries import session_facts, session_page, waiting_list
from app.training.services import complete_file, place_in_queue
from app.training.views.door import blueprint


@blueprint.get("/sessions/<int:session_id>/attente")
@requires(Permission.SESSION_EDIT)
def show_queue(session_id: int) -> Response:
    """Who waits, in which order, and why."""
    return _queue(session_id)


@blueprint.post("/sessions/<int:session_id>/attente/<int:entry_id>/complet")
@requires(Permission.SESSION_EDIT)
def note_complete(session_id: int, entry_id: int) -> Response:
    """The file of a waiting youth is complete."""
    with transaction() as session:
        complete_file(session, current_actor(), session_id=session_id, entry_id=entry_id)
    toast("Dossier noté complet.")
    return _after_write(session_id)


@blueprint.post("/sessions/<int:session_id>/attente/<int:entry_id>/rang")
@requires(Permission.SESSION_EDIT)
def change_rank(session_id: int, entry_id: int) -> Response:
    """Fix a rank with its reason, or give the public place back when the rank is empty."""
    form = RankForm()
    if not form.validate_on_submit():
        return _queue(session_id, refused=(entry_id, form), status=422)
    try:
        with transaction() as session:
            place_in_queue(
                session,
                current_actor(),
                session_id=session_id,
                entry_id=entry_id,
                rank=form.rank.data,
                reason=form.reason.data or "",
            )
    except Invalid as error:
        form.refuse(error)
        return _queue(session_id, refused=(entry_id, form), status=422)
    toast("L’ordre est enregistré.")
    return _after_write(session_id)


def _after_write(session_id: int) -> Response:
    if is_fragment_request():
        return _queue(session_id)
    return redirect(url_for("training.show_queue", session_id=session_id))


def _queue(
    session_id: int, *, refused: tuple[int, RankForm] | None = None, status: int = 200
) -> Response:
    if refused:
        # The summary of errors links to the fields of that row.
        for name in ("rank", "reason"):
            refused[1][name].id = f"{name}-{refused[0]}"
    session = db.session()
    ensure(
        current_actor(),
        Permission.SESSION_EDIT,
        session_facts(session, session_id),
        seen_by=Permission.COURSE_VIEW,
    )
    row = session_page(session, session_id)
    return render(
        "training/queue.html",
        fragments=["training/_queue.html"],
        status=status,
        group=row.TrainingSession,
        course=row.Course,
        cfa=row.cfa,
        waiting=waiting_list(session, session_id),
        refused_entry=refused[0] if refused else None,
        refused=refused[1] if refused else RankForm(formdata=None),
        form=ButtonForm(formdata=None),
    )
