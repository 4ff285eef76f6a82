"""What a load did, row by row in figures, and what it refused with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

Progress = Callable[[str, int, int], None]
"""Called with a label, the rows done and the rows in all."""


def silent(_label: str, _done: int, _total: int) -> None:
    """No progress shown."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row that was left out; `line` is what the user's spreadsheet shows, the header being line
    1.
    """

    line: int
    reason: str


@dataclass(slots=True)
class LoadReport:
    """The outcome of one file.

    Attributes:
        kind: which reference.
        rows: lines read, the header not counted.
        created: rows written anew, over all tables of this kind; `updated` and `unchanged`
        likewise.
        refused: lines left out, at most `KEPT_REFUSALS` of them; `refused_count` in all, by
            `reasons`.
        already_loaded: the very same file was loaded before, so nothing was looked at.
    """

    kind: str
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)
    refused_count: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    already_loaded: bool = False

    @property
    def changed(self) -> bool:
        return bool(self.created or self.updated)

    def refuse(self, line: int, reason: str) -> None:
        """Leave a line out and say why."""
        self.refused_count += 1
        self.reasons[reason] += 1
        if len(self.refused) < KEPT_REFUSALS:
            self.refused.append(Refusal(line, reason))

    def add(self, created: int, updated: int, unchanged: int) -> None:
        """Count the rows of one table."""
        self.created += created
        self.updated += updated
        self.unchanged += unchanged

    def sentences(self) -> list[str]:
        """The report in French, for a terminal or a page."""
        if self.already_loaded:
            return ["Ce fichier a déjà été chargé : rien n’a changé."]
        changes = f"{self.created} créées, {self.updated} mises à jour, {self.unchanged} inchangées"
        lines = [f"{self.rows} lignes lues : {changes}, {self.refused_count} refusées."]
        for reason, count in sorted(self.reasons.items(), key=lambda item: (-item[1], item[0])):
            first = [str(one.line) for one in self.refused if one.reason == reason][:5]
            lines.append(f"  {count} × {reason} (lignes {', '.join(first)}…)")
        return lines


KEPT_REFUSALS = 500
