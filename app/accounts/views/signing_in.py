"""Sign in with password and code, sign out, change hats."""

from __future__ import annotations

from flask import Response, g, request, session, url_for
from sqlalchemy.orm import Session

from app.accounts.forms import CodeForm, LoginForm
from app.accounts.models import User
from app.accounts.services import (
    ATTEMPTS_PER_ACCOUNT,
    WRONG_CODE,
    authenticate,
    check_second_factor,
    forget_attempts,
    sign_out_everywhere,
    tell_of_guessing,
)
from app.accounts.views.blueprint import blueprint, forgetting, limit, passwords
from app.accounts.views.devices import ask_again
from app.accounts.views.proconnect import signed_out_page
from app.accounts.views.sessions import (
    HALF_NEXT,
    HALF_USER,
    close_session,
    half_open_session,
    half_open_user,
    is_fresh,
    open_session,
    other_sessions,
    wear,
)
from app.core.db import db, transaction
from app.core.errors import NotFound
from app.core.forms import ButtonForm
from app.core.htmx import page, redirect, toast
from app.core.logs import security_event
from app.core.permissions import current_actor, public, requires
from app.core.security import inside_or
from app.core.settings import current_settings
from app.policy.permissions import Permission


@blueprint.get("/compte/connexion")
@public
def login() -> Response:
    """The sign-in page."""
    if current_actor().is_authenticated:
        return redirect(url_for("dashboard.home"))
    return _login_page(LoginForm(data={"next": request.args.get("next", "")}))


@blueprint.post("/compte/connexion")
@public
def sign_in() -> Response:
    """Check address and password; the same answer and the same work whatever was wrong."""
    form = LoginForm()
    if not form.validate_on_submit():
        return _login_page(form, status=422)
    email = str(form.email.data).lower()
    limit("login", email, ATTEMPTS_PER_ACCOUNT)
    target = inside_or(form.next.data, url_for("dashboard.home"))
    with transaction() as writing:
        user = authenticate(writing, passwords(), email=email, password=str(form.password.data))
        if user is not None:
            forget_attempts(writing, kind="login", subject=email)
            writing.flush()
            if user.has_second_factor:
                half_open_session(user, target=target)
                security_event("password_right", about=user.id)
                return redirect(url_for("accounts.ask_code"))
            open_session(writing, user)
            _welcome(writing, user, factor="password")
    if user is None:
        security_event("sign_in_failed", is_warning=True, factor="password")
        form.form_errors.append(
            "Adresse ou mot de passe inconnus. Vérifiez les deux, majuscules comprises."
        )
        return _login_page(form, status=422)
    return redirect(target)


@blueprint.get("/compte/connexion/code")
@public
def ask_code() -> Response:
    """The second step of signing in."""
    if half_open_user(db.session()) is None:
        return redirect(url_for("accounts.login"))
    return page("accounts/code.html", form=CodeForm())


@blueprint.post("/compte/connexion/code")
@public
def check_code() -> Response:
    """Check the code of the telephone, or a recovery code; each serves once."""
    # Counted before anything is read, for whoever the signed session names.
    limit("code", str(session.get(HALF_USER, "")), ATTEMPTS_PER_ACCOUNT)
    user = half_open_user(db.session())
    if user is None:
        toast("Reprenez depuis le début : trop de temps a passé.", "info")
        return redirect(url_for("accounts.login"))
    form = CodeForm()
    if not form.validate_on_submit():
        return page("accounts/code.html", form=form, status=422)
    user_id, target = user.id, str(session.get(HALF_NEXT, ""))
    with transaction() as writing:
        is_right = check_second_factor(writing, user_id=user_id, code=str(form.code.data))
        if is_right:
            forget_attempts(writing, kind="code", subject=str(user_id))
            user = writing.get_one(User, user_id)
            open_session(writing, user, with_second_factor=True)
            _welcome(writing, user, factor="code")
        else:
            tell_of_guessing(writing, user_id=user_id)
    if not is_right:
        security_event("sign_in_failed", is_warning=True, factor="code", about=user_id)
        form.code.errors = [WRONG_CODE]
        return page("accounts/code.html", form=form, status=422)
    return redirect(inside_or(target, url_for("dashboard.home")))


@blueprint.post("/compte/deconnexion")
@public
def logout() -> Response:
    """End this session; the browser forgets the pages that it kept of it."""
    security_event("sign_out")
    with transaction() as writing:
        provider_token = close_session(writing)
    if provider_token:
        return forgetting(signed_out_page(provider_token))
    toast("Vous êtes déconnecté. À bientôt.", "info")
    return forgetting(redirect(url_for("accounts.login")))


@blueprint.post("/compte/deconnexion-partout")
@requires(Permission.ACCOUNT_MANAGE)
def logout_everywhere() -> Response:
    """End every session of this person, this one included."""
    if not is_fresh():
        return ask_again()
    actor = current_actor()
    security_event("sign_out_everywhere")
    with transaction() as writing:
        sign_out_everywhere(writing, user_id=int(actor.user_id or 0))
        close_session(writing)
    toast("Toutes vos sessions sont fermées.", "info")
    return forgetting(redirect(url_for("accounts.login")))


@blueprint.get("/compte/organisations")
@requires(Permission.ACCOUNT_MANAGE)
def hats() -> Response:
    """Choose the organisation to act for."""
    return page("accounts/hats.html", hats=g.hats, form=ButtonForm())


@blueprint.post("/compte/organisations/<int:organisation_id>")
@requires(Permission.ACCOUNT_MANAGE)
def change_hat(organisation_id: int) -> Response:
    """Wear another organisation's hat."""
    if not wear(organisation_id):
        raise NotFound
    return redirect(url_for("dashboard.home"))


def _welcome(writing: Session, user: User, *, factor: str) -> None:
    """Note the sign-in, and say when the account is open on other machines."""
    security_event("sign_in", factor=factor, about=user.id)
    writing.flush()
    others = other_sessions(writing, user_id=user.id)
    if others:
        toast(
            f"Votre compte est aussi ouvert ailleurs ({others}). Ce n’est pas vous ? "
            "Regardez « Mes appareils », dans votre compte.",
            "info",
        )


def _login_page(form: LoginForm, *, status: int = 200) -> Response:
    return page(
        "accounts/login.html",
        form=form,
        has_provider=current_settings().has_oidc,
        status=status,
    )
