"""What must not come back with an older copy: sessions, reset links, mails that may have left, erased people."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.accounts.models import PasswordResetRequest, WebSession
from app.accounts.services import end_all_sessions
from app.core import journal
from app.core.outbox import MailState, OutboxMail
from app.policy.actor import CLOCK
from app.privacy.services.erasing import erase_again


@dataclass(frozen=True, slots=True)
class Settled:
    """What was done to a copy that has just been put back."""

    accounts: int
    mails: int
    erased: int


def settle_restored(db_session: Session) -> Settled:
    """Close every session and reset link, hold the mails that may have left since, erase again who was erased since.

    A mail that waited in the copy may have been sent after it: nobody knows, so a person decides ("issue inconnue").
    """
    accounts = end_all_sessions(db_session)
    db_session.execute(delete(WebSession))
    db_session.execute(delete(PasswordResetRequest))
    held = db_session.execute(
        update(OutboxMail)
        .where(OutboxMail.state.in_([MailState.WAITING, MailState.SENDING]))
        .values(state=MailState.UNKNOWN)
    )
    erased = erase_again(db_session)
    settled = Settled(
        accounts=accounts,
        mails=int(held.rowcount),  # type: ignore[attr-defined]
        erased=erased,
    )
    journal.record(
        db_session,
        CLOCK,
        subject_kind="platform",
        subject_id=0,
        event="restored",
        audience=journal.Audience.PLATFORM,
        details={"mails": settled.mails, "erased": settled.erased},
    )
    return settled
