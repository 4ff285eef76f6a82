"""One course, and its form."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, url_for

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Invalid, NotFound
from app.core.forms import ButtonForm, as_choices, whole_or_none
from app.core.htmx import page, redirect, toast
from app.core.permissions import current_actor, ensure, requires
from app.policy.permissions import Permission
from app.reference.queries import resolve_trade, trade_labels
from app.training.forms import RHYTHMS, STATUSES, CourseForm
from app.training.models import Course
from app.training.queries import (
    FRESH_DAYS,
    cfas_of,
    course_facts,
    course_page,
    sessions_of,
    trades_of,
)
from app.training.services import CourseDetails, archive_course, create_course, edit_course
from app.training.views.door import blueprint


@blueprint.get("/<int:course_id>")
@requires(Permission.COURSE_VIEW)
def show_course(course_id: int) -> Response:
    """One course with its sessions."""
    session = db.session()
    row = course_page(session, course_id)
    return page(
        "training/course.html",
        course=row.Course,
        cfa=row.cfa,
        website=row.website,
        phone=row.phone,
        facts=course_facts(session, course_id),
        trades=trades_of(session, course_id),
        sessions=sessions_of(session, course_id),
        rhythms=RHYTHMS,
        statuses=STATUSES,
        stale_before=clock.today() - timedelta(days=FRESH_DAYS),
        form=ButtonForm(),
    )


@blueprint.get("/nouvelle")
@requires(Permission.COURSE_EDIT)
def new_course() -> Response:
    """The form of a new course."""
    form = CourseForm(formdata=None)
    form.show_trades([])
    return _form_page(form, None)


@blueprint.post("/nouvelle")
@requires(Permission.COURSE_EDIT)
def add_course() -> Response:
    """Create a course."""
    form = CourseForm()
    details = _details(form)
    if details is None:
        return _form_page(form, None, status=422)
    try:
        with transaction() as session:
            course = create_course(
                session,
                current_actor(),
                cfa_id=form.cfa_id.data or 0,
                details=details,
                request_key=form.request_key.data,
            )
            course_id = course.id
    except Invalid as error:
        form.refuse(error)
        return _form_page(form, None, status=422)
    toast("La formation est créée. Ouvrez maintenant une session.")
    return redirect(url_for("training.show_course", course_id=course_id))


@blueprint.get("/<int:course_id>/modifier")
@requires(Permission.COURSE_EDIT)
def edit_course_form(course_id: int) -> Response:
    """The form of a course."""
    session = db.session()
    _may_edit(course_id)
    form = CourseForm(formdata=None)
    form.show_trades(trades_of(session, course_id))
    form.show(session.get_one(Course, course_id))
    return _form_page(form, course_id)


@blueprint.post("/<int:course_id>/modifier")
@requires(Permission.COURSE_EDIT)
def change_course(course_id: int) -> Response:
    """Change a course."""
    _may_edit(course_id)
    form = CourseForm()
    details = _details(form)
    if details is None:
        return _form_page(form, course_id, status=422)
    try:
        with transaction() as session:
            edit_course(
                session,
                current_actor(),
                course_id=course_id,
                version=whole_or_none(form.version.data) or 0,
                details=details,
            )
    except Invalid as error:
        form.refuse(error)
        return _form_page(form, course_id, status=422)
    toast("La formation est enregistrée.")
    return redirect(url_for("training.show_course", course_id=course_id))


@blueprint.post("/<int:course_id>/retirer")
@requires(Permission.COURSE_EDIT)
def withdraw_course(course_id: int) -> Response:
    """Take a course out of lists and proposals."""
    with transaction() as session:
        archive_course(session, current_actor(), course_id=course_id)
    toast("La formation n’est plus proposée. Les places déjà promises le restent.")
    return redirect(url_for("training.show_course", course_id=course_id))


@blueprint.post("/<int:course_id>/remettre")
@requires(Permission.COURSE_EDIT)
def restore_course(course_id: int) -> Response:
    """Bring a course back into lists and proposals."""
    with transaction() as session:
        archive_course(session, current_actor(), course_id=course_id, is_archived=False)
    toast("La formation est de nouveau proposée.")
    return redirect(url_for("training.show_course", course_id=course_id))


def _may_edit(course_id: int) -> None:
    """Answer 404 or 403 before the form is read; the service judges again what it changes."""
    facts = course_facts(db.session(), course_id)
    ensure(current_actor(), Permission.COURSE_EDIT, facts, seen_by=Permission.COURSE_VIEW)


def _details(form: CourseForm) -> CourseDetails | None:
    """What was typed, or None when it has to be corrected; the typed trade is understood here."""
    session = db.session()
    _offer_cfas(form)
    kept = trade_labels(session, form.trades.data or ())
    form.show_trades(list(kept.items()))
    is_valid = form.validate_on_submit()
    typed = None
    if form.trade.data or form.rome_code.data:
        typed = form.take_trade(resolve_trade(session, form.trade.data, form.rome_code.data))
        is_valid = is_valid and typed is not None
    return form.details(typed) if is_valid else None


def _offer_cfas(form: CourseForm) -> list[tuple[int, str]]:
    cfas = cfas_of(db.session(), current_actor())
    form.cfa_id.choices = as_choices(cfas)
    return cfas


def _form_page(form: CourseForm, course_id: int | None, *, status: int = 200) -> Response:
    cfas = _offer_cfas(form)
    if not cfas:
        raise NotFound("Aucun CFA ne vous a confié ses places. Une convention le permet.")
    if form.cfa_id.data is None:
        form.cfa_id.data = cfas[0][0]
    return page(
        "training/course_form.html", form=form, course_id=course_id, cfas=cfas, status=status
    )
