"""Positions, postal codes and employment zones of communes, in the formats they are published
in.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.text import sort_key
from app.reference.models import Commune, CommuneAlias, CommunePostalCode
from app.reference.services.official.reading import Line, number_of
from app.reference.services.report import LoadReport, Progress
from app.reference.services.tables import upsert
from app.rules.identifiers import (
    department_of,
    is_valid_commune,
    is_valid_postal_code,
    normalise_commune,
)

LA_POSTE_COLUMNS = {
    "code": ("Code_commune_INSEE", "code commune"),
    "postal": ("Code_postal", "code postal"),
    "position": ("coordonnees_gps", "coordonnées géographiques", "_geopoint"),
}
COMMUNE_COLUMNS = {
    "code": ("insee_com", "code_insee", "code_commune"),
    "name": ("commune_article", "commune", "nom"),
    "region": ("insee_reg", "region"),
    "latitude": ("lat", "latitude"),
    "longitude": ("lng", "lon", "longitude"),
    "postal?": ("code_postal",),
    "type?": ("commune_type",),
    "population?": ("population_2021", "population"),
}
ZONE_COLUMNS = {
    "code": ("code_commune", "codgeo", "insee_com"),
    "zone": ("code_zone_emploi", "ze2020"),
}

MERGED = "commune fusionnée ou quartier d’une commune : c’est la commune d’aujourd’hui qui compte"
UNKNOWN = "commune inconnue"
NOT_A_CODE = "code de commune mal formé"


def import_la_poste(
    db_session: Session, lines: list[Line], report: LoadReport, progress: Progress
) -> None:
    """Postal codes, and exact positions, of the communes that are known."""
    communes = _Known(db_session, report)
    positions: dict[str, dict[str, Any]] = {}
    postal_codes: list[dict[str, Any]] = []
    for line in lines:
        code = communes.check(line)
        if code is None:
            continue
        postal = line["postal"].zfill(5)
        if is_valid_postal_code(postal):
            postal_codes.append({"postal_code": postal, "insee_code": code})
        else:
            report.refuse(line.number, "code postal mal formé")
        latitude, longitude = _pair(line["position"])
        if latitude is not None and longitude is not None:
            positions.setdefault(code, _position(code, latitude, longitude))
    _place(db_session, report, positions.values(), progress)
    _link(db_session, report, postal_codes, progress)


def import_communes(
    db_session: Session, lines: list[Line], report: LoadReport, progress: Progress
) -> None:
    """Exact positions of the known communes; a commune that nobody knew yet is created."""
    communes = _Known(db_session, report)
    positions, new, postal_codes = [], [], []
    for line in lines:
        code = normalise_commune(line["code"])
        latitude, longitude = number_of(line["latitude"]), number_of(line["longitude"])
        if line["type"] not in ("", "COM"):
            report.refuse(line.number, MERGED)
        elif not is_valid_commune(code) or not line["name"]:
            report.refuse(line.number, NOT_A_CODE)
        elif not _is_position(latitude, longitude):
            report.refuse(line.number, "position absente ou hors de la Terre")
        elif code in communes.merged:
            report.refuse(line.number, MERGED)
        else:
            assert latitude is not None
            assert longitude is not None
            positions.append(_position(code, latitude, longitude))
            if code not in communes.today:
                new.append(_commune(code, line) | positions[-1])
            if is_valid_postal_code(line["postal"].zfill(5)):
                postal_codes.append({"postal_code": line["postal"].zfill(5), "insee_code": code})
    if new:
        created = upsert(db_session, Commune, new, key=["insee_code"], label="communes")
        report.add(created.created, 0, 0)
    known = [row for row in positions if row["insee_code"] in communes.today]
    _place(db_session, report, known, progress)
    _link(db_session, report, postal_codes, progress)


def import_zones(
    db_session: Session, lines: list[Line], report: LoadReport, progress: Progress
) -> None:
    """The employment zone (INSEE, 2020) of each commune."""
    communes = _Known(db_session, report)
    rows = []
    for line in lines:
        code = communes.check(line)
        zone = line["zone"].zfill(4)
        if code is not None and len(zone) == 4 and zone.isalnum():
            rows.append({"insee_code": code, "employment_zone_code": zone})
        elif code is not None:
            report.refuse(line.number, "code de zone d’emploi mal formé")
    written = upsert(
        db_session, Commune, rows, key=["insee_code"], label="zones d’emploi", progress=progress
    )
    report.add(*written)


class _Known:
    """The communes of the database, and the codes that merged into them."""

    def __init__(self, db_session: Session, report: LoadReport) -> None:
        self.today = set(db_session.scalars(select(Commune.insee_code)))
        self.merged = set(db_session.scalars(select(CommuneAlias.old_code))) - self.today
        self._report = report

    def check(self, line: Line) -> str | None:
        """The code of a commune of today, or None with the reason noted."""
        code = normalise_commune(line["code"])
        if code in self.today:
            return code
        reason = MERGED if code in self.merged else UNKNOWN
        self._report.refuse(line.number, reason if is_valid_commune(code) else NOT_A_CODE)
        return None


def _commune(code: str, line: Line) -> dict[str, Any]:
    population = line["population"]
    return {
        "insee_code": code,
        "name": line["name"][:80],
        "sort_name": sort_key(line["name"])[:80],
        "departement_code": department_of(code),
        "region_code": line["region"].zfill(2),
        "population": int(population) if population.isdigit() else 0,
    }


def _position(code: str, latitude: float, longitude: float) -> dict[str, Any]:
    return {
        "insee_code": code,
        "latitude": round(latitude, 5),
        "longitude": round(longitude, 5),
        "position_is_approximate": False,
    }


def _pair(text: str) -> tuple[float | None, float | None]:
    """ "47.72, 7.00" → both numbers, or twice None when they are no position."""
    parts = text.split(",")
    if len(parts) != 2:
        return None, None
    latitude, longitude = number_of(parts[0]), number_of(parts[1])
    return (latitude, longitude) if _is_position(latitude, longitude) else (None, None)


def _is_position(latitude: float | None, longitude: float | None) -> bool:
    if latitude is None or longitude is None:
        return False
    return -90 <= latitude <= 90 and -180 <= longitude <= 180 and (latitude, longitude) != (0, 0)


def _place(
    db_session: Session, report: LoadReport, rows: Iterable[dict[str, Any]], progress: Progress
) -> None:
    written = upsert(
        db_session, Commune, rows, key=["insee_code"], label="positions", progress=progress
    )
    report.add(*written)


def _link(
    db_session: Session, report: LoadReport, rows: Iterable[dict[str, Any]], progress: Progress
) -> None:
    written = upsert(
        db_session,
        CommunePostalCode,
        rows,
        key=["postal_code", "insee_code"],
        label="codes postaux",
        progress=progress,
    )
    report.add(*written)
