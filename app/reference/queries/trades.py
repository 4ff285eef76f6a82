"""Trades: suggestions while typing, the words the engine knows them by, and the shortage lists."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.core.changes import Changed, PoolChange
from app.core.text import sort_key
from app.engine import similarity
from app.engine.similarity import Knowledge, Synonym, SynonymKind, TitledCode, TradeSuggester
from app.engine.text import fold, split_wishes
from app.reference.models import (
    TAUGHT,
    Certification,
    CertificationTrade,
    ReferenceEdition,
    ShortageMark,
    TitleKind,
    Trade,
    TradeTitle,
)
from app.reference.queries.memory import Memory

SYNONYMS = Path(__file__).resolve().parents[1] / "data" / "synonyms.csv"
OFFICIAL = frozenset({TitleKind.LABEL, TitleKind.APPELLATION})
SUGGESTED = 5


@dataclass(frozen=True, slots=True)
class TradeChoice:
    """A trade proposed for a text, with the wording that brought it and a score in [0, 1].

    `is_alternative`: no apprenticeship leads to what was typed; this trade is only worth a look.
    """

    rome_code: str
    label: str
    matched: str
    score: float
    is_alternative: bool = False


@dataclass(frozen=True, slots=True)
class AmbiguousTrade:
    """Several trades may be meant, best first: a person picks."""

    trades: tuple[TradeChoice, ...]


@dataclass(frozen=True, slots=True)
class UnknownTrade:
    """Nothing looks like the text."""

    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """All that the process keeps of trades."""

    labels: dict[str, str]
    codes_by_title: dict[str, frozenset[str]]
    taught: dict[str, str]
    knowledge: Knowledge
    suggester: TradeSuggester


@lru_cache(maxsize=1)
def read_synonyms() -> tuple[Synonym, ...]:
    """The word list written for Trèfle: term, kind, target; see `SynonymKind`."""
    if not SYNONYMS.exists():
        return ()
    with SYNONYMS.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return tuple(
            Synonym(row["term"], SynonymKind(row["kind"]), row["target"] or "") for row in rows
        )


def _version(db_session: Session) -> Hashable:
    """One statement: pages that suggest trades ask at each request."""
    titles = select(func.count()).select_from(TradeTitle).scalar_subquery()
    last_title = select(func.max(TradeTitle.id)).scalar_subquery()
    trades = select(func.count()).select_from(Trade).scalar_subquery()
    edition = select(func.max(ReferenceEdition.id)).scalar_subquery()
    # A word taken out and another put in may leave counts and numbers as they were: the log tells them apart.
    change = (
        select(func.max(PoolChange.id))
        .where(PoolChange.kind == Changed.REFERENCE)
        .scalar_subquery()
    )
    return tuple(db_session.execute(select(titles, last_title, trades, edition, change)).one())


def _build(db_session: Session) -> Words:
    labels = {
        row.rome_code: row.label
        for row in db_session.execute(
            select(Trade.rome_code, Trade.label).order_by(Trade.rome_code)
        )
    }
    official: list[tuple[str, str, TitleKind]] = []
    ours: dict[str, list[str]] = defaultdict(list)
    codes: dict[str, set[str]] = defaultdict(set)
    taught: dict[str, set[str]] = defaultdict(set)
    for row in db_session.execute(
        select(TradeTitle.rome_code, TradeTitle.title, TradeTitle.kind, TradeTitle.source).order_by(
            TradeTitle.rome_code, TradeTitle.id
        )
    ):
        folded = fold(row.title)
        if row.source == TAUGHT:
            taught[folded].add(row.rome_code)
        codes[folded].add(row.rome_code)
        if row.kind in OFFICIAL:
            official.append((row.rome_code, row.title, row.kind))
        elif folded != fold(labels[row.rome_code]):
            ours[row.title].append(row.rome_code)
    for word in _listed_words():
        # One trade of several that a word may mean is no certainty, however few this installation knows.
        codes[fold(word.term)].update(word.target.split("|"))
    known = Knowledge(
        titles=tuple(TitledCode(title, code) for code, title, _ in official),
        diplomas=tuple(_diplomas(db_session)),
        synonyms=tuple(_synonyms(ours)),
    )
    suggested = [
        similarity.TradeTitle(code, title, "label" if kind is TitleKind.LABEL else "appellation")
        for code, title, kind in official
    ]
    return Words(
        labels=labels,
        codes_by_title={title: frozenset(found) for title, found in codes.items() if title},
        taught={text: next(iter(found)) for text, found in taught.items() if len(found) == 1},
        knowledge=known,
        suggester=TradeSuggester(suggested, known),
    )


def _diplomas(db_session: Session) -> Iterable[TitledCode]:
    """Diploma titles with the trades they lead to: of our dossier, then of imported
    certifications.
    """
    for code, listed in db_session.execute(
        select(Trade.rome_code, Trade.typical_diplomas)
        .where(Trade.typical_diplomas.is_not(None))
        .order_by(Trade.rome_code)
    ):
        yield from (
            TitledCode(one.strip(), code) for one in (listed or "").split(";") if one.strip()
        )
    for title, code in db_session.execute(
        select(Certification.title, CertificationTrade.rome_code)
        .join(CertificationTrade, CertificationTrade.certification_id == Certification.id)
        .order_by(Certification.id, CertificationTrade.rome_code)
    ):
        yield TitledCode(title, code)


def _synonyms(ours: dict[str, list[str]]) -> Iterable[Synonym]:
    """Our list, each word with its trades in the order of the list, then those of the table, where
    regional teams add theirs.

    The list names trades that an installation may lack until it imports the whole of ROME.
    """
    yield from (one for one in read_synonyms() if one.kind is not SynonymKind.CODE)
    words = {fold(one.term): (one.term, one.target.split("|")) for one in _listed_words()}
    for title in sorted(ours):
        _, codes = words.setdefault(fold(title), (title, []))
        codes += [code for code in ours[title] if code not in codes]
    for _, (term, codes) in sorted(words.items()):
        yield Synonym(term, SynonymKind.CODE, "|".join(codes))


def _listed_words() -> Iterable[Synonym]:
    """The words of our list that lead to trades."""
    return (one for one in read_synonyms() if one.kind is SynonymKind.CODE)


_words: Memory[Words] = Memory(_version, _build)


def knowledge(db_session: Session) -> Knowledge:
    """What the engine may know about trades: titles, diplomas, synonyms. The same object until the
    tables move.
    """
    return _words.read(db_session).knowledge


def taught_trades(db_session: Session) -> dict[str, str]:
    """ROME code by folded text, for the words that a regional team has taught and that mean one trade only."""
    return _words.read(db_session).taught


def suggest_trades(db_session: Session, text: str, limit: int = SUGGESTED) -> list[TradeChoice]:
    """The trades that a text typed freely may mean, best first, one a ROME code; empty when nothing
    is near.

    A line with several trades ("boulanger/patissier") gives the best of each part first.
    """
    words = _words.read(db_session)
    parts = split_wishes(text)
    found = [words.suggester.suggest(part, limit) for part in parts] or [[]]
    chosen: dict[str, TradeChoice] = {}
    for rank in range(limit):
        for part in found:
            if rank < len(part) and part[rank].code not in chosen:
                one = part[rank]
                chosen[one.code] = TradeChoice(
                    one.code,
                    words.labels.get(one.code, one.title),
                    one.matched,
                    one.score,
                    one.alternative,
                )
    return list(chosen.values())[:limit]


def resolve_trade(
    db_session: Session, text: str | None, choice_code: str | None = None
) -> TradeChoice | AmbiguousTrade | UnknownTrade:
    """The trade that a form means by a typed text and, when a list was shown, the ROME code picked
    in it.

    Without a pick only a known wording of one single trade is taken; anything less sure is shown
    for a person to pick.
    """
    text = (text or "").strip()
    words = _words.read(db_session)
    if choice_code in words.labels:
        label = words.labels[choice_code]
        if not text or text == label or choice_code in _meant(db_session, words, text):
            return TradeChoice(choice_code, label, text or label, 1.0)
    if text in words.labels:
        return TradeChoice(text, words.labels[text], text, 1.0)
    exact = words.codes_by_title.get(fold(text), frozenset())
    if len(exact) == 1:
        code = next(iter(exact))
        return TradeChoice(code, words.labels[code], text, 1.0)
    found = suggest_trades(db_session, text) if text else []
    return AmbiguousTrade(tuple(found)) if found else UnknownTrade(text)


def _meant(db_session: Session, words: Words, text: str) -> set[str]:
    exact = words.codes_by_title.get(fold(text), frozenset())
    return set(exact) | {one.rome_code for one in suggest_trades(db_session, text, 2 * SUGGESTED)}


def trade_labels(db_session: Session, codes: Iterable[str | None] | None = None) -> dict[str, str]:
    """Label by ROME code, of all trades or of those asked; no statement a row."""
    labels = _words.read(db_session).labels
    if codes is None:
        return dict(labels)
    return {code: labels[code] for code in codes if code in labels}


def trade_label(db_session: Session, rome_code: str | None) -> str:
    """One label; the code itself when it is unknown, empty without a code."""
    if not rome_code:
        return ""
    return _words.read(db_session).labels.get(rome_code, rome_code)


def trades_of_family(db_session: Session, letter: str) -> list[tuple[str, str]]:
    """`(ROME code, label)` of a family, in French order."""
    labels = _words.read(db_session).labels
    found = [(code, label) for code, label in labels.items() if code.startswith(letter)]
    return sorted(found, key=lambda one: (sort_key(one[1]), one[0]))


def shortage_codes(db_session: Session, region_code: str | None, on: date) -> frozenset[str]:
    """ROME codes in shortage on that day, for France or for this region, as the newest edition of a
    source says it.
    """
    scopes = ["FR", region_code] if region_code else ["FR"]
    rows = db_session.execute(
        select(ShortageMark.rome_code, ShortageMark.is_shortage, ShortageMark.scope)
        .where(
            ShortageMark.scope.in_(scopes),
            ShortageMark.valid_from <= on,
            or_(ShortageMark.valid_to.is_(None), ShortageMark.valid_to >= on),
        )
        .order_by(ShortageMark.rome_code, ShortageMark.id)
    )
    return frozenset(row.rome_code for row in rows if row.is_shortage)
