"""Reminders of contracts: each leaves once, in the transaction that remembers it."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.contracts.queries.projection import sheet_facts
from app.contracts.queries.reminders import ContractReminder
from app.core import clock, journal
from app.core.errors import AlreadyDone
from app.core.permissions import ensure
from app.notices.services import notify
from app.placements.models import SentReminder
from app.policy.actor import Actor
from app.policy.permissions import Permission


def send_contract_reminder(
    db_session: Session, actor: Actor, *, reminder: ContractReminder
) -> None:
    """Climb one rung: remember it, then tell those who can act.

    Raises:
        AlreadyDone: another worker was faster.
    """
    facts = sheet_facts(db_session, reminder.placement_id)
    ensure(actor, Permission.CONTRACT_CLOCK, facts)
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
    journal.record(
        db_session,
        actor,
        subject_kind="placement",
        subject_id=reminder.placement_id,
        event=f"contract_reminder_{reminder.ladder.value}",
        audience=reminder.audience,
        youth_id=reminder.youth_id,
        details={"about": reminder.about_on.isoformat()},
    )
    path = f"/propositions/{reminder.placement_id}/contrat"
    if reminder.rider_number is not None:
        path += f"/avenants/{reminder.rider_number}"
    notify(
        db_session,
        actor,
        event="contract_deadline",
        user_ids=reminder.user_ids,
        organisation_ids=reminder.organisation_ids,
        title=reminder.title,
        path=path,
        subject_kind="placement",
        subject_id=reminder.placement_id,
        youth_id=reminder.youth_id,
        placement_id=reminder.placement_id,
    )
