"""A draft that a field agent wrote: the company approves it, or corrects it, behind a signed link."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.accounts.queries import contact_emails
from app.core import clock
from app.core.errors import Conflict, Invalid, NotFound
from app.core.links import LinkOver
from app.core.permissions import ensure
from app.openings.emails import ask_for_approval
from app.openings.models import Opening, OpeningApproval, OpeningStatus
from app.openings.queries import opening_facts
from app.openings.services.checks import OpeningDetails, check_publishable, refuse_closed_place
from app.openings.services.openings import (
    begin_term,
    note_opening,
    opening_to_change,
    write_opening,
)
from app.policy.actor import Actor, Role
from app.policy.permissions import Permission

LINK_DAYS = timedelta(days=30)


def ask_approval(db_session: Session, actor: Actor, *, opening_id: int) -> OpeningApproval:
    """Send the draft to the company, by the address of its people or its own.

    Raises:
        NotFound, Forbidden: not this actor's opening.
        Conflict: it is no draft any more.
        Invalid: no address is known, the draft lacks what publishing asks, or it could not be published.
    """
    opening = opening_to_change(db_session, actor, opening_id)
    if opening.status is not OpeningStatus.DRAFT:
        raise Conflict("Cette offre n’est plus un brouillon.")
    check_publishable(opening)
    refuse_closed_place(db_session, opening)
    recipients = contact_emails(db_session, opening.employer_id, frozenset({Role.EMPLOYER}))
    if not recipients:
        raise Invalid(
            "Aucune adresse n’est connue pour cette entreprise : écrivez-la sur sa fiche."
        )
    row = OpeningApproval(
        opening_id=opening_id,
        asked_at=clock.now(),
        asked_by=actor.user_id,
        recipient=recipients[0],
    )
    db_session.add(row)
    db_session.flush()
    company = db_session.get_one(Organisation, opening.employer_id).name
    ask_for_approval(
        db_session, row, title=opening.title, company=company, agent=actor.name, good_for=LINK_DAYS
    )
    note_opening(db_session, actor, opening, "opening_approval_asked")
    return row


def approval_opening(db_session: Session, approval_id: int, opening_id: int) -> Opening:
    """The draft behind a link: the last one that was sent, and still a draft.

    Raises:
        LinkOver: a later link was sent, or the opening is no draft any more.
    """
    last = db_session.scalar(
        select(OpeningApproval)
        .where(OpeningApproval.opening_id == opening_id)
        .order_by(OpeningApproval.id.desc())
        .limit(1)
    )
    opening = db_session.get(Opening, opening_id)
    if last is None or last.id != approval_id or opening is None:
        raise LinkOver
    return opening


def approve_opening(
    db_session: Session,
    actor: Actor,
    *,
    approval_id: int,
    opening_id: int,
    details: OpeningDetails,
) -> Opening:
    """Publish the draft as the company wants it.

    Raises:
        NotFound: the link is not for this opening, or is over.
        Conflict: it was answered already.
        Invalid: what the company wrote cannot be published.
    """
    facts = replace(opening_facts(db_session, opening_id), link_object_id=opening_id)
    ensure(actor, Permission.OPENING_APPROVE, facts)
    opening = approval_opening(db_session, approval_id, opening_id)
    row = db_session.get(OpeningApproval, approval_id)
    if row is None:
        raise NotFound
    if row.answered_at is not None or opening.status is not OpeningStatus.DRAFT:
        raise Conflict("Cette offre est déjà publiée : merci.")
    row.was_corrected = any(
        getattr(opening, name) != getattr(details, name)
        for name in ("title", "description", "positions")
    )
    write_opening(db_session, opening, details)
    check_publishable(opening)
    refuse_closed_place(db_session, opening)
    opening.status = OpeningStatus.PUBLISHED
    begin_term(opening)
    row.answered_at = clock.now()
    db_session.flush()
    note_opening(
        db_session, actor, opening, "opening_approved", OpeningStatus.DRAFT, opening.status
    )
    return opening
