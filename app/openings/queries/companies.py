"""Reads of companies: found by SIRET, SIREN or name; one page."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, OrganisationAlias, OrganisationStatus, Site
from app.core.errors import NotFound
from app.core.pages import Page, paginate
from app.core.text import sort_key
from app.openings.models import Company, Opening
from app.openings.workflow import PUBLIC_STATUSES
from app.policy.actor import OrganisationKind
from app.reference.models import Activity, Commune


def find_company(
    db_session: Session,
    *,
    siret: str | None = None,
    siren: str | None = None,
    name: str | None = None,
    commune_code: str | None = None,
) -> Organisation | None:
    """The company that these words mean, None when in doubt: by SIRET; else the only one of this
    SIREN; else the only one of this folded name, in this commune when one is given.

    Codes are canonical (digits only). A SIRET that is known to nobody does not stop the search by
    name, but a company that has another SIRET is then another establishment.
    """
    if siret:
        found = db_session.scalar(
            select(Organisation).where(
                Organisation.kind == OrganisationKind.COMPANY, Organisation.siret == siret
            )
        )
        if found is not None:
            return found
    query = (
        select(Organisation)
        .where(
            Organisation.kind == OrganisationKind.COMPANY,
            Organisation.status != OrganisationStatus.CLOSED,
        )
        .order_by(Organisation.id)
        .limit(2)
    )
    if siret:
        query = query.where(Organisation.siret.is_(None))
    if siren:
        same = db_session.scalars(query.where(Organisation.siren == siren)).all()
        if len(same) == 1:
            return same[0]
    folded = sort_key(name or "")
    if not folded:
        return None
    aliases = select(OrganisationAlias.organisation_id).where(OrganisationAlias.sort_name == folded)
    query = query.where(or_(Organisation.sort_name == folded, Organisation.id.in_(aliases)))
    if commune_code:
        query = query.where(
            Organisation.id.in_(
                select(Site.organisation_id).where(Site.commune_code == commune_code)
            )
        )
    same = db_session.scalars(query).all()
    return same[0] if len(same) == 1 else None


def company_list(db_session: Session, *, words: str, number: int) -> Page[Any]:
    """Companies by name, SIREN or SIRET: two statements."""
    published = (
        select(func.count())
        .select_from(Opening)
        .where(Opening.employer_id == Organisation.id, Opening.status.in_(PUBLIC_STATUSES))
        .correlate(Organisation)
        .scalar_subquery()
    )
    query: Any = (
        select(
            Organisation.id,
            Organisation.name,
            Organisation.siret,
            Organisation.status,
            Company.headcount,
            Commune.name.label("commune"),
            published.label("published"),
        )
        .outerjoin(Company, Company.organisation_id == Organisation.id)
        .outerjoin(Site, (Site.organisation_id == Organisation.id) & Site.is_main)
        .outerjoin(Commune, Commune.insee_code == Site.commune_code)
        .where(
            Organisation.kind == OrganisationKind.COMPANY,
            Organisation.status != OrganisationStatus.CLOSED,
        )
        .order_by(Organisation.sort_name, Organisation.id)
    )
    digits = "".join(one for one in words if one.isdecimal())
    if len(digits) >= 9:
        query = query.where(Organisation.siret.startswith(digits))
    elif words:
        query = query.where(Organisation.sort_name.contains(sort_key(words), autoescape=True))
    return paginate(db_session, query, number=number)


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
