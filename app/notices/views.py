"""Mes avis: the list, the bell, what is read."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, request, url_for
from sqlalchemy.exc import SQLAlchemyError

from app.accounts.views.sessions import wear
from app.core.db import db, transaction
from app.core.errors import NotFound
from app.core.forms import ButtonForm
from app.core.htmx import is_fragment_request, page, redirect, render, toast
from app.core.pages import page_number
from app.core.permissions import current_actor, public, requires
from app.core.presentation import plural
from app.core.security import csrf
from app.notices import services
from app.notices.events import NoticeEvent, Scope
from app.notices.forms import SCOPES, PreferencesForm, preferences_form
from app.notices.queries import choices_made, choices_offered, notices_of, unread_count
from app.policy.permissions import Permission

blueprint = Blueprint("notices", __name__, url_prefix="/avis")


def init_app(app: Flask) -> None:
    """Give the header its bell."""
    app.jinja_env.globals["unread_notices"] = unread_notices


def unread_notices() -> int:
    """How many notices wait; 0 when the database is away, because the page that says so has a header too."""
    user_id = current_actor().user_id
    if user_id is None:
        return 0
    try:
        return unread_count(db.session(), user_id)
    except SQLAlchemyError:
        return 0


@blueprint.get("/")
@requires(Permission.NOTICE_READ)
def list_notices() -> Response:
    """What I was told, unread first asked."""
    return _list()


@blueprint.post("/<int:notice_id>/lu")
@requires(Permission.NOTICE_READ)
def mark_read(notice_id: int) -> Response:
    """Mark one as read."""
    with transaction() as session:
        services.mark_read(session, current_actor(), notice_id=notice_id)
    return _after()


@blueprint.post("/tout-lu")
@requires(Permission.NOTICE_READ)
def mark_all_read() -> Response:
    """Mark all as read."""
    with transaction() as session:
        count = services.mark_all_read(session, current_actor())
    toast(f"{plural(count, 'avis marqué comme lu', 'avis marqués comme lus')}.")
    return _after()


@blueprint.post("/<int:notice_id>/ouvrir")
@requires(Permission.NOTICE_READ)
def open_notice(notice_id: int) -> Response:
    """Go where one can act, wearing the hat under which one was told."""
    try:
        with transaction() as session:
            notice = services.open_notice(session, current_actor(), notice_id=notice_id)
            path, organisation_id = notice.path, notice.organisation_id
    except NotFound:
        toast("Cet avis ne mène plus nulle part : ce dont il parlait n’est plus ouvert.", "info")
        return redirect(url_for("notices.list_notices"))
    if organisation_id is not None:
        wear(organisation_id)
    return redirect(path)


@blueprint.get("/reglages")
@requires(Permission.NOTICE_READ)
def preferences() -> Response:
    """How I want to be told."""
    return _preferences(is_sent=False)


@blueprint.post("/reglages")
@requires(Permission.NOTICE_READ)
def save_preferences() -> Response:
    """Keep what was chosen."""
    form, _ = _preferences_form(is_sent=True)
    if not form.validate_on_submit():
        return _preferences(is_sent=True, status=422)
    with transaction() as session:
        services.choose(session, current_actor(), chosen=form.chosen())
    toast("Vos réglages sont enregistrés.")
    return redirect(url_for("notices.preferences"))


@blueprint.get("/arreter/<token>")
@public
def unsubscribe_page(token: str) -> Response:
    """What the link under a mail would stop; only the button stops it."""
    _, event, _ = services.read_unsubscribe(token)
    return page("notices/unsubscribe.html", label=event.label, token=token, form=ButtonForm())


@blueprint.post("/arreter/<token>")
@csrf.exempt  # type: ignore[untyped-decorator]
@public
def unsubscribe(token: str) -> Response:
    """Stop the mails of one kind: the button of the page, or a mail program's one click (RFC 8058).

    The sealed token is the whole right: no session takes part, so there is none to abuse.
    """
    with transaction() as session:
        event = services.unsubscribe(session, token=token)
    return page("notices/unsubscribed.html", label=event.label)


def _preferences_form(*, is_sent: bool) -> tuple[PreferencesForm, list[tuple[NoticeEvent, Scope]]]:
    session, user_id = db.session(), current_actor().user_id or 0
    offered = choices_offered(session, user_id)
    return preferences_form(offered, choices_made(session, user_id), is_sent=is_sent), offered


def _preferences(*, is_sent: bool, status: int = 200) -> Response:
    form, offered = _preferences_form(is_sent=is_sent)
    if is_sent:
        form.validate()
    events = [event for event, scope in offered if scope is Scope.ORGANISATION]
    return page("notices/preferences.html", form=form, events=events, scopes=SCOPES, status=status)


def _after() -> Response:
    if is_fragment_request():
        return _list(oob=["notices/_bell.html"])
    return redirect(_here())


def _unread_only() -> bool:
    return request.args.get("etat") != "tous"


def _number() -> int:
    return page_number(request.args.get("page"))


def _here() -> str:
    return url_for(
        "notices.list_notices",
        etat=None if _unread_only() else "tous",
        page=_number() if _number() > 1 else None,
    )


def _list(*, oob: list[str] | None = None) -> Response:
    unread_only = _unread_only()
    found = notices_of(db.session(), current_actor(), unread_only=unread_only, number=_number())
    return render(
        "notices/list.html",
        fragments=["notices/_notice_list.html"],
        oob=oob or [],
        notices=found,
        unread_only=unread_only,
        form=ButtonForm(),
    )
