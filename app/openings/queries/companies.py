"""Reads of companies: found by number, by name even misspelt, by commune and around it; one page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Organisation, OrganisationAlias, OrganisationStatus, Site
from app.core.pages import Page, paginate
from app.core.text import sort_key
from app.openings.models import Company, HadApprentices, HostsYouth, Opening
from app.openings.queries.records import record_of
from app.openings.workflow import PUBLIC_STATUSES
from app.policy import predicates
from app.policy.actor import Actor, OrganisationKind
from app.policy.facts import NOTHING
from app.reference.models import Commune
from app.reference.queries.nearby import squared_km

CLOSE_ENOUGH = 84.0
"""Similarity, in percent, from which a name is taken for a misspelling; tried on invented firms."""
RESEMBLING = 60


@dataclass(frozen=True, slots=True)
class CompanyFilters:
    """What the list is narrowed to.

    Attributes:
        words: a name, even misspelt, or the digits of a SIREN or SIRET.
        origin: latitude and longitude in degrees; with `radius_km` it bounds the list.
        hosts: only those that said so ("yes" keeps "under conditions" too, which the row tells).
        activities: NAF codes of sectors in tension, when only these are wanted.
        low, high: bounds of the headcount.
        first_time: only those that never had an apprentice, as far as they said.
    """

    words: str = ""
    origin: tuple[float, float] | None = None
    radius_km: int | None = None
    hosts: HostsYouth | None = None
    activities: frozenset[str] | None = None
    low: int | None = None
    high: int | None = None
    first_time: bool = False
    sort: str = "name"

    @property
    def digits(self) -> str:
        """The digits of the words when they are those of a company number, else nothing."""
        found = "".join(one for one in self.words if one.isdecimal())
        return found if len(found) >= 9 else ""


def visible_companies(actor: Actor) -> ColumnElement[bool]:
    """COMPANY_VIEW of the policy matrix as a condition on Organisation, for those who have a list."""
    if any(
        one(actor, NOTHING)
        for one in (
            predicates.adviser,
            predicates.point_a_officer,
            predicates.field_agent,
            predicates.platform_admin,
        )
    ):
        return Organisation.id.is_not(None)
    return Organisation.region_code.in_(actor.regions)


def company_list(
    db_session: Session, actor: Actor, filters: CompanyFilters, *, number: int, size: int = 25
) -> Page[Any]:
    """One row a company: two statements, three when the name has to be guessed.

    Companies that object to prospecting are in no list; only their exact number finds them, so that
    nobody writes them anew.
    """
    distance = squared_km(Site.latitude, Site.longitude, filters.origin)
    query: Any = (
        select(
            Organisation.id,
            Organisation.name,
            Organisation.siret,
            Organisation.siren,
            Organisation.status,
            Company.headcount,
            Company.naf_code,
            Company.hosts_mission_youth,
            Company.objects_to_prospecting_since,
            Commune.name.label("commune"),
            distance.label("squared_km"),
            _published().label("published"),
        )
        .outerjoin(Company, Company.organisation_id == Organisation.id)
        .outerjoin(Site, (Site.organisation_id == Organisation.id) & Site.is_main)
        .outerjoin(Commune, Commune.insee_code == Site.commune_code)
        .where(
            Organisation.kind == OrganisationKind.COMPANY,
            Organisation.status != OrganisationStatus.CLOSED,
            Company.merged_into_id.is_(None),
            visible_companies(actor),
        )
    )
    query = _narrowed(db_session, query, filters)
    if filters.origin and filters.radius_km is not None:
        query = query.where(_has_site_near(filters.origin, filters.radius_km))
    sorts: dict[str, ColumnElement[Any]] = {
        "name": Organisation.sort_name.expression,
        "commune": func.coalesce(Commune.sort_name, "zzz"),
        "headcount": func.coalesce(Company.headcount, -1),
        "published": _published(),
        "distance": func.coalesce(distance, 1e9),
    }
    key, descending = filters.sort.lstrip("-"), filters.sort.startswith("-")
    column = sorts.get(key, sorts["name"])
    query = query.order_by(column.desc() if descending else column.asc(), Organisation.id)
    return paginate(db_session, query, number=number, size=size)


def _narrowed(db_session: Session, query: Any, filters: CompanyFilters) -> Any:
    if filters.digits:
        numbered = select(record_of(Company)).join(
            Site, Site.organisation_id == Company.organisation_id
        )
        return query.where(
            or_(
                Organisation.siren == filters.digits[:9],
                Organisation.siret.startswith(filters.digits),
                Organisation.id.in_(numbered.where(Site.siret.startswith(filters.digits))),
            )
        )
    query = query.where(Company.objects_to_prospecting_since.is_(None))
    if filters.words:
        query = query.where(_named(db_session, filters.words))
    if filters.hosts is HostsYouth.YES:
        query = query.where(
            Company.hosts_mission_youth.in_([HostsYouth.YES, HostsYouth.CONDITIONS])
        )
    elif filters.hosts is not None:
        query = query.where(Company.hosts_mission_youth == filters.hosts)
    if filters.activities is not None:
        query = query.where(Company.naf_code.in_(filters.activities))
    if filters.low is not None:
        query = query.where(Company.headcount >= filters.low)
    if filters.high is not None:
        query = query.where(Company.headcount <= filters.high)
    if filters.first_time:
        query = query.where(Company.had_apprentices == HadApprentices.NO)
    return query


def _named(db_session: Session, words: str) -> ColumnElement[bool]:
    """Names that hold the words, aliases and merged names included; else names that resemble them."""
    folded = sort_key(words)
    holding = or_(
        Organisation.sort_name.contains(folded, autoescape=True),
        Organisation.id.in_(
            select(OrganisationAlias.organisation_id).where(
                OrganisationAlias.sort_name.contains(folded, autoescape=True)
            )
        ),
        Organisation.id.in_(_behind(folded)),
    )
    if db_session.scalar(
        select(Organisation.id)
        .where(Organisation.kind == OrganisationKind.COMPANY, holding)
        .limit(1)
    ):
        return holding
    return Organisation.id.in_(_resembling(db_session, folded))


def _behind(folded: str) -> Any:
    other = aliased(Organisation)
    return (
        select(Company.merged_into_id)
        .join(other, other.id == Company.organisation_id)
        .where(
            Company.merged_into_id.is_not(None), other.sort_name.contains(folded, autoescape=True)
        )
    )


def _resembling(db_session: Session, folded: str) -> list[int]:
    """Ids of the companies whose name is near the words, best first; reads two columns of each."""
    if len(folded) < 4:
        return []
    rows = db_session.execute(
        select(record_of(Company), Organisation.sort_name)
        .join(Organisation, Organisation.id == Company.organisation_id)
        .where(Organisation.kind == OrganisationKind.COMPANY)
    ).all()
    found = process.extract(
        folded,
        [str(row[1]) for row in rows],
        scorer=fuzz.WRatio,
        score_cutoff=CLOSE_ENOUGH,
        limit=RESEMBLING,
    )
    return list(dict.fromkeys(int(rows[place][0]) for _name, _score, place in found))


def _has_site_near(origin: tuple[float, float], radius_km: int) -> ColumnElement[bool]:
    """One of the establishments that are open, those of merged records included, is in the circle."""
    place, owner = aliased(Site), aliased(Company)
    return exists().where(
        place.organisation_id == owner.organisation_id,
        record_of(owner) == Organisation.id,
        place.closed_on.is_(None),
        squared_km(place.latitude, place.longitude, origin) <= radius_km**2,
    )


def _published() -> Any:
    """How many published openings a record has, those of records merged into it included."""
    owner = aliased(Company)
    return (
        select(func.count())
        .select_from(Opening)
        .outerjoin(owner, owner.organisation_id == Opening.employer_id)
        .where(
            or_(Opening.employer_id == Organisation.id, owner.merged_into_id == Organisation.id),
            Opening.status.in_(PUBLIC_STATUSES),
        )
        .correlate(Organisation)
        .scalar_subquery()
    )
