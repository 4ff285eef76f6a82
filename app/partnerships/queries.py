"""Reads of agreements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Organisation, OrganisationStatus, Site, User
from app.core import clock
from app.core.db import AnyRow
from app.core.errors import NotFound
from app.core.pages import Page, paginate
from app.partnerships.models import Agreement, AgreementSignature, Framework
from app.policy.actor import Actor, OrganisationKind
from app.policy.facts import NOTHING, Facts
from app.policy.predicates import platform_admin, regional_coordinator
from app.reference.models import Commune


def partners_of(db_session: Session, organisation_id: int) -> tuple[frozenset[int], frozenset[int]]:
    """Organisations that share `(their youth, their training places)` with this one today: one
    statement.
    """
    today = clock.today()
    rows = db_session.execute(
        select(
            Agreement.first_party_id,
            Agreement.second_party_id,
            Agreement.shares_youth,
            Agreement.shares_places,
        ).where(
            or_(
                Agreement.first_party_id == organisation_id,
                Agreement.second_party_id == organisation_id,
            ),
            Agreement.valid_from <= today,
            or_(Agreement.valid_to.is_(None), Agreement.valid_to >= today),
            Agreement.waits_for_signatures.is_(False),
        )
    ).all()
    others = [(one.first_party_id + one.second_party_id - organisation_id, one) for one in rows]
    return (
        frozenset(other for other, one in others if one.shares_youth),
        frozenset(other for other, one in others if one.shares_places),
    )


def agreement_facts(db_session: Session, agreement_id: int) -> Facts:
    """Facts of an agreement: its two parties and their regions.

    Raises:
        NotFound: there is no such agreement.
    """
    row = db_session.execute(
        select(Agreement.first_party_id, Agreement.second_party_id).where(
            Agreement.id == agreement_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return parties_facts(db_session, row.first_party_id, row.second_party_id)


def parties_facts(db_session: Session, first_party_id: int, second_party_id: int) -> Facts:
    """Facts of two parties that have, or are to have, an agreement."""
    regions = db_session.scalars(
        select(Organisation.region_code).where(
            Organisation.id.in_([first_party_id, second_party_id])
        )
    )
    return Facts(
        organisation_id=first_party_id,
        other_organisation_id=second_party_id,
        regions=frozenset(code for code in regions if code),
    )


def visible_agreements(actor: Actor) -> ColumnElement[bool]:
    """Those of the organisation worn, those of the coordinator's regions, all for the platform."""
    if platform_admin(actor, NOTHING):
        return true()
    lines = [
        Agreement.first_party_id == actor.organisation_id,
        Agreement.second_party_id == actor.organisation_id,
    ]
    if regional_coordinator(actor, NOTHING):
        of_region = select(Organisation.id).where(Organisation.region_code.in_(actor.regions))
        lines += [
            Agreement.first_party_id.in_(of_region),
            Agreement.second_party_id.in_(of_region),
        ]
    return or_(*lines)


