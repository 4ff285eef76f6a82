"""One record a company: what follows the pointer of merged records."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, String, cast, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Organisation
from app.openings.models import Company
from app.policy.actor import OrganisationKind


def record_of(company: type[Company]) -> ColumnElement[int]:
    """The organisation that stands for this company: itself unless it was merged."""
    return func.coalesce(company.merged_into_id, company.organisation_id)


def record_ids(db_session: Session, organisation_id: int) -> list[int]:
    """The ids of all records that are this company, the one that stands for them first."""
    return list(
        db_session.scalars(
            record_members(organisation_id).order_by(
                Organisation.id != organisation_id, Organisation.id
            )
        )
    )


def record_members(organisation_id: int) -> Select[int]:
    """A query of the ids behind one record, itself included."""
    return (
        select(Organisation.id)
        .outerjoin(Company, Company.organisation_id == Organisation.id)
        .where(or_(Organisation.id == organisation_id, Company.merged_into_id == organisation_id))
    )


def record_key(organisation: type[Organisation], company: type[Company]) -> ColumnElement[str]:
    """What a company is counted by: its SIREN, else its record; two records of one SIREN count once.

    `organisation` and `company` are those of the row; the record's own SIREN is read through an alias
    only where the row has none, so that a prospect merged into a known company counts as that one.
    """
    kept = aliased(Organisation)
    of_record = (
        select(kept.siren).where(kept.id == record_of(company)).correlate(company).scalar_subquery()
    )
    return func.coalesce(
        organisation.siren, of_record, literal("record-") + cast(record_of(company), String)
    )


def is_known_school(db_session: Session, siren: str | None) -> bool:
    """Whether a training centre of the portal has this SIREN."""
    if not siren:
        return False
    found = select(Organisation.id).where(
        Organisation.kind == OrganisationKind.TRAINING_CENTRE, Organisation.siren == siren
    )
    return db_session.scalar(found.limit(1)) is not None
