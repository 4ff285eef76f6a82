"""The day of a field agent: companies of the territory, youth who wait, and what ties them; no youth is named.

Five statements, whatever the number of companies; the ranking itself is `app.outreach.ranking`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import (
    FieldCommune,
    FieldSector,
    Membership,
    Organisation,
    OrganisationStatus,
    Site,
)
from app.core import clock
from app.openings.models import Company, HadApprentices, Lead, LeadState, Opening, OpeningStatus
from app.openings.queries import hiring_shares, is_marked_short, own_trades, record_of
from app.outreach.models import CompanyFollow, FieldAgentPost, Visit
from app.outreach.ranking import Hosting, Prospect, Ranked, Waiting, rank, way_km, way_round
from app.policy.actor import Actor, OrganisationKind, Role
from app.reference.models import Commune, Trade
from app.reference.queries.nearby import squared_km
from app.youth.models import Wish, Youth, YouthStatus
from app.youth.queries.facts import listed_condition

MOST_COMPANIES = 1500
EXPIRES_SOON = timedelta(days=21)
OWN_TRADE_SHARE = 0.6
"""Part of its hirings that a company's earlier openings stand for, against its sector's."""
FEW = 5
"""Below it no number of youth is shown (small-number rule of the coordination)."""


@dataclass(frozen=True, slots=True)
class Base:
    """Where a day begins, and how many leads wait."""

    commune: str | None
    latitude: float | None
    longitude: float | None
    membership_id: int | None
    leads: int


def base_of(db_session: Session, actor: Actor) -> Base:
    """The agent's base, else the largest commune of the territory: one statement."""
    leads = (
        select(func.count(Lead.id))
        .where(Lead.departement_code.in_(actor.territory), Lead.state == LeadState.NEW)
        .scalar_subquery()
    )
    own = (
        select(FieldAgentPost.base_commune_code)
        .join(Membership, Membership.id == FieldAgentPost.membership_id)
        .where(
            Membership.user_id == actor.user_id,
            Membership.organisation_id == actor.organisation_id,
        )
        .limit(1)
        .scalar_subquery()
    )
    seat = (
        select(Membership.id)
        .where(
            Membership.user_id == actor.user_id,
            Membership.organisation_id == actor.organisation_id,
            Membership.role == Role.FIELD_AGENT,
        )
        .limit(1)
        .scalar_subquery()
    )
    row = db_session.execute(
        select(
            Commune.name,
            Commune.latitude,
            Commune.longitude,
            leads.label("leads"),
            seat.label("seat"),
        )
        .where(Commune.departement_code.in_(actor.territory), Commune.latitude.is_not(None))
        .order_by((Commune.insee_code == func.coalesce(own, "")).desc(), Commune.population.desc())
        .limit(1)
    ).first()
    if row is None:
        return Base(None, None, None, None, 0)
    return Base(row.name, row.latitude, row.longitude, row.seat, row.leads)


@dataclass(frozen=True, slots=True)
class Stop:
    """One company of the day, with what the page says of it."""

    row: Any
    ranked: Ranked
    labels: Mapping[str, str]
    silent_days: int | None
    is_mine: bool

    @property
    def waiting(self) -> Sequence[tuple[str, int]]:
        """Trades with how many youth wait, by label; at most three."""
        return [(self.labels.get(code, code), count) for code, count in self.ranked.waiting[:3]]


@dataclass(frozen=True, slots=True)
class Day:
    """The best companies in the order of the way round, and how long it is."""

    stops: Sequence[Stop]
    km: float
    looked_at: int


def plan_day(
    db_session: Session,
    actor: Actor,
    *,
    start: tuple[float, float],
    radius_km: int,
    visits: int,
    membership_id: int | None,
) -> Day:
    """Choose the companies that a visit would help most, then order them as a way round: four statements."""
    today = clock.today()
    rows = _companies(db_session, actor, start, radius_km, membership_id, today)
    prospects = _prospects(db_session, rows, today)
    waiting, labels, short = _waiting(db_session, actor, start, radius_km, today)
    best = rank(prospects, waiting, start=start, short=short)[:visits]
    order = way_round(start, [(one.prospect.lat, one.prospect.lon) for one in best])
    by_id = {row.id: row for row in rows}
    stops = [
        Stop(
            row=by_id[one.prospect.id],
            ranked=one,
            labels=labels,
            silent_days=one.prospect.silent_days,
            is_mine=by_id[one.prospect.id].followed_by == actor.user_id,
        )
        for one in (best[at] for at in order)
    ]
    km = way_km(start, [(stop.ranked.prospect.lat, stop.ranked.prospect.lon) for stop in stops])
    return Day(stops, km, len(rows))


