"""Everything the portal holds about one youth, table by table, and what an erasure does to each.

The tables are found in the schema itself (a column `youth_id`, or `placement_id` for what belongs to a proposal), so
that a table added tomorrow is exported and emptied even before somebody names it here; a test asks for the name.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Table, select
from sqlalchemy.orm import Session

from app.core.db import db
from app.placements.models import Placement


class Treatment(enum.StrEnum):
    """What an erasure does to the rows of a table."""

    DELETE = "delete"
    BLANK = "blank"  # words go, dates and codes stay for statistics
    KEEP = "keep"  # nothing in it names anybody once the file is anonymous


@dataclass(frozen=True, slots=True)
class Holding:
    """One table.

    Attributes:
        label: in French, for the copy of the file.
        blanks: columns that an erasure empties, with what stands in their place.
        why: why rows are kept, for the certificate.
    """

    label: str
    treatment: Treatment = Treatment.DELETE
    blanks: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""


PROOF = "preuve de l’accord et de son retrait"
COUNTS = "compté dans les statistiques, sans nom"
SEATS = "place ou poste compté, sans nom"

HOLDINGS: Mapping[str, Holding] = MappingProxyType(
    {
        "youth": Holding("Dossier", Treatment.KEEP, why="une ligne sans identité, pour compter"),
        "legal_representative": Holding("Représentant légal"),
        "wish": Holding("Souhaits"),
        "youth_diploma": Holding("Diplômes"),
        "readiness_mark": Holding("Liste « prêt pour l’alternance »"),
        "disability_recognition": Holding("Reconnaissance d’un handicap"),
        "youth_note": Holding("Notes de l’accompagnement"),
        "consent_record": Holding("Registre des accords", Treatment.KEEP, why=PROOF),
        "set_aside": Holding("Contrats écartés"),
        "meeting_request": Holding(
            "Demandes de rencontre", Treatment.BLANK, {"message": None}, COUNTS
        ),
        "profile_seen": Holding("Profils sans nom ouverts par un employeur"),
        "plan_line": Holding("Plans du territoire : propositions", Treatment.KEEP, why=COUNTS),
        "thread_reading": Holding("Lectures des messages"),
        "left_without": Holding("Plans du territoire : sans proposition"),
        "seat_hold": Holding("Places retenues", Treatment.KEEP, why=SEATS),
        "queue_entry": Holding("Listes d’attente"),
        "position_hold": Holding("Postes retenus", Treatment.KEEP, why=SEATS),
        "placement": Holding("Propositions", Treatment.KEEP, why=COUNTS),
        "leaf_answer": Holding("Réponses", Treatment.BLANK, {"words": None}, COUNTS),
        "meeting": Holding("Rendez-vous", Treatment.BLANK, {"place": "effacé"}, COUNTS),
        "follow_up": Holding("Contacts de suivi", Treatment.BLANK, {"words": None}, COUNTS),
        "check_in": Holding("Réponses aux points de suivi"),
        "placement_message": Holding("Messages"),
        "contract_sheet": Holding(
            "Fiche du contrat",
            Treatment.BLANK,
            {"typed": {}, "nir_sealed": None, "disability_told_at": None},
            COUNTS,
        ),
        "contract_rider": Holding(
            "Avenants du contrat", Treatment.BLANK, {"changes": {}, "before": {}}, COUNTS
        ),
        "event_youth": Holding("Invitations à des opérations", Treatment.KEEP, why=COUNTS),
        "event_meeting": Holding("Rencontres d’une opération", Treatment.KEEP, why=COUNTS),
        "sent_reminder": Holding("Rappels envoyés", Treatment.KEEP, why=COUNTS),
        "lead": Holding(
            "Pistes données à un agent de terrain",
            Treatment.BLANK,
            {"words": None, "outcome": None},
            COUNTS,
        ),
        "notice": Holding("Avis dans le portail"),
        "outbox_mail": Holding("Courriels"),
        "journal_event": Holding("Journal de ce qui a été fait", Treatment.KEEP, why=COUNTS),
        "access_record": Holding(
            "Journal « qui a vu mon dossier »", Treatment.KEEP, why="jusqu’à son propre délai"
        ),
        "correction_request": Holding("Corrections demandées"),
        "erasure_request": Holding(
            "Demandes d’effacement", Treatment.KEEP, why="certificat sans nom"
        ),
        "retention_warning": Holding("Avertissements de conservation"),
    }
)
UNNAMED = Holding("Autre donnée du portail")


def holding_of(table: Table) -> Holding:
    """What is said of this table; an unnamed one is emptied."""
    return HOLDINGS.get(table.name, UNNAMED)


def tables_about_people() -> Iterator[Table]:
    """Tables with rows about a youth, those that point to others last."""
    for table in db.metadata.sorted_tables:
        if table.name == "youth" or {"youth_id", "placement_id"} & set(table.columns.keys()):
            yield table


def rows_about(table: Table, youth_id: int) -> ColumnElement[bool]:
    """The rows of this table that are about that youth."""
    if table.name == "youth":
        return table.c.id == youth_id
    if "youth_id" in table.c:
        return table.c.youth_id == youth_id
    return table.c.placement_id.in_(select(Placement.id).where(Placement.youth_id == youth_id))


def rows_below(
    table: Table, about: ColumnElement[bool]
) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Rows of tables without a person of their own that hang on these rows, the deepest first: they go before them."""
    for child in db.metadata.sorted_tables:
        if child.name == "youth" or {"youth_id", "placement_id"} & set(child.columns.keys()):
            continue
        for key in child.foreign_keys:
            if key.column.table is table and child is not table:
                hanging = key.parent.in_(select(key.column).where(about))
                yield from rows_below(child, hanging)
                yield child, hanging


@dataclass(frozen=True, slots=True)
class HeldTable:
    """The rows of one table about one youth, as plain values."""

    name: str
    label: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]


def holdings_of(db_session: Session, youth_id: int) -> list[HeldTable]:
    """Everything held, by table, empty ones left out: one statement a table, whatever the number of rows."""
    found = []
    for table in tables_about_people():
        query = (
            select(table)
            .where(rows_about(table, youth_id))
            .order_by(*table.primary_key.columns.values())
        )
        rows = db_session.execute(query).mappings().all()
        if rows:
            names = tuple(one.name for one in table.columns)
            plain = tuple({name: plain_value(row[name]) for name in names} for row in rows)
            found.append(HeldTable(table.name, holding_of(table).label, names, plain))
    return found


def plain_value(value: Any) -> Any:
    """A value as JSON writes it; what is encrypted stays so."""
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return "chiffré"
    return value
