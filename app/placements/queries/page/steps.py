"""What happened to one placement, newest first, as one reader may know it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, User
from app.core.journal import Audience, JournalEvent
from app.placements.models import Placement
from app.placements.refusals import LABELS
from app.placements.workflow import Leaf
from app.policy.actor import Actor
from app.policy.facts import Facts


@dataclass(frozen=True, slots=True)
class Step:
    """One event of the timeline, as this reader may know it."""

    at: datetime
    who: str
    event: str
    to_state: str | None
    reason: str | None
    details: Mapping[str, Any]
    audience: Audience


def steps_of(
    db_session: Session,
    actor: Actor,
    placement: Placement,
    side: Leaf | None,
    facts: Facts,
    names: Mapping[Leaf, str | None],
) -> tuple[Step, ...]:
    readable = [
        JournalEvent.audience == Audience.PARTIES,
        (JournalEvent.audience == Audience.ORGANISATION)
        & (JournalEvent.actor_organisation_id == actor.organisation_id),
    ]
    if side is Leaf.YOUTH:
        readable.append(JournalEvent.audience == Audience.ADVISER)
    rows: Any = db_session.execute(
        select(JournalEvent, Organisation.name, User.given_name, User.family_name)
        .outerjoin(Organisation, Organisation.id == JournalEvent.actor_organisation_id)
        .outerjoin(User, User.id == JournalEvent.actor_user_id)
        .where(
            JournalEvent.subject_kind == "placement",
            JournalEvent.subject_id == placement.id,
            or_(*readable),
        )
        .order_by(JournalEvent.id.desc())
    ).all()
    return tuple(
        Step(
            at=one.JournalEvent.happened_at,
            who=_who_acted(actor, facts, names, one),
            event=one.JournalEvent.event,
            to_state=one.JournalEvent.to_state,
            reason=LABELS.get(one.JournalEvent.reason or ""),
            details=one.JournalEvent.details,
            audience=one.JournalEvent.audience,
        )
        for one in rows
    )


def _who_acted(actor: Actor, facts: Facts, names: Mapping[Leaf, str | None], row: Any) -> str:
    """The person for colleagues, the organisation for others; the house of the youth is not named to partners."""
    organisation_id = row.JournalEvent.actor_organisation_id
    if organisation_id is None:
        by_link = row.JournalEvent.details.get("leaf") if row.JournalEvent.details else None
        if by_link == Leaf.YOUTH.value:
            return "Le jeune, par le lien"
        return names[Leaf.EMPLOYER] or "Trèfle" if by_link == Leaf.EMPLOYER.value else "Trèfle"
    if organisation_id == actor.organisation_id:
        return f"{row.given_name} {row.family_name}"
    if organisation_id == facts.advising_organisation_id:
        return "La personne qui accompagne le jeune"
    return str(row.name)
