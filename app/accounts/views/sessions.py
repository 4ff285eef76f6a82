"""The web session of a person: who is signed in, which hat is worn, when the session ends."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from datetime import datetime, timedelta

from flask import Flask, Response, current_app, g, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.accounts.forms import PasswordAgainForm
from app.accounts.models import User, WebSession
from app.accounts.queries import (
    Hat,
    build_actor,
    hats_of,
    live_look,
    live_sessions,
    session_behind,
    territory_of,
)
from app.accounts.services import (
    TOUCH_EVERY,
    Passwords,
    begin_session,
    device_of,
    digest_of,
    end_session,
    roles_that_need_it,
    touch_session,
)
from app.core import clock
from app.core.db import SAFE_METHODS, db, side_transaction
from app.core.errors import Forbidden
from app.core.htmx import redirect, toast
from app.core.permissions import current_actor, set_actor
from app.core.settings import current_settings
from app.policy.actor import ANONYMOUS, OrganisationKind, Role
from config import Settings

login_manager = LoginManager()

# A cookie knows the user, the key of the session's row and the organisation worn; all the rest is in the row.
KEY, HAT = "key", "hat"
# Half open, between password and code: who, under which epoch, since when, where to go then.
HALF_USER, HALF_EPOCH, HALF_SINCE, HALF_NEXT = "half_user", "half_epoch", "half_since", "half_next"
HALF_OPEN_FOR = timedelta(minutes=10)
# A change to how one signs in asks for the password again once the sign-in is older than this.
FRESH_FOR = timedelta(minutes=10)
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


# All that support may send while it looks at the portal as somebody else.
WHILE_LOOKING = frozenset({"accounts.stop_looking", "accounts.logout"})
READ_ONLY = "Le support regarde, il n’écrit pas. Redevenez vous-même pour agir."
WRITING_FORM = re.compile(r'(<form\b[^>]*\bmethod="post"[^>]*>)(.*?)</form>', re.DOTALL)


class SignedIn(UserMixin):  # type: ignore[misc]
    """What Flask-Login keeps of a person."""

    def __init__(self, user: User, row: WebSession, hats: list[Hat]) -> None:
        self.id = str(user.id)
        self.user = user
        self.row = row
        self.hats = hats


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
    app.extensions["passwords"] = Passwords(
        settings.argon2_memory_kib, settings.argon2_time_cost, settings.leaked_passwords
    )

    asked = roles_that_need_it(settings.second_factor_free_roles)
    asked = asked if settings.require_second_factor else frozenset()

    @app.before_request
    def load_actor() -> Response | None:
        if request.endpoint in {"static", "health.alive", "health.ready"}:
            return None
        _load_actor(settings, asked, partners_of)
        if g.lacks_second_factor and request.endpoint not in BEFORE_SECOND_FACTOR:
            toast("Activez d’abord la double vérification : votre rôle la demande.", "info")
            return redirect(url_for("accounts.second_factor"))
        is_write = request.method not in SAFE_METHODS
        if (
            is_write
            and current_actor().impersonated_by is not None
            and request.endpoint not in WHILE_LOOKING
        ):
            raise Forbidden(READ_ONLY)
        return None

    app.after_request(_grey)


def _grey(response: Response) -> Response:
    """While support looks, what the person could press stands there, and nothing of it can be pressed.

    Forms that only search stay open: their answers are pages like the others.
    """
    if current_actor().impersonated_by is None or response.mimetype != "text/html":
        return response
    ways = tuple(f'action="{url_for(one)}"' for one in WHILE_LOOKING)

    def greyed(form: re.Match[str]) -> str:
        if any(way in form[1] for way in ways):
            return form[0]
        return f'{form[1]}<fieldset class="greyed" disabled>{form[2]}</fieldset></form>'

    response.set_data(WRITING_FORM.sub(greyed, response.get_data(as_text=True)))
    return response


@login_manager.user_loader  # type: ignore[untyped-decorator]
def _load_user(user_id: str) -> SignedIn | None:
    key = session.get(KEY)
    if not user_id.isdigit() or not isinstance(key, str):
        return None
    found = session_behind(db.session(), user_id=int(user_id), digest=digest_of(key))
    return SignedIn(found.user, found.session, found.hats) if found else None


def _load_actor(settings: Settings, asked: frozenset[Role], partners_of: PartnersOf) -> None:
    """Set who acts; a role of `asked` acts only after its second factor."""
    set_actor(ANONYMOUS)
    g.hats = []
    g.lacks_second_factor = False
    if not session.get("_user_id"):
        return
    if not current_user.is_authenticated or _is_over(current_user.row, settings):
        _leave()
        return
    user: User = current_user.user
    row: WebSession = current_user.row
    g.web_session_id = row.id
    _touch(row)
    g.hats = current_user.hats
    hat = _worn(g.hats)
    if hat and not row.has_second_factor:
        g.lacks_second_factor = not hat.roles.isdisjoint(asked)
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
    if row.impersonation_id is not None:
        _look_as(row.impersonation_id, user, partners_of)


def _look_as(impersonation_id: int, support: User, partners_of: PartnersOf) -> None:
    """Show what somebody else sees; without a live look support stays itself."""
    session_ = db.session()
    look = live_look(session_, impersonation_id)
    person = session_.get(User, look.user_id) if look else None
    if look is None or person is None:
        return
    hats = hats_of(session_, person.id)
    hat = next((one for one in hats if one.organisation_id == look.organisation_id), None)
    if hat is None:
        return
    territory = territory_of(session_, person.id, hat.organisation_id)
    actor = build_actor(person, hat, territory, partners_of(session_, hat.organisation_id))
    g.looks_until = look.ends_at
    set_actor(dataclasses.replace(actor, impersonated_by=support.id))


def _worn(hats: list[Hat]) -> Hat | None:
    wanted = session.get(HAT)
    return next((hat for hat in hats if hat.organisation_id == wanted), hats[0] if hats else None)


def _is_over(row: WebSession, settings: Settings) -> bool:
    """True after the idle time, or after the longest time a session may last."""
    idle = timedelta(seconds=settings.session_idle_seconds)
    longest = timedelta(seconds=settings.session_absolute_seconds)
    return clock.now() - row.seen_at > idle or clock.now() - row.began_at > longest


def _touch(row: WebSession) -> None:
    """Write that the session is in use, once a minute; a database that cannot be written to still shows pages."""
    if clock.now() - row.seen_at < TOUCH_EVERY:
        return
    try:
        with side_transaction() as writing:
            touch_session(writing, session_id=row.id)
    except OperationalError:
        current_app.logger.warning("session_not_touched")


def open_session(
    writing: Session,
    user: User,
    *,
    with_second_factor: bool = False,
    provider_token: str | None = None,
) -> None:
    """Sign in with a fresh session: nothing of the former one survives, its row and its form token included."""
    former = session.get(KEY)
    session.clear()
    session[KEY], row = begin_session(
        writing,
        user,
        device=device_of(request.user_agent.string),
        has_second_factor=with_second_factor,
        former_key=former,
        provider_token=provider_token,
    )
    login_user(SignedIn(user, row, hats_of(writing, user.id)))


def other_sessions(writing: Session, *, user_id: int) -> int:
    """On how many other machines the account is open now."""
    settings = current_settings()
    now, key = clock.now(), str(session.get(KEY, ""))
    rows = live_sessions(
        writing,
        user_id=user_id,
        seen_since=now - timedelta(seconds=settings.session_idle_seconds),
        begun_since=now - timedelta(seconds=settings.session_absolute_seconds),
    )
    return sum(row.digest != digest_of(key) for row in rows)


def is_fresh() -> bool:
    """True when this person proved who they are in the last minutes."""
    row: WebSession = current_user.row
    return clock.now() - row.began_at <= FRESH_FOR


def asked_again(refused: PasswordAgainForm | None = None) -> PasswordAgainForm | None:
    """The form that asks for the password once more, none while the sign-in is fresh; the refused one if there is."""
    return None if is_fresh() else refused or PasswordAgainForm(formdata=None, prefix="again")


def keep_session(writing: Session, user: User, *, with_second_factor: bool | None = None) -> None:
    """Go on in this browser after the account's epoch moved: a fresh session with the same hat."""
    worn = session.get(HAT)
    had = bool(current_user.row.has_second_factor)
    second = had if with_second_factor is None else with_second_factor
    open_session(writing, user, with_second_factor=second)
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


def close_session(writing: Session) -> str | None:
    """Sign out and forget everything: a copy of the cookie opens nothing either.

    Returns:
        the ID token of the provider that opened the session, if one did.
    """
    key = session.get(KEY)
    token = end_session(writing, key=key) if isinstance(key, str) else None
    _leave()
    return token


def _leave() -> None:
    """Forget the cookie; the row of a session that is over goes with the nightly task."""
    logout_user()
    session.clear()
    set_actor(ANONYMOUS)


def wear(organisation_id: int) -> bool:
    """Change hats. False when the person has no role there."""
    if any(hat.organisation_id == organisation_id for hat in g.hats):
        session[HAT] = organisation_id
        return True
    return False
