"""Accepting an invitation by the link of a mail: opening it changes nothing, a button accepts."""

from __future__ import annotations

from flask import Response, request, url_for

from app.accounts.forms import NewPasswordForm
from app.accounts.labels import ROLES
from app.accounts.models import Invitation, Organisation
from app.accounts.queries import user_by_email
from app.accounts.services import (
    ATTEMPTS_PER_ADDRESS,
    accept_invitation,
    count_attempt,
    open_invitation,
)
from app.accounts.views.blueprint import blueprint, passwords, unkept
from app.core.db import db, side_transaction, transaction
from app.core.errors import Conflict, Invalid
from app.core.htmx import page, redirect, toast
from app.core.permissions import current_actor, public
from app.core.tokens import SealBroken
from app.policy.actor import Role


@blueprint.get("/invitation/<token>")
@public
def invitation(token: str) -> Response:
    """Who invites, for which roles; choose a password, or join with the account one has."""
    return _page(NewPasswordForm(formdata=None), token, _open(token))


@blueprint.post("/invitation/<token>")
@public
def join(token: str) -> Response:
    """Join the organisation."""
    found = _open(token)
    form = NewPasswordForm()
    has_account = _has_account(found)
    if not has_account and not form.validate_on_submit():
        return _page(form, token, found, status=422)
    try:
        with transaction() as session:
            accept_invitation(
                session,
                current_actor(),
                passwords(),
                token=token,
                password=None if has_account else str(form.password.data),
            )
    except Invalid as error:
        form.refuse(error)
        return _page(form, token, _open(token), status=422)
    except Conflict as error:
        form.form_errors.append(error.message)
        return _page(form, token, _open(token), status=409)
    toast("Bienvenue ! Vous faites partie de l’organisation.")
    is_signed_in = current_actor().is_authenticated
    return redirect(url_for("accounts.hats" if is_signed_in else "accounts.login"))


def _open(token: str) -> Invitation:
    """The invitation behind a good link; wrong ones are counted by address.

    Raises:
        SealBroken: the link opens nothing.
        TooMany: many wrong links from one address.
    """
    try:
        return open_invitation(db.session(), token)
    except SealBroken:
        with side_transaction() as attempts:
            subject = request.remote_addr or ""
            count_attempt(attempts, kind="link", subject=subject, limit=ATTEMPTS_PER_ADDRESS)
        raise


def _has_account(found: Invitation) -> bool:
    user = user_by_email(db.session(), found.email)
    return user is not None and user.password_hash is not None


def _page(form: NewPasswordForm, token: str, found: Invitation, *, status: int = 200) -> Response:
    session = db.session()
    user = user_by_email(session, found.email)
    return unkept(
        page(
            "accounts/invitation.html",
            status=status,
            form=form,
            token=token,
            invitation=found,
            organisation=session.get_one(Organisation, found.organisation_id).name,
            roles=[ROLES[Role(value)] for value in found.roles],
            has_account=_has_account(found),
            is_theirs=user is not None and user.id == current_actor().user_id,
        )
    )
