"""Background work of the reference: a table of travel times is read with none of the database held."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from app.core.db import db, transaction
from app.core.errors import Invalid
from app.core.tasks import JobContext, task
from app.reference.services.travel import CHECK, check_table, mark_failed
from app.reference.services.travel.verbs import read_waiting


def _say_broken(db_session: Session, payload: dict[str, Any]) -> None:
    mark_failed(db_session, table_id=int(payload["table_id"]))


@task(CHECK, stopped=_say_broken)
def check(context: JobContext, payload: dict[str, Any]) -> None:
    """Read the file, then keep what it holds beside the table in use."""
    table_id = int(payload["table_id"])
    try:
        _check(context, table_id)
    except Invalid as error:
        db.session.rollback()
        with transaction() as session:
            mark_failed(session, table_id=table_id, reason=error.message)


def _check(context: JobContext, table_id: int) -> None:
    reading = read_waiting(db.session(), table_id=table_id, tell=context.progress)
    if reading is None:
        return
    with transaction() as session:
        check_table(session, table_id=table_id, reading=reading)
