"""The official files that a user brings: read, checked, compared with what is there, written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from app.core.errors import Invalid
from app.reference.services.editions import digest_of, is_loaded, record_edition
from app.reference.services.official import activities, certifications, places, rome, shortage
from app.reference.services.official.reading import Line, read_records, read_table
from app.reference.services.report import LoadReport, Progress, silent

YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")

Import = Callable[[Session, list[Line], LoadReport, Progress], None]
YearlyImport = Callable[[Session, list[Line], LoadReport, Progress, int], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file: its French name, its columns, and who writes it."""

    label: str
    columns: Mapping[str, Sequence[str]]
    write: Import | None = None
    write_year: YearlyImport | None = None
    is_json: bool = False


KINDS: Mapping[str, Kind] = {
    "rome": Kind("Codes ROME", rome.CODE_COLUMNS, rome.import_codes),
    "appellations": Kind("Appellations ROME", rome.TITLE_COLUMNS, rome.import_titles),
    "laposte": Kind("Codes postaux de La Poste", places.LA_POSTE_COLUMNS, places.import_la_poste),
    "communes": Kind(
        "Communes avec leurs coordonnées", places.COMMUNE_COLUMNS, places.import_communes
    ),
    "zones": Kind("Zones d’emploi", places.ZONE_COLUMNS, places.import_zones, is_json=True),
    "fap": Kind("Tensions par FAP", shortage.FAP_COLUMNS, write_year=shortage.import_fap),
    "bmo": Kind("Besoins en main-d’œuvre", shortage.BMO_COLUMNS, write_year=shortage.import_bmo),
    "rncp": Kind(
        "Codes diplôme et fiches RNCP", certifications.RNCP_COLUMNS, certifications.import_rncp
    ),
    "certifinfo": Kind(
        "Certif-Info", certifications.CERTIF_INFO_COLUMNS, certifications.import_certif_info
    ),
    "naf": Kind("Libellés NAF", activities.LABEL_COLUMNS, activities.import_labels),
    "hirings": Kind(
        "Embauches par métier et activité",
        activities.HIRING_COLUMNS,
        write_year=activities.import_hirings,
    ),
}


def import_file(
    db_session: Session,
    kind: str,
    path: Path,
    *,
    year: int | None = None,
    progress: Progress = silent,
) -> LoadReport:
    """Import one official file in the caller's transaction; a dry run rolls that back.

    The same content twice changes nothing and is not even read again.

    Args:
        kind: a key of `KINDS`.
        year: the year that the figures speak of, for shortage lists and hirings; taken from the
            file's name when it holds one.

    Raises:
        Invalid: unknown kind, no such file, a missing column, a year that is needed and unknown.
    """
    if kind not in KINDS:
        raise Invalid(f"Référentiel inconnu : {kind}. Choisissez parmi {', '.join(KINDS)}.")
    if not path.is_file():
        raise Invalid(f"Ce fichier n’existe pas : {path}")
    known = KINDS[kind]
    report = LoadReport(f"file:{kind}")
    write = _writer(known, _year(known, path, year))
    digest = digest_of(path, extra=str(year or ""))
    if is_loaded(db_session, report.kind, digest):
        report.already_loaded = True
        return report
    read = read_records if known.is_json else read_table
    lines = read(path, known.columns)
    report.rows = len(lines)
    write(db_session, lines, report, progress)
    record_edition(db_session, report, file_name=path.name, digest=digest)
    return report


def _year(kind: Kind, path: Path, year: int | None) -> int | None:
    if kind.write_year is None or year is not None:
        return year
    named = YEAR.search(path.stem)
    return int(named[1]) if named else None


def _writer(kind: Kind, year: int | None) -> Import:
    if kind.write is not None:
        return kind.write
    assert kind.write_year is not None
    if year is None:
        raise Invalid("De quelle année parlent ces chiffres ? Ajoutez --year 2025, par exemple.")
    return partial(_with_year, kind.write_year, year)


def _with_year(
    write: YearlyImport,
    year: int,
    db_session: Session,
    lines: list[Line],
    report: LoadReport,
    progress: Progress,
) -> None:
    write(db_session, lines, report, progress, year)
