"""Two questions by link after the first day, to the youth, the tutor and the CFA; an early sign becomes a task."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core import clock, journal
from app.core.errors import AlreadyDone, NotFound, WrongState
from app.core.permissions import ensure
from app.placements import emails
from app.placements.models import CheckIn, CheckInSide, FollowUp, Going, Placement
from app.placements.queries.facts import placement_facts
from app.placements.queries.words import proposal
from app.placements.services.guarded import note, open_placement
from app.placements.services.telling import tell
from app.placements.workflow import Event, Stage
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.policy.permissions import Permission


def ask_check_in(
    db_session: Session, actor: Actor, *, follow_up_id: int, side: CheckInSide
) -> CheckIn | None:
    """Ask one party the two questions of one contact, once; None when nobody there has an address.

    Raises:
        AlreadyDone: another worker asked.
        WrongState: the contract is over, or the contact has been made.
    """
    contact = db_session.get_one(FollowUp, follow_up_id)
    opened = open_placement(db_session, actor, contact.placement_id, Event.EXPIRE)
    if opened.placement.stage is not Stage.STARTED or contact.done_at is not None:
        raise WrongState
    about = proposal(db_session, contact.placement_id)
    recipients = emails.check_in_recipients(db_session, about, side)
    if not recipients:
        return None
    row = CheckIn(
        placement_id=contact.placement_id,
        follow_up_id=follow_up_id,
        side=side,
        asked_at=clock.now(),
    )
    try:
        with db_session.begin_nested():
            db_session.add(row)
    except IntegrityError:
        raise AlreadyDone from None
    emails.ask_check_in(db_session, about, check_in=row, recipients=recipients)
    return row


def answer_check_in(
    db_session: Session, actor: Actor, *, check_in_id: int, going: Going, wants_call: bool
) -> CheckIn:
    """Keep the two answers; the bearer may answer again until the contract ends, the last word counts.

    Raises:
        NotFound: not the bearer of this very link, or the contract is over.
    """
    row = db_session.get(CheckIn, check_in_id)
    if row is None:
        raise NotFound
    ensure(actor, Permission.CHECK_IN_ANSWER, Facts(link_object_id=check_in_id))
    placement = db_session.get_one(Placement, row.placement_id)
    if placement.stage is not Stage.STARTED:
        raise NotFound
    if (row.going, row.wants_call) == (going, wants_call):
        return row
    row.going, row.wants_call = going, wants_call
    row.answered_at, row.handled_at = clock.now(), None
    db_session.flush()
    note(
        db_session,
        actor,
        placement,
        "check_in",
        to_state=going,
        audience=journal.Audience.ADVISER,
        details={"side": row.side.value, "wants_call": wants_call},
    )
    if row.is_sign:
        tell(db_session, actor, placement, placement_facts(db_session, placement), "early_sign")
    return row


def handle_signs(db_session: Session, follow_up_id: int) -> None:
    """A contact is noted: the signs of its questions have been looked at."""
    for row in db_session.scalars(
        select(CheckIn).where(CheckIn.follow_up_id == follow_up_id, CheckIn.handled_at.is_(None))
    ):
        if row.answered_at is not None:
            row.handled_at = clock.now()
