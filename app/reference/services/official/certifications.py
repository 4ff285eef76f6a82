"""Diplomas: the table diploma code ↔ RNCP, and Certif-Info with up to five ROME codes each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.text import sort_key
from app.reference.models import Certification, CertificationTrade, Trade
from app.reference.services.official.reading import Line
from app.reference.services.report import LoadReport, Progress
from app.reference.services.tables import Row, upsert
from app.rules.identifiers import (
    is_valid_cfd,
    is_valid_rncp,
    is_valid_rome,
    normalise_cfd,
    normalise_rncp,
    normalise_rome,
)

RNCP_COLUMNS = {
    "cfd": ("Code_Diplome", "code diplôme"),
    "title": ("Intitulé diplôme (DEPP)", "intitulé", "libelle"),
    "rncp": ("Code_RNCP", "code rncp"),
    "level?": ("Niveau fiche RNCP", "niveau"),
    "open?": ("Accès à l'apprentissage de la fiche RNCP (oui/non)", "accès à l'apprentissage"),
    "ends?": ("Date d'échéance de la fiche RNCP", "date d'échéance"),
}
CERTIF_INFO_COLUMNS = {
    "title": ("Libelle_Diplome",),
    "level?": ("Code_Niveau_Europeen",),
    "rncp": ("Code_RNCP",),
    "cfd": ("Code_Scolarité",),
    "open?": ("accessibilite_ca",),
    **{f"rome{rank}?": (f"Code_Rome_{rank}",) for rank in range(1, 6)},
}
RNCP_SOURCE, CERTIF_INFO_SOURCE = "RNCP–CFD", "Certif-Info"
NO_CODE = "ni code RNCP ni code diplôme lisibles"
OPEN = {"oui": True, "non": False, "1": True}
KEY = ["rncp_code", "cfd_code"]


def import_rncp(
    db_session: Session, lines: list[Line], report: LoadReport, progress: Progress
) -> None:
    """Pairs of diploma code and RNCP sheet, with level, opening to apprenticeship and end."""
    rows = []
    for line in lines:
        row = _row(line, RNCP_SOURCE)
        if row is None:
            report.refuse(line.number, NO_CODE)
        else:
            rows.append(row | {"valid_to": _day(line["ends"])})
    written = upsert(db_session, Certification, rows, key=KEY, label="diplômes", progress=progress)
    report.add(*written)


def import_certif_info(
    db_session: Session, lines: list[Line], report: LoadReport, progress: Progress
) -> None:
    """Certifications with the trades they lead to. Trades of one open to apprenticeship are learnt
    so.
    """
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    romes: dict[tuple[str, str], set[str]] = {}
    for line in lines:
        row = _row(line, CERTIF_INFO_SOURCE)
        if row is None:
            report.refuse(line.number, NO_CODE)
            continue
        pair = row["rncp_code"], row["cfd_code"]
        # Variants of one certification share their codes: the first title stays, trades add up.
        known = rows.setdefault(pair, row)
        known["is_open_to_apprenticeship"] = (
            known["is_open_to_apprenticeship"] or row["is_open_to_apprenticeship"]
        )
        codes = (normalise_rome(line[f"rome{rank}"]) for rank in range(1, 6))
        romes.setdefault(pair, set()).update(code for code in codes if is_valid_rome(code))
    # The RNCP table, when it was loaded, knows more of the same pair than this one.
    known_pairs = {
        (row.rncp_code, row.cfd_code)
        for row in db_session.execute(
            select(Certification.rncp_code, Certification.cfd_code).where(
                Certification.source == RNCP_SOURCE
            )
        )
    }
    new = [row for pair, row in rows.items() if pair not in known_pairs]
    report.add(
        *upsert(db_session, Certification, new, key=KEY, label="diplômes", progress=progress)
    )
    report.add(0, 0, len(rows) - len(new))
    _link(db_session, report, romes, progress)
    _open_trades(db_session, report)


def _link(
    db_session: Session,
    report: LoadReport,
    romes: dict[tuple[str, str], set[str]],
    progress: Progress,
) -> None:
    identifiers = {
        (row.rncp_code, row.cfd_code): row.id
        for row in db_session.execute(
            select(Certification.id, Certification.rncp_code, Certification.cfd_code)
        )
    }
    links: Iterable[Row] = (
        {"certification_id": identifiers[pair], "rome_code": code}
        for pair, codes in romes.items()
        for code in sorted(codes)
    )
    written = upsert(
        db_session,
        CertificationTrade,
        links,
        key=["certification_id", "rome_code"],
        label="liens diplôme–métier",
        progress=progress,
    )
    report.add(*written)


def _open_trades(db_session: Session, report: LoadReport) -> None:
    opened = (
        select(CertificationTrade.rome_code)
        .join(Certification, Certification.id == CertificationTrade.certification_id)
        .where(Certification.is_open_to_apprenticeship.is_(True))
    )
    moved = db_session.scalars(
        select(Trade.rome_code).where(
            Trade.rome_code.in_(opened), Trade.has_apprenticeship.is_(False)
        )
    ).all()
    if moved:
        db_session.execute(
            update(Trade)
            .where(Trade.rome_code.in_(moved))
            .values(has_apprenticeship=True)
            .execution_options(synchronize_session=False)
        )
        report.add(0, len(moved), 0)


def _row(line: Line, source: str) -> dict[str, Any] | None:
    """The certification of a line; None when it has neither code, or no title."""
    rncp = normalise_rncp(line["rncp"]) if line["rncp"] else ""
    cfd = normalise_cfd(line["cfd"]) if line["cfd"] else ""
    rncp = rncp if is_valid_rncp(rncp) else ""
    cfd = cfd if is_valid_cfd(cfd) else ""
    if not line["title"] or not (rncp or cfd):
        return None
    level = line["level"].removeprefix("Niveau").strip()
    return {
        "rncp_code": rncp,
        "cfd_code": cfd,
        "title": line["title"][:300],
        "sort_name": sort_key(line["title"])[:300],
        "level": int(level) if level in set("12345678") else None,
        "is_open_to_apprenticeship": OPEN.get(line["open"].casefold()),
        "source": source,
    }


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%d/%m/%Y").date()
    except ValueError:
        return None
