"""Records that may be one company, each pair with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, literal, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Organisation, OrganisationStatus, Site
from app.core.db import AnyRow
from app.core.pages import Page, paginate
from app.openings.models import (
    Company,
    CompanyMerge,
    DifferentCompanies,
    MergeReason,
)
from app.policy import predicates
from app.policy.actor import Actor, OrganisationKind
from app.policy.facts import NOTHING
from app.reference.models import Commune


def duplicate_pairs(db_session: Session, actor: Actor, *, number: int, size: int = 25) -> Page[Any]:
    """Pairs that resemble each other, for a field agent those of the territory: two statements."""
    query = _pairs()
    if predicates.field_agent(actor, NOTHING):
        query = query.where(
            or_(Commune.departement_code.in_(actor.territory), Commune.insee_code.is_(None))
        )
    return paginate(db_session, query, number=number, size=size)


def pairs_of(db_session: Session, organisation_id: int, limit: int = 5) -> Sequence[AnyRow]:
    """The pairs of one record: one statement."""
    query = _pairs(organisation_id).limit(limit)
    return list(db_session.execute(query).all())


def _pairs(organisation_id: int | None = None) -> Any:
    """Pairs of live records with the same SIREN, or the same folded name in the same commune.

    The first of a pair is the one to keep: it has a SIRET, or is the older one.
    """
    first, second = aliased(Organisation), aliased(Organisation)
    here, there = aliased(Site), aliased(Site)
    same_siren = and_(first.siren.is_not(None), first.siren == second.siren)
    same_place = and_(
        first.sort_name == second.sort_name,
        here.commune_code == there.commune_code,
        or_(first.siren.is_(None), second.siren.is_(None)),
    )
    resembling = or_(second.siren == first.siren, second.sort_name == first.sort_name)
    query: Any = (
        select(
            first.id.label("kept_id"),
            first.name.label("kept"),
            first.siret.label("kept_siret"),
            second.id.label("merged_id"),
            second.name.label("merged"),
            second.siret.label("merged_siret"),
            Commune.name.label("commune"),
            case(
                (same_siren, literal(MergeReason.SAME_SIREN.value)),
                else_=literal(MergeReason.SAME_NAME_AND_COMMUNE.value),
            ).label("reason"),
        )
        .select_from(first)
        .join(second, and_(second.id != first.id, resembling))
        .outerjoin(here, and_(here.organisation_id == first.id, here.is_main))
        .outerjoin(there, and_(there.organisation_id == second.id, there.is_main))
        .outerjoin(Commune, Commune.insee_code == here.commune_code)
        .where(
            or_(same_siren, and_(same_place, ~_said_different(first, second))),
            _is_better(first, second),
            _is_live(first),
            _is_live(second),
        )
        .order_by(first.sort_name, first.id, second.id)
    )
    if organisation_id is not None:
        query = query.where(or_(first.id == organisation_id, second.id == organisation_id))
    return query


def _is_live(one: type[Organisation]) -> ColumnElement[bool]:
    """An open company that stands for itself."""
    behind = aliased(Company)
    return and_(
        one.kind == OrganisationKind.COMPANY,
        one.status != OrganisationStatus.CLOSED,
        ~exists().where(behind.organisation_id == one.id, behind.merged_into_id.is_not(None)),
    )


def _is_better(first: type[Organisation], second: type[Organisation]) -> ColumnElement[bool]:
    """Puts each pair in one order: the record with a SIRET, else the older one."""
    return or_(
        and_(first.siret.is_not(None), second.siret.is_(None)),
        and_(first.siret.is_(None) == second.siret.is_(None), first.id < second.id),
    )


def _said_different(first: type[Organisation], second: type[Organisation]) -> ColumnElement[bool]:
    said = DifferentCompanies
    return exists().where(
        or_(
            and_(said.first_id == first.id, said.second_id == second.id),
            and_(said.first_id == second.id, said.second_id == first.id),
        )
    )


def reason_of(db_session: Session, first_id: int, second_id: int) -> MergeReason | None:
    """Why these two would be proposed, None when nothing but a person says so."""
    rows = db_session.execute(
        select(Organisation.siren, Organisation.sort_name, Site.commune_code)
        .outerjoin(Site, and_(Site.organisation_id == Organisation.id, Site.is_main))
        .where(Organisation.id.in_([first_id, second_id]))
        .order_by(Organisation.id, Site.id)
        .limit(2)
    ).all()
    if len(rows) < 2:
        return None
    first, second = rows
    if first.siren and first.siren == second.siren:
        return MergeReason.SAME_SIREN
    if first.sort_name == second.sort_name and first.commune_code == second.commune_code:
        return MergeReason.SAME_NAME_AND_COMMUNE
    return None


def merges_of(db_session: Session, organisation_id: int) -> list[Any]:
    """Live merges around one record, newest first, with the names of both."""
    kept, merged = aliased(Organisation), aliased(Organisation)
    return list(
        db_session.execute(
            select(
                CompanyMerge.id,
                CompanyMerge.kept_id,
                kept.name.label("kept"),
                CompanyMerge.merged_id,
                merged.name.label("merged"),
                merged.siret.label("merged_siret"),
                CompanyMerge.reason,
                CompanyMerge.merged_at,
            )
            .join(kept, kept.id == CompanyMerge.kept_id)
            .join(merged, merged.id == CompanyMerge.merged_id)
            .where(
                CompanyMerge.undone_at.is_(None),
                or_(
                    CompanyMerge.kept_id == organisation_id,
                    CompanyMerge.merged_id == organisation_id,
                ),
            )
            .order_by(CompanyMerge.id.desc())
        ).all()
    )
