"""What the page of a youth's triples shows: one function a page, statements counted.

The engine gives ids, parts and codes; two statements fetch the words of the openings and sessions that are shown.
Filters and levers are changes of the youth's own row, so that a filtered list is exact and not a cut of the first one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.journeys import crow_km
from app.engine.judge import Triple
from app.engine.model import YouthInput
from app.engine.pool import Pool
from app.engine.reasons import Explained
from app.engine.travel_times import TravelTimes
from app.engine.triples import added_triples, best_triples, count_triples
from app.engine.unlock import Lever
from app.engine.weights import DEFAULT
from app.matching.queries.levers import Around, around, pull_lever, youth_row
from app.matching.queries.pool import current_pool
from app.matching.queries.words import OpeningWords, SessionWords, opening_words, session_words
from app.reference.models import Commune, Trade
from app.youth.models import Youth, YouthStatus

SHOWN = 20
MOST_SHOWN = 100

SCORE_WORDS = (
    (0.75, "Très bonne piste"),
    (0.62, "Bonne piste"),
    (0.5, "Piste à étudier"),
    (0.0, "Piste lointaine"),
)
PART_WORDS = ((0.9, "excellent"), (0.7, "bon"), (0.4, "moyen"), (0.01, "faible"), (0.0, "nul"))


@dataclass(frozen=True, slots=True)
class Part:
    """One criterion of a score: its value in [0, 1], in a word, and the points that it gives out of `most`."""

    name: str
    value: float
    word: str
    points: float
    most: float


@dataclass(frozen=True, slots=True)
class TripleRow:
    """One line of the page. Distances in km, None when a place is unknown; minutes only where a table knows them."""

    rank: int
    score: float
    word: str
    opening: OpeningWords
    session: SessionWords
    company_km: float | None
    site_km: float | None
    reasons: Sequence[Explained[Any]]
    doubts: Sequence[Explained[Any]]
    parts: Sequence[Part]
    company_minutes: float | None = None
    site_minutes: float | None = None


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
    """All the page needs about triples; `total` counts every triple of the (filtered) youth.

    A lever that adds triples shows those alone (`only_added`): nobody looks for six new lines among two hundred.
    `around` is told only when the list is empty; `times_from` is who made the table of travel times that speaks for
    this youth, and from when.
    """

    row: YouthInput
    rows: Sequence[TripleRow]
    total: int
    filters: Filters
    lever: Lever | None
    only_added: bool
    trades: Sequence[tuple[str, str]]
    around: Around | None
    times_from: tuple[str, date] | None


def part_word(value: float) -> str:
    """A part in one word: how much of its points it gives."""
    return next(word for floor, word in PART_WORDS if value >= floor)


def score_word(score: float) -> str:
    """The score in words, as the list shows it beside the bar."""
    return next(word for floor, word in SCORE_WORDS if score >= floor)


def youth_triples(db_session: Session, *, youth_id: int, filters: Filters) -> YouthTriples | None:
    """The best triples of one youth; None when the youth has no row."""
    pool = current_pool(db_session)
    row = youth_row(db_session, pool, youth_id)
    if row is None:
        return None
    narrowed, lever = apply_filters(pool, row, filters)
    most = min(filters.shown, MOST_SHOWN)
    triples, total = list[Triple](), 0
    if lever is not None:
        today, _ = apply_filters(pool, row, replace(filters, lever=None))
        triples, total = added_triples(pool, today, narrowed, most)
    only_added = total > 0
    if not only_added:
        triples, total = best_triples(pool, narrowed, most), count_triples(pool, narrowed)
    return YouthTriples(
        row=row,
        rows=triple_rows(db_session, narrowed, triples, pool.times),
        total=total,
        filters=filters,
        lever=lever,
        only_added=only_added,
        trades=wish_trades(db_session, row),
        around=None if triples else around(pool, row),
        times_from=times_from(pool.times, row),
    )


def times_from(times: TravelTimes, row: YouthInput) -> tuple[str, date] | None:
    """Name and first day of the table whose times are this youth's."""
    source = times.source_of(row)
    return None if source is None else (source.name, date.fromordinal(source.valid_from))


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
        row, lever = pull_lever(pool, row, filters.lever)
    if filters.trade:
        row = replace(row, wishes=tuple(wish for wish in row.wishes if wish.trade == filters.trade))
    if filters.radius_km is not None:
        row = replace(row, limit_km=float(filters.radius_km))
    if filters.level is not None:
        row = replace(row, levels_wanted=frozenset({filters.level}))
    return row, lever