def agreement_list(db_session: Session, actor: Actor, *, number: int) -> Page[Any]:
    """Agreements that this actor may see, current ones first: two statements."""
    first, second = aliased(Organisation), aliased(Organisation)
    is_over = Agreement.valid_to < clock.today()
    query: Any = (
        select(
            Agreement.id,
            Agreement.first_party_id,
            Agreement.second_party_id,
            Agreement.shares_youth,
            Agreement.shares_places,
            Agreement.shares_events,
            Agreement.valid_from,
            Agreement.valid_to,
            Agreement.contact,
            Agreement.waits_for_signatures,
            first.name.label("first"),
            first.region_code.label("first_region"),
            second.name.label("second"),
            second.region_code.label("second_region"),
        )
        .join(first, first.id == Agreement.first_party_id)
        .join(second, second.id == Agreement.second_party_id)
        .where(visible_agreements(actor))
        .order_by(case((is_over, 1), else_=0), first.sort_name, second.sort_name, Agreement.id)
    )
    return paginate(db_session, query, number=number)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The data-sharing sheet of an agreement: the two parties, the national text, who signed."""

    agreement: Agreement
    first: Organisation
    second: Organisation
    framework: Framework | None
    signatures: list[AnyRow]

    def is_signed_by(self, organisation_id: int | None) -> bool:
        """True when this party has signed."""
        return any(one.organisation_id == organisation_id for one in self.signatures)


def sheet_of(db_session: Session, actor: Actor, agreement_id: int) -> Sheet:
    """One agreement that the actor may see: three statements.

    Raises:
        NotFound: there is none, or it is between others.
    """
    first, second = aliased(Organisation), aliased(Organisation)
    row = db_session.execute(
        select(Agreement, first, second, Framework)
        .join(first, first.id == Agreement.first_party_id)
        .join(second, second.id == Agreement.second_party_id)
        .outerjoin(Framework, Framework.id == Agreement.framework_id)
        .where(Agreement.id == agreement_id, visible_agreements(actor))
    ).one_or_none()
    if row is None:
        raise NotFound
    signatures = db_session.execute(
        select(
            AgreementSignature.organisation_id,
            AgreementSignature.signed_at,
            AgreementSignature.text_version,
            User.given_name,
            User.family_name,
        )
        .join(User, User.id == AgreementSignature.user_id)
        .where(AgreementSignature.agreement_id == agreement_id)
        .order_by(AgreementSignature.signed_at)
    ).all()
    return Sheet(row[0], row[1], row[2], row[3], list(signatures))


def frameworks(db_session: Session) -> list[AnyRow]:
    """National agreements with how many live local versions each has, the newest first."""
    today = clock.today()
    live = (
        select(func.count())
        .where(
            Agreement.framework_id == Framework.id,
            or_(Agreement.valid_to.is_(None), Agreement.valid_to >= today),
        )
        .scalar_subquery()
    )
    query = select(Framework, live.label("local")).order_by(
        Framework.is_history, Framework.signed_on.desc(), Framework.id
    )
    return list(db_session.execute(query).all())


def missing_agreements(db_session: Session, actor: Actor, *, most: int = 500) -> list[AnyRow]:
    """Mission locale and point A of one département without an agreement today or to come: one statement.

    The platform sees all, the region its own, a party those that it lacks.
    """
    mission, point = aliased(Organisation), aliased(Organisation)
    mission_site, point_site = aliased(Site), aliased(Site)
    mission_place, point_place = aliased(Commune), aliased(Commune)
    together = exists().where(
        or_(
            and_(Agreement.first_party_id == mission.id, Agreement.second_party_id == point.id),
            and_(Agreement.first_party_id == point.id, Agreement.second_party_id == mission.id),
        ),
        or_(Agreement.valid_to.is_(None), Agreement.valid_to >= clock.today()),
    )
    query: Any = (
        select(
            mission.id.label("mission_id"),
            mission.name.label("mission"),
            point.id.label("point_id"),
            point.name.label("point"),
            mission_place.departement_code.label("departement"),
        )
        .select_from(mission)
        .join(mission_site, and_(mission_site.organisation_id == mission.id, mission_site.is_main))
        .join(mission_place, mission_place.insee_code == mission_site.commune_code)
        .join(point_place, point_place.departement_code == mission_place.departement_code)
        .join(
            point_site, and_(point_site.commune_code == point_place.insee_code, point_site.is_main)
        )
        .join(point, point.id == point_site.organisation_id)
        .where(
            mission.kind == OrganisationKind.LOCAL_MISSION,
            point.kind == OrganisationKind.POINT_A,
            mission.status == OrganisationStatus.ACTIVE,
            point.status == OrganisationStatus.ACTIVE,
            ~together,
        )
        .order_by("departement", mission.sort_name, point.sort_name, mission.id, point.id)
        .limit(most)
    )
    if not platform_admin(actor, NOTHING):
        lines = [mission.id == actor.organisation_id, point.id == actor.organisation_id]
        if regional_coordinator(actor, NOTHING):
            lines.append(mission.region_code.in_(actor.regions))
        query = query.where(or_(*lines))
    return list(db_session.execute(query).all())
