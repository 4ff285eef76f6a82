"""The second factor: a code of six digits that a telephone shows (TOTP, RFC 6238), and recovery codes."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

import pyotp
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from app.accounts import emails
from app.accounts.models import RecoveryCode, User
from app.accounts.queries import is_member
from app.accounts.services.attempts import ATTEMPTS_PER_ACCOUNT, attempts_made
from app.accounts.services.epochs import raise_epoch
from app.accounts.services.invitations import load_to_manage
from app.accounts.services.passwords import Passwords
from app.core import clock, journal
from app.core.errors import Conflict, Invalid, NotFound
from app.core.outbox import written_since
from app.core.settings import current_settings
from app.core.vault import is_current, lock, unlock
from app.policy.actor import Actor, Role
from config import ConfigurationError

STEP_SECONDS = 30
RECOVERY_CODES = 10
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that reads as something else
GROUPS, GROUP_LENGTH = 6, 4  # 24 signs of 31: 118 bits, so that a plain digest keeps them
ISSUER = "Trèfle"
# Before the secret of a telephone that computes by SHA-256, as the square asks; without it, by the first RFC's hash,
# which several applications know alone: they ignore what the square says, and their first code tells.
STRONG = "sha256:"
WRONG_CODE = "Ce code n’est pas le bon, il a déjà servi ou il vient de changer. Écrivez celui qui s’affiche maintenant."

# Every role opens some list of youth, be it by code, or decides who does: all are asked. Those who read codes and
# figures, or only the names that a youth gave them, may be freed by the operator; who reads files never.
ROLES_THAT_MAY_BE_FREED = frozenset(
    {Role.EMPLOYER, Role.FIELD_AGENT, Role.REGIONAL_COORDINATOR, Role.REGIONAL_CORRESPONDENT}
)


def roles_that_need_it(freed: str) -> frozenset[Role]:
    """Roles that open nothing without a second factor.

    Args:
        freed: names of roles that do, separated by spaces: `employer field_agent`.

    Raises:
        ConfigurationError: no such role, or one that reads files of youth.
    """
    names = set(freed.split())
    wrong = sorted(names - ROLES_THAT_MAY_BE_FREED)
    if wrong:
        may = ", ".join(sorted(ROLES_THAT_MAY_BE_FREED))
        raise ConfigurationError(
            f"TREFLE_SECOND_FACTOR_FREE_ROLES: only {may}, not {', '.join(wrong)}"
        )
    return frozenset(Role) - names


def prepare_second_factor(
    db_session: Session, passwords: Passwords, *, user_id: int, is_fresh: bool, password: str = ""
) -> User:
    """Draw the secret that a telephone will share; nothing is asked of the person until it is confirmed.

    Args:
        is_fresh: they signed in a few minutes ago; later the password is asked again, so that a session left
            open gives nobody a lasting key.

    Raises:
        Conflict: a second factor is active already.
        Invalid: the password is wrong.
    """
    user = db_session.get_one(User, user_id)
    if not is_fresh and not passwords.matches(password, user.password_hash):
        raise Invalid("Ce n’est pas votre mot de passe actuel.", field="password")
    if user.has_second_factor:
        raise Conflict("La double vérification est déjà active sur votre compte.")
    user.totp_secret, user.totp_last_step = lock(pyotp.random_base32()), None
    return user


def shared_secret(user: User) -> str | None:
    """The secret as the telephone reads it, None when nothing is being prepared: shown only while switching on."""
    if user.totp_secret is None or user.has_second_factor:
        return None
    return unlock(user.totp_secret)


def enrolment_address(user: User) -> str | None:
    """The `otpauth:` address that the telephone reads, None when nothing is being prepared."""
    secret = shared_secret(user)
    if secret is None:
        return None
    return str(_strong(secret).provisioning_uri(name=user.email, issuer_name=ISSUER))


def confirm_second_factor(db_session: Session, *, user_id: int, code: str) -> list[str]:
    """Switch the second factor on with a first code. Returns the recovery codes, shown this once.

    The first code says how the telephone computes: only that way is taken from now on.

    Raises:
        Conflict: nothing was prepared, or it is active already.
        Invalid: the code is wrong.
    """
    user = db_session.get_one(User, user_id)
    if user.totp_secret is None or user.has_second_factor:
        raise Conflict("Recommencez l’activation depuis votre compte.")
    secret = unlock(user.totp_secret)
    if _take_step(db_session, user, code, _strong(secret)):
        user.totp_secret = lock(STRONG + secret)
    elif not _take_step(db_session, user, code, pyotp.TOTP(secret)):
        raise Invalid(WRONG_CODE, field="code")
    user.totp_confirmed_at = clock.now()
    raise_epoch(user)
    emails.second_factor_changed(db_session, user, is_on=True)
    return _draw_recovery_codes(db_session, user_id)


def check_second_factor(db_session: Session, *, user_id: int, code: str) -> bool:
    """True for the telephone's code of now, or for a recovery code; either serves once."""
    user = db_session.get_one(User, user_id)
    if not user.has_second_factor:
        return False
    text = unlock(user.totp_secret or "")
    secret = text.removeprefix(STRONG)
    totp = _strong(secret) if text.startswith(STRONG) else pyotp.TOTP(secret)
    taken = _take_step(db_session, user, code, totp)
    return taken or _take_recovery_code(db_session, user_id, code)


