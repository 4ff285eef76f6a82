"""Signing in through an OpenID Connect provider, ProConnect in France, when a setting names one.

Leaving is a link, coming back is a page whose button (pressed by itself where scripts run) posts the code:
opening an address never signs anybody in, and the policy of the pages lets forms go inside only.
"""

from __future__ import annotations

import dataclasses

from flask import Response, request, session, url_for

from app.accounts.forms import ComeBackForm
from app.accounts.services import ATTEMPTS_PER_ACCOUNT
from app.accounts.services.identities import NotInvited, enter_by_identity
from app.accounts.services.oidc import Departure, ProviderRefused, come_back, depart, goodbye
from app.accounts.views.blueprint import blueprint, limit, unkept
from app.accounts.views.sessions import half_open_session, open_session
from app.core.db import transaction
from app.core.errors import NotFound
from app.core.htmx import page, redirect, toast
from app.core.letters import absolute_url
from app.core.logs import security_event
from app.core.permissions import public
from app.core.security import inside_or
from app.core.settings import current_settings
from config import Settings

LEFT, LEFT_FOR = "oidc_left", "oidc_next"


@blueprint.get("/compte/proconnect")
@public
def leave_for_provider() -> Response:
    """Go to the provider; what comes back must carry what this browser remembers."""
    settings = _settings()
    limit("oidc_leave", "", ATTEMPTS_PER_ACCOUNT)
    try:
        address, departure = depart(settings, back_to=_back_to())
    except ProviderRefused as error:
        return _refused(error)
    session[LEFT] = dataclasses.asdict(departure)
    session[LEFT_FOR] = inside_or(request.args.get("next"), url_for("dashboard.home"))
    return redirect(address)


@blueprint.get("/compte/proconnect/retour")
@public
def come_back_page() -> Response:
    """The provider sends the browser back here; nothing happens before the button."""
    _settings()
    if request.args.get("error") or LEFT not in session:
        return _refused(ProviderRefused("back"))
    form = ComeBackForm(
        formdata=None,
        data={"code": request.args.get("code", ""), "state": request.args.get("state", "")},
    )
    return unkept(page("accounts/come_back.html", form=form))


@blueprint.post("/compte/proconnect/entrer")
@public
def enter_from_provider() -> Response:
    """Ask the provider who came back, and open the session of their account."""
    settings = _settings()
    limit("oidc", "", ATTEMPTS_PER_ACCOUNT)
    form = ComeBackForm()
    left, target = session.pop(LEFT, None), str(session.pop(LEFT_FOR, ""))
    if not form.validate_on_submit() or not isinstance(left, dict):
        return _refused(ProviderRefused("form"))
    try:
        identity = come_back(
            settings,
            Departure(**left),
            back_to=_back_to(),
            code=str(form.code.data),
            state=str(form.state.data),
        )
        with transaction() as writing:
            user = enter_by_identity(writing, identity)
            if user.has_second_factor and not identity.has_second_factor:
                half_open_session(user, target=target)
                return redirect(url_for("accounts.ask_code"))
            open_session(
                writing,
                user,
                with_second_factor=identity.has_second_factor,
                provider_token=identity.id_token,
            )
            security_event("sign_in", factor="provider", about=user.id)
    except ProviderRefused as error:
        return _refused(error)
    except NotInvited as error:
        return page("accounts/not_invited.html", message=error.message, status=409)
    return redirect(inside_or(target, url_for("dashboard.home")))


def signed_out_page(id_token: str) -> Response:
    """Signed out here; a link signs out at the provider too, since a form may not lead outside."""
    address = goodbye(current_settings(), id_token=id_token, back_to=absolute_url("accounts.login"))
    if address is None:
        toast("Vous êtes déconnecté. À bientôt.", "info")
        return redirect(url_for("accounts.login"))
    return unkept(page("accounts/signed_out.html", address=address))


def _settings() -> Settings:
    """The settings, if a provider is named; else the pages do not exist."""
    settings = current_settings()
    if not settings.has_oidc:
        raise NotFound
    return settings


def _back_to() -> str:
    return absolute_url("accounts.come_back_page")


def _refused(error: ProviderRefused) -> Response:
    security_event("provider_refused", is_warning=True, reason=error.reason)
    toast(error.message, "error")
    return redirect(url_for("accounts.login"))
