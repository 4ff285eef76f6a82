"""Verbs on the accompaniment: status, who follows, notes."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Invalid, WrongState
from app.core.requests import use_once
from app.policy.actor import Actor
from app.policy.permissions import Permission
from app.rules.wording import check_wording
from app.youth.models import LEAVING, Youth, YouthNote, YouthStatus
from app.youth.services.consent import end_all_agreements
from app.youth.services.guarded import note_change, open_for_change
from app.youth.services.identity import known_adviser

# Placements alone say that a youth is placed.
BY_HAND = tuple(one for one in YouthStatus if one is not YouthStatus.PLACED)


def change_status(
    db_session: Session, actor: Actor, *, youth_id: int, status: YouthStatus
) -> Youth:
    """Say where the youth stands. Who withdraws or is transferred is shown to nobody any more.

    Raises:
        WrongState: placed is said by placements, when a contract is signed or broken.
    """
    youth = open_for_change(db_session, actor, youth_id)
    before = youth.status
    if before is status:
        return youth
    if YouthStatus.PLACED in (before, status):
        raise WrongState(
            "Un contrat fait changer ce statut tout seul : signez ou rompez-le dans la proposition."
        )
    youth.status = status
    note_change(db_session, actor, youth, "status_changed", from_state=before, to_state=status)
    if status in LEAVING:
        end_all_agreements(db_session, actor, youth)
    return youth


def reassign(db_session: Session, actor: Actor, *, youth_id: int, adviser_id: int) -> Youth:
    """Give the file to a colleague of the same organisation.

    Raises:
        Invalid: not an adviser of this organisation.
    """
    youth = open_for_change(db_session, actor, youth_id, Permission.YOUTH_REASSIGN)
    give_file(
        db_session, actor, youth, known_adviser(db_session, youth.organisation_id, adviser_id)
    )
    return youth


def add_note(
    db_session: Session,
    actor: Actor,
    *,
    youth_id: int,
    text: str,
    is_confirmed: bool = False,
    was_contact: bool = False,
    request_key: str | None = None,
) -> YouthNote:
    """Write a note that never leaves the organisation.

    Args:
        is_confirmed: the writer read the warning about sensitive words and keeps them.
        was_contact: they spoke with the youth today, which dates the last contact.

    Raises:
        Invalid: sensitive words (health, religion, origin…) that nobody confirmed.
    """
    youth = open_for_change(db_session, actor, youth_id)
    found = [] if is_confirmed else check_wording(text, clock.today())
    if found:
        passages = " ".join(one.message for one in found)
        raise Invalid(
            f"{passages} Une note garde le strict nécessaire : retirez ces mots, ou cochez la case "
            "si l’accompagnement l’exige.",
            field="text",
        )
    use_once(db_session, request_key)
    now = clock.now()
    note = YouthNote(youth_id=youth_id, author_id=actor.user_id, written_at=now, text=text)
    db_session.add(note)
    if was_contact:
        youth.last_contact_at = now
    note_change(db_session, actor, youth, "note_written", is_matching_data=False)
    return note


def note_contact(db_session: Session, actor: Actor, *, youth_id: int) -> Youth:
    """They spoke today."""
    youth = open_for_change(db_session, actor, youth_id)
    youth.last_contact_at = clock.now()
    note_change(db_session, actor, youth, "contact_noted", is_matching_data=False)
    return youth


def give_file(db_session: Session, actor: Actor, youth: Youth, adviser_id: int) -> None:
    """Change who follows a youth; the caller has judged the right."""
    if youth.adviser_id == adviser_id:
        return
    before, youth.adviser_id = youth.adviser_id, adviser_id
    note_change(
        db_session,
        actor,
        youth,
        "reassigned",
        details={"from_user": before, "to_user": adviser_id},
        is_matching_data=False,
    )
