"""Offers and contracts of a region cut one way, with the names of the groups; agreements against their pace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core import clock
from app.outreach.models import TargetAgreement
from app.outreach.queries.targets import visible_targets
from app.policy.actor import Actor
from app.reference.queries import family_name
from app.rules.law import ContractKind
from app.steering.breakdowns import (
    SIZES,
    UNKNOWN,
    ContractsBy,
    ContractsLine,
    OffersBy,
    OffersLine,
    contracts_by,
    offers_by,
)
from app.steering.field import first_days
from app.steering.figures import twelve_months
from app.steering.life import Period
from app.steering.pace import PacePoint, pace_points
from app.steering.queries.field import load_contacts
from app.steering.queries.gap import zone_towns
from app.steering.queries.histories import end_of_day, load_history

SHOWN_AGREEMENTS = 6
NOT_SAID = "Non précisé"
KINDS: Mapping[str, str] = {
    ContractKind.APPRENTICESHIP.value: "Apprentissage",
    ContractKind.PROFESSIONALISATION.value: "Professionnalisation",
}
FIRST = {"premier": "Premier contrat de l’entreprise dans Trèfle", "suivant": "Contrat suivant"}


def last_month(today: date) -> Period:
    """The twelve months that ended with the last whole month: one edition a month, so that days are not compared."""
    return twelve_months(today.replace(day=1) - timedelta(days=1))


def offers_cut(
    db_session: Session, region_code: str, period: Period, by: OffersBy
) -> list[tuple[str, OffersLine]]:
    """Each group with its name, the most offers first."""
    history = load_history(db_session, [region_code], period.last)
    lines = offers_by(history, period, by)
    names = _offer_names(db_session, region_code, by, lines)
    return [(names.get(one.key, one.key) or NOT_SAID, one) for one in lines]


def _offer_names(
    db_session: Session, region_code: str, by: OffersBy, lines: Sequence[OffersLine]
) -> dict[str, str]:
    if by is OffersBy.SECTOR:
        return {UNKNOWN: "À confirmer"}
    if by is OffersBy.ZONE:
        towns = zone_towns(db_session, [region_code])
        return {key: f"Zone de {town.name}" for key, town in towns.items()}
    ids = [int(one.key) for one in lines if one.key]
    users = db_session.scalars(select(User).where(User.id.in_(ids)))
    return {str(one.id): one.full_name for one in users} | {UNKNOWN: "Écrites par l’entreprise"}


def contracts_cut(
    db_session: Session, region_code: str, period: Period, by: ContractsBy
) -> tuple[list[tuple[str, ContractsLine]], int | None]:
    """Each group with its name, and the sum; small ones hidden."""
    history = load_history(db_session, [region_code], period.last)
    lines, total = contracts_by(history, period, by)
    names: Mapping[str, str] = {
        ContractsBy.KIND: KINDS,
        ContractsBy.FAMILY: {one.key: family_name(one.key) for one in lines if one.key},
        ContractsBy.LEVEL: {one.key: f"Niveau {one.key}" for one in lines if one.key},
        ContractsBy.SIZE: SIZES,
        ContractsBy.FIRST: FIRST,
    }[by]
    return [(names.get(one.key, NOT_SAID), one) for one in lines], total


@dataclass(frozen=True, slots=True)
class Paced:
    """One agreement with its points; the newest one counted is where it stands."""

    agreement: Any
    points: tuple[PacePoint, ...]

    @property
    def now(self) -> PacePoint:
        """The last point that is no day to come."""
        return [one for one in self.points if one.counted is not None][-1]


def paced_agreements(db_session: Session, actor: Actor) -> list[Paced]:
    """Agreements of the region that have begun, against their even pace: two statements, three with national ones."""
    today = clock.today()
    agreements = db_session.scalars(
        select(TargetAgreement)
        .where(
            visible_targets(actor),
            TargetAgreement.starts_on <= today,
            TargetAgreement.company_target > 0,
        )
        .order_by(TargetAgreement.ends_on < today, TargetAgreement.starts_on, TargetAgreement.id)
        .limit(SHOWN_AGREEMENTS)
    ).all()
    end = end_of_day(today)
    loaded = {
        region: load_contacts(db_session, [region] if region else None, today, end)
        for region in {one.region_code for one in agreements}
    }
    return [
        Paced(
            one,
            tuple(
                pace_points(
                    first_days(
                        loaded[one.region_code],
                        frozenset({one.network}),
                        Period(one.starts_on, one.ends_on),
                        visits_only=not one.counts_contacts,
                    ),
                    start=one.starts_on,
                    end=one.ends_on,
                    target=one.company_target,
                    today=today,
                )
            ),
        )
        for one in agreements
    ]
