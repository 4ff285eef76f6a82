"""Secrets at rest: short texts that the database keeps locked, so that a stolen copy of it opens nothing.

The keys come from `TREFLE_DATA_KEYS` (several, separated by commas: the first one locks, all of them
unlock) and, without it, from SECRET_KEY. To change a key, put the new one first, let the nightly task or
`flask trefle renew-secrets` lock everything anew, then take the old one away.
"""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.core.settings import current_settings

INFO = b"trefle.vault.1"
LOCKED = "gAAAA"  # how every locked text begins: Fernet's version, and the first bytes of its date


class VaultClosed(RuntimeError):
    """A locked text opens with none of the keys: one was taken away too early, or the copy is of another place."""


def lock(text: str) -> str:
    """The text, locked with the first key."""
    return _vault().encrypt(text.encode()).decode()


def unlock(kept: str) -> str:
    """The text of what the database keeps. What was written before secrets were locked is read as it is.

    Raises:
        VaultClosed: no key opens it.
    """
    if not kept.startswith(LOCKED):
        return kept
    try:
        return _vault().decrypt(kept.encode()).decode()
    except InvalidToken:
        raise VaultClosed from None


def is_current(kept: str) -> bool:
    """True when the first key locked it: nothing is to be renewed."""
    if not kept.startswith(LOCKED):
        return False
    try:
        _fernet(_secrets()[0]).decrypt(kept.encode())
    except InvalidToken:
        return False
    return True


def _vault() -> MultiFernet:
    return MultiFernet([_fernet(secret) for secret in _secrets()])


def _secrets() -> list[str]:
    """What the keys are derived from, the current one first. SECRET_KEY stays last: it locked what came before."""
    settings = current_settings()
    own = [one.strip() for one in settings.data_keys.split(",") if one.strip()]
    return [*own, settings.secret_key]


def _fernet(secret: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=INFO).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
