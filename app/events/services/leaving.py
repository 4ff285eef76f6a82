"""A youth who is shown to nobody any more leaves the operations that are still to come."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.events.models import EventMeeting, EventYouth, PromotionEvent
from app.events.services.preparing import note
from app.events.workflow import EventState, GuestState
from app.policy.actor import Actor

TO_COME = (EventState.DRAFT, EventState.OPEN, EventState.PLANNED)


def leave_operations(db_session: Session, actor: Actor, *, youth_id: int) -> int:
    """Take a youth out of the guests and the timetables of what is not over. Returns out of how many.

    The link of the invitation ends with it. Who came already has been there: that is counted, and stays. The caller has
    judged that the youth, or somebody for them, ended their agreements; companies read a free slot, and no reason.
    """
    guests = db_session.execute(
        select(EventYouth, PromotionEvent)
        .join(PromotionEvent, PromotionEvent.id == EventYouth.event_id)
        .where(
            EventYouth.youth_id == youth_id,
            EventYouth.state != GuestState.CAME,
            PromotionEvent.state.in_(TO_COME),
        )
        .order_by(EventYouth.id)
    ).all()
    for row in guests:
        guest, event = row.EventYouth, row.PromotionEvent
        db_session.execute(
            delete(EventMeeting).where(
                EventMeeting.event_id == event.id, EventMeeting.youth_id == youth_id
            )
        )
        db_session.delete(guest)
        note(db_session, actor, event, "event_invitation_withdrawn", youth_id=youth_id)
    db_session.flush()
    return len(guests)
