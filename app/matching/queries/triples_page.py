"""What the page of a youth's triples shows: one function a page, statements counted.

The engine gives ids, parts and codes; two statements fetch the words of the openings and sessions that are shown.
Filters and levers are changes of the youth's own row, so that a filtered list is exact and not a cut of the first one.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Organisation, Site
from app.core.db import AnyRow
from app.engine.journeys import crow_km
from app.engine.judge import Triple, Verdict
from app.engine.levers import youth_changes
from app.engine.model import YouthInput
from app.engine.pool import Pool
from app.engine.reasons import Explained
from app.engine.triples import best_triples, check_triple, count_triples
from app.engine.unlock import Lever, unlock
from app.engine.weights import DEFAULT
from app.matching.models import SetAside
from app.matching.queries.pool import current_pool
from app.matching.queries.rows import load_youth
from app.openings.models import Company, Opening
from app.reference.models import Commune, Trade
from app.reference.queries import trade_labels
from app.training.models import Course, TrainingSession
from app.youth.models import Youth

SHOWN = 20
MOST_SHOWN = 100

SCORE_WORDS = (
    (0.75, "Très bonne piste"),
    (0.62, "Bonne piste"),
    (0.5, "Piste à étudier"),
    (0.0, "Piste lointaine"),
)


@dataclass(frozen=True, slots=True)
class OpeningWords:
    id: int
    title: str
    trade: str | None
    company: str
    commune: str | None
    starts_from: date | None
    starts_until: date | None
    positions_free: int
    latitude: float | None
    longitude: float | None
    commune_code: str | None
    for_apprenticeship: bool
    headcount: int | None
    idcc: str | None


@dataclass(frozen=True, slots=True)
class SessionWords:
    id: int
    course: str
    level: int | None
    cfa: str
    commune: str | None
    starts_on: date
    ends_on: date | None
    months: int | None
    seats_free: int
    has_boarding: bool | None
    checked_on: date
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True)
class TripleRow:
    """One line of the page. `parts` are `(name, value 0–1, weight)`; distances in km, None when a place is unknown."""

    rank: int
    score: float
    word: str
    opening: OpeningWords
    session: SessionWords
    company_km: float | None
    site_km: float | None
    reasons: Sequence[Explained[Any]]
    doubts: Sequence[Explained[Any]]
    parts: Sequence[tuple[str, float, float]]


@dataclass(frozen=True, slots=True)
class Filters:
    """Narrowing of a list: trade, radius in km, diploma level, how many to show, one lever to try."""

    trade: str | None = None
    radius_km: int | None = None
    level: int | None = None
    shown: int = SHOWN
    lever: str | None = None

    @property
    def any(self) -> bool:
        return bool(self.trade or self.radius_km or self.level or self.lever)


@dataclass(frozen=True, slots=True)
class YouthTriples:
    """All the page needs about triples; `total` counts every triple of the (filtered) youth."""

    row: YouthInput
    rows: Sequence[TripleRow]
    total: int
    filters: Filters
    lever: Lever | None
    trades: Sequence[tuple[str, str]]


def score_word(score: float) -> str:
    """The score in words, as the list shows it beside the bar."""
    return next(word for floor, word in SCORE_WORDS if score >= floor)


def youth_row(db_session: Session, pool: Pool, youth_id: int) -> YouthInput | None:
    """The engine row of a youth: from the pool, or read for the adviser when the youth is not listed."""
    known = pool.youths.get(youth_id)
    if known is not None:
        return known
    found = load_youth(db_session, [youth_id], only_listed=False)
    return found[0] if found else None


def youth_triples(db_session: Session, *, youth_id: int, filters: Filters) -> YouthTriples | None:
    """The best triples of one youth; None when the youth has no row."""
    pool = current_pool(db_session)
    row = youth_row(db_session, pool, youth_id)
    if row is None:
        return None
    narrowed, lever = apply_filters(pool, row, filters)
    triples = best_triples(pool, narrowed, min(filters.shown, MOST_SHOWN))
    return YouthTriples(
        row=row,
        rows=triple_rows(db_session, narrowed, triples),
        total=count_triples(pool, narrowed),
        filters=filters,
        lever=lever,
        trades=wish_trades(db_session, row),
    )


def wish_trades(db_session: Session, row: YouthInput) -> list[tuple[str, str]]:
    """`(code, label)` of the confirmed wishes, for the filter; no statement when there is but one."""
    codes = sorted({wish.trade for wish in row.wishes if wish.trade})
    if len(codes) < 2:
        return []
    rows = db_session.execute(
        select(Trade.rome_code, Trade.label).where(Trade.rome_code.in_(codes)).order_by(Trade.label)
    )
    return [(one.rome_code, one.label) for one in rows]


def apply_filters(pool: Pool, row: YouthInput, filters: Filters) -> tuple[YouthInput, Lever | None]:
    """The youth's row narrowed by the filters, and widened by the lever that is tried."""
    lever: Lever | None = None
    if filters.lever:
        for change in youth_changes(row, pool.trades(), pool.likeness, pool.weights):
            if lever_key(change.code.name, change.values) == filters.lever:
                row = change.make(row)
                lever = Lever((change.code,), (change.values,), added=0)
                break
    if filters.trade:
        row = replace(row, wishes=tuple(wish for wish in row.wishes if wish.trade == filters.trade))
    if filters.radius_km is not None:
        row = replace(row, limit_km=float(filters.radius_km))
    if filters.level is not None:
        row = replace(row, levels_wanted=frozenset({filters.level}))
    return row, lever


