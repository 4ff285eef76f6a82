"""A forgotten password: asked for without looking, answered by mail, used once."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from sqlalchemy.orm import Session

from app.accounts import emails
from app.accounts.models import PasswordResetRequest, User
from app.accounts.queries import user_by_email
from app.accounts.services.passwords import Passwords, set_password
from app.core import clock
from app.core.outbox import LINKS_AN_HOUR, written_since
from app.core.tasks import enqueue
from app.core.tokens import SealBroken, seal, unseal

PURPOSE = "password-reset"
GOOD_FOR = timedelta(hours=1)
TASK = "accounts.password_reset"


def ask_reset(db_session: Session, *, email: str) -> None:
    """Note that somebody asks for this address; a task looks whether it has an account.

    The same rows are written for a known and for an unknown address.
    """
    request = PasswordResetRequest(email=email.strip().lower()[:254], asked_at=clock.now())
    db_session.add(request)
    db_session.flush()
    enqueue(db_session, TASK, {"request_id": request.id})


def answer_reset(db_session: Session, *, request_id: int) -> bool:
    """Send the link if the address has an account in use, and forget the request.

    Returns:
        whether a mail was written.
    """
    request = db_session.get(PasswordResetRequest, request_id)
    if request is None:
        return False
    user = user_by_email(db_session, request.email)
    db_session.delete(request)
    if user is None or not user.is_active or _has_links(db_session, user):
        return False
    token = seal(PURPOSE, [user.id, _stamp(user)], good_for=GOOD_FOR)
    emails.password_reset(db_session, user, token=token)
    return True


def _has_links(db_session: Session, user: User) -> bool:
    """Enough links of the last hour wait in the mailbox, and each still opens: whoever asks for more fills it."""
    since = clock.now() - GOOD_FOR
    kind = emails.PASSWORD_RESET
    return written_since(db_session, kind=kind, recipient=user.email, since=since) >= LINKS_AN_HOUR


def user_of_reset(db_session: Session, token: str) -> User:
    """Whose password this link may change.

    Raises:
        SealBroken: forged, too old, or the account has changed since it was written: a new
            password, "sign out everywhere", the restore of an older copy.
    """
    user_id, stamp = unseal(PURPOSE, token, size=2)
    user = db_session.get(User, int(user_id))
    if user is None or not user.is_active or not hmac.compare_digest(str(stamp), _stamp(user)):
        raise SealBroken
    return user


def reset_password(db_session: Session, passwords: Passwords, *, token: str, password: str) -> User:
    """Give a new password by the link of a mail; the link, and every open session, end with it.

    Raises:
        SealBroken: as `user_of_reset`.
        Invalid: the password breaks the rule.
    """
    user = user_of_reset(db_session, token)
    set_password(user, passwords, password)
    emails.password_changed(db_session, user)
    return user


def _stamp(user: User) -> str:
    """What the account is now, as a digest: it moves with the password and with the epoch."""
    text = f"{user.id}:{user.session_epoch}:{user.password_hash}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]
