"""Sealed values: what the portal writes into an address and reads back, signed, for one purpose and until a date.

A seal says only that we wrote it. Whether it still opens something (an invitation not used yet, a
password not changed since) is asked of the database by the service that reads it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from app.core import clock
from app.core.errors import NotFound


class SealBroken(NotFound):
    """Forged, cut, of another purpose or too old: one neutral sentence for all of them."""

    default = "Ce lien n’est plus valable. Demandez-en un nouveau : il ne sert qu’une fois et pour peu de temps."


def seal(purpose: str, values: Sequence[str | int], *, good_for: timedelta) -> str:
    """The token of these values, readable by anybody and writable by us alone."""
    ends = int((clock.now() + good_for).timestamp())
    return str(_serializer(purpose).dumps([ends, *values]))


def unseal(purpose: str, token: str, *, size: int) -> list[Any]:
    """The values that were sealed for this purpose.

    Raises:
        SealBroken: not ours, too old, or not `size` values.
    """
    try:
        found = _serializer(purpose).loads(token)
    except BadData:
        raise SealBroken from None
    if not isinstance(found, list) or len(found) != size + 1 or found[0] < clock.now().timestamp():
        raise SealBroken
    return found[1:]


def keyed_digest(purpose: str, *values: str) -> str:
    """A fingerprint that only this portal can make: it proves that we knew the values and gives none of them back."""
    key = f"trefle.digest.{purpose}.1:{current_app.config['SECRET_KEY']}".encode()
    return hmac.new(key, "\x1f".join(values).encode(), hashlib.sha256).hexdigest()


def signed_text(salt: str) -> URLSafeSerializer:
    """Values as a signed text of an address: HMAC-SHA-256, where the library would take SHA-1."""
    return URLSafeSerializer(
        current_app.config["SECRET_KEY"],
        salt=salt,
        signer_kwargs={"digest_method": hashlib.sha256},
    )


def _serializer(purpose: str) -> URLSafeSerializer:
    return signed_text(f"trefle.seal.{purpose}.1")
