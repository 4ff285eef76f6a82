"""The list of files: who is there, what each one waits for, found by a name with its typing errors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from rapidfuzz.distance import OSA
from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core import clock
from app.core.forms import whole_or_none
from app.core.pages import Page, paginate
from app.core.text import sort_key
from app.engine.text import fold
from app.policy import predicates
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.reference.models import Commune, CommunePostalCode, Trade
from app.youth.models import ConsentKind, ConsentRecord, Wish, Youth, YouthStatus
from app.youth.queries.facts import live_consent, visible_youth

# Workflow E: no contact for three weeks, and an agreement that ends within thirty days.
SILENCE = timedelta(days=21)
RENEWAL = timedelta(days=30)
FOLLOWED = (
    YouthStatus.SPOTTED,
    YouthStatus.CONTACTED,
    YouthStatus.PREPARING,
    YouthStatus.READY,
)
SORTS = ("name", "status", "commune", "age", "proposals", "contact", "available", "adviser")
NEAR_WORD = 0.75
MOST_FOUND = 500


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; the address carries them."""

    text: str = ""
    whose: str = "mine"  # mine, team, nobody, or the id of an adviser
    status: YouthStatus | None = None
    show: str = ""  # without_proposal, to_do
    trade: str = ""
    commune: str = ""
    sort: str = "name"


@dataclass(frozen=True, slots=True)
class ListedYouth:
    """One row. `name` is None for a partner to whom it was not revealed; `to_do` are French words."""

    id: int
    public_code: str
    name: str | None
    birth_date: date | None
    status: YouthStatus
    commune: str | None
    adviser: str | None
    wishes: tuple[str, ...]
    live_placements: int
    available_from: date | None
    last_contact_at: datetime | None
    is_listed: bool
    to_do: tuple[str, ...]


def list_youth(
    db_session: Session, actor: Actor, filters: Filters, *, page: int = 1
) -> Page[ListedYouth]:
    """One page of the files that the actor may see: four statements, five with a name searched."""
    today = clock.today()
    in_house = predicates.adviser(actor, Facts())
    query = _query().where(visible_youth(actor), *_narrowed(actor, filters, today))
    if filters.text:
        query = query.where(_named(db_session, actor, filters.text, in_house=in_house))
    query = query.order_by(*_order(filters.sort, in_house=in_house), Youth.id)
    found = paginate(db_session, query, number=page)
    ids = [row.id for row in found.rows]
    wishes = _wishes(db_session, ids)
    named = set(ids) if in_house else _revealed(db_session, actor, ids)
    rows = [
        _row(row, wishes[row.id], today, is_named=row.id in named, in_house=in_house)
        for row in found.rows
    ]
    return Page(rows=rows, number=found.number, size=found.size, total=found.total)


def _listed_until() -> Any:
    """Last day of the live listing; a listing without end counts as the last day of the calendar."""
    return (
        select(func.max(func.coalesce(ConsentRecord.expires_on, date.max)))
        .where(ConsentRecord.youth_id == Youth.id, live_consent(ConsentKind.LISTING, clock.today()))
        .scalar_subquery()
    )


def _has_open_wish() -> ColumnElement[bool]:
    return select(Wish.id).where(Wish.youth_id == Youth.id, Wish.rome_code.is_(None)).exists()


def _query() -> Any:
    return (
        select(
            Youth.id,
            Youth.public_code,
            Youth.given_name,
            Youth.family_name,
            Youth.usage_name,
            Youth.birth_date,
            Youth.status,
            Youth.live_placements,
            Youth.waiting_answers,
            Youth.available_from,
            Youth.last_contact_at,
            Youth.created_at,
            Commune.name.label("commune"),
            User.given_name.label("adviser_given"),
            User.family_name.label("adviser_family"),
            _listed_until().label("listed_until"),
            _has_open_wish().label("has_open_wish"),
        )
        .outerjoin(Commune, Commune.insee_code == Youth.commune_code)
        .outerjoin(User, User.id == Youth.adviser_id)
    )


def _narrowed(actor: Actor, filters: Filters, today: date) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if predicates.adviser(actor, Facts()):
        conditions += _followed_by(actor, filters.whose)
    if filters.status is not None:
        conditions.append(Youth.status == filters.status)
    if filters.show == "without_proposal":
        conditions.append(ready_without_proposal())
    if filters.show == "to_do":
        conditions.append(to_do_condition(today))
    if filters.trade:
        conditions.append(_wants(filters.trade))
    if filters.commune:
        conditions.append(_lives_in(filters.commune))
    return conditions


def _followed_by(actor: Actor, whose: str) -> list[ColumnElement[bool]]:
    if whose == "team":
        return []
    if whose == "nobody":
        return [Youth.adviser_id.is_(None)]
    return [Youth.adviser_id == (whole_or_none(whose) or actor.user_id)]


def ready_without_proposal() -> ColumnElement[bool]:
    """Ready, agreed to be proposed, and no proposal lives: the next to look for."""
    return and_(
        Youth.status == YouthStatus.READY,
        Youth.live_placements == 0,
        _listed_until().is_not(None),
    )


def to_do_condition(today: date) -> ColumnElement[bool]:
    """Something of the file waits for the adviser; `to_do_words` says what, row by row."""
    return or_(
        Youth.waiting_answers > 0,
        and_(
            Youth.status == YouthStatus.READY,
            or_(_listed_until().is_(None), _listed_until() <= today + RENEWAL),
        ),
        and_(Youth.status.in_(FOLLOWED), _has_open_wish()),
        and_(
            Youth.status.in_(FOLLOWED),
            func.coalesce(Youth.last_contact_at, Youth.created_at) < clock.now() - SILENCE,
        ),
    )


