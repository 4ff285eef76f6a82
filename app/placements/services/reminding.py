"""Reminders: each leaves once, in the transaction that remembers it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.accounts.queries import contact_emails, field_agents_of
from app.core import clock
from app.core.errors import AlreadyDone
from app.openings.models import LeadKind
from app.partnerships.queries import partners_of
from app.placements import emails
from app.placements.deadlines import Escalation
from app.placements.models import Meeting, SentReminder
from app.placements.queries.reminders import DueReminder, Rung
from app.placements.queries.words import Proposal, proposal
from app.placements.services.guarded import note, open_placement
from app.placements.services.leads import hand_over
from app.placements.services.telling import tell
from app.placements.workflow import Event
from app.policy.actor import Actor, OrganisationKind, Role


def _escalate(
    db_session: Session, actor: Actor, about: Proposal, reminder: DueReminder
) -> Escalation:
    """A person takes over: the one whom the ladder names, with the adviser; the manager where that one does not exist.

    Returns:
        whom we told.
    """
    target = reminder.escalates_to or Escalation.ADVISER
    found: list[str] = []
    if target is Escalation.FIELD_AGENT and about.departement_code:
        # The agents are given the company to call; the youth's proposal is not theirs to read.
        found = [one.email for one in field_agents_of(db_session, about.departement_code)]
        if found:
            hand_over(db_session, actor, about, kind=LeadKind.EMPLOYER_SILENT)
            emails.escalate(db_session, about, leaf=reminder.leaf, to=[])
            return target
    if target is Escalation.POINT_A and about.cfa_id is not None:
        found = _points_a(db_session, about.cfa_id)
    if not found and target is not Escalation.ADVISER:
        if target is not Escalation.MANAGER:
            target = Escalation.MANAGER
        found = contact_emails(db_session, about.youth_organisation_id, frozenset({Role.MANAGER}))
    emails.escalate(db_session, about, leaf=reminder.leaf, to=found)
    return target


def _points_a(db_session: Session, cfa_id: int) -> list[str]:
    """Addresses of the points A that act for this CFA today."""
    _, partners = partners_of(db_session, cfa_id)
    points = db_session.scalars(
        select(Organisation.id)
        .where(Organisation.id.in_(partners), Organisation.kind == OrganisationKind.POINT_A)
        .order_by(Organisation.id)
    )
    roles = frozenset({Role.POINT_A_OFFICER})
    return [one for key in points.all() for one in contact_emails(db_session, key, roles)]


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
    details = {"leaf": reminder.leaf.value}
    match reminder.rung:
        case Rung.FIRST | Rung.SECOND:
            emails.remind(db_session, about, leaf=reminder.leaf)
        case Rung.ESCALATION:
            details["to"] = _escalate(db_session, actor, about, reminder).value
        case Rung.HOLD:
            emails.warn_of_hold(db_session, about, leaf=reminder.leaf, until=reminder.about_on)
        case Rung.MEETING:
            meeting = db_session.get_one(Meeting, reminder.meeting_id)
            emails.remind_of_meeting(db_session, about, meeting=meeting)
        case Rung.CONTRACT_END | Rung.CONTRACT_END_ESCALATION:
            emails.ask_how_it_ended(
                db_session,
                about,
                last_day=reminder.about_on,
                closes_on=reminder.closes_on,
                is_escalation=reminder.rung is Rung.CONTRACT_END_ESCALATION,
            )
        case Rung.WINDOW:
            emails.warn_of_window(
                db_session, about, until=reminder.about_on, is_trainee=reminder.is_trainee
            )
    event = f"reminder_{reminder.rung.value}"
    tell(db_session, actor, opened.placement, opened.facts, event, details)
    note(
        db_session,
        actor,
        opened.placement,
        event,
        details=details,
    )
    db_session.flush()
