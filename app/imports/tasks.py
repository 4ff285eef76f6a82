"""Background work of imports: pieces of rows, each in its own transaction, with progress."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.db import transaction
from app.core.tasks import JobContext, periodic, task
from app.imports.models import ImportRow, RowState
from app.imports.services import (
    check_piece,
    keys_so_far,
    mark_failed,
    purge_old,
    write_piece,
)
from app.imports.services.queueing import CHECK, RUN
from app.imports.services.working import PENDING, PIECE


def _say_stopped(db_session: Session, payload: dict[str, Any]) -> None:
    mark_failed(db_session, batch_id=int(payload["batch_id"]))


@task(CHECK, stopped=_say_stopped)
def check(context: JobContext, payload: dict[str, Any]) -> None:
    """Look at every row of an import."""
    batch_id = int(payload["batch_id"])
    with transaction() as session:
        seen = keys_so_far(session, batch_id=batch_id)
        total = _rows_in(session, batch_id, tuple(RowState))
        done = total - _rows_in(session, batch_id, (RowState.READ,))
    while True:
        context.progress(done, total)
        with transaction() as session:
            dealt_with = check_piece(session, batch_id=batch_id, seen=seen)
        done += dealt_with
        if dealt_with < PIECE:
            break
    context.progress(total, total)


@task(RUN, stopped=_say_stopped)
def run(context: JobContext, payload: dict[str, Any]) -> None:
    """Write the good rows of an import."""
    batch_id = int(payload["batch_id"])
    with transaction() as session:
        total = _rows_in(session, batch_id, tuple(RowState))
        done = total - _rows_in(session, batch_id, PENDING)
    while True:
        context.progress(done, total)
        with transaction() as session:
            dealt_with = write_piece(session, batch_id=batch_id)
        done += dealt_with
        if dealt_with < PIECE:
            break
    context.progress(total, total)


@periodic("imports_purge", minute="20", hour="3")
def purge() -> None:
    """Old imports go, with the rows they kept."""
    with transaction() as session:
        purge_old(session)


def _rows_in(session: Session, batch_id: int, states: tuple[RowState, ...]) -> int:
    query = (
        select(func.count())
        .select_from(ImportRow)
        .where(ImportRow.batch_id == batch_id, ImportRow.state.in_(states))
    )
    return session.scalar(query) or 0
