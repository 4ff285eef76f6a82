"""Organisations: the list of the platform and of a region, one page, likely doubles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, false, func, or_, select, true
from sqlalchemy.orm import Session

from app.accounts.models import (
    Membership,
    Organisation,
    OrganisationAlias,
    OrganisationStatus,
    Site,
)
from app.core import clock
from app.core.db import AnyRow
from app.core.errors import NotFound
from app.core.pages import Page, paginate
from app.core.text import sort_key
from app.policy.actor import Actor, OrganisationKind
from app.policy.facts import NOTHING
from app.policy.predicates import platform_admin, regional_coordinator
from app.reference.models import Commune

SORTS = ("name", "kind", "created", "members")


@dataclass(frozen=True, slots=True)
class OrganisationFilters:
    """What the list is asked for; empty means all. `sort` is one of `SORTS`, with "-" to turn it."""

    words: str = ""
    kind: OrganisationKind | None = None
    status: OrganisationStatus | None = None
    region_code: str | None = None
    sort: str = "name"


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """One organisation with its other names and its sites (`Site`, commune name, département)."""

    organisation: Organisation
    aliases: list[OrganisationAlias]
    sites: list[AnyRow]

    @property
    def main_commune(self) -> str | None:
        """The name of the commune of the main site."""
        return next((str(one.commune) for one in self.sites if one.commune), None)


def visible_organisations(actor: Actor) -> ColumnElement[bool]:
    """All for the platform, those of its regions for the coordination: what ORGANISATION_LIST shows."""
    if platform_admin(actor, NOTHING):
        return true()
    if regional_coordinator(actor, NOTHING):
        return or_(
            Organisation.region_code.in_(actor.regions), Organisation.id == actor.organisation_id
        )
    return false()


def organisation_list(
    db_session: Session, actor: Actor, filters: OrganisationFilters, *, number: int
) -> Page[Any]:
    """Organisations by name, other name, SIRET, SIREN or UAI: two statements."""
    members = (
        select(func.count(Membership.user_id.distinct()))
        .where(Membership.organisation_id == Organisation.id, Membership.is_current(clock.today()))
        .correlate(Organisation)
        .scalar_subquery()
    )
    # One site at most, so that an organisation marked twice still makes one row.
    main_site = (
        select(func.min(Site.id))
        .where(Site.organisation_id == Organisation.id, Site.is_main)
        .correlate(Organisation)
        .scalar_subquery()
    )
    query: Any = (
        select(
            Organisation.id,
            Organisation.name,
            Organisation.kind,
            Organisation.status,
            Organisation.siret,
            Organisation.uai,
            Organisation.region_code,
            Organisation.created_at,
            Commune.name.label("commune"),
            members.label("members"),
        )
        .outerjoin(Site, Site.id == main_site)
        .outerjoin(Commune, Commune.insee_code == Site.commune_code)
        .where(visible_organisations(actor), *_conditions(filters))
        .order_by(*_order(filters.sort, members), Organisation.sort_name, Organisation.id)
    )
    return paginate(db_session, query, number=number)


def _conditions(filters: OrganisationFilters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.words:
        found.append(_named(filters.words))
    if filters.kind is not None:
        found.append(Organisation.kind == filters.kind)
    if filters.status is not None:
        found.append(Organisation.status == filters.status)
    if filters.region_code:
        found.append(Organisation.region_code == filters.region_code)
    return found


def _named(words: str) -> ColumnElement[bool]:
    folded = sort_key(words)
    compact = "".join(words.split()).upper()
    lines: list[ColumnElement[bool]] = [Organisation.uai == compact]
    if folded:
        lines += [
            Organisation.sort_name.contains(folded, autoescape=True),
            Organisation.id.in_(
                select(OrganisationAlias.organisation_id).where(
                    OrganisationAlias.sort_name.contains(folded, autoescape=True)
                )
            ),
        ]
    if compact.isascii() and compact.isdecimal() and len(compact) >= 9:
        lines.append(Organisation.siret.startswith(compact))
        lines.append(Organisation.siren == compact[:9])
    return or_(*lines)


def _order(sort: str, members: Any) -> list[Any]:
    columns: dict[str, Any] = {
        "name": Organisation.sort_name,
        "kind": Organisation.kind,
        "created": Organisation.created_at,
        "members": members,
    }
    column = columns.get(sort.removeprefix("-"), Organisation.sort_name)
    return [column.desc() if sort.startswith("-") else column.asc()]


def organisation_page(db_session: Session, organisation_id: int) -> OrganisationPage:
    """One organisation, its other names and its sites: three statements.

    Raises:
        NotFound: there is none with this id.
    """
    organisation = db_session.get(Organisation, organisation_id)
    if organisation is None:
        raise NotFound
    aliases = db_session.scalars(
        select(OrganisationAlias)
        .where(OrganisationAlias.organisation_id == organisation_id)
        .order_by(OrganisationAlias.sort_name, OrganisationAlias.id)
    )
    sites = db_session.execute(
        select(
            Site,
            Commune.name.label("commune"),
            Commune.departement_code.label("departement"),
        )
        .outerjoin(Commune, Commune.insee_code == Site.commune_code)
        .where(Site.organisation_id == organisation_id)
        .order_by(Site.is_main.desc(), Site.name, Site.id)
    )
    return OrganisationPage(organisation, list(aliases), list(sites))


def same_organisations(
    db_session: Session,
    *,
    names: Iterable[str],
    siren: str | None = None,
    uai: str | None = None,
    other_than: int | None = None,
) -> list[Organisation]:
    """Organisations that may be the same one: same SIREN, same UAI, or one of these names, folded."""
    folded = [sort_key(name) for name in names]
    lines: list[ColumnElement[bool]] = [
        Organisation.sort_name.in_(folded),
        Organisation.id.in_(
            select(OrganisationAlias.organisation_id).where(OrganisationAlias.sort_name.in_(folded))
        ),
    ]
    if siren:
        lines.append(Organisation.siren == siren)
    if uai:
        lines.append(Organisation.uai == uai)
    query = (
        select(Organisation)
        .where(or_(*lines))
        .order_by(Organisation.sort_name, Organisation.id)
        .limit(8)
    )
    if other_than is not None:
        query = query.where(Organisation.id != other_than)
    return list(db_session.scalars(query))
