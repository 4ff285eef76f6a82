"""The copy of one file: everything held, with the names of organisations and people instead of their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, User
from app.core import clock
from app.core.db import db
from app.privacy.labels import column_words, value_words
from app.privacy.queries.holdings import HeldTable, holdings_of
from app.youth.texts import TEXTS

# Journals outlive what they point to, so their columns have no foreign key to read.
ORGANISATION_COLUMNS = frozenset({"actor_organisation_id", "organisation_id"})
USER_COLUMNS = frozenset({"actor_user_id", "user_id", "asked_by"})
# What only the program needs.
TECHNICAL = frozenset({"version", "folded", "folded_name", "folded_usage_name", "html_body"})


@dataclass(frozen=True, slots=True)
class CopiedTable:
    """One part of the copy: French column words and the rows in their order."""

    name: str
    label: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class FileCopy:
    """The copy, in both forms.

    Attributes:
        data: what the JSON file holds.
        tables: the same for the eye.
    """

    made_at: datetime
    data: Mapping[str, Any]
    tables: tuple[CopiedTable, ...]


def copy_of(db_session: Session, youth_id: int) -> FileCopy:
    """Everything held about one youth: one statement a table, and two for the names."""
    held = holdings_of(db_session, youth_id)
    names = _names(db_session, held)
    made_at = clock.now()
    data = {
        "format": "trefle-dossier-1",
        "fait_le": made_at.isoformat(),
        "tables": {
            table.name: {
                "titre": table.label,
                "lignes": [_with_names(table.name, row, names) for row in table.rows],
            }
            for table in held
        },
        "textes_des_accords": {
            version: {"titre": text.title, "texte": list(text.paragraphs)}
            for version, text in TEXTS.items()
        },
    }
    return FileCopy(made_at, data, tuple(_for_the_eye(table, names) for table in held))


Names = Mapping[str, Mapping[int, str]]


def _pointed(table: str, column: str) -> str | None:
    """To which kind of name a column points: `user`, `organisation` or none."""
    for key in db.metadata.tables[table].columns[column].foreign_keys:
        target = key.column.table.name
        if target in ("user_account", "organisation"):
            return "user" if target == "user_account" else "organisation"
    if column in USER_COLUMNS:
        return "user"
    return "organisation" if column in ORGANISATION_COLUMNS else None


def _names(db_session: Session, held: Iterable[HeldTable]) -> Names:
    wanted: dict[str, set[int]] = {"user": set(), "organisation": set()}
    for table in held:
        for column in table.columns:
            kind = _pointed(table.name, column)
            if kind:
                wanted[kind] |= {row[column] for row in table.rows if row[column] is not None}
    users = db_session.execute(
        select(User.id, User.given_name, User.family_name).where(User.id.in_(wanted["user"]))
    )
    houses = db_session.execute(
        select(Organisation.id, Organisation.name).where(
            Organisation.id.in_(wanted["organisation"])
        )
    )
    return MappingProxyType(
        {
            "user": {one.id: f"{one.given_name} {one.family_name}" for one in users},
            "organisation": {one.id: one.name for one in houses},
        }
    )


def _with_names(table: str, row: Mapping[str, Any], names: Names) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for column, value in row.items():
        kind = _pointed(table, column)
        found[column] = names[kind].get(value, value) if kind and value is not None else value
    return found


def _for_the_eye(table: HeldTable, names: Names) -> CopiedTable:
    """Columns that say something somewhere, in words."""
    rows = [_with_names(table.name, row, names) for row in table.rows]
    columns = [
        one
        for one in table.columns
        if one not in TECHNICAL
        and one not in ("id", "youth_id")
        and any(row[one] not in (None, "", [], {}) for row in rows)
    ]
    return CopiedTable(
        name=table.name,
        label=table.label,
        columns=tuple(column_words(one) for one in columns),
        rows=tuple(tuple(value_words(row[one]) for one in columns) for row in rows),
    )
