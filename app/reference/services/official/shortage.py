"""Shortage lists: recruiting difficulty by FAP with ROME codes, and BMO by family of trades.

Both say which share of the employers expect a recruitment to be difficult. A trade is taken to be
in shortage when the share passes one half: that threshold is ours, and the figure is kept beside.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.text import fold
from app.reference.models import ShortageMark, Trade, TradeTitle
from app.reference.queries import suggest_trades
from app.reference.services.official.reading import Line, number_of
from app.reference.services.report import LoadReport, Progress
from app.reference.services.tables import upsert
from app.reference.services.validity import set_validity
from app.rules.identifiers import normalise_rome

FAP_COLUMNS = {"code": ("rome_code", "code_rome"), "share": ("tension_pct", "tension")}
BMO_COLUMNS = {
    "label": ("Métier", "métiers", "famille de métiers"),
    "share": ("Difficultés à recruter", "difficulté", "part de projets difficiles"),
}
FAP, BMO = "FAP", "BMO"
HALF = 50.0
SURE = 0.9
"""Score of a suggestion from which no wrong link was seen among the families of BMO 2020."""
NO_SHARE = "pourcentage illisible"
NO_TRADE = "code ROME inconnu"
NOT_LINKED = "famille de métiers reliée à aucun métier connu"

_LIST = re.compile(r"\s*(?:,|;|\bet\b|\bou\b|/)\s*")
_COMPLEMENT = re.compile(r"(?:de|du|des|en|la|le)\b|[ld]'", re.IGNORECASE)
_TOTAL = frozenset({"total", "ensemble"})


def import_fap(
    db_session: Session, lines: list[Line], report: LoadReport, progress: Progress, year: int
) -> None:
    """One figure a ROME code; of several FAP that share a code the highest counts."""
    known = set(db_session.scalars(select(Trade.rome_code)))
    shares: dict[str, float] = {}
    for line in lines:
        code, share = normalise_rome(line["code"]), number_of(line["share"])
        if share is None:
            report.refuse(line.number, NO_SHARE)
        elif code not in known:
            report.refuse(line.number, NO_TRADE)
        else:
            shares[code] = max(share, shares.get(code, 0.0))
    _write(db_session, report, shares, source=FAP, year=year, mark="V", progress=progress)


def import_bmo(
    db_session: Session, lines: list[Line], report: LoadReport, progress: Progress, year: int
) -> None:
    """Families of trades, linked to ROME codes by their words alone.

    A family is linked when one of the trades it lists is word for word a wording that leads to one
    trade ("Plombiers, chauffagistes" → plumber, heating engineer), else when the suggestions name
    one trade nearly surely. The rest is reported, never guessed. The link is ours, so the mark is
    "unverified".
    """
    codes: dict[str, set[str]] = defaultdict(set)
    for title, code in db_session.execute(select(TradeTitle.title, TradeTitle.rome_code)):
        codes[fold(title)].add(code)
    shares: dict[str, float] = {}
    for line in lines:
        share = number_of(line["share"])
        if line["label"].casefold() in _TOTAL:
            continue
        if share is None:
            report.refuse(line.number, NO_SHARE)
            continue
        parts = _parts(line["label"])
        linked = {code for part in parts for code in _only(codes, part)}
        linked = linked or {code for part in parts for code in _nearly(db_session, part)}
        if not linked:
            report.refuse(line.number, NOT_LINKED)
        for code in linked:
            shares[code] = max(share, shares.get(code, 0.0))
    _write(db_session, report, shares, source=BMO, year=year, mark="U", progress=progress)


def _parts(label: str) -> list[str]:
    """The trades that a family lists, and the family as a whole."""
    return [label, *(part for part in _LIST.split(label) if part)]


def _only(codes: dict[str, set[str]], part: str) -> set[str]:
    found = codes.get(fold(part), set())
    return found if len(found) == 1 else set()


def _nearly(db_session: Session, part: str) -> set[str]:
    if _COMPLEMENT.match(part):
        return set()
    found = suggest_trades(db_session, part, 2)
    is_sure = found and found[0].score >= SURE and not found[0].is_alternative
    is_alone = len(found) < 2 or found[1].score < found[0].score
    return {found[0].rome_code} if is_sure and is_alone else set()


def _write(
    db_session: Session,
    report: LoadReport,
    shares: dict[str, float],
    *,
    source: str,
    year: int,
    mark: str,
    progress: Progress,
) -> None:
    rows: list[dict[str, Any]] = [
        {
            "rome_code": code,
            "source": source,
            "year": year,
            "scope": "FR",
            "is_shortage": share > HALF,
            "value": share,
            "mark": mark,
            "valid_from": date(year, 1, 1),
            "valid_to": None,
        }
        for code, share in sorted(shares.items())
    ]
    written = upsert(
        db_session,
        ShortageMark,
        rows,
        key=["rome_code", "source", "year", "scope"],
        keep=["valid_from", "valid_to"],
        label="tensions",
        progress=progress,
    )
    report.add(*written)
    set_validity(db_session)
