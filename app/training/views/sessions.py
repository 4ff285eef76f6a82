"""The list of sessions, and one session."""

from __future__ import annotations

from datetime import timedelta
from math import sqrt

from flask import Response, request, url_for

from app.accounts.queries import sites_of
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Invalid
from app.core.forms import whole_or_none
from app.core.htmx import page, redirect, render, toast
from app.core.pages import page_number
from app.core.permissions import current_actor, ensure, requires
from app.policy.facts import Facts
from app.policy.matrix import can
from app.policy.permissions import Permission
from app.reference.queries import departements_of, resolve_commune, suggest_trades
from app.reference.queries.nearby import position_of
from app.training.forms import RHYTHMS, STATUSES, SessionFilterForm, SessionForm
from app.training.models import TrainingSession
from app.training.queries import (
    FRESH_DAYS,
    SessionFilters,
    acts_for,
    course_facts,
    course_page,
    queue_of,
    seat_lines,
    session_facts,
    session_list,
    session_page,
    trades_of,
)
from app.training.services import SessionDetails, edit_session, open_session
from app.training.views.door import blueprint


@blueprint.get("/")
@requires(Permission.COURSE_LIST)
def list_sessions() -> Response:
    """Sessions that one can still enter, for everybody who is signed in."""
    form = SessionFilterForm(request.args)
    found = suggest_trades(db.session(), form.words.data) if form.words.data else []
    filters = _filters(form, frozenset(one.rome_code for one in found))
    number = page_number(request.args.get("page"))
    return render(
        "training/list.html",
        fragments=["training/_session_list.html"],
        form=form,
        sort=filters.sort,
        has_origin=filters.origin is not None,
        understood=found,
        sessions=session_list(db.session(), filters, number=number),
        root=sqrt,
        stale_before=clock.today() - timedelta(days=FRESH_DAYS),
        can_edit=bool(acts_for(current_actor())),
    )


@blueprint.get("/sessions/<int:session_id>")
@requires(Permission.COURSE_VIEW)
def show_session(session_id: int) -> Response:
    """One session: dates, place, seats, and what one may do."""
    session = db.session()
    row = session_page(session, session_id)
    facts = session_facts(session, session_id)
    return page(
        "training/session.html",
        group=row.TrainingSession,
        course=row.Course,
        site=row.Site,
        cfa=row.cfa,
        commune=row.commune,
        facts=facts,
        trades=trades_of(session, row.Course.id),
        waiting=len(queue_of(session, session_id)),
        # Who holds a seat is for those who answer for the session.
        seats=seat_lines(session, session_id)
        if row.TrainingSession.seats_free < 0
        and can(current_actor(), Permission.SESSION_EDIT, facts)
        else [],
        rhythms=RHYTHMS,
        statuses=STATUSES,
        stale_before=clock.today() - timedelta(days=FRESH_DAYS),
    )


@blueprint.get("/<int:course_id>/sessions/nouvelle")
@requires(Permission.SESSION_EDIT)
def new_session(course_id: int) -> Response:
    """The form of a new session."""
    _may_edit(course_facts(db.session(), course_id))
    form = SessionForm(formdata=None)
    return _form_page(form, course_id, None)


@blueprint.post("/<int:course_id>/sessions/nouvelle")
@requires(Permission.SESSION_EDIT)
def create_session(course_id: int) -> Response:
    """Open a session."""
    _may_edit(course_facts(db.session(), course_id))
    form = SessionForm()
    details = _details(form, course_id)
    if details is None:
        return _form_page(form, course_id, None, status=422)
    try:
        with transaction() as session:
            group = open_session(
                session,
                current_actor(),
                course_id=course_id,
                details=details,
                request_key=form.request_key.data,
            )
            session_id = group.id
    except Invalid as error:
        form.refuse(error)
        return _form_page(form, course_id, None, status=422)
    toast("La session est ouverte. Ses places peuvent être proposées dès maintenant.")
    return redirect(url_for("training.show_session", session_id=session_id))


@blueprint.get("/sessions/<int:session_id>/modifier")
@requires(Permission.SESSION_EDIT)
def edit_session_form(session_id: int) -> Response:
    """The form of a session."""
    session = db.session()
    _may_edit(session_facts(session, session_id))
    group = session.get_one(TrainingSession, session_id)
    form = SessionForm(formdata=None)
    form.show(group)
    return _form_page(form, group.course_id, session_id)


@blueprint.post("/sessions/<int:session_id>/modifier")
@requires(Permission.SESSION_EDIT)
def change_session(session_id: int) -> Response:
    """Change a session."""
    _may_edit(session_facts(db.session(), session_id))
    course_id = session_page(db.session(), session_id).Course.id
    form = SessionForm()
    details = _details(form, course_id)
    if details is None:
        return _form_page(form, course_id, session_id, status=422)
    try:
        with transaction() as session:
            group = edit_session(
                session,
                current_actor(),
                session_id=session_id,
                version=whole_or_none(form.version.data) or 0,
                details=details,
            )
            over = -group.seats_free
    except Invalid as error:
        form.refuse(error)
        return _form_page(form, course_id, session_id, status=422)
    if over > 0:
        toast("Enregistré. La session est en surréservation : personne n’est annulé.", "warning")
    else:
        toast("La session est enregistrée.")
    return redirect(url_for("training.show_session", session_id=session_id))


def _may_edit(facts: Facts) -> None:
    """Answer 404 or 403 before the form is read; the service judges again what it changes."""
    ensure(current_actor(), Permission.SESSION_EDIT, facts, seen_by=Permission.COURSE_VIEW)


def _filters(form: SessionFilterForm, trades: frozenset[str]) -> SessionFilters:
    origin = None
    if form.commune.data:
        around = current_actor().regions
        answer = resolve_commune(
            db.session(),
            form.commune.data,
            form.commune_code.data,
            departements=frozenset(code for one in around for code in departements_of(one)),
        )
        form.take_commune(answer)
        origin = position_of(answer)
    return SessionFilters(
        words=str(form.words.data or ""),
        trades=trades,
        origin=origin,
        radius_km=whole_or_none(form.km.data),
        month=form.first_month(),
        only_free=bool(form.free.data),
        only_boarding=bool(form.boarding.data),
        cfa=str(form.cfa.data or ""),
        sort=str(form.sort.data or "start"),
    )


def _details(form: SessionForm, course_id: int) -> SessionDetails | None:
    """What was typed, or None when it has to be corrected."""
    _offer_sites(form, course_page(db.session(), course_id).Course.cfa_id)
    is_valid = form.validate_on_submit()
    commune_code = None
    if form.site_id.data is None and (form.commune.data or form.commune_code.data):
        commune_code = form.take_commune(
            resolve_commune(db.session(), form.commune.data, form.commune_code.data)
        )
        is_valid = is_valid and commune_code is not None
    return form.details(commune_code) if is_valid else None


def _offer_sites(form: SessionForm, cfa_id: int) -> None:
    form.offer_sites([(site.id, site.name) for site in sites_of(db.session(), cfa_id)])


def _form_page(
    form: SessionForm, course_id: int, session_id: int | None, *, status: int = 200
) -> Response:
    row = course_page(db.session(), course_id)
    _offer_sites(form, row.Course.cfa_id)
    return page(
        "training/session_form.html",
        form=form,
        course=row.Course,
        cfa=row.cfa,
        session_id=session_id,
        status=status,
    )
