"""Which column is which: headers compared, folded, with the names that files use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from rapidfuzz import fuzz

from app.core.text import sort_key
from app.imports.fields.base import Kind

# Two headers are the same from this likeness on, out of 100 (tried on the headers of nine real
# files: "date naissance" meets "date de naissance", "code postal du cfa" stays away from
# "code postal").
ALIKE = 86.0
SEARCHED_ROWS = 20
EMPTY_WORDS = frozenset(
    ["de", "du", "des", "la", "le", "les", "l", "d", "un", "une", "et", "ou", "au", "aux", "en"]
)


def fold_header(text: str) -> str:
    """ "Date de naissance *" → "date naissance"; "nom_apprenant" → "nom apprenant"."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    words = [word for word in sort_key(spaced).split() if word not in EMPTY_WORDS]
    return " ".join(words)


def likeness(header: str, synonym: str) -> float:
    """Of two folded headers, 0 to 100: 100 for the very same, whatever the order of the words."""
    if header == synonym:
        return 100.0
    first, second = " ".join(sorted(header.split())), " ".join(sorted(synonym.split()))
    if first == second:
        return 99.0
    # One word more is another thing: "nom cfa" is not "nom".
    if min(len(first), len(second)) < 5:
        return 0.0
    return min(98.0, float(fuzz.ratio(first, second)))


def recognise(kind: Kind, headers: Sequence[str]) -> dict[str, int]:
    """Column (from 0) by field name: the surest pairs first, each column and each field once.

    Of two equal headers the first column wins.
    """
    folded = [fold_header(header) for header in headers]
    pairs: list[tuple[float, int, int, int]] = []
    for place, one in enumerate(kind.fields):
        for rank, synonym in enumerate((one.label, *one.synonyms)):
            known = fold_header(synonym)
            for at, header in enumerate(folded):
                points = likeness(header, known) if header else 0.0
                if points >= ALIKE:
                    pairs.append((-points, rank, at, place))
    chosen: dict[str, int] = {}
    for _, _, at, place in sorted(pairs):
        name = kind.fields[place].name
        if name not in chosen and at not in chosen.values():
            chosen[name] = at
    return chosen


def recognise_table(kind: Kind, rows: Iterable[Sequence[str]]) -> tuple[int, dict[str, int]]:
    """Where the header stands among the first rows, and its columns.

    Titles and notes often stand above a header: the row that names most fields is the one. When
    no row names any, it is the first.
    """
    best: tuple[int, dict[str, int]] = (0, {})
    for at, cells in enumerate(rows):
        if at >= SEARCHED_ROWS:
            break
        found = recognise(kind, cells)
        if len(found) > len(best[1]):
            best = (at, found)
    return best


def sensitive_columns(sensitive: Mapping[str, str], headers: Sequence[str]) -> dict[int, str]:
    """Columns that are never kept, with the reason. A mark is one folded word, or several in a
    row; it must stand in the header as whole words.
    """
    found: dict[int, str] = {}
    for at, header in enumerate(headers):
        words = f" {fold_header(header)} "
        for mark, reason in sensitive.items():
            if f" {mark} " in words:
                found[at] = reason
                break
    return found
