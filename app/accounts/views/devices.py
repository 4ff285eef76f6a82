"""One's own machines: where one is signed in, and how to sign out there."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, g, url_for

from app.accounts.queries import live_sessions
from app.accounts.services import end_own_session
from app.accounts.views.blueprint import blueprint
from app.core import clock
from app.core.db import db, transaction
from app.core.forms import ButtonForm
from app.core.htmx import is_fragment_request, redirect, render, toast
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
    """Sign out on one machine."""
    with transaction() as writing:
        end_own_session(writing, user_id=_user_id(), session_id=session_id)
    if session_id == g.web_session_id:
        return redirect(url_for("accounts.login"))
    toast("Cet appareil est déconnecté.", "info")
    return _list() if is_fragment_request() else redirect(url_for("accounts.devices"))


def _list() -> Response:
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
    )


def _user_id() -> int:
    return int(current_actor().user_id or 0)
