"""What a person says of rows in doubt."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, Invalid, NotFound
from app.imports.fields import KINDS
from app.imports.fields.base import BadCell
from app.imports.models import Decision, ImportBatch, ImportRow, ImportState, RowState
from app.imports.queries import own_batch
from app.imports.services.working import examine_row
from app.policy.actor import Actor


def decide_row(
    db_session: Session,
    actor: Actor,
    *,
    batch_id: int,
    row_id: int,
    decision: Decision,
) -> ImportRow:
    """New, the known thing to be completed, or nothing: for a row that looks like something known.

    Raises:
        NotFound: no such row in an import of this organisation.
        Conflict: the import has started, or the row is in no such doubt.
        Invalid: nothing known to complete.
    """
    row, _ = _open_row(db_session, actor, batch_id, row_id)
    if row.state is not RowState.DUPLICATE:
        raise Conflict("Cette ligne n’attend pas de décision.")
    if decision is Decision.UPDATE and row.target_id is None:
        raise Invalid("Rien de connu à compléter : importez la ligne, ou écartez-la.")
    row.decision = decision
    db_session.flush()
    return row


def decide_all(db_session: Session, actor: Actor, *, batch_id: int, decision: Decision) -> int:
    """The same decision for every row in doubt that has none; returns how many.

    Raises:
        NotFound: not this organisation's import.
        Conflict: it has started.
        Invalid: "new" is never said for many rows at once.
    """
    if decision is Decision.NEW:
        raise Invalid("Importer comme nouvelle se décide ligne par ligne.")
    batch = own_batch(db_session, actor, batch_id)
    _must_be_open(batch)
    query = select(ImportRow).where(
        ImportRow.batch_id == batch_id,
        ImportRow.state == RowState.DUPLICATE,
        ImportRow.decision.is_(None),
    )
    rows = [
        row
        for row in db_session.scalars(query)
        if decision is Decision.SKIP or row.target_id is not None
    ]
    for row in rows:
        row.decision = decision
    db_session.flush()
    return len(rows)


def choose(
    db_session: Session, actor: Actor, *, batch_id: int, row_id: int, field: str, code: str
) -> ImportRow:
    """Pick a trade or a place among what was proposed for a row, or type what its file does not say.

    The row is looked at again.

    Raises:
        NotFound: no such row in an import of this organisation.
        Conflict: the import has started, or nothing is asked there.
        Invalid: not one of the proposals, or nothing that this field can hold.
    """
    row, batch = _open_row(db_session, actor, batch_id, row_id)
    if row.state is not RowState.CHOICE or field not in row.proposals:
        raise Conflict("Cette ligne n’attend pas de choix.")
    proposed = {one[0] for one in row.proposals[field]}
    if proposed and code not in proposed:
        raise Invalid("Choisissez une des propositions.", field=field)
    try:
        KINDS[batch.kind].field(field).parser(code) if not proposed else None
    except BadCell as refusal:
        raise Invalid(str(refusal), field=field) from refusal
    row.choices = {**row.choices, field: code}
    examine_row(db_session, actor, batch, row, {})
    if not proposed and field in row.problems:
        # What was typed here may be typed again: the row does not become one of the bad ones.
        raise Invalid(row.problems[field], field=field)
    db_session.flush()
    return row


def _open_row(
    db_session: Session, actor: Actor, batch_id: int, row_id: int
) -> tuple[ImportRow, ImportBatch]:
    batch = own_batch(db_session, actor, batch_id)
    row = db_session.scalar(
        select(ImportRow).where(ImportRow.id == row_id, ImportRow.batch_id == batch_id)
    )
    if row is None:
        raise NotFound
    _must_be_open(batch)
    return row, batch


def _must_be_open(batch: ImportBatch) -> None:
    if batch.state is not ImportState.CHECKED:
        raise Conflict("Cet import a avancé : ses lignes ne changent plus.")
