"""Pages of accounts and organisations, and the web session of a person."""

from __future__ import annotations

from app.accounts.views import (
    devices,
    invitations,
    joining,
    members,
    organisations,
    passwords,
    proconnect,
    rights,
    second_factor,
    signing_in,
    sites,
    support,
)
from app.accounts.views.blueprint import blueprint

__all__ = [
    "blueprint",
    "devices",
    "invitations",
    "joining",
    "members",
    "organisations",
    "passwords",
    "proconnect",
    "rights",
    "second_factor",
    "signing_in",
    "sites",
    "support",
]
