"""Rows of files do not stay: they are copies of personal data that have done their work."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.core import clock
from app.imports.models import ImportBatch, ImportRow

# Long enough to correct the rows given back; a figure of ours, shorter than any duty to keep.
KEPT_DAYS = 30


def purge_old(db_session: Session) -> int:
    """Delete the rows of imports older than thirty days, and the imports; returns how many."""
    limit = clock.now() - timedelta(days=KEPT_DAYS)
    old = list(db_session.scalars(select(ImportBatch.id).where(ImportBatch.uploaded_at < limit)))
    db_session.execute(delete(ImportRow).where(ImportRow.batch_id.in_(old)))
    db_session.execute(delete(ImportBatch).where(ImportBatch.id.in_(old)))
    return len(old)