def to_do_words(row: Any, today: date) -> tuple[str, ...]:
    """What waits for the adviser, in the order of urgency."""
    words = []
    if row.waiting_answers:
        many = row.waiting_answers > 1
        words.append(f"{row.waiting_answers} réponse{'s' if many else ''} à demander")
    if row.status is YouthStatus.READY and row.listed_until is None:
        words.append("accord à recueillir")
    elif row.status is YouthStatus.READY and row.listed_until <= today + RENEWAL:
        words.append("accord à renouveler")
    if row.status in FOLLOWED and row.has_open_wish:
        words.append("souhait à préciser")
    spoken_at = row.last_contact_at or row.created_at
    if row.status in FOLLOWED and spoken_at < clock.now() - SILENCE:
        words.append("sans contact récent")
    return tuple(words)


def _wants(text: str) -> ColumnElement[bool]:
    folded = fold(text) or sort_key(text)
    return (
        select(Wish.id)
        .outerjoin(Trade, Trade.rome_code == Wish.rome_code)
        .where(
            Wish.youth_id == Youth.id,
            or_(
                Wish.folded.contains(folded, autoescape=True),
                Trade.sort_name.contains(sort_key(text), autoescape=True),
                Wish.rome_code == text.strip().upper(),
            ),
        )
        .exists()
    )


def _lives_in(text: str) -> ColumnElement[bool]:
    """A commune by the beginning of its name, one of its postal codes, or its département."""
    plain = text.strip().upper()
    return or_(
        Commune.sort_name.startswith(sort_key(text), autoescape=True),
        Commune.departement_code == plain,
        Commune.insee_code.in_(
            select(CommunePostalCode.insee_code).where(CommunePostalCode.postal_code == plain)
        ),
    )


def _named(db_session: Session, actor: Actor, text: str, *, in_house: bool) -> ColumnElement[bool]:
    """The code partners read, or inside the house a name with its typing errors: one statement."""
    by_code = Youth.public_code == text.strip().upper()
    words = sort_key(text).split()
    if not in_house or not words:
        return by_code
    rows = db_session.execute(
        select(Youth.id, Youth.folded_name, Youth.folded_usage_name)
        .where(Youth.organisation_id == actor.organisation_id, Youth.anonymised_at.is_(None))
        .order_by(Youth.id)
    )
    scored = [
        (score, row.id)
        for row in rows
        if (score := _name_score(words, f"{row.folded_name} {row.folded_usage_name or ''}"))
    ]
    best = [youth_id for _, youth_id in sorted(scored, key=lambda one: (-one[0], one[1]))]
    return or_(by_code, Youth.id.in_(best[:MOST_FOUND]) if best else false())


def _name_score(words: Sequence[str], name: str) -> float:
    """How well every word of the search is found among the words of the name; 0 when one is not."""
    total = 0.0
    parts = name.split()
    for word in words:
        best = max(
            (
                1.0
                if part.startswith(word)
                else float(OSA.normalized_similarity(word, part, score_cutoff=NEAR_WORD))
            )
            for part in parts
        )
        if not best:
            return 0.0
        total += best
    return total / len(words)


def _order(sort: str, *, in_house: bool) -> list[Any]:
    key = sort.lstrip("-")
    columns: dict[str, Any] = {
        # A hidden name may not even order the list.
        "name": Youth.folded_name if in_house else Youth.public_code,
        "status": Youth.status,
        "commune": func.coalesce(Commune.sort_name, "~"),
        "age": Youth.birth_date if in_house else Youth.public_code,
        "proposals": Youth.live_placements,
        "contact": func.coalesce(Youth.last_contact_at, Youth.created_at),
        "available": func.coalesce(Youth.available_from, date.max),
        "adviser": func.coalesce(User.family_name, "~"),
    }
    column = columns.get(key, columns["name"])
    return [column.desc() if sort.startswith("-") else column.asc()]


def _wishes(db_session: Session, ids: Sequence[int]) -> defaultdict[int, list[str]]:
    rows = db_session.execute(
        select(Wish.youth_id, Wish.raw_text, Trade.label)
        .outerjoin(Trade, Trade.rome_code == Wish.rome_code)
        .where(Wish.youth_id.in_(ids))
        .order_by(Wish.youth_id, Wish.rank, Wish.id)
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    for row in rows:
        found[row.youth_id].append(row.label or f"« {row.raw_text} »")
    return found


def _revealed(db_session: Session, actor: Actor, ids: Sequence[int]) -> set[int]:
    return set(
        db_session.scalars(
            select(ConsentRecord.youth_id).where(
                ConsentRecord.youth_id.in_(ids),
                ConsentRecord.recipient_organisation_id == actor.organisation_id,
                live_consent(ConsentKind.REVEAL, clock.today()),
            )
        )
    )


def _row(
    row: Any, wishes: Sequence[str], today: date, *, is_named: bool, in_house: bool
) -> ListedYouth:
    adviser = f"{row.adviser_given} {row.adviser_family}" if row.adviser_given else None
    return ListedYouth(
        id=row.id,
        public_code=row.public_code,
        name=f"{row.given_name} {row.usage_name or row.family_name}" if is_named else None,
        birth_date=row.birth_date if in_house else None,
        status=row.status,
        commune=row.commune,
        adviser=adviser,
        wishes=tuple(wishes[:3]),
        live_placements=row.live_placements,
        available_from=row.available_from,
        last_contact_at=row.last_contact_at if in_house else None,
        is_listed=row.listed_until is not None,
        to_do=to_do_words(row, today) if in_house else (),
    )
