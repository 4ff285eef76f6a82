"""A file that somebody brought, and its rows on their way in."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, enum_type


class ImportKind(enum.StrEnum):
    YOUTH = "youth"
    SESSIONS = "sessions"
    OPENINGS = "openings"
    COMPANIES = "companies"
    TRAINING_CENTRES = "training_centres"


class ImportState(enum.StrEnum):
    UPLOADED = "uploaded"  # columns recognised, to be confirmed
    CHECKED = "checked"  # rows read, errors and duplicates shown
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class ImportBatch(Model):
    __tablename__ = "import_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ImportKind] = mapped_column(enum_type(ImportKind))
    state: Mapped[ImportState] = mapped_column(enum_type(ImportState), default=ImportState.UPLOADED)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    file_name: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))
    encoding: Mapped[str | None] = mapped_column(String(20))
    headers: Mapped[list[str]] = mapped_column(default=list)
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    row_count: Mapped[int] = mapped_column(default=0)
    good_count: Mapped[int] = mapped_column(default=0)
    bad_count: Mapped[int] = mapped_column(default=0)
    created_count: Mapped[int] = mapped_column(default=0)
    updated_count: Mapped[int] = mapped_column(default=0)
    skipped_count: Mapped[int] = mapped_column(default=0)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    uploaded_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class RowState(enum.StrEnum):
    READ = "read"
    GOOD = "good"
    BAD = "bad"
    DUPLICATE = "duplicate"  # looks like something known: a person decides
    IMPORTED = "imported"
    SKIPPED = "skipped"


class ImportRow(Model):
    """One row of the file as read: cells stay text until they are checked. Purged with its batch."""

    __tablename__ = "import_row"
    __table_args__ = (Index("ix_import_row_batch_id_number", "batch_id", "number", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"))
    number: Mapped[int]  # as the user's spreadsheet shows it, the header being row 1
    cells: Mapped[list[Any]]
    state: Mapped[RowState] = mapped_column(enum_type(RowState), default=RowState.READ, index=True)
    # {field or "": French sentence}
    problems: Mapped[dict[str, Any]] = mapped_column(default=dict)
    duplicate_of: Mapped[int | None]
    decision: Mapped[str | None] = mapped_column(String(20))  # new, update, skip
    target_id: Mapped[int | None]
