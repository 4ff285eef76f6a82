"""Reads of companies: found by number, by name even misspelt, by commune and around it; one page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Organisation, OrganisationAlias, OrganisationStatus, Site
from app.core.errors import NotFound
from app.core.pages import Page, paginate
from app.core.text import sort_key
from app.openings.models import Company, HadApprentices, HostsYouth, Opening
from app.openings.queries.records import record_of
from app.openings.workflow import PUBLIC_STATUSES
from app.policy import predicates
from app.policy.actor import Actor, OrganisationKind
from app.policy.facts import NOTHING
from app.reference.models import Activity, Commune
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


def find_company(
    db_session: Session,
    *,
    siret: str | None = None,
    siren: str | None = None,
    name: str | None = None,
    commune_code: str | None = None,
) -> Organisation | None:
    """The company that these words mean, None when in doubt: by SIRET of one of its establishments;
    else the only one of this SIREN; else the only one of this folded name, in this commune when one
    is given. A record that was merged answers by the one that stands for it.

    Codes are canonical (digits only). A SIRET that is known to nobody does not stop the search by
    name, but a company that has another SIRET is then another company.
    """
    if siret:
        at_site = select(Site.organisation_id).where(Site.siret == siret)
        found = db_session.scalars(
            _live().where(or_(Organisation.siret == siret, Organisation.id.in_(at_site)))
        ).first()
        if found is not None:
            return _standing(db_session, found)
    query = _live().where(Company.merged_into_id.is_(None)).limit(2)
    if siret:
        query = query.where(Organisation.siret.is_(None))
    if siren:
        same = db_session.scalars(query.where(Organisation.siren == siren)).all()
        if len(same) == 1:
            return same[0]
    folded = sort_key(name or "")
    if not folded:
        return None
    query = query.where(or_(Organisation.sort_name == folded, _has_alias(folded)))
    if commune_code:
        query = query.where(
            Organisation.id.in_(
                select(Site.organisation_id).where(Site.commune_code == commune_code)
            )
        )
    same = db_session.scalars(query).all()
    return same[0] if len(same) == 1 else None


def record_of_siren(db_session: Session, siren: str) -> Organisation | None:
    """The one live record of this SIREN; None when there is none, or several that nobody merged yet."""
    same = db_session.scalars(
        _live().where(Organisation.siren == siren, Company.merged_into_id.is_(None)).limit(2)
    ).all()
    return same[0] if len(same) == 1 else None


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


def company_page(db_session: Session, organisation_id: int) -> Any:
    """A company with its main site and the words of its activity.

    Raises:
        NotFound: there is no such company.
    """
    row = db_session.execute(
        select(
            Organisation,
            Company,
            Site,
            Commune.name.label("commune"),
            Commune.departement_code,
            Activity.label.label("activity"),
        )
        .outerjoin(Company, Company.organisation_id == Organisation.id)
        .outerjoin(Site, (Site.organisation_id == Organisation.id) & Site.is_main)
        .outerjoin(Commune, Commune.insee_code == Site.commune_code)
        .outerjoin(
            Activity,
            (Activity.naf_code == Company.naf_code) & (Activity.version == Company.naf_version),
        )
        .where(Organisation.id == organisation_id, Organisation.kind == OrganisationKind.COMPANY)
        .order_by(Site.id)
        .limit(1)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def establishments_of(db_session: Session, organisation_id: int) -> list[Any]:
    """Establishments of a record and of those merged into it: open ones first, main ones first."""
    owner = aliased(Company)
    return list(
        db_session.execute(
            select(
                Site.id,
                Site.organisation_id,
                Site.name,
                Site.siret,
                Site.address,
                Site.is_main,
                Site.closed_on,
                Commune.name.label("commune"),
            )
            .outerjoin(owner, owner.organisation_id == Site.organisation_id)
            .outerjoin(Commune, Commune.insee_code == Site.commune_code)
            .where(
                or_(
                    Site.organisation_id == organisation_id,
                    owner.merged_into_id == organisation_id,
                )
            )
            .order_by(Site.closed_on.is_not(None), Site.is_main.desc(), Site.name, Site.id)
        ).all()
    )


def _live() -> Select[Organisation]:
    return (
        select(Organisation)
        .outerjoin(Company, Company.organisation_id == Organisation.id)
        .where(
            Organisation.kind == OrganisationKind.COMPANY,
            Organisation.status != OrganisationStatus.CLOSED,
        )
        .order_by(Organisation.id)
    )


def _has_alias(folded: str) -> ColumnElement[bool]:
    return Organisation.id.in_(
        select(OrganisationAlias.organisation_id).where(OrganisationAlias.sort_name == folded)
    )


def _standing(db_session: Session, organisation: Organisation) -> Organisation:
    """The record that stands for this one."""
    target = db_session.scalar(
        select(Company.merged_into_id).where(
            and_(Company.organisation_id == organisation.id, Company.merged_into_id.is_not(None))
        )
    )
    return db_session.get_one(Organisation, target) if target is not None else organisation
