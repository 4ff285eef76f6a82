"""Support: begin and end a look at the portal as somebody else, and who looked at what."""

from __future__ import annotations

from flask import Response, g, url_for

from app.accounts.forms import LookForm
from app.accounts.models import Organisation, User
from app.accounts.queries import is_member, looks
from app.accounts.services import begin_looking, end_looking
from app.accounts.views.blueprint import blueprint
from app.core.db import db, transaction
from app.core.errors import Conflict, Invalid, NotFound
from app.core.htmx import page, redirect, toast
from app.core.permissions import current_actor, requires
from app.policy.permissions import Permission


@blueprint.get("/support")
@requires(Permission.SUPPORT_LOOK)
def support() -> Response:
    """Every look, the newest first."""
    return page("accounts/support.html", looks=looks(db.session()))


@blueprint.get("/support/<int:organisation_id>/<int:user_id>")
@requires(Permission.SUPPORT_LOOK)
def look_form(organisation_id: int, user_id: int) -> Response:
    """Why, before anything is shown."""
    return _form_page(LookForm(formdata=None), organisation_id, user_id)


@blueprint.post("/support/<int:organisation_id>/<int:user_id>")
@requires(Permission.SUPPORT_LOOK)
def look(organisation_id: int, user_id: int) -> Response:
    """Begin to look."""
    form = LookForm()
    if not form.validate_on_submit():
        return _form_page(form, organisation_id, user_id, status=422)
    try:
        with transaction() as session:
            begin_looking(
                session,
                current_actor(),
                user_id=user_id,
                organisation_id=organisation_id,
                reason=str(form.reason.data),
                web_session_id=g.web_session_id,
            )
    except Invalid as error:
        form.refuse(error)
        return _form_page(form, organisation_id, user_id, status=422)
    except Conflict as error:
        form.form_errors.append(error.message)
        return _form_page(form, organisation_id, user_id, status=409)
    return redirect(url_for("accounts.show_organisation", organisation_id=organisation_id))


@blueprint.post("/support/fin")
@requires(Permission.DASHBOARD_VIEW)
def stop_looking() -> Response:
    """Be oneself again."""
    with transaction() as session:
        end_looking(session, web_session_id=g.web_session_id)
    toast("Vous êtes de nouveau vous-même.", "info")
    return redirect(url_for("dashboard.home"))


def _form_page(
    form: LookForm, organisation_id: int, user_id: int, *, status: int = 200
) -> Response:
    session = db.session()
    if not is_member(session, user_id=user_id, organisation_id=organisation_id):
        raise NotFound
    return page(
        "accounts/look.html",
        form=form,
        status=status,
        person=session.get_one(User, user_id),
        organisation=session.get_one(Organisation, organisation_id),
    )
