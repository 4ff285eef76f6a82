"""ROME codes and appellations, in the open-data format of France Travail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.text import sort_key
from app.reference.models import TitleKind, Trade, TradeTitle
from app.reference.services.official.reading import Line
from app.reference.services.report import LoadReport, Progress
from app.reference.services.tables import upsert
from app.reference.services.titles import genders, title_rows
from app.rules.identifiers import is_valid_rome, normalise_rome

CODE_COLUMNS = {
    "code": ("code_rome", "rome", "code rome"),
    "label": ("libelle_rome", "libellé", "label"),
    "parent?": ("code_rome_parent",),
}
TITLE_COLUMNS = {
    "code": ("code_rome",),
    "title": ("libelle_appellation_long", "libelle_appellation"),
    "short?": ("libelle_appellation_court",),
}
SOURCE = "ROME"
UNKNOWN = "métier inconnu : chargez d’abord les codes ROME"


def import_codes(
    db_session: Session, lines: list[Line], report: LoadReport, progress: Progress
) -> None:
    """Trades with their labels; finer codes keep their parent. What our dossier knows stays."""
    rows: list[dict[str, Any]] = []
    for line in lines:
        code = normalise_rome(line["code"])
        if not is_valid_rome(code) or not line["label"]:
            report.refuse(line.number, "code ROME ou libellé manquant")
            continue
        parent = normalise_rome(line["parent"])
        rows.append(
            {
                "rome_code": code,
                "label": line["label"][:200],
                "sort_name": sort_key(line["label"])[:200],
                "family": code[0],
                "parent_code": parent if is_valid_rome(parent) and parent != code else None,
                "source": SOURCE,
            }
        )
    report.add(
        *upsert(
            db_session,
            Trade,
            rows,
            key=["rome_code"],
            keep=["source"],
            label="métiers",
            progress=progress,
        )
    )
    _add_titles(db_session, report, list(_labels(rows)), progress)


def import_titles(
    db_session: Session, lines: list[Line], report: LoadReport, progress: Progress
) -> None:
    """Appellations: the names under which a trade is known, both genders in one wording."""
    known = set(db_session.scalars(select(Trade.rome_code)))
    rows: list[dict[str, Any]] = []
    for line in lines:
        code = normalise_rome(line["code"])
        if code not in known:
            report.refuse(line.number, UNKNOWN)
        elif not line["title"]:
            report.refuse(line.number, "appellation vide")
        else:
            titles = [(line["title"], TitleKind.APPELLATION)]
            rows += title_rows(code, titles, SOURCE)
    _add_titles(db_session, report, rows, progress)


def _labels(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        titles = [(row["label"], TitleKind.LABEL)]
        titles += [(one, TitleKind.SHORT_FORM) for one in genders(row["label"])]
        yield from title_rows(row["rome_code"], titles, SOURCE)


def _add_titles(
    db_session: Session, report: LoadReport, rows: list[dict[str, Any]], progress: Progress
) -> None:
    """Add the wordings that are new; one that a person or our list brought keeps its kind, unless
    the official file names it: then it is official.
    """
    ours = {
        (row.rome_code, row.folded): row.kind
        for row in db_session.execute(
            select(TradeTitle.rome_code, TradeTitle.folded, TradeTitle.kind)
        )
    }
    kept = []
    for row in rows:
        kind = ours.get((row["rome_code"], row["folded"]))
        is_better = kind is None or (
            row["kind"] is TitleKind.APPELLATION
            and kind not in (TitleKind.LABEL, TitleKind.SHORT_FORM)
        )
        kept.append(row if is_better or row["kind"] == kind else None)
    written = upsert(
        db_session,
        TradeTitle,
        [row for row in kept if row is not None],
        key=["rome_code", "folded"],
        keep=["title", "source"],
        label="appellations",
        progress=progress,
    )
    report.add(written.created, written.updated, len(rows) - written.created - written.updated)
