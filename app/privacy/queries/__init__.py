"""Reads of the ledger, of the journal of readings, of what is held about one youth, and the officer's registers."""

from __future__ import annotations

from app.privacy.queries.ledger import LedgerRow, ledger_of
from app.privacy.queries.person import Person, person, rights_facts, rights_mark
from app.privacy.queries.readings import Reading, readings_of

__all__ = [
    "LedgerRow",
    "Person",
    "Reading",
    "ledger_of",
    "person",
    "readings_of",
    "rights_facts",
    "rights_mark",
]
