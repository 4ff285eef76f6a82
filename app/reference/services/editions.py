"""The register of loaded files: the same file is never looked at twice."""

from __future__ import annotations

import hashlib
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.changes import Changed, record_change
from app.reference.models import ReferenceEdition
from app.reference.services.report import LoadReport


def digest_of(*paths: Path, extra: str = "") -> str:
    """SHA-256 of the files' contents, in order."""
    total = hashlib.sha256(extra.encode())
    for path in paths:
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def is_loaded(db_session: Session, kind: str, digest: str) -> bool:
    """Whether this very content is the last one loaded for this kind."""
    last = db_session.scalar(
        select(ReferenceEdition.digest)
        .where(ReferenceEdition.kind == kind)
        .order_by(ReferenceEdition.loaded_at.desc(), ReferenceEdition.id.desc())
        .limit(1)
    )
    return last == digest


def record_edition(db_session: Session, report: LoadReport, *, file_name: str, digest: str) -> None:
    """Remember the file, and tell the matching pools to read the reference anew when a row moved.

    A content that comes back after another one takes its old line again, with a new number, so
    that every process sees that something was loaded.
    """
    known = db_session.scalar(
        select(ReferenceEdition).where(
            ReferenceEdition.kind == report.kind, ReferenceEdition.digest == digest
        )
    )
    if known is not None:
        db_session.delete(known)
        db_session.flush()
    db_session.add(
        ReferenceEdition(
            kind=report.kind,
            file_name=file_name[:200],
            digest=digest,
            row_count=report.rows,
            loaded_at=clock.now(),
        )
    )
    if report.changed:
        record_change(db_session, Changed.REFERENCE)
    db_session.flush()
