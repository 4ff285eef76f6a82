"""A password forgotten, chosen anew, changed."""

from __future__ import annotations

from flask import Response, request, url_for

from app.accounts.forms import ChangePasswordForm, ForgottenForm, NewPasswordForm
from app.accounts.models import User
from app.accounts.queries import looks
from app.accounts.services import (
    ATTEMPTS_PER_ACCOUNT,
    ATTEMPTS_PER_ADDRESS,
    ask_reset,
    change_password,
    count_attempt,
    recovery_codes_left,
    reset_password,
    user_of_reset,
)
from app.accounts.views.blueprint import blueprint, limit, passwords, unkept
from app.accounts.views.sessions import keep_session
from app.core.db import db, side_transaction, transaction
from app.core.errors import Invalid
from app.core.forms import ButtonForm
from app.core.htmx import page, redirect, toast
from app.core.logs import security_event
from app.core.permissions import current_actor, public, requires
from app.core.tokens import SealBroken
from app.policy.permissions import Permission


@blueprint.get("/compte")
@requires(Permission.ACCOUNT_MANAGE)
def my_account() -> Response:
    """One's own account: address, password, second factor, sessions."""
    user = db.session().get_one(User, int(current_actor().user_id or 0))
    return page(
        "accounts/account.html",
        user=user,
        codes_left=recovery_codes_left(db.session(), user.id),
        looks=looks(db.session(), user_id=user.id, most=10),
        form=ButtonForm(),
    )


@blueprint.get("/compte/mot-de-passe-oublie")
@public
def forgotten() -> Response:
    """Ask for a link to choose a new password."""
    return page("accounts/forgotten.html", form=ForgottenForm())


@blueprint.post("/compte/mot-de-passe-oublie")
@public
def ask_new_password() -> Response:
    """The same answer and the same work whether the address has an account or not: nobody looks here."""
    form = ForgottenForm()
    if not form.validate_on_submit():
        return page("accounts/forgotten.html", form=form, status=422)
    email = str(form.email.data).lower()
    limit("reset", email, ATTEMPTS_PER_ACCOUNT)
    security_event("reset_asked")
    with transaction() as writing:
        ask_reset(writing, email=email)
    return page("accounts/asked.html")


@blueprint.get("/compte/nouveau-mot-de-passe/<token>")
@public
def reset_form(token: str) -> Response:
    """Choose a new password, by the link of a mail."""
    return _reset_page(NewPasswordForm(), token, _known(token))


@blueprint.post("/compte/nouveau-mot-de-passe/<token>")
@public
def choose_new_password(token: str) -> Response:
    """Write the new password; the link has served, and every open session ends."""
    email = _known(token)
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            with transaction() as writing:
                reset_password(writing, passwords(), token=token, password=str(form.password.data))
            security_event("password_reset")
            toast("Votre mot de passe est changé. Connectez-vous avec le nouveau.")
            return redirect(url_for("accounts.login"))
        except Invalid as error:
            form.refuse(error)
    return _reset_page(form, token, email, status=422)


@blueprint.get("/compte/mot-de-passe")
@requires(Permission.ACCOUNT_MANAGE)
def password_form() -> Response:
    """Change one's password."""
    return _change_page(ChangePasswordForm())


@blueprint.post("/compte/mot-de-passe")
@requires(Permission.ACCOUNT_MANAGE)
def set_own_password() -> Response:
    """Change one's password; every other session ends."""
    form = ChangePasswordForm()
    user_id = int(current_actor().user_id or 0)
    if form.validate_on_submit():
        limit("password", str(user_id), ATTEMPTS_PER_ACCOUNT)
        try:
            with transaction() as writing:
                user = change_password(
                    writing,
                    passwords(),
                    user_id=user_id,
                    current=str(form.current.data),
                    password=str(form.password.data),
                )
                keep_session(writing, user)
            security_event("password_changed")
            toast("Votre mot de passe est changé. Vos autres sessions sont fermées.")
            return redirect(url_for("accounts.my_account"))
        except Invalid as error:
            form.refuse(error)
    return _change_page(form, status=422)


def _reset_page(form: NewPasswordForm, token: str, email: str, *, status: int = 200) -> Response:
    return unkept(
        page("accounts/new_password.html", form=form, token=token, email=email, status=status)
    )


def _change_page(form: ChangePasswordForm, *, status: int = 200) -> Response:
    user = db.session().get_one(User, int(current_actor().user_id or 0))
    return page("accounts/change_password.html", form=form, email=user.email, status=status)


def _known(token: str) -> str:
    """The address of the account that a good link is for; wrong ones are counted by address.

    Raises:
        SealBroken: the link opens nothing.
        TooMany: many wrong links from one address.
    """
    try:
        return user_of_reset(db.session(), token).email
    except SealBroken:
        with side_transaction() as attempts:
            subject = request.remote_addr or ""
            count_attempt(attempts, kind="link", subject=subject, limit=ATTEMPTS_PER_ADDRESS)
        raise
