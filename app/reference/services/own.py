"""Loading what every installation has: communes made by the build, and our dossier of trades."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.text import sort_key
from app.engine.similarity import SynonymKind
from app.reference.models import (
    Commune,
    CommuneAlias,
    CommunePostalCode,
    ShortageMark,
    TitleKind,
    Trade,
    TradeTitle,
)
from app.reference.queries.trades import SYNONYMS, read_synonyms
from app.reference.services.editions import digest_of, is_loaded, record_edition
from app.reference.services.report import LoadReport, Progress, silent
from app.reference.services.tables import upsert
from app.reference.services.titles import genders, title_rows
from app.reference.services.validity import set_validity

TRADES = Path(__file__).resolve().parents[1] / "data" / "trades.csv"
SOURCE = "dossier"


class MissingProduct(FileNotFoundError):
    """The communes were never built on this machine; the message says how to."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"Le fichier des communes n’existe pas : {path}\n"
            "Fabriquez-le avec « make reference » (une minute), puis relancez cette commande."
        )


def load_reference(
    db_session: Session, communes: Path, *, progress: Progress = silent
) -> list[LoadReport]:
    """Load communes, trades, wordings and shortage marks; a second call changes nothing.

    Raises:
        MissingProduct: `communes`, the file made by `make reference`, is not there.
    """
    if not communes.exists():
        raise MissingProduct(communes)
    return [
        _load_communes(db_session, communes, progress),
        _load_trades(db_session, progress),
    ]


def _load_communes(db_session: Session, path: Path, progress: Progress) -> LoadReport:
    report, digest = LoadReport("communes"), digest_of(path)
    if is_loaded(db_session, report.kind, digest):
        report.already_loaded = True
        return report
    communes: list[dict[str, Any]] = json.loads(gzip.decompress(path.read_bytes()))["communes"]
    report.rows = len(communes)
    exact = {
        row.insee_code: (row.latitude, row.longitude)
        for row in db_session.execute(
            select(Commune.insee_code, Commune.latitude, Commune.longitude).where(
                Commune.position_is_approximate.is_(False)
            )
        )
    }
    tables = (
        (Commune, [_commune_row(one, exact) for one in communes], ["insee_code"], "communes"),
        (
            CommunePostalCode,
            [
                {"postal_code": postal_code, "insee_code": one["insee"]}
                for one in communes
                for postal_code in one["postal_codes"]
            ],
            ["postal_code", "insee_code"],
            "codes postaux",
        ),
        (CommuneAlias, list(_alias_rows(communes)), ["old_code"], "anciennes communes"),
    )
    for model, rows, key, label in tables:
        report.add(*upsert(db_session, model, rows, key=key, label=label, progress=progress))
    record_edition(db_session, report, file_name=path.name, digest=digest)
    return report


def _commune_row(
    one: dict[str, Any], exact: dict[str, tuple[float | None, float | None]]
) -> dict[str, Any]:
    """One commune; an exact position brought by an official file outlives an approximate one."""
    latitude, longitude = one["lat"], one["lon"]
    is_approximate = bool(one["position_is_approximate"])
    if is_approximate and one["insee"] in exact:
        latitude, longitude = exact[one["insee"]]
        is_approximate = False
    return {
        "insee_code": one["insee"],
        "name": one["name"],
        "sort_name": sort_key(one["name"]),
        "departement_code": one["departement"],
        "region_code": one["region"],
        "epci_code": one["epci"],
        "arrondissement_code": one["arrondissement"],
        "population": one["population"],
        "latitude": latitude,
        "longitude": longitude,
        "position_is_approximate": is_approximate,
    }


