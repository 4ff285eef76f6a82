"""Reminders: each leaves once, in the transaction that remembers it."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import AlreadyDone
from app.placements import emails
from app.placements.models import SentReminder
from app.placements.queries.reminders import DueReminder, Rung
from app.placements.queries.words import proposal
from app.placements.services.guarded import note, open_placement
from app.placements.workflow import Event
from app.policy.actor import Actor


def send_reminder(db_session: Session, actor: Actor, *, reminder: DueReminder) -> None:
    """Climb one rung: remember it, then write its mails.

    Raises:
        AlreadyDone: another worker was faster.
    """
    opened = open_placement(db_session, actor, reminder.placement_id, Event.EXPIRE)
    try:
        with db_session.begin_nested():
            db_session.add(
                SentReminder(
                    placement_id=reminder.placement_id,
                    kind=reminder.kind,
                    about_on=reminder.about_on,
                    sent_at=clock.now(),
                )
            )
    except IntegrityError:
        raise AlreadyDone from None
    about = proposal(db_session, reminder.placement_id)
    match reminder.rung:
        case Rung.FIRST | Rung.SECOND:
            emails.remind(db_session, about, leaf=reminder.leaf)
        case Rung.ESCALATION:
            emails.escalate(db_session, about, leaf=reminder.leaf)
        case Rung.HOLD:
            emails.warn_of_hold(db_session, about, leaf=reminder.leaf, until=reminder.about_on)
        case Rung.WINDOW:
            emails.warn_of_window(
                db_session, about, until=reminder.about_on, is_trainee=reminder.is_trainee
            )
    note(
        db_session,
        actor,
        opened.placement,
        f"reminder_{reminder.rung.value}",
        details={"leaf": reminder.leaf.value},
    )
    db_session.flush()
