"""The SQL that a piece of code sends: to count it, or to see what a side transaction wrote.

The stage of the tests lends one connection to the request and to the journals' own short transactions, and ends the
request by a rollback: what a journal wrote is then gone, but the statement was sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

# Appended on its own transaction before the answer: outside the budget of a page.
OUTSIDE_THE_BUDGET = ("insert into access_record", "savepoint", "release", "rollback", "begin")


@dataclass
class Statements:
    """What was sent, in order: text and parameters."""

    sent: list[tuple[str, Any]] = field(default_factory=list)

    @property
    def budget(self) -> list[str]:
        """Statements that count for a page."""
        return [text for text, _ in self.sent if not text.lower().startswith(OUTSIDE_THE_BUDGET)]

    def parameters_of(self, beginning: str) -> list[dict[str, Any] | tuple[Any, ...]]:
        """Parameters of the statements that begin so, one entry a row written."""
        found = [given for text, given in self.sent if text.lower().startswith(beginning)]
        return [row for given in found for row in (given if isinstance(given, list) else [given])]


@contextmanager
def watched(session: Session) -> Iterator[Statements]:
    """Listen to the connection that the test and its requests share."""
    connection = session.connection()
    statements = Statements()

    def note(_c: Any, _cursor: Any, text: str, parameters: Any, _x: Any, _many: bool) -> None:
        statements.sent.append((" ".join(text.split()), parameters))

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(connection, "before_cursor_execute", note)
