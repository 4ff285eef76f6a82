"""A field of a kind of file, and the reading of one row by its fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any


class BadCell(ValueError):
    """A cell that cannot be taken; the message is a French sentence that says what to write."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a cell says, and what the reader had to suppose."""

    value: Any
    warning: str = ""


Parser = Callable[[str], Read]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a file may say.

    Attributes:
        label: French, as the page and the messages name it.
        synonyms: headers under which files bring it, in any spelling.
        parser: text of a cell that is not empty → value, or `BadCell`.
        missing: the sentence when a required field is empty.
        asked: required, but a file may lack it: a person then types it, row by row.
    """

    name: str
    label: str
    synonyms: tuple[str, ...]
    parser: Parser
    required: bool = False
    missing: str = ""
    asked: bool = False

    @property
    def needs_column(self) -> bool:
        """Whether a file without it is of no use."""
        return self.required and not self.asked


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """A row as values by field name; `problems` and `warnings` are sentences by field name ("" for
    the row as a whole).
    """

    values: dict[str, Any]
    problems: dict[str, str] = field(default_factory=dict)
    warnings: dict[str, str] = field(default_factory=dict)


RowCheck = Callable[[ParsedRow, date], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file.

    Attributes:
        title: French, plural.
        one_of: groups of which at least one field must be filled, with the sentence otherwise.
        check: what several cells say together; adds to the row's problems and warnings.
        sensitive: folded words that mark a column which is never kept, with the reason.
    """

    title: str
    fields: tuple[Field, ...]
    check: RowCheck
    one_of: tuple[tuple[frozenset[str], str], ...] = ()
    sensitive: Mapping[str, str] = field(default_factory=dict)

    def field(self, name: str) -> Field:
        """The field with this name; KeyError when there is none."""
        return next(one for one in self.fields if one.name == name)

    @property
    def required(self) -> tuple[Field, ...]:
        return tuple(one for one in self.fields if one.required)


def parse_row(
    kind: Kind, mapping: Mapping[str, int], cells: Sequence[str], today: date
) -> ParsedRow:
    """Read one row.

    Args:
        mapping: column (from 0) by field name.
    """
    row = ParsedRow({})
    for one in kind.fields:
        at = mapping.get(one.name)
        text = cells[at].strip() if at is not None and at < len(cells) else ""
        if not text:
            if one.needs_column:
                row.problems[one.name] = one.missing or f"{one.label} : cette information manque."
            continue
        try:
            read = one.parser(text)
        except BadCell as refusal:
            row.problems[one.name] = str(refusal)
            continue
        row.values[one.name] = read.value
        if read.warning:
            row.warnings[one.name] = read.warning
    for names, sentence in kind.one_of:
        if names.isdisjoint(row.values) and names.isdisjoint(row.problems):
            row.problems[""] = sentence
    kind.check(row, today)
    return row


def no_check(_row: ParsedRow, _today: date) -> None:
    """Nothing to compare between cells."""