def _alias_rows(communes: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Codes of before, without a name of their own; then parts, whose names are known and win."""
    today = {one["insee"] for one in communes}
    for one in communes:
        named = {part["insee"]: part["name"] for part in one["parts"]}
        for code in dict.fromkeys([*one["former_codes"], *named]):
            if code not in today:
                name = named.get(code, one["name"])
                yield {
                    "old_code": code,
                    "old_name": name,
                    "sort_name": sort_key(name),
                    "insee_code": one["insee"],
                }


def _load_trades(db_session: Session, progress: Progress) -> LoadReport:
    report = LoadReport("trades")
    digest = digest_of(TRADES, *([SYNONYMS] if SYNONYMS.exists() else []))
    if is_loaded(db_session, report.kind, digest):
        report.already_loaded = True
        return report
    with TRADES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    report.rows = len(rows)
    report.add(
        *upsert(
            db_session,
            Trade,
            map(_trade_row, rows),
            key=["rome_code"],
            keep=["source"],
            label="métiers",
            progress=progress,
        )
    )
    titles = _first_of_each([*_label_rows(rows), *_synonym_rows(db_session)])
    known = {
        (row.rome_code, row.folded): row.kind
        for row in db_session.execute(
            select(TradeTitle.rome_code, TradeTitle.folded, TradeTitle.kind)
        )
    }
    new = [row for row in titles if _says_more(row, known)]
    written = upsert(
        db_session, TradeTitle, new, key=["rome_code", "folded"], label="mots", progress=progress
    )
    report.add(written.created, written.updated, len(titles) - len(new))
    report.add(
        *upsert(
            db_session,
            ShortageMark,
            _shortage_rows(rows),
            key=["rome_code", "source", "year", "scope"],
            keep=["valid_from", "valid_to"],
            label="métiers en tension",
            progress=progress,
        )
    )
    set_validity(db_session)
    record_edition(db_session, report, file_name=TRADES.name, digest=digest)
    return report


def _first_of_each(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of the wordings of one trade that fold alike, the first: a word of our list never hides a label."""
    first: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        first.setdefault((row["rome_code"], row["folded"]), row)
    return list(first.values())


def _says_more(row: dict[str, Any], known: Mapping[tuple[str, str], TitleKind]) -> bool:
    """Existing wordings stay, as an official file may have said more about them; a label takes a synonym's place."""
    kind = known.get((row["rome_code"], row["folded"]))
    return kind is None or (kind is TitleKind.SYNONYM and row["kind"] is TitleKind.LABEL)


def _trade_row(row: dict[str, str]) -> dict[str, Any]:
    return {
        "rome_code": row["rome_code"],
        "label": row["label"],
        "sort_name": sort_key(row["label"]),
        "family": row["rome_code"][0],
        "typical_diplomas": row["diplomas"] or None,
        "level_low": int(row["level_low"]) if row["level_low"] else None,
        "level_high": int(row["level_high"]) if row["level_high"] else None,
        "has_apprenticeship": True,
        "source": SOURCE,
    }


def _label_rows(rows: Iterable[dict[str, str]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        titles = [(row["label"], TitleKind.LABEL)]
        titles += [(one, TitleKind.SHORT_FORM) for one in genders(row["label"])]
        yield from title_rows(row["rome_code"], titles, SOURCE)


def _synonym_rows(db_session: Session) -> Iterator[dict[str, Any]]:
    """The words of our list that lead to trades; codes that this installation lacks are skipped."""
    known = set(db_session.scalars(select(Trade.rome_code)))
    for synonym in read_synonyms():
        if synonym.kind is SynonymKind.CODE:
            for code in synonym.target.split("|"):
                if code.strip() in known:
                    yield from title_rows(code.strip(), [(synonym.term, TitleKind.SYNONYM)], SOURCE)


def _shortage_rows(rows: Iterable[dict[str, str]]) -> Iterator[dict[str, Any]]:
    """One statement a source. A list that names only the domain, or part of the trade, is marked
    unverified; "partly" is no shortage, since the list speaks of other jobs of the trade.
    """
    for row in rows:
        years = row["years"].split("|")
        for source, year in zip(row["sources"].split("|"), years, strict=True):
            if source:
                is_named = row["basis"] == "named job" and row["shortage"] == "yes"
                yield {
                    "rome_code": row["rome_code"],
                    "scope": "FR",
                    "source": source,
                    "year": int(year),
                    "is_shortage": row["shortage"] == "yes",
                    "value": None,
                    "mark": row["shortage_mark"] if is_named else "U",
                    "valid_from": date(int(year), 1, 1),
                    "valid_to": None,
                }
