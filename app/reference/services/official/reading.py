"""Reading tables as they come: any usual encoding and separator, headers in any spelling.

Files pass through spreadsheets before they reach us. UTF-8 with or without BOM, UTF-16 and
Windows-1252 are told apart by their bytes; the separator is the one that cuts the header most; a
column is known by any of its names, folded; codes get back the zeros that a spreadsheet took.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.core.errors import Invalid
from app.core.text import sort_key

SEPARATORS = ";,\t|"
CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(127, 160), 0xFFFD])


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file; `number` is what a spreadsheet shows, the header being line 1."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.cells[name]


def decode(content: bytes) -> str:
    """The text of a file, by its byte order mark, else UTF-8 when it is valid, else
    Windows-1252.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if content[1:2] == b"\0" or content[:1] == b"\0":
        guess = "utf-16-le" if content[1:2] == b"\0" else "utf-16-be"
        return content.decode(guess, errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def read_table(path: Path, columns: Mapping[str, Sequence[str]]) -> list[Line]:
    """The lines of a CSV file, each with the wanted columns as stripped text.

    Args:
        columns: for each name of ours, the headers under which files bring it; a name that ends
            with "?" may be missing and is then empty.

    Raises:
        Invalid: the file is empty, or a needed column is not there.
    """
    text = decode(path.read_bytes())
    header_line = text.partition("\n")[0]
    if not header_line.strip():
        raise Invalid("Ce fichier est vide.")
    separator = max(SEPARATORS, key=header_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    places = _find_columns(next(reader), columns)
    lines = []
    for number, cells in enumerate(reader, start=2):
        if any(cell.strip() for cell in cells):
            row = {
                name: _clean(cells[at]) if at is not None and at < len(cells) else ""
                for name, at in places.items()
            }
            lines.append(Line(number, row))
    return lines


def read_records(path: Path, columns: Mapping[str, Sequence[str]]) -> list[Line]:
    """The same for a JSON list of objects; the line number is the place in the list.

    Raises:
        Invalid: it is no such list, or a needed key is not in its first object.
    """
    try:
        records = json.loads(decode(path.read_bytes()))
    except ValueError:
        records = None
    if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
        raise Invalid("Ce fichier n’est pas une liste JSON d’objets.")
    keys = list(records[0]) if records else []
    places = _find_columns(keys, columns)
    return [
        Line(number, {name: _value(one, keys, at) for name, at in places.items()})
        for number, one in enumerate(records, start=1)
    ]


def _value(record: Mapping[str, Any], keys: Sequence[str], at: int | None) -> str:
    value = record.get(keys[at]) if at is not None else None
    return "" if value is None else _clean(str(value))


def _find_columns(
    header: Sequence[str], columns: Mapping[str, Sequence[str]]
) -> dict[str, int | None]:
    known = {sort_key(name): at for at, name in reversed(list(enumerate(header)))}
    places: dict[str, int | None] = {}
    missing = []
    for name, spellings in columns.items():
        found = [known[sort_key(one)] for one in spellings if sort_key(one) in known]
        places[name.removesuffix("?")] = found[0] if found else None
        if not found and not name.endswith("?"):
            missing.append(spellings[0])
    if missing:
        raise Invalid(
            f"Il manque dans ce fichier : {', '.join(missing)}. "
            f"Colonnes trouvées : {', '.join(header)[:300]}."
        )
    return places


def _clean(cell: str) -> str:
    return cell.translate(CONTROLS).replace("\u00a0", " ").strip()


def records(lines: Sequence[Line], *names: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Line number and the named cells of each line."""
    for line in lines:
        yield line.number, tuple(line[name] for name in names)


def number_of(text: str) -> float | None:
    """ "86,2 %" → 86.2; None when it is no number."""
    try:
        return float(text.replace("%", "").replace(",", ".").replace("\u202f", "").strip())
    except ValueError:
        return None
