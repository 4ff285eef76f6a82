"""Where two field agents are expected in one place for the same trades: settled before a company is met twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import (
    FieldCommune,
    FieldSector,
    FieldTerritory,
    Membership,
    Organisation,
    User,
)
from app.core import clock
from app.outreach.models import CompanyFollow, ContractFocus, FieldAgentPost
from app.outreach.queries.agents import visible_agents
from app.policy.actor import Actor, Role
from app.reference.models import Commune

MOST = 30


@dataclass(slots=True)
class Ground:
    """One agent's territory; no commune and no sector of its own mean all those of the départements."""

    membership_id: int
    user_id: int
    organisation_id: int
    name: str
    network: str
    focus: ContractFocus
    communes: dict[str, str] = field(default_factory=dict)
    sectors: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two agents on one ground. Empty communes: the whole départements; empty sectors: every trade."""

    one: Ground
    other: Ground
    departements: Sequence[str]
    communes: Sequence[str]
    sectors: Sequence[str]
    companies: int

    @property
    def is_same_network(self) -> bool:
        return self.one.organisation_id == self.other.organisation_id


def overlaps(db_session: Session, actor: Actor) -> list[Overlap]:
    """Pairs of agents whom this actor sees and whose grounds meet, most shared companies first: four statements.

    Two agents meet when they share a département, their communes (all, when one has none of its own), a sector (all,
    likewise) and a contract to promote.
    """
    grounds, by_departement = _grounds(db_session, actor)
    shared = _followed_twice(db_session, grounds)
    met: dict[tuple[int, int, bool], tuple[list[str], list[str], Sequence[str]]] = {}
    for departement, ids in sorted(by_departement.items()):
        for first, second in combinations(sorted(ids), 2):
            here = _meet(grounds[first], grounds[second], departement)
            if here is not None:
                communes, sectors = here
                # Two agents are one line, however many départements they share.
                line = met.setdefault((first, second, bool(communes)), ([], [], sectors))
                line[0].append(departement)
                line[1].extend(communes)
    found = [
        Overlap(one, other, *line, shared.get(frozenset({_owner(one), _owner(other)}), 0))
        for (first, second, _), line in met.items()
        for one, other in ((grounds[first], grounds[second]),)
    ]
    return sorted(found, key=lambda row: (-row.companies, row.departements))[:MOST]


def _owner(ground: Ground) -> tuple[int, int]:
    return ground.organisation_id, ground.user_id


def _meet(
    one: Ground, other: Ground, departement: str
) -> tuple[Sequence[str], Sequence[str]] | None:
    """Common communes and sectors, or None where the two never meet."""
    if one.user_id == other.user_id:
        return None
    focuses = {one.focus, other.focus}
    if len(focuses) > 1 and ContractFocus.BOTH not in focuses:
        return None
    both = one.communes and other.communes
    kept = (one.communes.keys() & other.communes.keys()) if both else None
    if kept is not None and not kept:
        return None
    named = {**one.communes, **other.communes}
    here = sorted(
        named[code]
        for code in (kept if kept is not None else named)
        if code[: len(departement)] == departement
    )
    if named and not here:
        return None
    sectors = (
        one.sectors & other.sectors
        if one.sectors and other.sectors
        else one.sectors | other.sectors
    )
    if one.sectors and other.sectors and not sectors:
        return None
    return here, sorted(sectors)


def _grounds(db_session: Session, actor: Actor) -> tuple[dict[int, Ground], Mapping[str, set[int]]]:
    """Agents in post whom this actor sees, and who is in which département: three statements."""
    today = clock.today()
    seats = and_(
        Membership.role == Role.FIELD_AGENT,
        Membership.is_current(today),
        or_(FieldAgentPost.ends_on.is_(None), FieldAgentPost.ends_on >= today),
        visible_agents(actor),
    )
    grounds: dict[int, Ground] = {}
    by_departement: dict[str, set[int]] = defaultdict(set)
    rows = db_session.execute(
        select(
            Membership.id,
            Membership.user_id,
            User.given_name,
            User.family_name,
            Organisation.id.label("organisation_id"),
            Organisation.name,
            FieldAgentPost.contract_focus,
            FieldTerritory.departement_code,
        )
        .join(User, User.id == Membership.user_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .join(FieldTerritory, FieldTerritory.membership_id == Membership.id)
        .outerjoin(FieldAgentPost, FieldAgentPost.membership_id == Membership.id)
        .where(seats)
        .order_by(Membership.id)
    )
    for row in rows:
        by_departement[row.departement_code].add(row.id)
        grounds[row.id] = Ground(
            membership_id=row.id,
            user_id=row.user_id,
            organisation_id=row.organisation_id,
            name=f"{row.given_name} {row.family_name}",
            network=row.name,
            focus=row.contract_focus or ContractFocus.BOTH,
        )
    for one in db_session.execute(
        select(FieldCommune.membership_id, Commune.insee_code, Commune.name)
        .join(Commune, Commune.insee_code == FieldCommune.insee_code)
        .where(FieldCommune.membership_id.in_(grounds))
    ):
        grounds[one.membership_id].communes[one.insee_code] = one.name
    for two in db_session.execute(
        select(FieldSector.membership_id, FieldSector.naf_division).where(
            FieldSector.membership_id.in_(grounds)
        )
    ):
        ground = grounds[two.membership_id]
        ground.sectors = ground.sectors | {two.naf_division}
    return grounds, by_departement


def _followed_twice(
    db_session: Session, grounds: Mapping[int, Ground]
) -> dict[frozenset[tuple[int, int]], int]:
    """How many companies two agents both follow, by the pair: one statement."""
    first, second = aliased(CompanyFollow), aliased(CompanyFollow)
    users = {one.user_id for one in grounds.values()}
    rows = db_session.execute(
        select(
            first.organisation_id,
            first.user_id,
            second.organisation_id.label("other_organisation_id"),
            second.user_id.label("other_user_id"),
            func.count(),
        )
        .join(second, and_(second.company_id == first.company_id, second.id > first.id))
        .where(
            first.until.is_(None),
            second.until.is_(None),
            first.user_id.in_(users),
            second.user_id.in_(users),
        )
        .group_by(first.organisation_id, first.user_id, second.organisation_id, second.user_id)
    )
    counts: dict[frozenset[tuple[int, int]], int] = defaultdict(int)
    for mine, my_user, theirs, their_user, count in rows:
        counts[frozenset({(mine, my_user), (theirs, their_user)})] += count
    return dict(counts)
