"""Mes avis: the list, the bell, what is read."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, request, url_for
from sqlalchemy.exc import SQLAlchemyError

from app.accounts.forms import EmptyForm
from app.accounts.views.sessions import wear
from app.core.db import db, transaction
from app.core.errors import NotFound
from app.core.htmx import is_fragment_request, redirect, render, toast
from app.core.permissions import current_actor, requires
from app.core.presentation import plural
from app.notices import services
from app.notices.queries import notices_of, unread_count
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


def _after() -> Response:
    if is_fragment_request():
        return _list(oob=["notices/_bell.html"])
    return redirect(_here())


def _unread_only() -> bool:
    return request.args.get("etat") != "tous"


def _number() -> int:
    text = request.args.get("page", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


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
        form=EmptyForm(),
    )
