"""The legal representative of a minor: the link that lets them agree or refuse, and what their answer does."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Invalid, NotFound
from app.core.permissions import ensure
from app.policy.actor import Actor
from app.policy.permissions import Permission
from app.privacy import emails
from app.privacy.services.noting import note_on_file
from app.privacy.services.stopping import adviser_email, finish_stop
from app.youth.models import LegalRepresentative, Youth
from app.youth.queries import youth_facts
from app.youth.services import Answered, representative_answers, representative_mark
from app.youth.services.placing import needs_representative


def ask_representative(db_session: Session, actor: Actor, *, youth_id: int) -> None:
    """Send the representative the link by which they agree or refuse.

    Raises:
        NotFound: no such youth for this actor.
        Invalid: nobody is recorded, without an address, or the youth is of age.
    """
    ensure(
        actor,
        Permission.YOUTH_EDIT,
        youth_facts(db_session, youth_id),
        seen_by=Permission.YOUTH_VIEW,
    )
    youth, row = represented(db_session, youth_id)
    if row.email is None:
        raise Invalid("Notez d’abord l’adresse électronique du représentant légal.", field="email")
    emails.ask_representative(
        db_session,
        youth_id=youth_id,
        mark=representative_mark(row),
        given_name=youth.given_name,
        recipient=row.email,
    )
    note_on_file(db_session, actor, youth_id, "representative_link_sent")


def representative_says(
    db_session: Session, actor: Actor, *, youth_id: int, agrees: bool, text_version: str
) -> Answered:
    """The representative answers, or changes their answer; the adviser and they themselves are told by mail.

    Raises:
        NotFound: another link, or nobody to answer for any more.
        Invalid: the text has changed since the page was opened.
    """
    answered = representative_answers(
        db_session, actor, youth_id=youth_id, agrees=agrees, text_version=text_version
    )
    if answered.stopped:
        db_session.flush()
        finish_stop(db_session, youth_id=youth_id)
    youth, row = represented(db_session, youth_id)
    emails.tell_house_of_representative(
        db_session,
        organisation_id=youth.organisation_id,
        adviser_email=adviser_email(db_session, youth),
        code=youth.public_code,
        youth_id=youth_id,
        agrees=agrees,
    )
    if row.email is not None:
        emails.confirm_to_representative(
            db_session,
            youth_id=youth_id,
            mark=representative_mark(row),
            given_name=youth.given_name,
            recipient=row.email,
            agrees=agrees,
        )
    return answered


def represented(db_session: Session, youth_id: int) -> tuple[Youth, LegalRepresentative]:
    """The minor and who answers for them.

    Raises:
        NotFound: no such youth, or one that was erased.
        Invalid: of age or emancipated, or nobody is recorded.
    """
    youth = db_session.get(Youth, youth_id)
    if youth is None or youth.anonymised_at is not None:
        raise NotFound
    row = db_session.get(LegalRepresentative, youth_id)
    if row is None or not needs_representative(youth, clock.today()):
        raise Invalid("Notez d’abord qui est le représentant légal de ce mineur.", field="name")
    return youth, row