def triple_rows(
    db_session: Session, youth: YouthInput, triples: Sequence[Triple], times: TravelTimes
) -> list[TripleRow]:
    """The words of some triples: two statements, whatever their number."""
    home = times.home(youth)
    openings = opening_words(db_session, {triple.opening for triple in triples})
    sessions = session_words(db_session, {triple.session for triple in triples})
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
                parts=parts_in_words(triple),
                company_minutes=times.between(home, opening.commune_code),
                site_minutes=times.between(home, session.commune_code),
            )
        )
    return rows


def parts_in_words(triple: Triple) -> list[Part]:
    """The parts of a score, in the order of the published table; points are out of a hundred for all."""
    weights = DEFAULT.parts._asdict()
    return [
        Part(name, value, part_word(value), 100 * value * weights[name], 100 * weights[name])
        for name, value in triple.parts._asdict().items()
    ]


@dataclass(frozen=True, slots=True)
class YouthHead:
    """The head of the page: who, from where, and whether a proposal can be made today.

    Who may not know the name reads the code, and no figure that rests on the age.
    """

    id: int
    name: str
    public_code: str
    commune: str | None
    status: YouthStatus
    birth_date: date | None


def youth_head(db_session: Session, *, youth_id: int, is_named: bool) -> YouthHead | None:
    """Name, code and commune of a youth: one statement.

    Args:
        is_named: the reader may know the name (`youth.queries.may_name`); others read the code in its place.
    """
    row = db_session.execute(
        select(
            Youth.id,
            Youth.given_name,
            Youth.family_name,
            Youth.public_code,
            Youth.status,
            Youth.birth_date,
            Commune.name.label("commune"),
        )
        .outerjoin(Commune, Commune.insee_code == Youth.commune_code)
        .where(Youth.id == youth_id)
    ).one_or_none()
    if row is None:
        return None
    name = f"{row.given_name} {row.family_name}" if is_named else row.public_code
    birth_date = row.birth_date if is_named else None
    return YouthHead(row.id, name, row.public_code, row.commune, row.status, birth_date)


Place = tuple[float, float]


class Corner(NamedTuple):
    """One point of the picture of a triple, with the height and the anchor of its label."""

    x: float
    y: float
    label_y: float
    anchor: str


def triangle(home: Place, company: Place, site: Place) -> list[Corner]:
    """Three places (degrees) as corners of a picture of 240 × 170, north up, same scale both ways.

    Labels stand above their point; one that would cover another stands below, or a line further down.
    """
    stretch = math.cos(math.radians(home[0]))
    flat = [(longitude * stretch, -latitude) for latitude, longitude in (home, company, site)]
    left, top = min(x for x, _ in flat), min(y for _, y in flat)
    width, height = max(x for x, _ in flat) - left, max(y for _, y in flat) - top
    scale = min(160 / width if width else math.inf, 96 / height if height else math.inf)
    scale = 0.0 if math.isinf(scale) else scale
    corners: list[Corner] = []
    for x, y in flat:
        corner = _corner(40 + (x - left) * scale, 35 + (y - top) * scale, corners)
        corners.append(corner)
    return corners


def _corner(x: float, y: float, others: Sequence[Corner]) -> Corner:
    anchor = "start" if x < 80 else "end" if x > 160 else "middle"
    lines = (y - 11, y + 20, y + 34)
    free = [
        line
        for line in lines
        if all(abs(line - one.label_y) > 13 or abs(x - one.x) > 110 for one in others)
    ]
    return Corner(round(x, 1), round(y, 1), round(free[0] if free else lines[-1], 1), anchor)
