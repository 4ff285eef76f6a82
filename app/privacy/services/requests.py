"""What a youth asks for: the link to their data, a correction."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Conflict, Invalid, NotFound
from app.core.outbox import LINKS_AN_HOUR, written_since
from app.core.permissions import ensure
from app.core.requests import use_once
from app.core.tasks import enqueue
from app.core.vault import lock
from app.policy.actor import Actor
from app.policy.permissions import Permission
from app.privacy import emails
from app.privacy.models import CorrectionRequest
from app.privacy.queries.person import rights_facts
from app.privacy.services.noting import note_on_file
from app.privacy.services.stopping import adviser_email
from app.youth.models import Youth

WORDS_MAX = 600


TASK = "privacy.own_link"


def ask_own_link(db_session: Session, *, email: str) -> None:
    """Somebody typed an address on the public page: a task looks whether a youth gave it.

    The same row is written for a known and for an unknown address, so neither the answer nor its time tells who is
    followed here. The address waits locked: a job holds no personal data that can be read.
    """
    enqueue(db_session, TASK, {"address": lock(email.strip().lower()[:254])})


def email_own_link(db_session: Session, *, email: str) -> int:
    """Each youth who gave this address receives their link, three an hour at most. Returns how many mails left."""
    known = db_session.scalars(
        select(Youth)
        .where(func.lower(Youth.email) == email.strip().lower(), Youth.anonymised_at.is_(None))
        .order_by(Youth.id)
    ).all()
    since, sent = clock.now() - timedelta(hours=1), 0
    for youth in known:
        address = str(youth.email)
        held = written_since(
            db_session, kind=emails.RIGHTS_LINK, recipient=address, since=since, youth_id=youth.id
        )
        if held >= LINKS_AN_HOUR:
            continue
        emails.send_rights_link(db_session, youth)
        sent += 1
    return sent


def send_link(db_session: Session, actor: Actor, *, youth_id: int) -> None:
    """The adviser or the officer sends the youth the link to their data.

    Raises:
        Invalid: the file has no address.
    """
    youth = _open(db_session, actor, youth_id, Permission.RIGHTS_VIEW)
    if not youth.email:
        raise Invalid(
            "Ce dossier n’a pas d’adresse électronique : montrez la copie du dossier au jeune."
        )
    emails.send_rights_link(db_session, youth)
    note_on_file(db_session, actor, youth_id, "rights_link_sent")


def ask_correction(
    db_session: Session, actor: Actor, *, youth_id: int, words: str, request_key: str | None = None
) -> CorrectionRequest:
    """The youth writes what is wrong; the adviser corrects the file.

    Raises:
        Invalid: nothing is written, or too much.
    """
    youth = _open(db_session, actor, youth_id, Permission.RIGHTS_CORRECT)
    text = words.strip()
    if not text:
        raise Invalid("Écrivez ce qui est à corriger.", field="words")
    if len(text) > WORDS_MAX:
        raise Invalid(f"{WORDS_MAX} caractères au plus.", field="words")
    use_once(db_session, request_key)
    row = CorrectionRequest(youth_id=youth_id, words=text, asked_at=clock.now())
    db_session.add(row)
    db_session.flush()
    note_on_file(db_session, actor, youth_id, "correction_asked")
    emails.tell_house_of_request(
        db_session,
        organisation_id=youth.organisation_id,
        adviser_email=adviser_email(db_session, youth),
        code=youth.public_code,
        youth_id=youth_id,
        due_on=None,
    )
    return row


def correction_done(
    db_session: Session, actor: Actor, *, youth_id: int, correction_id: int
) -> CorrectionRequest:
    """The adviser has corrected the file.

    Raises:
        NotFound: no such request of this youth.
        Conflict: it was done before.
    """
    _open(db_session, actor, youth_id, Permission.YOUTH_EDIT)
    row = db_session.get(CorrectionRequest, correction_id)
    if row is None or row.youth_id != youth_id:
        raise NotFound
    if row.done_at is not None:
        raise Conflict("Cette correction est déjà notée comme faite.")
    row.done_at, row.done_by = clock.now(), actor.user_id
    note_on_file(db_session, actor, youth_id, "correction_done")
    return row


def _open(db_session: Session, actor: Actor, youth_id: int, permission: Permission) -> Youth:
    ensure(actor, permission, rights_facts(db_session, youth_id), seen_by=Permission.RIGHTS_VIEW)
    youth = db_session.get(Youth, youth_id)
    if youth is None or youth.anonymised_at is not None:
        raise NotFound
    return youth