def _companies(
    db_session: Session,
    actor: Actor,
    start: tuple[float, float],
    radius_km: int,
    membership_id: int | None,
    today: date,
) -> Sequence[Any]:
    """Companies that may be visited: in the territory and sectors, not closed, not objecting."""
    distance = squared_km(Site.latitude, Site.longitude, start)
    followed = (
        select(CompanyFollow.user_id)
        .where(
            CompanyFollow.company_id == Organisation.id,
            CompanyFollow.organisation_id == actor.organisation_id,
            CompanyFollow.until.is_(None),
        )
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(
            Organisation.id,
            Organisation.name,
            Organisation.phone,
            Company.naf_code,
            Company.headcount,
            Company.hosts_mission_youth,
            Company.had_apprentices,
            Site.address,
            Site.latitude,
            Site.longitude,
            Commune.name.label("commune"),
            _last_contact().label("last_contact"),
            _expiring(today).label("expiring"),
            followed.label("followed_by"),
        )
        .join(Company, Company.organisation_id == Organisation.id)
        .join(Site, and_(Site.organisation_id == Organisation.id, Site.is_main))
        .join(Commune, Commune.insee_code == Site.commune_code)
        .where(
            Organisation.kind == OrganisationKind.COMPANY,
            Organisation.status != OrganisationStatus.CLOSED,
            Company.merged_into_id.is_(None),
            Company.objects_to_prospecting_since.is_(None),
            Site.closed_on.is_(None),
            Site.latitude.is_not(None),
            Commune.departement_code.in_(actor.territory),
            distance <= radius_km**2,
            _in_sector(membership_id),
            _in_communes(membership_id),
            or_(followed.is_(None), followed == actor.user_id),
        )
        .order_by(distance, Organisation.id)
        .limit(MOST_COMPANIES)
    )
    return list(db_session.execute(query).all())


def _last_contact() -> Any:
    """The day of the last contact by any network, merged records included."""
    owner = aliased(Company)
    return (
        select(func.max(Visit.happened_on))
        .join(owner, owner.organisation_id == Visit.company_id)
        .where(record_of(owner) == Organisation.id)
        .correlate(Organisation)
        .scalar_subquery()
    )


def _expiring(today: date) -> Any:
    return (
        select(func.count(Opening.id))
        .where(
            Opening.employer_id == Organisation.id,
            Opening.status == OpeningStatus.PUBLISHED,
            Opening.expires_on.between(today, today + EXPIRES_SOON),
        )
        .correlate(Organisation)
        .scalar_subquery()
    )


def _in_sector(membership_id: int | None) -> ColumnElement[bool]:
    """Of a sector of this agent, or the agent has none of its own."""
    own = FieldSector.membership_id == membership_id
    return or_(
        ~exists().where(own),
        func.substr(Company.naf_code, 1, 2).in_(select(FieldSector.naf_division).where(own)),
    )


def _in_communes(membership_id: int | None) -> ColumnElement[bool]:
    own = FieldCommune.membership_id == membership_id
    return or_(
        ~exists().where(own), Site.commune_code.in_(select(FieldCommune.insee_code).where(own))
    )


def _prospects(db_session: Session, rows: Sequence[Any], today: date) -> list[Prospect]:
    shares = hiring_shares(db_session, {row.naf_code for row in rows if row.naf_code})
    own = own_trades(db_session, [row.id for row in rows])
    return [
        Prospect(
            id=row.id,
            lat=row.latitude,
            lon=row.longitude,
            shares=_blend(shares.get(row.naf_code or "", {}), own.get(row.id, set())),
            headcount=row.headcount,
            hosting=Hosting(row.hosts_mission_youth.value),
            silent_days=(today - row.last_contact).days if row.last_contact else None,
            expiring=row.expiring,
            first_time=row.had_apprentices is HadApprentices.NO,
        )
        for row in rows
    ]


def _blend(sector: Mapping[str, float], own: set[str]) -> Mapping[str, float]:
    """What the company offered before, then what its sector hires."""
    if not own:
        return sector
    left = 1 - OWN_TRADE_SHARE if sector else 0.0
    blended: dict[str, float] = defaultdict(float)
    for code, share in sector.items():
        blended[code] += left * share
    for code in own:
        blended[code] += (1 - left) / len(own)
    return dict(blended)


def _waiting(
    db_session: Session, actor: Actor, start: tuple[float, float], radius_km: int, today: date
) -> tuple[list[Waiting], dict[str, str], frozenset[str]]:
    """Youth who are ready, listed and without proposal, around; labels of their trades, and those in shortage.

    Their place is that of their commune: the address is never read.
    """
    distance = squared_km(Commune.latitude, Commune.longitude, start)
    rows = db_session.execute(
        select(
            Youth.id,
            Youth.radius_km,
            Commune.latitude,
            Commune.longitude,
            Wish.rome_code,
            Trade.label,
            is_marked_short(Trade.rome_code, min(actor.regions, default=None), today).label(
                "short"
            ),
        )
        .join(Commune, Commune.insee_code == Youth.commune_code)
        .join(Wish, Wish.youth_id == Youth.id)
        .join(Trade, Trade.rome_code == Wish.rome_code)
        .where(
            Youth.status == YouthStatus.READY,
            Youth.live_placements == 0,
            listed_condition(today),
            distance <= (radius_km + 100) ** 2,
        )
        .order_by(Youth.id, Wish.rank)
    ).all()
    trades: dict[int, list[str]] = defaultdict(list)
    labels: dict[str, str] = {}
    short: set[str] = set()
    where: dict[int, tuple[float, float, float | None]] = {}
    for row in rows:
        trades[row.id].append(row.rome_code)
        labels[row.rome_code] = row.label
        if row.short:
            short.add(row.rome_code)
        where[row.id] = (row.latitude, row.longitude, row.radius_km)
    found = [Waiting(*where[one], trades=tuple(codes)) for one, codes in trades.items()]
    return found, labels, frozenset(short)