def tell_of_guessing(db_session: Session, *, user_id: int) -> None:
    """A code was wrong; at the last try of the window the owner is told, once a day.

    Whoever tries codes gave the right password before: only its owner can end that, by another one.
    """
    made = attempts_made(db_session, kind="code", subject=str(user_id))
    if made < ATTEMPTS_PER_ACCOUNT:
        return
    user = db_session.get_one(User, user_id)
    today = clock.now() - timedelta(days=1)
    if not written_since(db_session, kind=emails.CODES_GUESSED, recipient=user.email, since=today):
        emails.codes_guessed(db_session, user, tries=made)


def renew_recovery_codes(db_session: Session, *, user_id: int, code: str) -> list[str]:
    """New recovery codes in place of the old ones, for who holds the telephone.

    Raises:
        Invalid: the code is wrong.
    """
    if not check_second_factor(db_session, user_id=user_id, code=code):
        raise Invalid(WRONG_CODE, field="code")
    return _draw_recovery_codes(db_session, user_id)


def remove_second_factor(
    db_session: Session, passwords: Passwords, *, user_id: int, password: str, code: str
) -> User:
    """Switch the second factor off, with password and code. Whether a role needs it is asked at the next page.

    Raises:
        Invalid: the password or the code is wrong.
    """
    user = db_session.get_one(User, user_id)
    if not passwords.matches(password, user.password_hash):
        raise Invalid("Ce n’est pas votre mot de passe actuel.", field="password")
    if not check_second_factor(db_session, user_id=user_id, code=code):
        raise Invalid(WRONG_CODE, field="code")
    _forget(db_session, user)
    emails.second_factor_changed(db_session, user, is_on=False)
    return user


def reset_lost_second_factor(
    db_session: Session, actor: Actor, *, organisation_id: int, user_id: int
) -> User:
    """Take away the second factor of a member who lost telephone and codes; the person is told by mail.

    The password stays asked for, and a role that needs a second factor asks for a new one at the next sign-in.

    Raises:
        NotFound, Forbidden: the actor does not manage this organisation, or no such member.
        Conflict: none is active, or it is the actor's own: a stolen session must not take it away.
    """
    organisation = load_to_manage(db_session, actor, organisation_id)
    if not is_member(db_session, user_id=user_id, organisation_id=organisation.id):
        raise NotFound
    user = db_session.get_one(User, user_id)
    if user.id == actor.user_id:
        raise Conflict(
            "Votre propre double vérification s’arrête depuis votre compte, avec un code. "
            "Sans code, demandez à une autre personne qui administre l’organisation."
        )
    if not user.has_second_factor:
        raise Conflict("La double vérification n’est pas active sur ce compte.")
    _forget(db_session, user)
    journal.record(
        db_session,
        actor,
        subject_kind="organisation",
        subject_id=organisation.id,
        event="second_factor_reset",
        details={"user_id": user.id},
    )
    emails.second_factor_reset(db_session, user, by=actor.name, organisation=organisation.name)
    return user


def renew_locks(db_session: Session) -> int:
    """Lock anew every secret that the current key did not lock: after a change of key. Returns how many."""
    users = db_session.scalars(select(User).where(User.totp_secret.is_not(None))).all()
    old = [one for one in users if not is_current(one.totp_secret or "")]
    for one in old:
        one.totp_secret = lock(unlock(one.totp_secret or ""))
    db_session.flush()
    return len(old)


def recovery_codes_left(db_session: Session, user_id: int) -> int:
    """How many recovery codes have not served."""
    return (
        db_session.scalar(
            select(func.count())
            .select_from(RecoveryCode)
            .where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
        )
        or 0
    )


def _forget(db_session: Session, user: User) -> None:
    """Take the secret and the recovery codes away; every open session ends."""
    user.totp_secret = user.totp_confirmed_at = user.totp_last_step = None
    db_session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    raise_epoch(user)


def _strong(secret: str) -> pyotp.TOTP:
    return pyotp.TOTP(secret, digest=hashlib.sha256)


def _take_step(db_session: Session, user: User, code: str, totp: pyotp.TOTP) -> bool:
    """Check a code and use its time step up, in one statement: two requests with one code, one wins."""
    digits = "".join(code.split())
    now = int(clock.now().timestamp()) // STEP_SECONDS
    around = current_settings().code_steps_around
    for step in range(now - around, now + around + 1):
        if not secrets.compare_digest(totp.generate_otp(step).encode(), digits.encode()):
            continue
        taken = db_session.execute(
            update(User)
            .where(
                User.id == user.id,
                or_(User.totp_last_step.is_(None), User.totp_last_step < step),
            )
            .values(totp_last_step=step)
        )
        return taken.rowcount == 1  # type: ignore[attr-defined,no-any-return]
    return False


def _take_recovery_code(db_session: Session, user_id: int, code: str) -> bool:
    taken = db_session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.digest == _digest(user_id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
    )
    return taken.rowcount == 1  # type: ignore[attr-defined,no-any-return]


def _draw_recovery_codes(db_session: Session, user_id: int) -> list[str]:
    db_session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = [
        "-".join(
            "".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS)
        )
        for _ in range(RECOVERY_CODES)
    ]
    db_session.add_all(RecoveryCode(user_id=user_id, digest=_digest(user_id, one)) for one in codes)
    db_session.flush()
    return codes


def _digest(user_id: int, code: str) -> str:
    """118 random bits need no slow hash."""
    plain = "".join(sign for sign in code.lower() if sign.isalnum())
    return hashlib.sha256(f"{user_id}:{plain}".encode()).hexdigest()
