"""NAF labels, and hirings by trade and activity."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.reference.models import Activity, ActivityHiring
from app.reference.services.official.reading import Line, number_of
from app.reference.services.report import LoadReport, Progress
from app.reference.services.tables import upsert
from app.rules.identifiers import is_valid_naf, is_valid_rome, normalise_naf, normalise_rome

LABEL_COLUMNS = {"code": ("naf_id", "code_naf", "code"), "label": ("naf_label", "libelle")}
HIRING_COLUMNS = {
    "rome": ("rome_id", "code_rome"),
    "naf": ("naf_id", "code_naf"),
    "hirings": ("hirings", "embauches"),
}
VERSION = "rev2"


def import_labels(
    db_session: Session, lines: list[Line], report: LoadReport, progress: Progress
) -> None:
    """Sub-classes of NAF rev. 2 (the files published until NAF 2025 comes into force)."""
    rows = []
    for line in lines:
        code = _naf(line["code"])
        if code and line["label"]:
            rows.append({"naf_code": code, "version": VERSION, "label": line["label"][:250]})
        else:
            report.refuse(line.number, "code NAF ou libellé illisible")
    written = upsert(
        db_session,
        Activity,
        rows,
        key=["naf_code", "version"],
        label="activités",
        progress=progress,
    )
    report.add(*written)


def import_hirings(
    db_session: Session, lines: list[Line], report: LoadReport, progress: Progress, year: int
) -> None:
    """Hirings of a year: which activities hire for which trade. Lines of one pair add up."""
    totals: dict[tuple[str, str], int] = {}
    for line in lines:
        naf, rome, hirings = (
            _naf(line["naf"]),
            normalise_rome(line["rome"]),
            number_of(line["hirings"]),
        )
        if naf and is_valid_rome(rome) and hirings is not None and hirings >= 0:
            totals[naf, rome] = totals.get((naf, rome), 0) + int(hirings)
        else:
            report.refuse(line.number, "code NAF, code ROME ou nombre illisible")
    rows = [
        {"naf_code": naf, "rome_code": rome, "year": year, "hirings": hirings}
        for (naf, rome), hirings in sorted(totals.items())
    ]
    written = upsert(
        db_session,
        ActivityHiring,
        rows,
        key=["naf_code", "rome_code", "year"],
        label="embauches",
        progress=progress,
    )
    report.add(*written)


def _naf(text: str) -> str:
    """The code without its dot, its lost zero given back; empty when it is not one."""
    code = normalise_naf(text)
    code = code.zfill(5) if len(code) == 4 else code
    return code if is_valid_naf(code) else ""
