"""What the caller knows about trades, frozen for the engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum


@dataclass(frozen=True, slots=True)
class TitledCode:
    """A wording known to belong to a group: a ROME code, or any other code that gathers titles."""

    title: str
    code: str


class SynonymKind(Enum):
    """What a line of the synonym file says about its term."""

    SHORT = "short"  # target is the full wording, always put in the term's place (AVS, BTP)
    WORD = "word"  # term and target are two words for nearly the same thing
    CODE = "code"  # target is a ROME code, or several parted by |
    NONE = "none"  # no apprenticeship title leads there; target lists ROME codes worth a look


_KINDS = frozenset(kind.value for kind in SynonymKind)


@dataclass(frozen=True, slots=True)
class Synonym:
    """One line of the synonym file."""

    term: str
    kind: SynonymKind
    target: str


@dataclass(frozen=True, eq=False)
class Knowledge:
    """Titles with their codes, and synonyms. Compared by identity; the engine reads no file.

    ``titles`` are ROME labels and appellations: they say how telling each word is and which words
    go together. ``diplomas`` are diploma or course titles with the codes they lead to; they add to
    the second only. ``related`` holds known proximities of code pairs, in (0, 1].
    """

    titles: tuple[TitledCode, ...] = ()
    diplomas: tuple[TitledCode, ...] = ()
    synonyms: tuple[Synonym, ...] = ()
    related: Mapping[tuple[str, str], float] = field(default_factory=dict)


def parse_synonyms(rows: Iterable[Mapping[str, str]]) -> tuple[Synonym, ...]:
    """Read rows with ``term``, ``kind`` and ``target`` (the columns of the synonym file).

    Raises ``ValueError`` naming the line (counted from 1) when a cell is empty or the kind unknown.
    """
    lines: list[Synonym] = []
    for number, row in enumerate(rows, 1):
        term, kind, target = (row.get(name, "").strip() for name in ("term", "kind", "target"))
        if not term or not target or kind not in _KINDS:
            raise ValueError(f"synonym line {number}: {term!r}, {kind!r}, {target!r}")
        lines.append(Synonym(term, SynonymKind(kind), target))
    return tuple(lines)
