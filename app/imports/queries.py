"""Reads of imports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.queries import build_actor, hats_of, territory_of
from app.core.errors import NotFound
from app.core.pages import Page, paginate
from app.core.permissions import ensure
from app.core.tasks import Job
from app.imports.fields import KINDS
from app.imports.models import (
    ImportBatch,
    ImportColumns,
    ImportKind,
    ImportRow,
    ImportState,
    RowState,
    shape_of,
)
from app.partnerships.queries import partners_of
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.policy.matrix import may_ever
from app.policy.permissions import Permission

# What a person must be allowed to write, for a kind of file to make sense.
WRITES: dict[ImportKind, Permission] = {
    ImportKind.YOUTH: Permission.YOUTH_CREATE,
    ImportKind.SESSIONS: Permission.SESSION_EDIT,
    ImportKind.OPENINGS: Permission.OPENING_CREATE,
    ImportKind.COMPANIES: Permission.COMPANY_EDIT,
    ImportKind.TRAINING_CENTRES: Permission.ORGANISATION_APPROVE,
    ImportKind.LOCAL_MISSIONS: Permission.ORGANISATION_APPROVE,
}
REASON = "Motif du refus"
SHOWN = 25
# The groups of rows that the page can show, in its order.
GROUPS: dict[str, tuple[RowState, ...]] = {
    "a-decider": (RowState.CHOICE, RowState.DUPLICATE),
    "erreurs": (RowState.BAD,),
    "bonnes": (RowState.GOOD,),
    "deja-la": (RowState.SAME,),
    "importees": (RowState.CREATED, RowState.UPDATED),
    "ecartees": (RowState.SKIPPED,),
}
GIVEN_BACK = (RowState.BAD, RowState.SKIPPED)


def kinds_for(actor: Actor) -> list[ImportKind]:
    """The kinds of file that this actor may bring: those whose rows it may write.

    An employer corrects one company, its own: a list of companies is not for it.
    """
    return [
        kind
        for kind, permission in WRITES.items()
        if may_ever(actor, permission)
        and not (kind is ImportKind.COMPANIES and may_ever(actor, Permission.PROFILE_BROWSE))
    ]


def own_batch(
    db_session: Session, actor: Actor, batch_id: int, *, locked: bool = False
) -> ImportBatch:
    """An import of the organisation worn. A platform administrator has no business in the files
    of a mission locale: the house decides, beyond the permission.

    Raises:
        NotFound: there is none.
    """
    query = select(ImportBatch).where(ImportBatch.id == batch_id)
    batch = db_session.scalar(query.with_for_update() if locked else query)
    if batch is None or batch.organisation_id != actor.organisation_id:
        raise NotFound
    ensure(actor, Permission.IMPORT_RUN, Facts(organisation_id=batch.organisation_id))
    return batch


def known_columns(
    db_session: Session, actor: Actor, kind: ImportKind, headers: Sequence[str]
) -> dict[str, int] | None:
    """The columns that the organisation worn confirmed for its last file with the same titles."""
    known = db_session.scalar(
        select(ImportColumns.mapping).where(
            ImportColumns.organisation_id == actor.organisation_id,
            ImportColumns.kind == kind,
            ImportColumns.shape == shape_of(headers),
        )
    )
    return dict(known) if known is not None else None


def actor_of_batch(db_session: Session, batch: ImportBatch) -> Actor:
    """The person who brought the file, with the rights that they hold now.

    Raises:
        NotFound: they no longer work there.
    """
    user = db_session.get(User, batch.user_id) if batch.user_id else None
    if user is None or not user.is_active:
        raise NotFound
    hat = next(
        (
            one
            for one in hats_of(db_session, user.id)
            if one.organisation_id == batch.organisation_id
        ),
        None,
    )
    if hat is None:
        raise NotFound
    return build_actor(
        user,
        hat,
        territory_of(db_session, user.id, hat.organisation_id),
        partners_of(db_session, hat.organisation_id),
    )


def list_batches(db_session: Session, actor: Actor, *, number: int) -> Page[Any]:
    """Imports of the organisation worn, the newest first: two statements."""
    query = (
        select(
            ImportBatch.id,
            ImportBatch.kind,
            ImportBatch.state,
            ImportBatch.file_name,
            ImportBatch.row_count,
            ImportBatch.uploaded_at,
            User.given_name,
            User.family_name,
        )
        .outerjoin(User, User.id == ImportBatch.user_id)
        .where(ImportBatch.organisation_id == actor.organisation_id)
        .order_by(ImportBatch.uploaded_at.desc(), ImportBatch.id.desc())
    )
    return paginate(db_session, query, number=number)


def count_rows(db_session: Session, batch_id: int) -> dict[RowState, int]:
    """Rows by state: one statement."""
    rows = db_session.execute(
        select(ImportRow.state, func.count().label("many"))
        .where(ImportRow.batch_id == batch_id)
        .group_by(ImportRow.state)
        .order_by(ImportRow.state)
    )
    return {row.state: row.many for row in rows}


def undecided(db_session: Session, batch_id: int) -> int:
    """Rows that a person has not decided upon."""
    return (
        db_session.scalar(
            select(func.count())
            .select_from(ImportRow)
            .where(
                ImportRow.batch_id == batch_id,
                ImportRow.state.in_([RowState.CHOICE, RowState.DUPLICATE]),
                ImportRow.decision.is_(None),
            )
        )
        or 0
    )


def row_page(
    db_session: Session, batch_id: int, states: tuple[RowState, ...], number: int
) -> Page[Any]:
    """Rows of these states, as the file orders them: two statements."""
    query = (
        select(
            ImportRow.id,
            ImportRow.number,
            ImportRow.cells,
            ImportRow.state,
            ImportRow.problems,
            ImportRow.warnings,
            ImportRow.proposals,
            ImportRow.resembles,
            ImportRow.decision,
            ImportRow.target_id,
        )
        .where(ImportRow.batch_id == batch_id, ImportRow.state.in_(states))
        .order_by(ImportRow.number)
    )
    return paginate(db_session, query, number=number, size=SHOWN)


def samples(db_session: Session, batch_id: int, many: int = 3) -> list[list[str]]:
    """The first rows, to recognise columns by what they hold."""
    query = (
        select(ImportRow.cells)
        .where(ImportRow.batch_id == batch_id)
        .order_by(ImportRow.number)
        .limit(many)
    )
    return list(db_session.scalars(query))


def job_of(db_session: Session, batch: ImportBatch) -> Job | None:
    """The background work of this import."""
    return db_session.get(Job, batch.job_id) if batch.job_id else None


def is_stopped(batch: ImportBatch, job: Job | None) -> bool:
    """The pass ended without finishing: it failed, or its worker was given up."""
    if batch.state is ImportState.FAILED:
        return True
    is_working = batch.state in {ImportState.CHECKING, ImportState.RUNNING}
    return is_working and (job is None or job.ended_at is not None)


def rows_given_back(db_session: Session, batch: ImportBatch) -> Iterator[list[str]]:
    """The rows that were not imported, under their own headers, with the reason last.

    The file can be corrected and brought again: a column is added for each field that every row
    needs and the file does not have.
    """
    missing = [one.label for one in KINDS[batch.kind].required if one.name not in batch.mapping]
    headers = [*batch.headers, *missing]
    yield [*headers, REASON]
    query = (
        select(ImportRow.cells, ImportRow.problems)
        .where(ImportRow.batch_id == batch.id, ImportRow.state.in_(GIVEN_BACK))
        .order_by(ImportRow.number)
        .execution_options(yield_per=500)
    )
    for cells, problems in db_session.execute(query):
        padded = [*cells, *[""] * (len(headers) - len(cells))]
        yield [*padded, " ".join(problems.values())]
