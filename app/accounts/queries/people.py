"""People: their account, their hats, and who works where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Row, and_, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import (
    FieldTerritory,
    Invitation,
    Membership,
    Organisation,
    OrganisationAlias,
    OrganisationStatus,
    Site,
    User,
)
from app.core import clock
from app.core.db import AnyRow
from app.core.text import sort_key
from app.policy.actor import Actor, OrganisationKind, Role
from app.policy.facts import Facts


@dataclass(frozen=True, slots=True)
class Hat:
    """One organisation a person works for, with the roles held there."""

    organisation_id: int
    organisation_name: str
    organisation_kind: OrganisationKind
    region_code: str | None
    roles: frozenset[Role]


def user_by_email(db_session: Session, email: str) -> User | None:
    """The account of this address, whatever its case."""
    return db_session.scalar(select(User).where(User.email == email.strip().lower()))


def hats_of(db_session: Session, user_id: int) -> list[Hat]:
    """Every organisation where this person has a current role, by name: one statement."""
    rows = db_session.execute(
        select(*HAT_COLUMNS)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.user_id == user_id, hat_condition())
        .order_by(*HAT_ORDER)
    ).all()
    return gather_hats(rows)


# What a hat is made of, for the queries that read hats together with something else.
HAT_COLUMNS = (
    Organisation.id.label("organisation_id"),
    Organisation.name.label("organisation_name"),
    Organisation.kind.label("organisation_kind"),
    Organisation.region_code,
    Membership.role,
)
HAT_ORDER = (Organisation.sort_name, Organisation.id)


def hat_condition() -> ColumnElement[bool]:
    """A role held today in an organisation that is not closed."""
    today = clock.today()
    return and_(
        Membership.since <= today,
        Membership.is_current(today),
        Organisation.status != OrganisationStatus.CLOSED,
    )


def gather_hats(rows: Iterable[AnyRow]) -> list[Hat]:
    """One hat an organisation, in the order of the rows; a row without an organisation is no hat."""
    found: dict[int, tuple[AnyRow, set[Role]]] = {}
    for row in rows:
        if row.organisation_id is not None:
            found.setdefault(row.organisation_id, (row, set()))[1].add(row.role)
    return [
        Hat(
            row.organisation_id,
            row.organisation_name,
            row.organisation_kind,
            row.region_code,
            frozenset(roles),
        )
        for row, roles in found.values()
    ]


def territory_of(db_session: Session, user_id: int, organisation_id: int) -> frozenset[str]:
    """Département codes where this field agent works."""
    return frozenset(
        db_session.scalars(
            select(FieldTerritory.departement_code)
            .join(Membership, Membership.id == FieldTerritory.membership_id)
            .where(Membership.user_id == user_id, Membership.organisation_id == organisation_id)
        )
    )


def organisation_facts(organisation: Organisation) -> Facts:
    """What the policy needs to judge an organisation."""
    return Facts(
        organisation_id=organisation.id,
        regions=frozenset({organisation.region_code} if organisation.region_code else ()),
    )


def pending_invitations(db_session: Session, organisation_id: int) -> list[Invitation]:
    """Invitations that wait for their answer, the newest first; those that are too old included."""
    return list(
        db_session.scalars(
            select(Invitation)
            .where(
                Invitation.organisation_id == organisation_id,
                Invitation.accepted_at.is_(None),
                Invitation.revoked_at.is_(None),
            )
            .order_by(Invitation.id.desc())
        )
    )


def members_of(
    db_session: Session, organisation_id: int
) -> list[Row[int, str, str, str, Role, bool]]:
    """People of an organisation with their roles, by name."""
    return list(
        db_session.execute(
            select(
                User.id,
                User.given_name,
                User.family_name,
                User.email,
                Membership.role,
                User.is_active,
            )
            .join(Membership, Membership.user_id == User.id)
            .where(
                Membership.organisation_id == organisation_id,
                Membership.is_current(clock.today()),
            )
            .order_by(User.family_name, User.given_name, User.id, Membership.role)
        ).all()
    )


def is_member(db_session: Session, *, user_id: int, organisation_id: int) -> bool:
    """True when this person holds a current role there."""
    return (
        db_session.scalar(
            select(Membership.id)
            .where(
                Membership.user_id == user_id,
                Membership.organisation_id == organisation_id,
                Membership.is_current(clock.today()),
            )
            .limit(1)
        )
        is not None
    )


def advisers_of(db_session: Session, organisation_id: int) -> list[tuple[int, str]]:
    """`(user id, full name)` of those who follow youth in this organisation, by name."""
    rows = db_session.execute(
        select(User.id, User.given_name, User.family_name)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.role.in_([Role.ADVISER, Role.MANAGER]),
            Membership.is_current(clock.today()),
            User.is_active,
        )
        .distinct()
        .order_by(User.family_name, User.given_name, User.id)
    )
    return [(row.id, f"{row.given_name} {row.family_name}") for row in rows]


def contact_emails(db_session: Session, organisation_id: int, roles: frozenset[Role]) -> list[str]:
    """Addresses of the people of an organisation who hold one of these roles; its own address when there is nobody."""
    found = list(
        db_session.scalars(
            select(User.email)
            .join(Membership, Membership.user_id == User.id)
            .where(
                Membership.organisation_id == organisation_id,
                Membership.role.in_(roles),
                Membership.is_current(clock.today()),
                User.is_active,
            )
            .distinct()
            .order_by(User.email)
        )
    )
    if found:
        return found
    own = db_session.scalar(select(Organisation.email).where(Organisation.id == organisation_id))
    return [own] if own else []


def field_agents_of(db_session: Session, departement_code: str | None) -> list[User]:
    """The active field agents who work in this département, by name."""
    return list(
        db_session.scalars(
            select(User)
            .join(Membership, Membership.user_id == User.id)
            .join(FieldTerritory, FieldTerritory.membership_id == Membership.id)
            .where(
                FieldTerritory.departement_code == departement_code,
                Membership.role == Role.FIELD_AGENT,
                Membership.is_current(clock.today()),
                User.is_active,
            )
            .distinct()
            .order_by(User.family_name, User.given_name, User.id)
        )
    )


def sites_of(db_session: Session, organisation_id: int) -> list[Site]:
    """Sites of an organisation, the main one first."""
    return list(
        db_session.scalars(
            select(Site)
            .where(Site.organisation_id == organisation_id)
            .order_by(Site.is_main.desc(), Site.name, Site.id)
        )
    )


def search_organisations(
    db_session: Session, text: str, *, kinds: frozenset[OrganisationKind], limit: int = 8
) -> list[Organisation]:
    """Organisations whose name, alias, SIRET, SIREN or UAI begins with or contains the text, by name."""
    folded = sort_key(text)
    digits = "".join(character for character in text if character.isdigit())
    by_name = or_(
        Organisation.sort_name.contains(folded, autoescape=True),
        Organisation.id.in_(
            select(OrganisationAlias.organisation_id).where(
                OrganisationAlias.sort_name.contains(folded, autoescape=True)
            )
        ),
        Organisation.uai == text.strip().upper(),
    )
    condition = or_(by_name, Organisation.siret.startswith(digits)) if len(digits) >= 9 else by_name
    return list(
        db_session.scalars(
            select(Organisation)
            .where(
                and_(
                    Organisation.kind.in_(kinds),
                    condition,
                    Organisation.status != OrganisationStatus.CLOSED,
                )
            )
            .order_by(Organisation.sort_name, Organisation.id)
            .limit(limit)
        )
    )


def build_actor(
    user: User,
    hat: Hat | None,
    territory: frozenset[str],
    partners: tuple[frozenset[int], frozenset[int]],
) -> Actor:
    """The frozen record the policy reads."""
    youth_partners, place_partners = partners
    return Actor(
        user_id=user.id,
        organisation_id=hat.organisation_id if hat else None,
        organisation_kind=hat.organisation_kind if hat else None,
        roles=hat.roles if hat else frozenset(),
        regions=frozenset({hat.region_code}) if hat and hat.region_code else frozenset(),
        territory=territory,
        youth_partners=youth_partners,
        place_partners=place_partners,
        name=user.full_name,
        organisation_name=hat.organisation_name if hat else "",
    )
