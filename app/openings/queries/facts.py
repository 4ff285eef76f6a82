"""What the policy needs to know of openings and companies: one statement each."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, Site
from app.core.errors import NotFound
from app.openings.models import Opening
from app.openings.workflow import PUBLIC_STATUSES
from app.policy.actor import OrganisationKind
from app.policy.facts import Facts
from app.reference.models import Commune


def opening_facts(db_session: Session, opening_id: int) -> Facts:
    """Facts of an opening: its employer, where the work is, whether it is published.

    Raises:
        NotFound: there is no such opening.
    """
    row = db_session.execute(
        select(
            Opening.employer_id,
            Opening.status,
            Organisation.region_code,
            Commune.region_code.label("commune_region"),
            Commune.departement_code,
        )
        .join(Organisation, Organisation.id == Opening.employer_id)
        .outerjoin(Commune, Commune.insee_code == Opening.commune_code)
        .where(Opening.id == opening_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    # The region of the work place counts; the company's only when the place is not known.
    region = row.commune_region or row.region_code
    return Facts(
        employer_id=row.employer_id,
        regions=frozenset({region} if region else ()),
        departement=row.departement_code,
        is_published=row.status in PUBLIC_STATUSES,
    )


def facts_of_company(row: Any) -> Facts:
    """Facts of a company that `company_page` has read."""
    organisation = row.Organisation
    return Facts(
        organisation_id=organisation.id,
        employer_id=organisation.id,
        regions=frozenset({organisation.region_code} if organisation.region_code else ()),
        departement=row.departement_code,
    )


def company_facts(db_session: Session, organisation_id: int) -> Facts:
    """Facts of a company: itself, and where its main site is.

    Raises:
        NotFound: there is no such company.
    """
    row = db_session.execute(
        select(Organisation.id, Organisation.region_code, Commune.departement_code)
        .outerjoin(Site, (Site.organisation_id == Organisation.id) & Site.is_main)
        .outerjoin(Commune, Commune.insee_code == Site.commune_code)
        .where(Organisation.id == organisation_id, Organisation.kind == OrganisationKind.COMPANY)
        .order_by(Site.id)
        .limit(1)
    ).one_or_none()
    if row is None:
        raise NotFound
    return Facts(
        organisation_id=row.id,
        employer_id=row.id,
        regions=frozenset({row.region_code} if row.region_code else ()),
        departement=row.departement_code,
    )
