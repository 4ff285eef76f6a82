"""One's own machines: where one is signed in, and how to sign out there.

Ending a session elsewhere asks who one is, unless that was proved a few minutes ago: a session left open must not let
a passer-by shut its owner out of the other machines (ASVS 7.5.2).
"""

from __future__ import annotations

from datetime import timedelta

from flask import Response, g, url_for
from flask_login import current_user

from app.accounts.forms import PasswordAgainForm
from app.accounts.models import User
from app.accounts.queries import live_sessions
from app.accounts.services import ATTEMPTS_PER_ACCOUNT, end_own_session
from app.accounts.views.blueprint import blueprint, limit, passwords
from app.accounts.views.sessions import asked_again, is_fresh, keep_session
from app.core import clock
from app.core.db import db, transaction
from app.core.forms import ButtonForm
from app.core.htmx import is_fragment_request, redirect, render, toast
from app.core.logs import security_event
from app.core.permissions import current_actor, requires
from app.core.settings import current_settings
from app.policy.permissions import Permission


@blueprint.get("/compte/appareils")
@requires(Permission.ACCOUNT_MANAGE)
def devices() -> Response:
    """Where one is signed in now."""
    return _list()


@blueprint.post("/compte/appareils/<int:session_id>/fermer")
@requires(Permission.ACCOUNT_MANAGE)
def end_device(session_id: int) -> Response:
    """Sign out on one machine; on this one without any proof."""
    if session_id != g.web_session_id and not is_fresh():
        return ask_again()
    with transaction() as writing:
        end_own_session(writing, user_id=_user_id(), session_id=session_id)
    if session_id == g.web_session_id:
        return redirect(url_for("accounts.login"))
    toast("Cet appareil est déconnecté.", "info")
    return _list() if is_fragment_request() else redirect(url_for("accounts.devices"))


@blueprint.post("/compte/appareils/confirmer")
@requires(Permission.ACCOUNT_MANAGE)
def prove_again() -> Response:
    """The password once more: this browser goes on with a fresh session, which may end the others."""
    form = PasswordAgainForm(prefix="again")
    if not form.validate_on_submit():
        return _list(form, status=422)
    limit("password", str(_user_id()), ATTEMPTS_PER_ACCOUNT)
    with transaction() as writing:
        user = writing.get_one(User, _user_id())
        is_right = passwords().matches(str(form.password.data), user.password_hash)
        if is_right:
            keep_session(writing, user)
    if not is_right:
        security_event("sign_in_failed", is_warning=True, factor="password", about=_user_id())
        form.password.errors = ["Ce n’est pas votre mot de passe actuel."]
        return _list(form, status=422)
    return redirect(url_for("accounts.devices"))


def ask_again() -> Response:
    """Nothing is ended: the page of one's machines asks for the password first."""
    toast("Confirmez d’abord que c’est vous : votre connexion date de plus de dix minutes.", "info")
    return redirect(url_for("accounts.devices"))


def _list(again: PasswordAgainForm | None = None, *, status: int = 200) -> Response:
    settings = current_settings()
    now = clock.now()
    return render(
        "accounts/devices.html",
        fragments=["accounts/_device_list.html"],
        rows=live_sessions(
            db.session(),
            user_id=_user_id(),
            seen_since=now - timedelta(seconds=settings.session_idle_seconds),
            begun_since=now - timedelta(seconds=settings.session_absolute_seconds),
        ),
        here=g.web_session_id,
        form=ButtonForm(formdata=None),
        again=asked_again(again),
        email=current_user.user.email,
        has_password=current_user.user.password_hash is not None,
        status=status,
    )


def _user_id() -> int:
    return int(current_actor().user_id or 0)
