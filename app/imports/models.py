"""A file that somebody brought, and its rows on their way in."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, enum_type


class ImportKind(enum.StrEnum):
    YOUTH = "youth"
    SESSIONS = "sessions"
    OPENINGS = "openings"
    COMPANIES = "companies"
    TRAINING_CENTRES = "training_centres"
    LOCAL_MISSIONS = "local_missions"


class ImportState(enum.StrEnum):
    UPLOADED = "uploaded"  # columns recognised, to be confirmed
    CHECKING = "checking"  # rows are being compared with what is known
    CHECKED = "checked"  # errors, doubts and duplicates shown
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class ImportBatch(Model):
    """One file. Its counts are those of its rows, by state."""

    __tablename__ = "import_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ImportKind] = mapped_column(enum_type(ImportKind))
    state: Mapped[ImportState] = mapped_column(enum_type(ImportState), default=ImportState.UPLOADED)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    # As the browser gave it, for the eye only: it never becomes a path.
    file_name: Mapped[str] = mapped_column(String(200))
    sheet: Mapped[str | None] = mapped_column(String(80))
    other_sheets: Mapped[list[str]] = mapped_column(default=list)
    header_row: Mapped[int] = mapped_column(default=1)
    headers: Mapped[list[str]] = mapped_column(default=list)
    # Column by field name, counted from 0.
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # Reason by column header: columns whose content was never stored.
    left_out: Mapped[dict[str, Any]] = mapped_column(default=dict)
    row_count: Mapped[int] = mapped_column(default=0)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    uploaded_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]


class ImportColumns(Model):
    """The columns that an organisation confirmed for files of one shape: the next one needs no correction."""

    __tablename__ = "import_columns"
    __table_args__ = (UniqueConstraint("organisation_id", "kind", "shape"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[ImportKind] = mapped_column(enum_type(ImportKind))
    shape: Mapped[str] = mapped_column(String(64))
    # Column by field name, counted from 0.
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    confirmed_at: Mapped[datetime]


def shape_of(headers: Sequence[str]) -> str:
    """A digest of the titles of columns, in their order."""
    return sha256("\0".join(headers).encode()).hexdigest()


class RowState(enum.StrEnum):
    READ = "read"  # not yet looked at
    GOOD = "good"
    BAD = "bad"  # given back with its reason
    CHOICE = "choice"  # a person picks a trade or a place
    DUPLICATE = "duplicate"  # looks like something known: a person decides
    SAME = "same"  # known, and nothing in it is new
    CREATED = "created"
    UPDATED = "updated"
    SKIPPED = "skipped"  # a person said so, or nobody decided


class Decision(enum.StrEnum):
    """What a person says of a row that looks like something known."""

    NEW = "new"
    UPDATE = "update"
    SKIP = "skip"


class ImportRow(Model):
    """One row of the file as read: cells stay text until they are checked. Purged with its batch."""

    __tablename__ = "import_row"
    __table_args__ = (
        Index("ix_import_row_batch_id_number", "batch_id", "number", unique=True),
        Index("ix_import_row_batch_id_state", "batch_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"))
    number: Mapped[int]  # as the user's spreadsheet shows it
    cells: Mapped[list[str]]
    state: Mapped[RowState] = mapped_column(enum_type(RowState), default=RowState.READ)
    # French sentence by field name, "" for the row as a whole.
    problems: Mapped[dict[str, Any]] = mapped_column(default=dict)
    warnings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # What a person may pick, `[[code, label], …]` by field name (none: they type), and their answers.
    proposals: Mapped[dict[str, Any]] = mapped_column(default=dict)
    choices: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # What the row looks like, in words; `target_id` is the row it is about, known or created.
    resembles: Mapped[str | None] = mapped_column(String(300))
    decision: Mapped[Decision | None] = mapped_column(enum_type(Decision))
    target_id: Mapped[int | None]
