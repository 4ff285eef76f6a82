"""The web session of a person: who is signed in, which hat is worn, when the session ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Response, g, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.queries import Hat, build_actor, hats_of, territory_of
from app.accounts.services import ROLES_THAT_NEED_IT, Passwords
from app.core import clock
from app.core.db import db
from app.core.htmx import redirect, toast
from app.core.permissions import set_actor
from app.policy.actor import ANONYMOUS, OrganisationKind
from config import Settings

login_manager = LoginManager()

# A session knows: the user, the epoch of the account, when it began, when it was last used, the organisation worn.
EPOCH, BEGAN, SEEN, HAT = "epoch", "began", "seen", "hat"
SECOND = "second"  # a second factor was given in this session
# Half open, between password and code: who, under which epoch, since when, where to go then.
HALF_USER, HALF_EPOCH, HALF_SINCE, HALF_NEXT = "half_user", "half_epoch", "half_since", "half_next"
HALF_OPEN_FOR = timedelta(minutes=10)
# What a person may open who must first switch the second factor on.
BEFORE_SECOND_FACTOR = frozenset(
    {
        "accounts.second_factor",
        "accounts.start_second_factor",
        "accounts.confirm_second_factor_page",
        "accounts.logout",
        "accounts.logout_everywhere",
        "accounts.hats",
        "accounts.change_hat",
    }
)


class SignedIn(UserMixin):  # type: ignore[misc]
    """What Flask-Login keeps of a person."""

    def __init__(self, user: User) -> None:
        self.id = str(user.id)
        self.user = user


# Only these kinds see through agreements what belongs to others; the rest need not ask for theirs.
PARTNERED_KINDS = frozenset(
    {OrganisationKind.POINT_A, OrganisationKind.TRAINING_CENTRE, OrganisationKind.FIELD_NETWORK}
)

Partners = tuple[frozenset[int], frozenset[int]]
PartnersOf = Callable[[Session, int], Partners]


def init_sessions(app: Flask, settings: Settings, partners_of: PartnersOf) -> None:
    """Attach the login manager and load the actor before each request.

    Agreements live above accounts, so the function that reads an organisation's partners is handed in.
    """
    login_manager.init_app(app)
    app.extensions["passwords"] = Passwords(settings.argon2_memory_kib, settings.argon2_time_cost)

    @app.before_request
    def load_actor() -> Response | None:
        if request.endpoint in {"static", "health.alive", "health.ready"}:
            return None
        _load_actor(settings, partners_of)
        if g.lacks_second_factor and request.endpoint not in BEFORE_SECOND_FACTOR:
            toast("Activez d’abord la double vérification : votre rôle la demande.", "info")
            return redirect(url_for("accounts.second_factor"))
        return None


@login_manager.user_loader  # type: ignore[untyped-decorator]
def _load_user(user_id: str) -> SignedIn | None:
    user = db.session.get(User, int(user_id)) if user_id.isdigit() else None
    if user is None or not user.is_active or session.get(EPOCH) != user.session_epoch:
        return None
    return SignedIn(user)


def _load_actor(settings: Settings, partners_of: PartnersOf) -> None:
    set_actor(ANONYMOUS)
    g.hats = []
    g.lacks_second_factor = False
    if not session.get("_user_id"):
        return
    if _is_over(settings) or not current_user.is_authenticated:
        close_session()
        return
    session[SEEN] = clock.now().isoformat()
    user: User = current_user.user
    g.hats = hats_of(db.session(), user.id)
    hat = _worn(g.hats)
    if settings.require_second_factor and hat and not session.get(SECOND):
        g.lacks_second_factor = not hat.roles.isdisjoint(ROLES_THAT_NEED_IT)
    if g.lacks_second_factor:
        # No hat before the second factor: even a page that forgot to ask would show nothing.
        set_actor(build_actor(user, None, frozenset(), (frozenset(), frozenset())))
        return
    territory: frozenset[str] = frozenset()
    partners: Partners = (frozenset(), frozenset())
    if hat:
        if hat.organisation_kind is OrganisationKind.FIELD_NETWORK:
            territory = territory_of(db.session(), user.id, hat.organisation_id)
        if hat.organisation_kind in PARTNERED_KINDS:
            partners = partners_of(db.session(), hat.organisation_id)
    set_actor(build_actor(user, hat, territory, partners))


def _worn(hats: list[Hat]) -> Hat | None:
    wanted = session.get(HAT)
    return next((hat for hat in hats if hat.organisation_id == wanted), hats[0] if hats else None)


def _is_over(settings: Settings) -> bool:
    """True after the idle time, or after the longest time a session may last."""
    try:
        began = datetime.fromisoformat(session[BEGAN])
        seen = datetime.fromisoformat(session[SEEN])
    except (KeyError, ValueError):
        return True
    idle = timedelta(seconds=settings.session_idle_seconds)
    longest = timedelta(seconds=settings.session_absolute_seconds)
    return clock.now() - seen > idle or clock.now() - began > longest


def open_session(user: User, *, with_second_factor: bool = False) -> None:
    """Sign in with a fresh session: nothing of the former one survives, its form token included."""
    session.clear()
    at = clock.now().isoformat()
    values: dict[str, Any] = {EPOCH: user.session_epoch, BEGAN: at, SEEN: at}
    if with_second_factor:
        values[SECOND] = True
    session.update(values)
    login_user(SignedIn(user))


def keep_session(user: User, *, with_second_factor: bool | None = None) -> None:
    """Go on in this browser after the account's epoch moved: a fresh session with the same hat."""
    worn = session.get(HAT)
    second = bool(session.get(SECOND)) if with_second_factor is None else with_second_factor
    open_session(user, with_second_factor=second)
    if worn is not None:
        session[HAT] = worn


def half_open_session(user: User, *, target: str) -> None:
    """The password was right; a code is still asked for. Nobody is signed in."""
    session.clear()
    session.update(
        {
            HALF_USER: user.id,
            HALF_EPOCH: user.session_epoch,
            HALF_SINCE: clock.now().isoformat(),
            HALF_NEXT: target,
        }
    )


def half_open_user(db_session: Session) -> User | None:
    """Who gave the right password in the last minutes, None when nobody did."""
    try:
        since = datetime.fromisoformat(session[HALF_SINCE])
        user_id, epoch = int(session[HALF_USER]), session[HALF_EPOCH]
    except (KeyError, ValueError):
        return None
    user = db_session.get(User, user_id)
    is_over = clock.now() - since > HALF_OPEN_FOR
    if user is None or not user.is_active or user.session_epoch != epoch or is_over:
        return None
    return user


def close_session() -> None:
    """Sign out and forget everything."""
    logout_user()
    session.clear()
    set_actor(ANONYMOUS)


def wear(organisation_id: int) -> bool:
    """Change hats. False when the person has no role there."""
    if any(hat.organisation_id == organisation_id for hat in g.hats):
        session[HAT] = organisation_id
        return True
    return False
