"""What the caller knows about trades, frozen for the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TitledCode:
    """A title known to belong to a ROME code (label, appellation or diploma title)."""

    title: str
    code: str


@dataclass(frozen=True, slots=True)
class Synonym:
    """One line of the synonym file.

    ``kind`` is ``word`` (``target`` is a canonical wording), ``code`` (``target`` is a ROME code)
    or ``none`` (no apprenticeship leads there; ``target`` lists alternatives parted by ``|``).
    """

    term: str
    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Titles with their ROME codes, and synonyms. Nothing here is read from a file by the engine."""

    titles: tuple[TitledCode, ...] = ()
    diplomas: tuple[TitledCode, ...] = ()
    synonyms: tuple[Synonym, ...] = ()
    related: Mapping[tuple[str, str], float] = field(default_factory=dict)
