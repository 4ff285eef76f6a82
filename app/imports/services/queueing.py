"""Hands the two passes over the rows to the background."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.core.tasks import enqueue
from app.imports.models import ImportBatch

CHECK, RUN = "imports.check", "imports.run"


def queue_pass(db_session: Session, batch: ImportBatch, name: str) -> None:
    """Queue one pass in the caller's transaction; at most one of a kind waits for a batch."""
    job = enqueue(db_session, name, {"batch_id": batch.id}, unique_key=f"{name}:{batch.id}")
    batch.job_id = job.id
