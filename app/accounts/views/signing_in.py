"""Sign in, sign out, change hats."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Response, current_app, g, request, url_for

from app.accounts.forms import EmptyForm, LoginForm
from app.accounts.services import (
    ATTEMPTS_PER_ACCOUNT,
    ATTEMPTS_PER_ADDRESS,
    Passwords,
    authenticate,
    count_attempt,
    forget_attempts,
    sign_out_everywhere,
)
from app.accounts.views.sessions import close_session, open_session, wear
from app.core.db import side_transaction, transaction
from app.core.errors import NotFound
from app.core.htmx import page, redirect, toast
from app.core.permissions import current_actor, public, requires
from app.core.security import inside_or
from app.policy.permissions import Permission

blueprint = Blueprint("accounts", __name__, url_prefix="/compte")


@blueprint.get("/connexion")
@public
def login() -> Response:
    """The sign-in page."""
    if current_actor().is_authenticated:
        return redirect(url_for("dashboard.home"))
    form = LoginForm(data={"next": request.args.get("next", "")})
    return page("accounts/login.html", form=form)


@blueprint.post("/connexion")
@public
def sign_in() -> Response:
    """Check address and password; the same answer and the same work whatever was wrong."""
    form = LoginForm()
    if not form.validate_on_submit():
        return page("accounts/login.html", form=form, status=422)
    email = str(form.email.data).lower()
    with side_transaction() as attempts:
        count_attempt(attempts, kind="login", subject=email, limit=ATTEMPTS_PER_ACCOUNT)
        count_attempt(
            attempts,
            kind="login_from",
            subject=request.remote_addr or "",
            limit=ATTEMPTS_PER_ADDRESS,
        )
    passwords = cast(Passwords, current_app.extensions["passwords"])
    with transaction() as session:
        user = authenticate(session, passwords, email=email, password=str(form.password.data))
        if user is not None:
            forget_attempts(session, kind="login", subject=email)
            session.flush()
            open_session(user)
    if user is None:
        form.form_errors.append(
            "Adresse ou mot de passe inconnus. Vérifiez les deux, majuscules comprises."
        )
        return page("accounts/login.html", form=form, status=422)
    return redirect(inside_or(form.next.data, url_for("dashboard.home")))


@blueprint.post("/deconnexion")
@public
def logout() -> Response:
    """End this session."""
    close_session()
    toast("Vous êtes déconnecté. À bientôt.", "info")
    return redirect(url_for("accounts.login"))


@blueprint.post("/deconnexion-partout")
@requires(Permission.ACCOUNT_MANAGE)
def logout_everywhere() -> Response:
    """End every session of this person, this one included."""
    actor = current_actor()
    with transaction() as session:
        sign_out_everywhere(session, user_id=int(actor.user_id or 0))
    close_session()
    toast("Toutes vos sessions sont fermées.", "info")
    return redirect(url_for("accounts.login"))


@blueprint.get("/organisations")
@requires(Permission.ACCOUNT_MANAGE)
def hats() -> Response:
    """Choose the organisation to act for."""
    return page("accounts/hats.html", hats=g.hats, form=EmptyForm())


@blueprint.post("/organisations/<int:organisation_id>")
@requires(Permission.ACCOUNT_MANAGE)
def change_hat(organisation_id: int) -> Response:
    """Wear another organisation's hat."""
    if not wear(organisation_id):
        raise NotFound
    return redirect(url_for("dashboard.home"))
