"""The two passes over the rows, in the background: look at each, then write the good ones.

Each step takes one piece of rows in one transaction and leaves them in another state, so that a
pass that dies is taken up where it stopped and no row is written twice.
"""

from __future__ import annotations

import logging

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core import clock, journal
from app.core.errors import Conflict, DomainError, NotFound, is_database_away
from app.imports.fields import KINDS, parse_row
from app.imports.models import Decision, ImportBatch, ImportRow, ImportState, RowState
from app.imports.queries import actor_of_batch, count_rows, own_batch
from app.imports.services.kinds import HANDLERS, Examined
from app.imports.services.queueing import CHECK, RUN, queue_pass
from app.policy.actor import Actor

PIECE = 200
UNFORESEEN = "Cette ligne a provoqué une erreur de notre côté : elle n’est pas importée, l’équipe est prévenue."
UNCHOSEN = "Personne n’a choisi parmi les propositions."
NOT_YOURS = "Vous n’avez pas le droit d’écrire cette ligne."
# States of rows that the second pass still has to deal with.
PENDING = (RowState.GOOD, RowState.DUPLICATE, RowState.CHOICE)

log = logging.getLogger(__name__)


def check_piece(db_session: Session, *, batch_id: int, seen: dict[str, int]) -> int:
    """Look at the next rows that nobody looked at; returns how many there were.

    Args:
        seen: first row number by key, of the rows of this file looked at so far; grows.
    """
    batch = db_session.get_one(ImportBatch, batch_id)
    actor = actor_of_batch(db_session, batch)
    rows = _next_rows(db_session, batch_id, (RowState.READ,))
    for row in rows:
        examine_row(db_session, actor, batch, row, seen)
    if len(rows) < PIECE:
        batch.state = ImportState.CHECKED
    db_session.flush()
    return len(rows)


def keys_so_far(db_session: Session, *, batch_id: int) -> dict[str, int]:
    """The keys of rows that an interrupted pass looked at already."""
    batch = db_session.get_one(ImportBatch, batch_id)
    actor = actor_of_batch(db_session, batch)
    seen: dict[str, int] = {}
    query = (
        select(ImportRow)
        .where(
            ImportRow.batch_id == batch_id,
            ImportRow.state.not_in([RowState.READ, RowState.BAD]),
        )
        .order_by(ImportRow.number)
    )
    for row in db_session.scalars(query):
        found = _examined(db_session, actor, batch, row)
        if found is not None and found.key:
            seen.setdefault(found.key, row.number)
    return seen


def examine_row(
    db_session: Session, actor: Actor, batch: ImportBatch, row: ImportRow, seen: dict[str, int]
) -> None:
    """Put one row into its state: good, bad, to choose, looks like something, the same."""
    found = _examined(db_session, actor, batch, row)
    if found is None:
        return
    row.warnings = found.warnings
    row.proposals = {name: [list(one) for one in many] for name, many in found.proposals.items()}
    row.target_id, row.resembles = found.target_id, found.resembles
    earlier = seen.setdefault(found.key, row.number) if found.key else row.number
    if found.problems:
        row.state, row.problems = RowState.BAD, found.problems
    elif found.proposals:
        row.state = RowState.CHOICE
    elif earlier != row.number:
        row.state = RowState.DUPLICATE
        row.resembles = f"La ligne {earlier} de ce fichier dit la même chose."
    elif found.is_same:
        row.state = RowState.SAME
    else:
        row.state = RowState.DUPLICATE if found.resembles else RowState.GOOD


def _examined(
    db_session: Session, actor: Actor, batch: ImportBatch, row: ImportRow
) -> Examined | None:
    """The row beside what is known; None when it is bad, with its reasons already in it."""
    parsed = parse_row(KINDS[batch.kind], batch.mapping, row.cells, clock.today())
    row.problems, row.warnings, row.proposals = parsed.problems, parsed.warnings, {}
    if parsed.problems:
        row.state = RowState.BAD
        return None
    try:
        with db_session.begin_nested():
            found = HANDLERS[batch.kind].examine(db_session, actor, parsed.values, row.choices)
    except DomainError as refusal:
        _refuse(row, refusal)
        return None
    except Exception as error:
        _unforeseen(row, error)
        return None
    found.warnings = {**parsed.warnings, **found.warnings}
    return found


def write_piece(db_session: Session, *, batch_id: int) -> int:
    """Write the next rows; returns how many were dealt with. The last piece ends the import."""
    batch = db_session.get_one(ImportBatch, batch_id)
    actor = actor_of_batch(db_session, batch)
    rows = _next_rows(db_session, batch_id, PENDING)
    for row in rows:
        write_row(db_session, actor, batch, row)
    if len(rows) < PIECE:
        batch.state, batch.ended_at = ImportState.DONE, clock.now()
        counts = count_rows(db_session, batch_id)
        journal.record(
            db_session,
            actor,
            subject_kind="import",
            subject_id=batch.id,
            event="import_done",
            to_state=batch.state,
            details={"kind": batch.kind.value, **{str(one): many for one, many in counts.items()}},
        )
    db_session.flush()
    return len(rows)


