"""What must not come back with an older copy: sessions, reset links, mails that may have left, people who were erased
or who said stop.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.accounts.models import PasswordResetRequest, WebSession
from app.accounts.services import end_all_sessions
from app.core import journal
from app.core.erasures import Act, Noted, noted_acts
from app.core.outbox import MailState, OutboxMail
from app.policy.actor import CLOCK
from app.privacy import emails
from app.privacy.models import ErasureRequest
from app.privacy.queries.person import waiting_erasure
from app.privacy.services.erasing import erase_again, still_known
from app.privacy.services.marking import mark_for_erasure
from app.youth.models import ConsentRecord, Youth
from app.youth.services import end_all_agreements

MARKS = frozenset({Act.MARKED, Act.ASKED})
# The line is written in the transaction that writes the row: a little before or after it.
SAME_TIME = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Settled:
    """What was done to a copy that has just been put back."""

    accounts: int
    mails: int
    erased: int
    stopped: int


def settle_restored(db_session: Session) -> Settled:
    """Close every session and reset link, hold the mails that may have left since, erase again who was erased since,
    end again the agreements of who said stop since.

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
        stopped=stop_again(db_session),
    )
    journal.record(
        db_session,
        CLOCK,
        subject_kind="platform",
        subject_id=0,
        event="restored",
        audience=journal.Audience.PLATFORM,
        details={
            "mails": settled.mails,
            "erased": settled.erased,
            "stopped": settled.stopped,
        },
    )
    return settled


def stop_again(db_session: Session) -> int:
    """End again what youth ended after the copy was made, and mark their files again. Returns of how many youth.

    What rested on the agreements ends with the next turn of `finish_stops`. An agreement given after the stop is in the
    copy with its date, and stays. Who is marked again receives the day again, and the way to keep the file: a word to
    keep it stands.
    """
    acts: dict[int, list[Noted]] = {}
    for one in noted_acts():
        if still_known(db_session, one) is not None:
            acts.setdefault(one.youth_id, []).append(one)
    return sum(_say_again(db_session, youth_id, said) for youth_id, said in sorted(acts.items()))


def _say_again(db_session: Session, youth_id: int, said: list[Noted]) -> bool:
    youth = db_session.get_one(Youth, youth_id)
    stops = [one.at for one in said if one.act is Act.STOPPED]
    is_stopped = bool(stops) and _agreed_before(db_session, youth_id, stops[-1])
    if is_stopped:
        end_all_agreements(db_session, CLOCK, youth)
    last = next((one for one in reversed(said) if one.act in MARKS or one.act is Act.KEPT), None)
    if last is not None and last.act in MARKS:
        _mark_again(db_session, youth, last)
    return is_stopped


def _agreed_before(db_session: Session, youth_id: int, stopped_at: datetime) -> bool:
    """Whether the copy still holds an agreement that ended then."""
    live = select(ConsentRecord.id).where(
        ConsentRecord.youth_id == youth_id,
        ConsentRecord.withdrawn_at.is_(None),
        ConsentRecord.data_scope != "S5",  # what a signed contract needs stays after a stop
        ConsentRecord.given_at < stopped_at,
    )
    return db_session.scalar(live.limit(1)) is not None


def _mark_again(db_session: Session, youth: Youth, mark: Noted) -> None:
    """Count the thirty days again, unless the copy knows of this mark: it runs there, or has ended."""
    is_known = db_session.scalar(
        select(ErasureRequest.id)
        .where(
            ErasureRequest.youth_id == youth.id,
            ErasureRequest.asked_at >= mark.at - SAME_TIME,
        )
        .limit(1)
    )
    if is_known is not None:
        return
    was_waiting = waiting_erasure(db_session, youth.id) is not None
    row = mark_for_erasure(db_session, CLOCK, youth, by_stop=mark.act is Act.MARKED)
    if youth.email and not was_waiting:
        emails.confirm_stop(db_session, youth, due_on=row.due_on)
