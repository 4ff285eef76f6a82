"""Passwords: their hash, their rule, signing in with one, changing one."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy.orm import Session

from app.accounts import emails
from app.accounts.models import User
from app.accounts.queries import user_by_email
from app.accounts.services.common_passwords import COMMON_PARTS, ROWS
from app.accounts.services.epochs import raise_epoch
from app.accounts.services.leaked import has_leaked
from app.core import clock
from app.core.errors import Invalid
from app.core.text import sort_key

PASSWORD_MIN_LENGTH = 15
PASSWORD_MAX_LENGTH = 200
OWN_LETTERS = 5  # letters that must be left once common words and names are taken away
LONGEST_PIECE = 12  # a piece written three times over makes no phrase
TOO_EASY = "Ce mot de passe est trop facile à deviner. Choisissez une phrase à vous."


class Passwords:
    """Argon2id with the cost of the settings; one instance an application."""

    def __init__(self, memory_kib: int, time_cost: int, leaked: Path | None = None) -> None:
        self.leaked = leaked
        self._hash = PasswordHash(
            (Argon2Hasher(memory_cost=memory_kib, time_cost=time_cost, parallelism=1),)
        )
        # Checked when the address is unknown, so that both answers take the same time.
        self._decoy = self._hash.hash("no account has this password")

    def hash(self, password: str) -> str:
        """The digest to store."""
        return self._hash.hash(password)

    def matches(self, password: str, stored: str | None) -> bool:
        """Check in constant work, also against nobody."""
        is_right = self._hash.verify(password, stored or self._decoy)
        return is_right and stored is not None


def authenticate(
    db_session: Session, passwords: Passwords, *, email: str, password: str
) -> User | None:
    """The user with this address and password, or None: same answer and same work whether the address exists or not."""
    user = user_by_email(db_session, email)
    is_right = passwords.matches(password, user.password_hash if user else None)
    if user is None or not is_right or not user.is_active:
        return None
    user.last_login_at = clock.now()
    return user


def check_password_rule(password: str, *, about: tuple[str, ...] = ()) -> None:
    """Length counts, composition does not; what everybody guesses first is refused whatever its length.

    Common words, keyboard rows, digits and the person's own names are taken away; a password of
    which less than five letters are left is guessed from a short list.

    Args:
        about: names, address and organisation of the person, which a guesser knows.

    Raises:
        Invalid: too short, too long or too easy.
    """
    if len(password) < PASSWORD_MIN_LENGTH:
        raise Invalid(
            f"{PASSWORD_MIN_LENGTH} caractères au moins : une phrase convient très bien.",
            field="password",
        )
    if len(password) > PASSWORD_MAX_LENGTH:
        raise Invalid(f"{PASSWORD_MAX_LENGTH} caractères au plus.", field="password")
    if len(set(password.lower())) < OWN_LETTERS or _is_repetition(password.lower()):
        raise Invalid(TOO_EASY, field="password")
    if _own_letters(password, about) < OWN_LETTERS:
        raise Invalid(TOO_EASY, field="password")


def _is_repetition(text: str) -> bool:
    """True for a short piece written again and again: "soleil soleil soleil"."""
    bare = re.sub(r"\W", "", text)
    # By hand: a pattern that repeats a group with blanks in it tries every way to cut two hundred blanks.
    return text in (text + text)[1:-1] or any(
        len(bare) >= 3 * size and bare == (bare[:size] * len(bare))[: len(bare)]
        for size in range(1, LONGEST_PIECE + 1)
        if len(bare) % size == 0
    )


def _own_letters(password: str, about: tuple[str, ...]) -> int:
    """Distinct letters that no list of words, name or row of keys explains."""
    rest = f" {sort_key(password)} "
    names = {part for text in about for part in sort_key(text).split()}
    for word in sorted(COMMON_PARTS | names, key=lambda one: (-len(one), one)):
        # Inside a longer word only what is long enough not to be there by chance.
        rest = rest.replace(word if len(word) > 3 else f" {word} ", "  ")
    letters = re.sub(r"[^a-z]", "", rest)
    walked = sum(any(a + b in row for row in ROWS) for a, b in pairwise(letters))
    return min(len(letters) - walked, len(set(letters)))


def set_password(
    user: User, passwords: Passwords, password: str, *, organisation: str = ""
) -> None:
    """Give this person a new password; every open session and every reset link ends.

    Raises:
        Invalid: the password breaks the rule.
    """
    about = (user.given_name, user.family_name, user.email, organisation)
    check_password_rule(password, about=about)
    if has_leaked(password, passwords.leaked):
        raise Invalid(
            "Ce mot de passe a fuité sur un autre site : choisissez-en un autre.", field="password"
        )
    user.password_hash = passwords.hash(password)
    raise_epoch(user)


def change_password(
    db_session: Session, passwords: Passwords, *, user_id: int, current: str, password: str
) -> User:
    """Change one's own password, knowing the present one.

    Raises:
        Invalid: the present password is wrong, or the new one breaks the rule.
    """
    user = db_session.get_one(User, user_id)
    if not passwords.matches(current, user.password_hash):
        raise Invalid("Ce n’est pas votre mot de passe actuel.", field="current")
    set_password(user, passwords, password)
    emails.password_changed(db_session, user)
    return user
