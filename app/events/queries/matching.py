"""Who fits whom at an operation: the engine's pairs between youth and the openings that are shown there.

A pair asks nothing of the course: at a forum people meet first, and the adviser looks for the course afterwards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core.db import AnyRow
from app.core.pages import PAGE_SIZE, Page
from app.engine.candidates import turns
from app.engine.journeys import crow_km
from app.engine.pairs import judge_pair
from app.engine.pool import Pool
from app.engine.search import openings_for
from app.events.models import EventCompany, EventOpening, EventYouth, PromotionEvent
from app.events.workflow import EXPECTED
from app.matching.queries.pool import current_pool
from app.openings.models import Opening
from app.openings.workflow import OpeningStatus
from app.policy.actor import Actor
from app.reference.models import Commune
from app.reference.queries import place_of
from app.reference.queries.nearby import squared_km
from app.youth.models import Youth

NEAR_KM = 40
YOUTH_LOOKED_AT = 400
"""The nearest so many youth say which companies to invite: enough to rank them, little to compute."""
COMPANIES_SHOWN = 20
LEAST_WORTH = 0.01
"""A pair with many doubts may be worth less than nothing; at a forum it is still a meeting."""


@dataclass(frozen=True, slots=True)
class Fit:
    """The best opening of one company for one youth."""

    youth_id: int
    company_id: int
    opening_id: int
    value: float


def openings_shown(db_session: Session, event_id: int) -> dict[int, int]:
    """Company by opening, for those shown by companies that did not decline: one statement."""
    rows = db_session.execute(
        select(EventOpening.opening_id, EventCompany.company_id)
        .join(EventCompany, EventCompany.id == EventOpening.guest_id)
        .where(EventCompany.event_id == event_id, EventCompany.state.in_(EXPECTED))
    )
    return {row.opening_id: row.company_id for row in rows}


def fits_of(pool: Pool, youth_ids: Iterable[int], shown: Mapping[int, int]) -> dict[int, list[Fit]]:
    """For each youth with at least one pair, the best opening of each company, best first."""
    known = {one: company for one, company in shown.items() if one in pool.openings}
    found: dict[int, list[Fit]] = {}
    for youth_id in youth_ids:
        if youth_id not in pool.youths or not known:
            continue
        row = pool.youths[youth_id]
        best: dict[int, Fit] = {}
        for opening_id in known.keys() & set(openings_for(pool, row)):
            pair = judge_pair(pool, row, opening_id, None)
            fit = Fit(youth_id, known[opening_id], opening_id, max(pair.score, LEAST_WORTH))
            held = best.get(fit.company_id)
            if pair.broken is None and (held is None or _rank(fit) < _rank(held)):
                best[fit.company_id] = fit
        if best:
            found[youth_id] = sorted(best.values(), key=_rank)
    return found


def _rank(fit: Fit) -> tuple[float, int]:
    return -fit.value, fit.opening_id


@dataclass(frozen=True, slots=True)
class YouthChoice:
    """A youth of the house who could be invited, with the companies that fit."""

    youth_id: int
    name: str
    code: str
    commune: str | None
    has_email: bool
    companies: tuple[str, ...]


def youth_to_invite(
    db_session: Session, actor: Actor, event_id: int, *, only_mine: bool, number: int
) -> Page[YouthChoice]:
    """Youth of this house with at least one pair at this operation, the best first and no score shown."""
    shown = openings_shown(db_session, event_id)
    asked = select(EventYouth.youth_id).where(EventYouth.event_id == event_id)
    query = (
        select(
            Youth.id,
            Youth.given_name,
            Youth.family_name,
            Youth.usage_name,
            Youth.public_code,
            Youth.email,
            Commune.name.label("commune"),
        )
        .outerjoin(Commune, Commune.insee_code == Youth.commune_code)
        .where(
            Youth.organisation_id == actor.organisation_id,
            Youth.anonymised_at.is_(None),
            Youth.id.not_in(asked),
        )
    )
    if only_mine:
        query = query.where(Youth.adviser_id == actor.user_id)
    rows = {row.id: row for row in db_session.execute(query)} if shown else {}
    pool = current_pool(db_session)
    found = fits_of(pool, rows, shown)
    equals = dict(zip(found, turns(pool, list(found), f"guests {event_id}").tolist(), strict=True))
    ordered = sorted(found, key=lambda one: (-found[one][0].value, equals[one], one))
    last = max(1, -(-len(ordered) // PAGE_SIZE))
    number = min(max(1, number), last)
    chosen = ordered[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    names = _names(db_session, {fit.company_id for one in chosen for fit in found[one]})
    lines = [_choice(rows[one], [names[fit.company_id] for fit in found[one]]) for one in chosen]
    return Page(rows=lines, number=number, size=PAGE_SIZE, total=len(ordered))


def _choice(row: AnyRow, companies: list[str]) -> YouthChoice:
    return YouthChoice(
        youth_id=row.id,
        name=f"{row.given_name} {row.usage_name or row.family_name}",
        code=row.public_code,
        commune=row.commune,
        has_email=bool(row.email),
        companies=tuple(companies),
    )


def _names(db_session: Session, ids: Collection[int]) -> dict[int, str]:
    rows = db_session.execute(
        select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    )
    return {row.id: row.name for row in rows}


@dataclass(frozen=True, slots=True)
class CompanyChoice:
    """A company of the surroundings whose openings suit young people who are ready."""

    company_id: int
    name: str
    posts: tuple[str, ...]
    youths: int


def companies_to_invite(db_session: Session, event: PromotionEvent) -> list[CompanyChoice]:
    """Companies near the place, those that most of the ready youth nearby have a pair with first."""
    place = place_of(db_session, event.commune_code)
    if place is None or place.latitude is None or place.longitude is None:
        return []
    at = place.latitude, place.longitude
    pool = current_pool(db_session)
    wanted: defaultdict[int, set[int]] = defaultdict(set)
    for youth_id in _nearest(pool, at):
        for opening_id in openings_for(pool, pool.youths[youth_id]):
            wanted[opening_id].add(youth_id)
    asked = select(EventCompany.company_id).where(EventCompany.event_id == event.id)
    rows = db_session.execute(
        select(Opening.id, Opening.employer_id, Opening.title, Organisation.name)
        .join(Organisation, Organisation.id == Opening.employer_id)
        .where(
            Opening.id.in_(wanted),
            Opening.status == OpeningStatus.PUBLISHED,
            Opening.employer_id.not_in(asked),
            squared_km(Opening.latitude, Opening.longitude, at) <= NEAR_KM**2,
        )
        .order_by(Opening.id)
    )
    return _by_company(rows.all(), wanted)


def _nearest(pool: Pool, at: tuple[float, float]) -> list[int]:
    """The youth who live near, the nearest first."""
    ways = ((crow_km(row, *at), youth_id) for youth_id, row in pool.youths.items())
    near = sorted(
        (km, pool.youths[one].draw, one) for km, one in ways if km is not None and km <= NEAR_KM
    )
    return [one for _km, _draw, one in near[:YOUTH_LOOKED_AT]]


def _by_company(rows: Sequence[AnyRow], wanted: Mapping[int, set[int]]) -> list[CompanyChoice]:
    of_company: defaultdict[int, list[AnyRow]] = defaultdict(list)
    for row in rows:
        of_company[row.employer_id].append(row)
    choices = [
        CompanyChoice(
            company_id=company_id,
            name=posts[0].name,
            posts=tuple(dict.fromkeys(one.title for one in posts)),
            youths=len(set().union(*(wanted[one.id] for one in posts))),
        )
        for company_id, posts in of_company.items()
    ]
    choices.sort(key=lambda one: (-one.youths, one.company_id))
    return choices[:COMPANIES_SHOWN]
