"""Signs of life: `/healthz` says the process answers, `/readyz` that database, migrations and queue do too."""

from __future__ import annotations

import threading

from alembic.script import ScriptDirectory
from flask import Blueprint, Flask, Response, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.core.db import db
from app.core.permissions import public

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def alive() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
def ready() -> tuple[Response, int]:
    """Database, migrations, queue, and what loads at the start, each by name; 503 when one is missing."""
    checks = {
        "database": _database_answers(),
        "migrations": is_migrated(),
        "queue": _queue_answers(),
        "warm": _is_warm(),
    }
    is_ready = all(checks.values())
    return jsonify(status="ok" if is_ready else "waiting", **checks), 200 if is_ready else 503


def starts_cold(app: Flask) -> threading.Event:
    """Make readiness wait for the event that is returned."""
    event = threading.Event()
    app.extensions["warm"] = event
    return event


def _is_warm() -> bool:
    event: threading.Event | None = current_app.extensions.get("warm")
    return event is None or event.is_set()


def _database_answers() -> bool:
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        db.session.rollback()
        return False
    return True


def is_migrated() -> bool:
    """True when the stored revision is the newest one on disk."""
    config = current_app.extensions["migrate"].migrate.get_config()
    try:
        head = ScriptDirectory.from_config(config).get_current_head()
        current = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError:
        db.session.rollback()
        return False
    return head is not None and head == current


def knows_revision(revision: str | None) -> bool:
    """True when the migrations on disk lead from that revision to the newest."""
    config = current_app.extensions["migrate"].migrate.get_config()
    known = {one.revision for one in ScriptDirectory.from_config(config).walk_revisions()}
    return revision is None or revision in known


def _queue_answers() -> bool:
    try:
        current_app.extensions["huey"].pending_count()
    except Exception:  # any storage error means the same: not ready
        return False
    return True
