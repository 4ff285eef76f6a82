"""The thread of a placement: read, write with its readers chosen, simple words to the youth."""

from __future__ import annotations

from flask import Response, request, url_for

from app.core.access import AccessPurpose, note_reading
from app.core.db import db, transaction
from app.core.errors import Conflict, Invalid
from app.core.htmx import is_fragment_request, redirect, render, toast
from app.core.permissions import current_actor, ensure, requires
from app.notices.messages import filled
from app.placements import services
from app.placements.forms import EasyWordsForm, ReadForm, ThreadForm
from app.placements.models import MessageAudience
from app.placements.queries import facts_by_id, side_of
from app.placements.queries.identity import shown_identity
from app.placements.queries.thread import ThreadPage, thread_page, variables
from app.placements.queries.words import proposal
from app.placements.services import Addressed
from app.placements.views.blueprint import blueprint
from app.placements.views.card import PURPOSES
from app.placements.workflow import LIVE_STAGES, Leaf
from app.policy.permissions import Permission


@blueprint.get("/propositions/<int:placement_id>/echanges")
@requires(Permission.PLACEMENT_VIEW)
def thread(placement_id: int) -> Response:
    """The whole thread; `modele` fills the field with one of the templates."""
    return _thread(placement_id)


@blueprint.post("/propositions/<int:placement_id>/echanges")
@requires(Permission.PLACEMENT_TALK)
def write_in_thread(placement_id: int) -> Response:
    """Write to the parties, or a note to one's own side."""
    form = ThreadForm().offer(_page(placement_id))
    if not form.validate_on_submit():
        return _thread(placement_id, form=form, status=422)
    to = Addressed(
        MessageAudience(form.audience.data),
        [Leaf(one) for one in form.parties.data or ()],
        form.people.data or (),
    )
    try:
        with transaction() as session:
            services.write_message(
                session,
                current_actor(),
                placement_id=placement_id,
                text=form.text.data,
                to=to,
                request_key=form.request_key.data,
            )
    except Invalid as error:
        form.refuse(error)
        return _thread(placement_id, form=form, status=422)
    except Conflict as error:
        toast(error.message, "error")
        return _thread(placement_id, status=error.status)
    toast("Votre message est dans le fil.")
    return _after(placement_id)


@blueprint.post("/propositions/<int:placement_id>/echanges/jeune")
@requires(Permission.PLACEMENT_TALK)
def write_to_youth(placement_id: int) -> Response:
    """Send the youth an easy-to-read message."""
    form = EasyWordsForm().offer(_page(placement_id))
    try:
        with transaction() as session:
            services.write_to_youth(
                session,
                current_actor(),
                placement_id=placement_id,
                template=form.template.data,
                request_key=form.request_key.data,
            )
    except Invalid as error:
        form.refuse(error)
        return _thread(placement_id, easy=form, status=422)
    except Conflict as error:
        toast(error.message, "error")
        return _thread(placement_id, status=error.status)
    toast("Le message part par courriel au jeune, entre 8 h et 20 h.")
    return _after(placement_id)


@blueprint.post("/propositions/<int:placement_id>/echanges/lu")
@requires(Permission.PLACEMENT_TALK)
def mark_thread_read(placement_id: int) -> Response:
    """Mark the thread as read up to what the page showed."""
    _, facts = facts_by_id(db.session(), placement_id)
    ensure(current_actor(), Permission.PLACEMENT_TALK, facts)
    form = ReadForm()
    if form.validate_on_submit() and form.last.data:
        with transaction() as session:
            services.mark_thread_read(
                session, current_actor(), placement_id=placement_id, last=form.last.data
            )
    return _after(placement_id)


def _after(placement_id: int) -> Response:
    if is_fragment_request():
        return _thread(placement_id)
    return redirect(url_for("placements.thread", placement_id=placement_id))


def _page(placement_id: int) -> ThreadPage:
    session, actor = db.session(), current_actor()
    placement, facts = facts_by_id(session, placement_id)
    ensure(actor, Permission.PLACEMENT_VIEW, facts)
    side = side_of(actor, facts)
    return thread_page(
        session,
        actor,
        placement,
        proposal(session, placement_id),
        youth=shown_identity(session, actor, placement, facts),
        side=side,
        can_write=side is not None and placement.stage in LIVE_STAGES,
    )


def _thread(
    placement_id: int,
    *,
    form: ThreadForm | None = None,
    easy: EasyWordsForm | None = None,
    status: int = 200,
) -> Response:
    page = _page(placement_id)
    if page.is_named:
        youth_id = proposal(db.session(), placement_id).youth_id
        note_reading(
            current_actor(),
            youth_ids=[youth_id],
            purpose=PURPOSES.get(page.side or Leaf.YOUTH, AccessPurpose.PLACEMENT),
            page="placements.thread",
        )
    return render(
        "placements/thread_page.html",
        fragments=["placements/_thread.html"],
        status=status,
        page=page,
        form=(form or _empty(placement_id, page)),
        easy=(easy or EasyWordsForm(formdata=None)).offer(page),
        read=ReadForm(formdata=None, data={"last": page.messages[-1].id if page.messages else 0}),
    )


def _empty(placement_id: int, page: ThreadPage) -> ThreadForm:
    """A fresh form, filled with the template that the address names."""
    wanted = request.args.get("modele") if request.method == "GET" else None
    template = next((one for one in page.templates if one.key == wanted), None)
    known = variables(proposal(db.session(), placement_id)) if template else {}
    text = filled(template, known) if template else None
    return ThreadForm(formdata=None, data={"text": text}).offer(page)
