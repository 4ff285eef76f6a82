"""Who reads a sheet, who writes which part of it, and what stays hidden from whom."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from app.contracts.queries.source import SheetSource
from app.contracts.queries.values import DISABILITY_FIELDS
from app.placements.queries import facts as placement_queries
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.policy.matrix import can
from app.policy.permissions import Permission
from app.rules.contract_sheet import Holder
from app.rules.law import Finding

# Rules whose very mention would tell of a disability.
DISABILITY_RULES = frozenset({"AGE-05", "AGE-09", "DUR-04"})


class Side(enum.StrEnum):
    """Whose eyes read the sheet."""

    HOUSE = "house"
    EMPLOYER = "employer"
    CENTRE = "centre"
    AGENT = "agent"


class Part(enum.StrEnum):
    """What one side writes."""

    YOUTH = "youth"
    EMPLOYER = "employer"
    CENTRE = "centre"


HOLDERS: Mapping[Part, frozenset[Holder]] = {
    Part.YOUTH: frozenset({Holder.YOUTH, Holder.ADVISER}),
    Part.EMPLOYER: frozenset({Holder.EMPLOYER}),
    Part.CENTRE: frozenset({Holder.TRAINING_CENTRE}),
}
PERMISSIONS: Mapping[Part, Permission] = {
    Part.YOUTH: Permission.CONTRACT_FILL_YOUTH,
    Part.EMPLOYER: Permission.CONTRACT_FILL_EMPLOYER,
    Part.CENTRE: Permission.CONTRACT_FILL_CENTRE,
}


def sheet_facts(db_session: Session, placement_id: int) -> Facts:
    """Facts of the placement that the sheet prepares.

    Raises:
        NotFound: there is none.
    """
    _, facts = placement_queries.facts_by_id(db_session, placement_id)
    return facts


def side_of(actor: Actor, facts: Facts) -> Side:
    """Whose eyes: the house first, then the employer, the CFA, else the agent who helps."""
    if can(actor, Permission.CONTRACT_FILL_YOUTH, facts):
        return Side.HOUSE
    if can(actor, Permission.CONTRACT_FILL_CENTRE, facts):
        return Side.CENTRE
    return Side.AGENT if facts.helper_id == actor.user_id else Side.EMPLOYER


def may_see_disability(source: SheetSource, side: Side) -> bool:
    """The house knows; the employer once the youth chose to tell; nobody else ever."""
    if side is Side.HOUSE:
        return True
    return side is Side.EMPLOYER and source.told_at is not None


def visible_findings(
    source: SheetSource, side: Side, found: Sequence[Finding]
) -> tuple[Finding, ...]:
    if may_see_disability(source, side):
        return tuple(found)
    return tuple(one for one in found if one.rule_id not in DISABILITY_RULES)


def hidden_fields(source: SheetSource, side: Side) -> frozenset[str]:
    """Fields that this reader does not even see named."""
    return frozenset() if may_see_disability(source, side) else DISABILITY_FIELDS