def write_row(db_session: Session, actor: Actor, batch: ImportBatch, row: ImportRow) -> None:
    """Write one row, or say why it stays out; an error of this row stays with this row."""
    if row.state is RowState.CHOICE:
        row.state = RowState.BAD
        row.problems = {
            name: UNCHOSEN if many else f"{KINDS[batch.kind].field(name).label} : elle manque."
            for name, many in row.proposals.items()
        }
        return
    if row.decision is Decision.SKIP:
        row.state, row.problems = RowState.SKIPPED, {"": "Écartée à votre demande."}
        return
    if row.state is RowState.DUPLICATE and row.decision is None:
        row.state, row.problems = RowState.SKIPPED, {"": f"Personne n’a décidé. {row.resembles}"}
        return
    found = _examined(db_session, actor, batch, row)
    if found is None:
        return
    if found.problems or found.proposals:
        row.state = RowState.BAD
        row.problems = found.problems or dict.fromkeys(
            found.proposals, "Il faut choisir à nouveau."
        )
        return
    row.warnings = found.warnings
    if found.resembles and row.decision is None and found.target_id != row.target_id:
        # Somebody brought the same thing since the preview: a person has not seen this yet.
        row.state, row.problems = RowState.SKIPPED, {"": f"Entre-temps : {found.resembles}"}
        return
    try:
        with db_session.begin_nested():
            state, target_id = HANDLERS[batch.kind].write(db_session, actor, found, row.decision)
    except NotFound:
        row.state, row.problems = RowState.BAD, {"": NOT_YOURS}
    except DomainError as refusal:
        _refuse(row, refusal)
    except Exception as error:
        _unforeseen(row, error)
    else:
        row.state, row.target_id = state, target_id


def _refuse(row: ImportRow, refusal: DomainError) -> None:
    row.state = RowState.BAD
    row.problems = {getattr(refusal, "field", None) or "": refusal.message}


def _unforeseen(row: ImportRow, error: Exception) -> None:
    """A row that fails for a reason nobody foresaw is given back; a lost database stops the pass."""
    if isinstance(error, DBAPIError) and is_database_away(error):
        raise error
    # The kind of error alone: its message could hold what the row says of a person.
    log.error("import_row_failed", extra={"import_row": row.id, "error": type(error).__name__})
    row.state, row.problems = RowState.BAD, {"": UNFORESEEN}


def _next_rows(db_session: Session, batch_id: int, states: tuple[RowState, ...]) -> list[ImportRow]:
    query = (
        select(ImportRow)
        .where(ImportRow.batch_id == batch_id, ImportRow.state.in_(states))
        .order_by(ImportRow.number)
        .limit(PIECE)
    )
    return list(db_session.scalars(query))


def start_writing(
    db_session: Session,
    actor: Actor,
    *,
    batch_id: int,
) -> ImportBatch:
    """Have the good rows written in the background.

    Raises:
        NotFound: not this organisation's import.
        Conflict: not looked at yet, running, or done.
    """
    batch = own_batch(db_session, actor, batch_id, locked=True)
    if batch.state is not ImportState.CHECKED:
        raise Conflict("Cet import est déjà parti, ou n’est pas encore vérifié.")
    batch.state = ImportState.RUNNING
    queue_pass(db_session, batch, RUN)
    journal.record(
        db_session,
        actor,
        subject_kind="import",
        subject_id=batch.id,
        event="import_started",
        to_state=batch.state,
        details={"kind": batch.kind.value},
    )
    db_session.flush()
    return batch


def resume(
    db_session: Session,
    actor: Actor,
    *,
    batch_id: int,
) -> ImportBatch:
    """Take up an import that stopped halfway.

    Raises:
        NotFound: not this organisation's import.
        Conflict: it has not stopped.
    """
    batch = own_batch(db_session, actor, batch_id, locked=True)
    if batch.state is not ImportState.FAILED:
        raise Conflict("Cet import n’est pas arrêté.")
    is_unread = RowState.READ in count_rows(db_session, batch_id)
    batch.state = ImportState.CHECKING if is_unread else ImportState.RUNNING
    queue_pass(db_session, batch, CHECK if is_unread else RUN)
    db_session.flush()
    return batch


def mark_failed(db_session: Session, *, batch_id: int) -> None:
    """Say that the pass stopped; the rows keep their states."""
    batch = db_session.get(ImportBatch, batch_id)
    if batch is not None and batch.state in {ImportState.CHECKING, ImportState.RUNNING}:
        batch.state = ImportState.FAILED
