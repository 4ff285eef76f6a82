"""Mails of a file that came back: the address was mended, or its owner says that it works again."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.core.errors import AlreadyDone, NotFound
from app.core.outbox import OutboxMail, lift_stop, stopped_among
from app.policy.actor import Actor
from app.youth.services.guarded import note_change, open_for_change


def write_again(db_session: Session, actor: Actor, *, youth_id: int, mail_id: int) -> None:
    """Let the next mails leave again to the address of this mail; what did not leave stays unsent.

    Raises:
        NotFound: no such youth for this actor, or a mail that is not about this youth.
        AlreadyDone: nothing stops this address.
    """
    youth = open_for_change(db_session, actor, youth_id)
    mail = db_session.get(OutboxMail, mail_id)
    if mail is None or mail.youth_id != youth.id:
        raise NotFound
    if not stopped_among(db_session, [mail.recipient]):
        raise AlreadyDone("Rien n’arrête cette adresse : les prochains courriels y partiront.")
    lift_stop(db_session, mail.recipient)
    note_change(db_session, actor, youth, "address_reopened", is_matching_data=False)
    db_session.flush()
