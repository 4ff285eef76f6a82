"""From a file to rows in the database: read, stripped of what may not be kept, stored as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from app.core import clock, journal
from app.core.errors import Conflict, Forbidden, Invalid
from app.core.permissions import ensure
from app.core.requests import use_once
from app.core.sheets import SheetRow, Unreadable, read_rows, sheet_names
from app.imports.fields import KINDS, recognise_table, sensitive_columns
from app.imports.models import (
    ImportBatch,
    ImportColumns,
    ImportKind,
    ImportRow,
    ImportState,
    RowState,
    shape_of,
)
from app.imports.queries import kinds_for, known_columns, own_batch
from app.imports.services.queueing import CHECK, queue_pass
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.policy.permissions import Permission
from app.rules.identifiers import holds_nir

MOST_ROWS = 20_000
MOST_SHEETS = 30
STORED_AT_ONCE = 500
TOO_LONG = "Ce fichier a plus de 20\u202f000 lignes. Découpez-le en plusieurs fichiers."
NIR_LENGTH = 15
NIR_REMOVED = "un numéro de sécurité sociale y figurait : il a été retiré"


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file as rows, before anything is written.

    Attributes:
        left_out: reason by header, of the columns whose content was dropped.
    """

    sheet: str | None
    other_sheets: list[str]
    header_row: int
    headers: list[str]
    mapping: dict[str, int]
    left_out: dict[str, str]
    rows: list[SheetRow]


def read_file(file: IO[bytes], kind: ImportKind, sheet: str | None = None) -> ReadFile:
    """Read a table and recognise its columns; no database.

    Of a workbook the sheet asked for, else the one whose header names most fields.

    Raises:
        Unreadable: no table, no rows, too many; `message` says what to do.
    """
    names = sheet_names(file)[:MOST_SHEETS]
    if sheet and names and sheet not in names:
        raise Unreadable(f"Ce classeur n’a pas de feuille « {sheet} ». Il a : {', '.join(names)}.")
    candidates: list[str | None] = [sheet] if sheet and names else list(names) or [None]
    best: tuple[int, str | None, list[SheetRow]] | None = None
    for one in candidates:
        rows = _rows(file, one)
        if not rows:
            continue
        known = len(recognise_table(KINDS[kind], [row.cells for row in rows])[1])
        if best is None or known > best[0]:
            best = known, one, rows
    if best is None:
        raise Unreadable(_nothing_inside(names))
    _, chosen, rows = best
    return _table(kind, chosen, [one for one in names if one != chosen], rows)


def _rows(file: IO[bytes], sheet: str | None) -> list[SheetRow]:
    rows: list[SheetRow] = []
    for row in read_rows(file, sheet=sheet):
        if len(rows) > MOST_ROWS:
            raise Unreadable(TOO_LONG)
        rows.append(row)
    return rows


def _nothing_inside(names: list[str]) -> str:
    if len(names) > 1:
        return f"Ce classeur est vide : aucune de ses feuilles ({', '.join(names)}) n’a de ligne."
    if names:
        return f"Ce classeur est vide : sa feuille « {names[0]} » n’a aucune ligne, pas même des titres."
    return "Ce fichier est vide."


def _table(
    kind: ImportKind, sheet: str | None, others: list[str], rows: list[SheetRow]
) -> ReadFile:
    at, mapping = recognise_table(KINDS[kind], [row.cells for row in rows])
    header, body = rows[at], rows[at + 1 :]
    if not body:
        raise Unreadable("Il n’y a aucune ligne sous les titres de colonnes.")
    width = max(len(header.cells), *(len(row.cells) for row in body))
    headers = [
        (header.cells[place] if place < len(header.cells) else "") or f"Colonne {place + 1}"
        for place in range(width)
    ]
    hidden = sensitive_columns(KINDS[kind].sensitive, headers)
    left_out = {headers[place]: reason for place, reason in hidden.items()}
    kept = [
        SheetRow(row.number, _without(row, frozenset(hidden), headers, left_out)) for row in body
    ]
    return ReadFile(
        sheet=sheet,
        other_sheets=others,
        header_row=header.number,
        headers=[text[:200] for text in headers],
        mapping={name: place for name, place in mapping.items() if place not in hidden},
        left_out=left_out,
        rows=kept,
    )


def _without(
    row: SheetRow, hidden: frozenset[int], headers: list[str], left_out: dict[str, str]
) -> tuple[str, ...]:
    """The cells with the hidden columns emptied, and any social security number wherever it is."""
    cells = list(row.cells)
    for place, text in enumerate(cells):
        if place in hidden:
            cells[place] = ""
        elif len(text) >= NIR_LENGTH and holds_nir(text):
            cells[place] = ""
            left_out.setdefault(headers[place], NIR_REMOVED)
    return tuple(cells)


