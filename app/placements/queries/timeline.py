"""What happened to a youth, an opening, a session or a company: the journal, each entry with its audience.

A reader sees the events of placements of which their organisation is a party, what their own organisation did, and,
in the house that follows the youth, what is for the adviser.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, User
from app.core.journal import Audience, JournalEvent
from app.core.pages import Page, paginate
from app.openings.models import Opening
from app.placements.refusals import LABELS
from app.policy import predicates
from app.policy.actor import Actor
from app.policy.facts import NOTHING
from app.training.models import Course, TrainingSession
from app.youth.models import Youth


class TimelineOf(enum.StrEnum):
    """Whose time line it is."""

    YOUTH = "youth"
    OPENING = "opening"
    SESSION = "session"
    COMPANY = "company"


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as this reader may know it.

    Attributes:
        placement_id: the proposal it belongs to, where there is one to open.
        code: public code of the youth it is about; None on the youth's own time line.
    """

    at: datetime
    who: str
    event: str
    to_state: str | None
    reason: str | None
    details: Mapping[str, Any]
    audience: Audience
    placement_id: int | None
    code: str | None


def timeline(
    db_session: Session, actor: Actor, of: TimelineOf, key: int, *, page: int
) -> Page[Entry]:
    """One page, newest first: two statements. The caller has judged the right to see the object itself."""
    query = (
        select(
            JournalEvent,
            Organisation.name,
            User.given_name,
            User.family_name,
            Youth.public_code,
            Youth.organisation_id.label("house_id"),
        )
        .outerjoin(Organisation, Organisation.id == JournalEvent.actor_organisation_id)
        .outerjoin(User, User.id == JournalEvent.actor_user_id)
        .outerjoin(Youth, Youth.id == JournalEvent.youth_id)
        .where(_about(of, key), _readable(actor))
        .order_by(JournalEvent.id.desc())
    )
    found = paginate(db_session, query, number=page)
    return replace(found, rows=[_entry(actor, of, one) for one in found.rows])


def _about(of: TimelineOf, key: int) -> ColumnElement[bool]:
    own = and_(JournalEvent.subject_kind == of.value, JournalEvent.subject_id == key)
    match of:
        case TimelineOf.YOUTH:
            return or_(own, JournalEvent.youth_id == key)
        case TimelineOf.OPENING:
            return or_(own, JournalEvent.opening_id == key)
        case TimelineOf.SESSION:
            return or_(own, JournalEvent.session_id == key)
    return or_(
        own,
        and_(JournalEvent.subject_kind == "organisation", JournalEvent.subject_id == key),
        JournalEvent.opening_id.in_(select(Opening.id).where(Opening.employer_id == key)),
    )


def _readable(actor: Actor) -> ColumnElement[bool]:
    """Rows of the reader's own organisation, and those of placements of which it was a party when they happened."""
    own_youth: ColumnElement[bool] = false()
    if predicates.adviser(actor, NOTHING):
        own_youth = JournalEvent.youth_id.in_(
            select(Youth.id).where(Youth.organisation_id == actor.organisation_id)
        )
    cfa_ids = set(actor.place_partners) if predicates.point_a_officer(actor, NOTHING) else set()
    if predicates.cfa_officer(actor, NOTHING) and actor.organisation_id is not None:
        cfa_ids.add(actor.organisation_id)
    is_party = or_(
        own_youth,
        JournalEvent.session_id.in_(
            select(TrainingSession.id)
            .join(Course, Course.id == TrainingSession.course_id)
            .where(Course.cfa_id.in_(cfa_ids))
        )
        if cfa_ids
        else false(),
        JournalEvent.opening_id.in_(
            select(Opening.id).where(Opening.employer_id == actor.organisation_id)
        )
        if predicates.employer(actor, NOTHING)
        else false(),
    )
    return or_(
        and_(JournalEvent.audience == Audience.PARTIES, is_party),
        and_(JournalEvent.audience == Audience.ADVISER, own_youth),
        and_(
            JournalEvent.audience == Audience.ORGANISATION,
            JournalEvent.actor_organisation_id == (actor.organisation_id or 0),
        ),
    )


def _entry(actor: Actor, of: TimelineOf, row: Any) -> Entry:
    event: JournalEvent = row.JournalEvent
    return Entry(
        at=event.happened_at,
        who=_who(actor, row),
        event=event.event,
        to_state=event.to_state,
        reason=LABELS.get(event.reason or ""),
        details=event.details,
        audience=event.audience,
        placement_id=event.subject_id if event.subject_kind == "placement" else None,
        code=None if of is TimelineOf.YOUTH else row.public_code,
    )


def _who(actor: Actor, row: Any) -> str:
    """The person for colleagues, the organisation for others; the house of the youth is not named to partners."""
    event: JournalEvent = row.JournalEvent
    if event.actor_organisation_id is None:
        leaf = event.details.get("leaf") if event.details else None
        return {"youth": "Le jeune, par le lien", "employer": "L’employeur, par le lien"}.get(
            str(leaf) if event.details.get("by_link") else "", "Trèfle"
        )
    if event.actor_organisation_id == actor.organisation_id and row.given_name:
        return f"{row.given_name} {row.family_name}"
    if event.actor_organisation_id == row.house_id:
        return "La personne qui accompagne le jeune"
    return str(row.name)
