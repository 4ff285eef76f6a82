"""The machines that this program may ask: those that its settings name, and this one.

No address of ours comes from a person; this list holds though a library or a mistake would ask another machine. It
stands where every client of Python looks a name up (`socket.getaddrinfo`), for the whole process and for good: Python
takes no audit hook away. The database's own library opens its own connection, to the host of DATABASE_URL alone.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from urllib.parse import urlsplit

from config import Settings

NEAR = frozenset({"", "localhost", "127.0.0.1", "::1", "0.0.0.0", "::"})  # noqa: S104 - names, not an address to serve

# Where this very process listens: to bind an address looks it up too.
_LISTENING: set[str] = set()


class NotAllowedOut(ConnectionError):
    """Nobody named this machine in the settings."""


def hosts_of(settings: Settings) -> frozenset[str]:
    """The names of the machines that the settings name."""
    addresses = (settings.oidc_issuer, settings.registry_url, settings.bounce_imap_url)
    named = {urlsplit(one).hostname or "" for one in (*addresses, settings.resolved_database_url)}
    return frozenset({*named, settings.smtp_host.lower(), *settings.outward_hosts.lower().split()})


def guard(allowed: frozenset[str]) -> Callable[[str, tuple[object, ...]], None]:
    """What is asked at each look-up of a name.

    Raises:
        NotAllowedOut: from the look-up, when the name is not one of `allowed` nor of this machine.
    """

    def judge(event: str, arguments: tuple[object, ...]) -> None:
        if event != "socket.getaddrinfo":
            return
        host = arguments[0]
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or "")
        if name.lower() not in allowed | NEAR | _LISTENING:
            raise NotAllowedOut(f"{name} is not named in the settings")

    return judge


def listens_on(host: str) -> None:
    """The operator's server is about to listen at this address."""
    _LISTENING.add(host.lower())


def keep_inside(settings: Settings) -> None:
    """Let the process ask only the machines of its settings."""
    sys.addaudithook(guard(hosts_of(settings)))
