"""The access journal: who read which named file, wearing which hat, when and why; and the register of named exports.

It is appended on its own short transaction before the answer is sent. When it cannot be written the file is not shown:
a reading that leaves no trace is worse than a page that has to be asked for again.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, func, insert, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import clock
from app.core.db import Model, enum_type, side_transaction
from app.core.errors import NotFound, TooMany, Unavailable
from app.policy.actor import Actor

EXPORTS_AN_HOUR = 60
HOUR = timedelta(hours=1)


class AccessPurpose(enum.StrEnum):
    FOLLOW_UP = "follow_up"
    PLACEMENT = "placement"
    ADMISSION = "admission"
    HIRING = "hiring"
    EXPORT = "export"
    RIGHTS = "rights"


class AccessRecord(Model):
    __tablename__ = "access_record"
    __table_args__ = (
        Index("ix_access_record_youth_id_read_at", "youth_id", "read_at"),
        CheckConstraint("user_id IS NULL OR organisation_id IS NOT NULL", name="hat"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    youth_id: Mapped[int]
    user_id: Mapped[int | None]
    organisation_id: Mapped[int | None]
    read_at: Mapped[datetime]
    purpose: Mapped[AccessPurpose] = mapped_column(enum_type(AccessPurpose))
    page: Mapped[str] = mapped_column(String(80))
    # The export that took the name out of the portal, for readings of that kind.
    export_id: Mapped[int | None] = mapped_column(index=True)


class ExportFormat(enum.StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"
    PRINT = "print"
    JSON = "json"


class NamedExport(Model):
    """A list of names that left the portal: who took it, which list, narrowed how, how many names, when.

    The names themselves are not here: the access journal has one row a name, tied to this one.
    """

    __tablename__ = "named_export"
    __table_args__ = (
        CheckConstraint("names >= 0", name="names"),
        CheckConstraint("user_id IS NULL OR organisation_id IS NOT NULL", name="hat"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None]
    organisation_id: Mapped[int | None] = mapped_column(index=True)
    made_at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(60))
    file_format: Mapped[ExportFormat] = mapped_column(enum_type(ExportFormat))
    # The filters of the list as the address carried them; never a name that was searched for.
    filters: Mapped[dict[str, Any]] = mapped_column(default=dict)
    names: Mapped[int]


def note_reading(actor: Actor, *, youth_ids: list[int], purpose: AccessPurpose, page: str) -> None:
    """Write one row a youth whose name the page is about to show.

    Raises:
        NotFound: support acts for somebody: no name of a youth is ever read that way.
        Unavailable: the journal cannot be written; the caller must not show the file.
    """
    if not youth_ids:
        return
    _refuse_support(actor)
    try:
        with side_transaction() as session:
            _append(session, actor, youth_ids, purpose, page, export_id=None)
    except SQLAlchemyError as error:
        raise Unavailable from error


def note_export(
    actor: Actor,
    *,
    kind: str,
    file_format: ExportFormat,
    youth_ids: Sequence[int],
    filters: Mapping[str, str],
    page: str,
    names: int | None = None,
) -> int:
    """Register a list of names before it leaves the portal, with one row a name in the access journal.

    Every CSV, workbook, PDF or printed page that names youth calls this first.

    Args:
        kind: which list, as `exports.youth_list`; its French words are in `app/privacy/labels.py`.
        filters: what the list was narrowed to; free text that could be a name is left out by the caller.
        names: how many names, where some belong to nobody known yet (rows of an import given back).

    Returns:
        the number of the export, to write on it.

    Raises:
        NotFound: support acts for somebody.
        TooMany: this person has taken many lists out in the last hour.
        Unavailable: the register cannot be written; the caller must not send the file.
    """
    _refuse_support(actor)
    try:
        with side_transaction() as session:
            _refuse_too_many(session, actor)
            row = NamedExport(
                user_id=actor.user_id,
                organisation_id=actor.organisation_id,
                made_at=clock.now(),
                kind=kind,
                file_format=file_format,
                filters=dict(filters),
                names=len(youth_ids) if names is None else names,
            )
            session.add(row)
            session.flush()
            _append(session, actor, youth_ids, AccessPurpose.EXPORT, page, export_id=row.id)
            return row.id
    except SQLAlchemyError as error:
        raise Unavailable from error


def _refuse_support(actor: Actor) -> None:
    if actor.impersonated_by is not None:
        raise NotFound


def _refuse_too_many(session: Session, actor: Actor) -> None:
    """Nobody empties the portal list by list: the register itself is the count."""
    if actor.user_id is None:
        return
    taken = session.scalar(
        select(func.count()).where(
            NamedExport.user_id == actor.user_id, NamedExport.made_at > clock.now() - HOUR
        )
    )
    if (taken or 0) >= EXPORTS_AN_HOUR:
        raise TooMany(
            "Vous avez sorti beaucoup de listes en une heure. Attendez un peu, ou demandez au "
            "délégué à la protection des données."
        )


def _append(
    session: Session,
    actor: Actor,
    youth_ids: Sequence[int],
    purpose: AccessPurpose,
    page: str,
    *,
    export_id: int | None,
) -> None:
    if not youth_ids:
        return
    at = clock.now()
    rows = [
        {
            "youth_id": youth_id,
            "user_id": actor.user_id,
            "organisation_id": actor.organisation_id,
            "read_at": at,
            "purpose": purpose,
            "page": page,
            "export_id": export_id,
        }
        for youth_id in youth_ids
    ]
    session.execute(insert(AccessRecord), rows)
