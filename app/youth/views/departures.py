"""A colleague leaves: one page, one button, no file without an adviser."""

from __future__ import annotations

from flask import Response, url_for

from app.accounts.models import User
from app.accounts.queries import advisers_of, is_member
from app.core.db import db, transaction
from app.core.errors import Conflict, Invalid, NotFound
from app.core.forms import as_choices
from app.core.htmx import page, redirect, toast
from app.core.permissions import current_actor, requires
from app.core.presentation import plural
from app.policy.permissions import Permission
from app.youth.forms import DepartureForm
from app.youth.queries import files_held, files_of_colleagues
from app.youth.services import hand_over_and_leave
from app.youth.views.blueprint import blueprint


@blueprint.get("/equipe/<int:user_id>/depart")
@requires(Permission.ADVISER_DEPART)
def departure(user_id: int) -> Response:
    """How many files this colleague follows, and who can take them."""
    return _page(user_id, DepartureForm(formdata=None))


@blueprint.post("/equipe/<int:user_id>/depart")
@requires(Permission.ADVISER_DEPART)
def depart(user_id: int) -> Response:
    """Hand over every file and end every role, in one act."""
    form = DepartureForm()
    form.to_user_ids.choices = as_choices(_choices(user_id))
    if not form.validate_on_submit():
        return _page(user_id, form, status=422)
    try:
        with transaction() as session:
            received = hand_over_and_leave(
                session, current_actor(), user_id=user_id, to_user_ids=form.to_user_ids.data or []
            )
    except Invalid as error:
        form.refuse(error)
        return _page(user_id, form, status=422)
    except Conflict as error:
        form.form_errors.append(error.message)
        return _page(user_id, form, status=409)
    files = sum(received.values())
    toast(
        f"Le départ est noté. Dossiers confiés à un nouveau référent : {files}."
        if files
        else "Le départ est noté. Aucun dossier n’était à reprendre.",
    )
    if user_id == current_actor().user_id:
        return redirect(url_for("dashboard.home"))
    return redirect(
        url_for("accounts.show_organisation", organisation_id=current_actor().organisation_id)
    )


def _house() -> int:
    return int(current_actor().organisation_id or 0)


def _choices(user_id: int) -> list[tuple[int, str]]:
    loads = files_of_colleagues(db.session(), _house())
    return [
        (one, f"{name} ({plural(loads.get(one, 0), 'dossier')} en cours)")
        for one, name in advisers_of(db.session(), _house())
        if one != user_id
    ]


def _page(user_id: int, form: DepartureForm, *, status: int = 200) -> Response:
    session = db.session()
    if not is_member(session, user_id=user_id, organisation_id=_house()):
        raise NotFound
    form.to_user_ids.choices = as_choices(_choices(user_id))
    return page(
        "youth/departure.html",
        status=status,
        form=form,
        leaver=session.get_one(User, user_id).full_name,
        user_id=user_id,
        files=files_held(session, organisation_id=_house(), user_id=user_id),
        organisation_id=_house(),
    )