def lever_key(code: str, values: Mapping[str, Any]) -> str:
    """A lever's name in an address: its code and its values."""
    return "-".join([code.lower(), *(str(value) for value in values.values())])


def youth_levers(db_session: Session, *, youth_id: int, limit: int = 8) -> list[Lever]:
    """What single change, or pair of changes, would unlock more triples, best first."""
    pool = current_pool(db_session)
    row = youth_row(db_session, pool, youth_id)
    return [] if row is None else [lever for lever in unlock(pool, row) if lever.added > 0][:limit]


def lever_trades(db_session: Session, levers: Sequence[Lever]) -> dict[str, str]:
    """Labels of the neighbouring trades that levers name; no statement when there is none."""
    codes = {
        str(values["trade"]) for lever in levers for values in lever.values if "trade" in values
    }
    return trade_labels(db_session, codes) if codes else {}


def explain_pair(
    db_session: Session, *, youth_id: int, opening_id: int, session_id: int
) -> Verdict | None:
    """ "Why not this one?" for a triple somebody names; None when one of the three is not in the pool."""
    pool = current_pool(db_session)
    row = youth_row(db_session, pool, youth_id)
    if row is None or opening_id not in pool.openings or session_id not in pool.sessions:
        return None
    return check_triple(pool, row, opening_id, session_id)


def triple_rows(
    db_session: Session, youth: YouthInput, triples: Sequence[Triple]
) -> list[TripleRow]:
    """The words of some triples: two statements, whatever their number."""
    openings = opening_words(db_session, {triple.opening for triple in triples})
    sessions = session_words(db_session, {triple.session for triple in triples})
    weights = DEFAULT.parts._asdict()
    rows = []
    for rank, triple in enumerate(triples, start=1):
        if triple.opening not in openings or triple.session not in sessions:
            continue  # closed since the pool was read; the next reading of the log takes it out
        opening, session = openings[triple.opening], sessions[triple.session]
        rows.append(
            TripleRow(
                rank=rank,
                score=triple.score,
                word=score_word(triple.score),
                opening=opening,
                session=session,
                company_km=crow_km(youth, opening.latitude, opening.longitude),
                site_km=crow_km(youth, session.latitude, session.longitude),
                reasons=triple.reasons,
                doubts=triple.doubts,
                parts=[
                    (name, value, weights[name]) for name, value in triple.parts._asdict().items()
                ],
            )
        )
    return rows


def opening_words(db_session: Session, ids: Collection[int]) -> dict[int, OpeningWords]:
    """Words of openings by id: one statement."""
    if not ids:
        return {}
    rows = db_session.execute(
        select(
            Opening,
            Organisation.name.label("company"),
            Commune.name.label("commune"),
            Trade.label.label("trade"),
            Company.headcount,
            Company.idcc,
        )
        .join(Organisation, Organisation.id == Opening.employer_id)
        .outerjoin(Company, Company.organisation_id == Opening.employer_id)
        .outerjoin(Commune, Commune.insee_code == Opening.commune_code)
        .outerjoin(Trade, Trade.rome_code == Opening.rome_code)
        .where(Opening.id.in_(ids))
    )
    return {row.Opening.id: _opening_words(row) for row in rows}