def open_batch(
    db_session: Session,
    actor: Actor,
    *,
    kind: ImportKind,
    file_name: str,
    read: ReadFile,
    request_key: str | None = None,
) -> ImportBatch:
    """Store the rows of a file for the organisation worn; nothing is imported yet.

    Raises:
        NotFound: the actor imports nothing.
        Forbidden: not this kind.
        AlreadyDone: the same form came twice.
    """
    ensure(actor, Permission.IMPORT_RUN, Facts(organisation_id=actor.organisation_id))
    if kind not in kinds_for(actor):
        raise Forbidden("Votre structure n’importe pas ce type de fichier.")
    use_once(db_session, request_key)
    batch = ImportBatch(
        kind=kind,
        state=ImportState.UPLOADED,
        organisation_id=int(actor.organisation_id or 0),
        user_id=actor.user_id,
        file_name=_shown_name(file_name),
        sheet=read.sheet,
        other_sheets=read.other_sheets,
        header_row=read.header_row,
        headers=read.headers,
        mapping=known_columns(db_session, actor, kind, read.headers) or read.mapping,
        left_out=read.left_out,
        row_count=len(read.rows),
        uploaded_at=clock.now(),
    )
    db_session.add(batch)
    db_session.flush()
    for start in range(0, len(read.rows), STORED_AT_ONCE):
        db_session.execute(
            insert(ImportRow),
            [
                {"batch_id": batch.id, "number": row.number, "cells": list(row.cells)}
                for row in read.rows[start : start + STORED_AT_ONCE]
            ],
        )
    _note(db_session, actor, batch, "import_uploaded")
    return batch


def set_columns(
    db_session: Session,
    actor: Actor,
    *,
    batch_id: int,
    mapping: Mapping[str, int],
) -> ImportBatch:
    """Take the columns as a person confirmed them and have the rows looked at anew.

    Raises:
        NotFound: not this organisation's import.
        Conflict: it runs, or is done.
        Invalid: a column twice, one that is never kept, or a field missing that each row needs.
    """
    batch = own_batch(db_session, actor, batch_id)
    if batch.state not in {ImportState.UPLOADED, ImportState.CHECKED}:
        raise Conflict("Cet import a avancé : ses colonnes ne changent plus.")
    kind = KINDS[batch.kind]
    places = list(mapping.values())
    for one in kind.fields:
        place = mapping.get(one.name)
        if place is None:
            if one.needs_column:
                raise Invalid(
                    f"{one.label} : choisissez la colonne qui le contient.", field=one.name
                )
        elif not 0 <= place < len(batch.headers) or batch.headers[place] in batch.left_out:
            raise Invalid("Cette colonne ne peut pas être choisie.", field=one.name)
        elif places.count(place) > 1:
            raise Invalid(
                f"{one.label} : une autre information prend déjà cette colonne.", field=one.name
            )
    batch.mapping = dict(mapping)
    _remember_columns(db_session, batch)
    batch.state = ImportState.CHECKING
    db_session.execute(
        update(ImportRow)
        .where(ImportRow.batch_id == batch.id)
        .values(state=RowState.READ, decision=None, resembles=None, target_id=None, choices={})
        .execution_options(synchronize_session=False)
    )
    queue_pass(db_session, batch, CHECK)
    db_session.flush()
    return batch


def _remember_columns(db_session: Session, batch: ImportBatch) -> None:
    """Keep the confirmed columns for the next file with the same titles; of the titles, a digest only."""
    known = db_session.scalar(
        select(ImportColumns).where(
            ImportColumns.organisation_id == batch.organisation_id,
            ImportColumns.kind == batch.kind,
            ImportColumns.shape == shape_of(batch.headers),
        )
    )
    if known is None:
        known = ImportColumns(
            organisation_id=batch.organisation_id,
            kind=batch.kind,
            shape=shape_of(batch.headers),
        )
        db_session.add(known)
    known.mapping, known.confirmed_at = dict(batch.mapping), clock.now()


def forget_batch(db_session: Session, actor: Actor, *, batch_id: int) -> None:
    """Delete an import and the rows kept for it; what was imported stays.

    Raises:
        NotFound: not this organisation's import.
        Conflict: it is running.
    """
    batch = own_batch(db_session, actor, batch_id)
    if batch.state in {ImportState.CHECKING, ImportState.RUNNING}:
        raise Conflict("Cet import est en cours : attendez qu’il soit terminé.")
    _note(db_session, actor, batch, "import_forgotten")
    db_session.execute(delete(ImportRow).where(ImportRow.batch_id == batch.id))
    db_session.delete(batch)
    db_session.flush()


def _shown_name(text: str) -> str:
    """The name for the eye: its last part, printable."""
    last = text.replace("\\", "/").rsplit("/", maxsplit=1)[-1]
    return "".join(one for one in last if one.isprintable()).strip()[:200] or "fichier"


def _note(db_session: Session, actor: Actor, batch: ImportBatch, event: str) -> None:
    journal.record(
        db_session,
        actor,
        subject_kind="import",
        subject_id=batch.id,
        event=event,
        to_state=batch.state,
        details={"kind": batch.kind.value, "rows": batch.row_count},
    )
