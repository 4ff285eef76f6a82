"""Loading a SIRENE file: lines in, rows out, in slices that fit in memory."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Invalid
from app.openings.models import RegistryEstablishment
from app.openings.registry import told
from app.rules.identifiers import compact, is_valid_naf, is_valid_siret, normalise_siret, siren_of

SLICE = 5000
# Columns of INSEE's StockEtablissement file; the name takes the first that is filled.
NAMES = ("denominationUsuelleEtablissement", "enseigne1Etablissement", "denominationUniteLegale")
ADDRESS = (
    "numeroVoieEtablissement",
    "typeVoieEtablissement",
    "libelleVoieEtablissement",
)
CLOSED = "F"


@dataclass(frozen=True, slots=True)
class RegistryReport:
    """How many lines were kept and how many could not be read."""

    kept: int
    refused: int


def load_registry(db_session: Session, file: Path) -> RegistryReport:
    """Replace what is known of each SIRET of the file by what the file says.

    The format is that of INSEE's stock of establishments, whole or cut to a département, in UTF-8
    with commas. Lines are read one by one: a file of a region needs no memory of its size.

    Raises:
        Invalid: there is no `siret` column.
    """
    kept = refused = 0
    with file.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        if "siret" not in (reader.fieldnames or ()):
            raise Invalid(
                "Ce fichier n’est pas celui des établissements : la colonne « siret » manque."
            )
        lines: Iterator[dict[str, Any]] = iter(reader)
        while part := list(islice(lines, SLICE)):
            rows = {row["siret"]: row for row in map(_row, part) if row is not None}
            refused += sum(1 for line in part if _row(line) is None)
            db_session.execute(
                delete(RegistryEstablishment).where(RegistryEstablishment.siret.in_(rows))
            )
            if rows:
                db_session.execute(insert(RegistryEstablishment), list(rows.values()))
            kept += len(rows)
    return RegistryReport(kept, refused)


def _row(line: Mapping[str, Any]) -> dict[str, Any] | None:
    typed = str(line.get("siret") or "")
    if not is_valid_siret(typed):
        return None
    siret = normalise_siret(typed)
    naf = compact(told(line.get("activitePrincipaleEtablissement")))
    is_closed = line.get("etatAdministratifEtablissement") == CLOSED
    names = (told(line.get(one)) for one in NAMES)
    name = next((one for one in names if one), f"Établissement {siret}")
    address = " ".join(filter(None, (told(line.get(one)) for one in ADDRESS)))
    return {
        "siret": siret,
        "siren": siren_of(siret),
        "name": name[:200],
        "naf_code": naf if is_valid_naf(naf) else None,
        "address": address[:300] or None,
        "commune_code": told(line.get("codeCommuneEtablissement"))[:5] or None,
        "is_closed": is_closed,
        # The file dates the last change of an establishment: for a closed one, its end.
        "closed_on": _day(line.get("dateDebut")) if is_closed else None,
        "loaded_on": clock.today(),
    }


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None
