"""Meetings before a contract: interviews, trial days, visits of the CFA; they change no leaf."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Forbidden, Invalid, NotFound
from app.placements import emails
from app.placements.models import Meeting, MeetingKind, MeetingOutcome
from app.placements.queries.actions import side_of
from app.placements.queries.words import proposal
from app.placements.services.checking import checked_words
from app.placements.services.guarded import after, note, open_placement, turn
from app.placements.services.reveals import reveal
from app.placements.workflow import Event, Leaf, LeafState
from app.policy.actor import Actor


def interview(
    db_session: Session,
    actor: Actor,
    *,
    placement_id: int,
    starts_at: datetime,
    place: str,
    kind: MeetingKind = MeetingKind.INTERVIEW,
    ends_at: datetime | None = None,
) -> Meeting:
    """Arrange a meeting. With the youth's yes, an interview opens stage S3 to the employer: name and phone.

    Raises:
        Invalid: no place, words that name a forbidden criterion, an end before the start, or an immersion
            without its last day, which its request and everybody's calendar need.
        WrongState: the employer is still sought.
    """
    opened = open_placement(db_session, actor, placement_id, Event.INTERVIEW)
    if side_of(actor, opened.facts) is Leaf.CFA and kind is not MeetingKind.CFA_VISIT:
        raise Forbidden(
            "Le CFA fixe ses visites ; les entretiens et les immersions reviennent à l’employeur."
        )
    if not place.strip():
        raise Invalid("Indiquez le lieu du rendez-vous.", field="place")
    checked_words(place, field="place")
    if ends_at is not None and ends_at < starts_at:
        raise Invalid("La fin vient avant le début.", field="ends_at")
    if ends_at is None and kind is MeetingKind.IMMERSION:
        raise Invalid("Indiquez le dernier jour de l’immersion.", field="ends_at")
    leaf = Leaf.CFA if kind is MeetingKind.CFA_VISIT else Leaf.EMPLOYER
    clover = after(opened, Event.INTERVIEW, leaf=leaf)
    placement = opened.placement
    meeting = Meeting(
        placement_id=placement.id,
        kind=kind,
        starts_at=starts_at,
        ends_at=ends_at,
        place=place.strip(),
        created_at=clock.now(),
        created_by=actor.user_id,
    )
    db_session.add(meeting)
    if kind is MeetingKind.INTERVIEW and placement.youth_leaf is LeafState.YES:
        reveal(db_session, actor, opened, "S3", "in_person", only=Leaf.EMPLOYER)
    turn(
        db_session,
        actor,
        opened,
        Event.INTERVIEW,
        clover,
        details={"kind": kind.value, "starts_at": starts_at.isoformat()},
    )
    return meeting


def meeting_outcome(
    db_session: Session, actor: Actor, *, meeting_id: int, outcome: MeetingOutcome
) -> Meeting:
    """Note what came of a meeting. It may be corrected; the journal keeps both.

    Raises:
        NotFound: no such meeting for this actor.
        Invalid: it has not begun: until then it can only be cancelled.
    """
    meeting = db_session.get(Meeting, meeting_id)
    if meeting is None:
        raise NotFound
    opened = open_placement(db_session, actor, meeting.placement_id, Event.INTERVIEW)
    if outcome is not MeetingOutcome.CANCELLED and meeting.starts_at > clock.now():
        raise Invalid(
            "Ce rendez-vous n’a pas encore eu lieu. S’il ne convient plus, annulez-le et fixez une autre date.",
            field="outcome",
        )
    before, meeting.outcome = meeting.outcome, outcome
    note(
        db_session,
        actor,
        opened.placement,
        "meeting_outcome",
        from_state=before,
        to_state=outcome,
        details={"kind": meeting.kind.value},
    )
    opened.placement.updated_at = clock.now()
    db_session.flush()
    if outcome is MeetingOutcome.NOBODY_CAME and before is not outcome:
        emails.tell_missed(db_session, proposal(db_session, meeting.placement_id), meeting=meeting)
    return meeting
