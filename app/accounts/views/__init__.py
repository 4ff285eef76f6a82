"""Pages of accounts, and the web session of a person."""

from __future__ import annotations

from app.accounts.views.signing_in import blueprint

__all__ = ["blueprint"]
