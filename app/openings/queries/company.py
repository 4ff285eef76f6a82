"""One company: which record some words mean, its page and its establishments."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Organisation, OrganisationAlias, OrganisationStatus, Site
from app.core.errors import NotFound
from app.core.text import sort_key
from app.openings.models import Company
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
