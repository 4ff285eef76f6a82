"""Two records of one company: united by a person, and parted again within thirty days."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core import clock, journal
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.permissions import ensure
from app.openings.models import Company, CompanyMerge, DifferentCompanies, MergeReason
from app.openings.queries import company_facts
from app.openings.queries.duplicates import reason_of
from app.policy.actor import Actor, OrganisationKind
from app.policy.matrix import can
from app.policy.permissions import Permission

UNDONE_WITHIN = timedelta(days=30)


def merge_companies(
    db_session: Session, actor: Actor, *, kept_id: int, merged_id: int
) -> CompanyMerge:
    """Say that `merged_id` is the same company as `kept_id`, whose record stays.

    Only a pointer is written: what hung on either record stays there and is read through it.

    Raises:
        NotFound, Forbidden: one of both is out of this actor's reach.
        Invalid: twice the same, or two different SIRENs.
        Conflict: one of them stands for another record already.
    """
    kept, merged = _load_pair(db_session, actor, kept_id, merged_id)
    if kept.siren and merged.siren and kept.siren != merged.siren:
        raise Invalid(
            "Ces deux fiches ont des SIREN différents : ce sont deux entreprises. "
            "Corrigez d’abord le SIRET qui est faux."
        )
    if _company(db_session, kept_id).merged_into_id is not None:
        raise Conflict("La fiche à garder est elle-même réunie à une autre.")
    if _company(db_session, merged_id).merged_into_id is not None:
        raise Conflict("Cette fiche est déjà réunie à une autre.")
    row = CompanyMerge(
        kept_id=kept_id,
        merged_id=merged_id,
        reason=reason_of(db_session, kept_id, merged_id) or MergeReason.SAID_BY_A_PERSON,
        merged_at=clock.now(),
        merged_by=actor.user_id,
    )
    db_session.add(row)
    # What stood behind the merged record stands behind the kept one from now on.
    db_session.execute(
        update(Company)
        .where((Company.organisation_id == merged_id) | (Company.merged_into_id == merged_id))
        .values(merged_into_id=kept_id)
    )
    db_session.flush()
    _note(db_session, actor, kept_id, "company_merged", merged_id)
    return row


def undo_merge(db_session: Session, actor: Actor, *, merge_id: int) -> CompanyMerge:
    """Part two records again: each is exactly what it was.

    Raises:
        NotFound, Forbidden: not in this actor's reach.
        Conflict: it was undone already, or thirty days have passed.
    """
    row = db_session.get(CompanyMerge, merge_id)
    if row is None:
        raise NotFound
    _load_pair(db_session, actor, row.kept_id, row.merged_id)
    if row.undone_at is not None:
        raise Conflict("Ces deux fiches sont déjà séparées.")
    if clock.now() > row.merged_at + UNDONE_WITHIN:
        raise Conflict(
            "Une réunion de fiches se défait dans les trente jours ; ce délai est passé."
        )
    row.undone_at, row.undone_by = clock.now(), actor.user_id
    db_session.flush()
    _point(db_session, row.merged_id, None)
    _note(db_session, actor, row.kept_id, "company_merge_undone", row.merged_id)
    return row


def say_different(db_session: Session, actor: Actor, *, first_id: int, second_id: int) -> None:
    """Note that two records that resemble each other are two companies: they are not proposed again.

    Raises:
        NotFound, Forbidden: one of both is out of this actor's reach.
        Invalid: they share a SIREN, which settles it.
    """
    first, second = _load_pair(db_session, actor, first_id, second_id)
    if first.siren and first.siren == second.siren:
        raise Invalid("Ces deux fiches ont le même SIREN : c’est une seule entreprise.")
    low, high = sorted((first_id, second_id))
    if db_session.get(DifferentCompanies, (low, high)) is None:
        db_session.add(
            DifferentCompanies(
                first_id=low, second_id=high, said_at=clock.now(), said_by=actor.user_id
            )
        )
    _note(db_session, actor, low, "companies_said_different", high)


def _point(db_session: Session, organisation_id: int, target: int | None) -> None:
    """Send a record, and those that live merges put behind it, to `target` or to itself."""
    behind = db_session.scalars(
        select(CompanyMerge.merged_id).where(
            CompanyMerge.kept_id == organisation_id, CompanyMerge.undone_at.is_(None)
        )
    ).all()
    db_session.execute(
        update(Company)
        .where(Company.organisation_id == organisation_id)
        .values(merged_into_id=target)
    )
    for one in behind:
        _point(db_session, one, target or organisation_id)


def _load_pair(
    db_session: Session, actor: Actor, first_id: int, second_id: int
) -> tuple[Organisation, Organisation]:
    if first_id == second_id:
        raise Invalid("Choisissez deux fiches différentes.")
    facts = [company_facts(db_session, one) for one in (first_id, second_id)]
    for one in facts:
        ensure(actor, Permission.COMPANY_VIEW, one)
    # A record without a place is in nobody's territory: the other one's place speaks for both.
    places = [one for one in facts if one.departement is not None] or facts
    if not all(can(actor, Permission.COMPANY_MERGE, one) for one in places):
        raise Forbidden
    found = [db_session.get_one(Organisation, one) for one in (first_id, second_id)]
    if any(one.kind is not OrganisationKind.COMPANY for one in found):
        raise NotFound
    return found[0], found[1]


def _company(db_session: Session, organisation_id: int) -> Company:
    company = db_session.get(Company, organisation_id)
    if company is None:
        company = Company(organisation_id=organisation_id)
        db_session.add(company)
        db_session.flush()
    return company


def _note(
    db_session: Session, actor: Actor, organisation_id: int, event: str, other_id: int
) -> None:
    journal.record(
        db_session,
        actor,
        subject_kind="company",
        subject_id=organisation_id,
        event=event,
        details={"other": other_id},
    )
