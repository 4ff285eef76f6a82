"""The access journal: who read which named file, wearing which hat, when and why.

It is appended on its own short transaction before the answer is sent. When it cannot be written the file is not shown:
a reading that leaves no trace is worse than a page that has to be asked for again.
"""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import Index, String, insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import Model, enum_type, side_transaction
from app.core.errors import Unavailable
from app.policy.actor import Actor


class AccessPurpose(enum.StrEnum):
    FOLLOW_UP = "follow_up"
    PLACEMENT = "placement"
    ADMISSION = "admission"
    HIRING = "hiring"
    EXPORT = "export"
    RIGHTS = "rights"


class AccessRecord(Model):
    __tablename__ = "access_record"
    __table_args__ = (Index("ix_access_record_youth_id_read_at", "youth_id", "read_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    youth_id: Mapped[int]
    user_id: Mapped[int | None]
    organisation_id: Mapped[int | None]
    read_at: Mapped[datetime]
    purpose: Mapped[AccessPurpose] = mapped_column(enum_type(AccessPurpose))
    page: Mapped[str] = mapped_column(String(80))


def note_reading(actor: Actor, *, youth_ids: list[int], purpose: AccessPurpose, page: str) -> None:
    """Write one row a youth whose name the page is about to show.

    Raises:
        Unavailable: the journal cannot be written; the caller must not show the file.
    """
    if not youth_ids:
        return
    at = clock.now()
    try:
        with side_transaction() as session:
            session.execute(
                insert(AccessRecord),
                [
                    {
                        "youth_id": youth_id,
                        "user_id": actor.user_id,
                        "organisation_id": actor.organisation_id,
                        "read_at": at,
                        "purpose": purpose,
                        "page": page,
                    }
                    for youth_id in youth_ids
                ],
            )
    except SQLAlchemyError as error:
        raise Unavailable from error
