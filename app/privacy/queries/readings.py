""" "Qui a vu mon dossier": each reading of a name by a person, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, User
from app.core.access import AccessRecord, NamedExport
from app.core.pages import Page, paginate
from app.privacy.labels import FORMATS, PURPOSES, export_words, page_words


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading: who, for which organisation, when, where and why in words.

    `export`: the list that left the portal with this name, with its number.
    """

    at: datetime
    who: str
    organisation: str | None
    where: str
    why: str
    export: str | None


def readings_of(db_session: Session, youth_id: int, *, page: int = 1) -> Page[Reading]:
    """One page of the readings of a name, newest first: two statements."""
    query = (
        select(
            AccessRecord.id,
            AccessRecord.read_at,
            AccessRecord.purpose,
            AccessRecord.page,
            User.given_name,
            User.family_name,
            Organisation.name.label("organisation"),
            NamedExport.id.label("export_id"),
            NamedExport.kind,
            NamedExport.file_format,
        )
        .outerjoin(User, User.id == AccessRecord.user_id)
        .outerjoin(Organisation, Organisation.id == AccessRecord.organisation_id)
        .outerjoin(NamedExport, NamedExport.id == AccessRecord.export_id)
        .where(AccessRecord.youth_id == youth_id)
        .order_by(AccessRecord.read_at.desc(), AccessRecord.id.desc())
    )
    found = paginate(db_session, query, number=page)
    return Page(
        rows=[_reading(one) for one in found.rows],
        number=found.number,
        size=found.size,
        total=found.total,
    )


def _reading(row: Any) -> Reading:
    export = None
    if row.export_id is not None:
        words = export_words(row.kind)
        export = f"{words} n° {row.export_id}, {FORMATS[row.file_format]}"
    return Reading(
        at=row.read_at,
        who=f"{row.given_name} {row.family_name}" if row.given_name else _bearer(row.page),
        organisation=row.organisation,
        where=page_words(row.page),
        why=PURPOSES.get(row.purpose, ""),
        export=export,
    )


def _bearer(page: str) -> str:
    """Who reads without an account: each has a page of their own."""
    if page == "privacy.representative":
        return "Le représentant légal, par son lien"
    return "Le jeune, par son lien"
