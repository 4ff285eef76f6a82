"""What reports of undelivered mails set going: the person who can mend the address is told."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Membership, User
from app.core import clock, outbox
from app.core.bounces import Report
from app.core.letters import inner_path
from app.core.outbox import OutboxMail
from app.notices.services import notify
from app.policy.actor import Actor
from app.youth.models import Youth


def take_reports(db_session: Session, actor: Actor, *, reports: Iterable[Report]) -> int:
    """Mark the mails that came back, stop the addresses that receive nothing, tell those who can mend them.

    Reading a report twice changes nothing.

    Returns:
        how many mails were marked.
    """
    marked = 0
    for report in reports:
        mail = outbox.note_bounce(
            db_session, report.mail_id, status=report.status, is_for_good=report.is_for_good
        )
        if mail is not None:
            marked += 1
            _tell(db_session, actor, mail)
    return marked


def _tell(db_session: Session, actor: Actor, mail: OutboxMail) -> None:
    """A member's address goes to the administrators of the organisation, any other one to the youth's adviser."""
    member = db_session.scalar(select(User.id).where(User.email == mail.recipient.lower()))
    if member is not None:
        houses = db_session.scalars(
            select(Membership.organisation_id)
            .where(
                Membership.user_id == member,
                Membership.is_current(clock.today()),
            )
            .distinct()
            .order_by(Membership.organisation_id)
        )
        for house in houses.all():
            notify(
                db_session,
                actor,
                event="member_bounced",
                organisation_ids=[house],
                title="L’adresse d’un membre de votre organisation ne reçoit plus rien : vérifiez-la",
                path=inner_path("accounts.edit_member", organisation_id=house, user_id=member),
                subject_kind="mail",
                subject_id=mail.id,
            )
        return
    youth = db_session.get(Youth, mail.youth_id) if mail.youth_id else None
    if youth is None:
        return
    notify(
        db_session,
        actor,
        event="mail_bounced",
        user_ids=[youth.adviser_id] if youth.adviser_id else [],
        organisation_ids=[] if youth.adviser_id else [youth.organisation_id],
        title=f"Un courriel du dossier {youth.public_code} n’est pas arrivé : vérifiez l’adresse",
        path=inner_path("youth.mails", youth_id=youth.id),
        subject_kind="mail",
        subject_id=mail.id,
        youth_id=youth.id,
    )
