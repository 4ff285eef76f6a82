"""Signed links: the bearer of a mail may do one thing to one object until a date, without an account.

A link names its subject, its verb and its object, and `about`: what the object was when the link was written (the
opening of a placement, say), so that a link sent to one employer never answers for the next one. Opening a link shows
a page with buttons; only a button changes something, so a mail scanner that follows links does no harm.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer

from app.core import clock
from app.core.errors import NotFound
from app.core.tokens import signed_text
from app.policy.actor import Actor, Link, LinkSubject

SALT = "trefle.signed-link.1"


class LinkOver(NotFound):
    """The link is broken, too old, or the object has moved on: one neutral sentence for all of them."""

    default = (
        "Ce lien n’est plus valable. La proposition a peut-être changé : écrivez à la personne qui "
        "vous l’a envoyé, elle vous dira où en sont les choses."
    )


@dataclass(frozen=True, slots=True)
class SignedLink:
    """What a token says once its signature and its date are checked."""

    link: Link
    about: int
    ends_at: datetime

    @property
    def actor(self) -> Actor:
        """The bearer, as the policy knows it."""
        return Actor(link=self.link)


def mark_of(*parts: object) -> int:
    """A number for `about` that changes when any of these change: a house, a post, the address it went to."""
    text = "\x1f".join(str(one) for one in parts)
    return int(hashlib.sha256(text.encode()).hexdigest()[:7], 16)


def write_link(link: Link, *, about: int, good_for: timedelta) -> str:
    """The token of a link that ends after `good_for`."""
    ends_at = clock.now() + good_for
    payload = [link.subject.value, link.verb, link.object_id, about, int(ends_at.timestamp())]
    return str(_serializer().dumps(payload))


def read_link(token: str) -> SignedLink:
    """Check signature and date.

    Raises:
        LinkOver: forged, cut, or too old; the caller cannot tell which.
    """
    try:
        subject, verb, object_id, about, ends = _serializer().loads(token)
        signed = SignedLink(
            Link(LinkSubject(subject), str(verb), int(object_id)),
            int(about),
            datetime.fromtimestamp(int(ends), UTC),
        )
    except (BadData, TypeError, ValueError):
        raise LinkOver from None
    if signed.ends_at < clock.now():
        raise LinkOver
    return signed


def _serializer() -> URLSafeSerializer:
    return signed_text(SALT)