def _opening_words(row: AnyRow) -> OpeningWords:
    opening: Opening = row.Opening
    return OpeningWords(
        id=opening.id,
        title=opening.title,
        trade=row.trade,
        company=row.company,
        commune=row.commune,
        starts_from=opening.start_from,
        starts_until=opening.start_until,
        positions_free=opening.positions_free,
        latitude=opening.latitude,
        longitude=opening.longitude,
        commune_code=opening.commune_code,
        for_apprenticeship=opening.apprenticeship,
        headcount=row.headcount,
        idcc=row.idcc,
    )


def session_words(db_session: Session, ids: Collection[int]) -> dict[int, SessionWords]:
    """Words of sessions by id: one statement."""
    if not ids:
        return {}
    cfa = aliased(Organisation)
    rows = db_session.execute(
        select(TrainingSession, Course, Site, cfa.name.label("cfa"), Commune.name.label("commune"))
        .join(Course, Course.id == TrainingSession.course_id)
        .join(cfa, cfa.id == Course.cfa_id)
        .join(Site, Site.id == TrainingSession.site_id)
        .outerjoin(Commune, Commune.insee_code == Site.commune_code)
        .where(TrainingSession.id.in_(ids))
    )
    return {row.TrainingSession.id: _session_words(row) for row in rows}


def _session_words(row: AnyRow) -> SessionWords:
    session: TrainingSession = row.TrainingSession
    return SessionWords(
        id=session.id,
        course=row.Course.title,
        level=row.Course.level,
        cfa=row.cfa,
        commune=row.commune,
        starts_on=session.starts_on,
        ends_on=session.ends_on,
        months=row.Course.duration_months,
        seats_free=session.seats_free,
        has_boarding=row.Course.has_boarding,
        checked_on=session.checked_on,
        latitude=row.Site.latitude,
        longitude=row.Site.longitude,
    )


def set_asides(db_session: Session, *, youth_id: int) -> list[AnyRow]:
    """What is set aside for this youth, newest first, with words: one statement."""
    return list(
        db_session.execute(
            select(SetAside, Opening.title.label("opening"), Course.title.label("course"))
            .outerjoin(Opening, Opening.id == SetAside.opening_id)
            .outerjoin(TrainingSession, TrainingSession.id == SetAside.session_id)
            .outerjoin(Course, Course.id == TrainingSession.course_id)
            .where(SetAside.youth_id == youth_id)
            .order_by(SetAside.set_at.desc(), SetAside.id.desc())
        )
    )


@dataclass(frozen=True, slots=True)
class YouthHead:
    """The head of the page: who, and with which limits."""

    id: int
    name: str
    public_code: str
    commune: str | None
    birth_date: date


def youth_head(db_session: Session, *, youth_id: int) -> YouthHead | None:
    """Name, code and commune of a youth: one statement."""
    row = db_session.execute(
        select(
            Youth.id,
            Youth.given_name,
            Youth.family_name,
            Youth.public_code,
            Youth.birth_date,
            Commune.name.label("commune"),
        )
        .outerjoin(Commune, Commune.insee_code == Youth.commune_code)
        .where(Youth.id == youth_id)
    ).one_or_none()
    if row is None:
        return None
    return YouthHead(
        row.id,
        f"{row.given_name} {row.family_name}",
        row.public_code,
        row.commune,
        row.birth_date,
    )


Place = tuple[float, float]


def triangle(home: Place, company: Place, site: Place) -> list[tuple[float, float, str]]:
    """Three places (degrees) as `(x, y, text anchor)` in a picture of 240 × 170, north up, same scale both ways."""
    stretch = math.cos(math.radians(home[0]))
    flat = [(longitude * stretch, -latitude) for latitude, longitude in (home, company, site)]
    left, top = min(x for x, _ in flat), min(y for _, y in flat)
    width, height = max(x for x, _ in flat) - left, max(y for _, y in flat) - top
    scale = min(160 / width if width else math.inf, 110 / height if height else math.inf)
    scale = 0.0 if math.isinf(scale) else scale
    placed = [(40 + (x - left) * scale, 35 + (y - top) * scale) for x, y in flat]
    return [
        (round(x, 1), round(y, 1), "start" if x < 80 else "end" if x > 160 else "middle")
        for x, y in placed
    ]
