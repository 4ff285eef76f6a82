"""Rows of text out of a CSV, a workbook or a JSON file, one at a time."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from app.core.sheets.detect import SheetFormat, Unreadable, detect, text_encoding
from app.core.sheets.records import record_rows
from app.core.sheets.workbook import workbook_rows, workbook_sheets
from app.core.sheets.writing import plain_again

MOST_COLUMNS = 300
LONGEST_CELL = 32_767  # what a spreadsheet's cell holds
SEPARATORS = ";,\t|"
SAMPLE = 64 * 1024
KEPT_CONTROLS = "\n\t"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row; `number` is the one that a spreadsheet shows, the first row of the file being 1."""

    number: int
    cells: tuple[str, ...]


def sheet_names(file: IO[bytes]) -> list[str]:
    """Visible sheets of a workbook, in order; empty for other formats.

    Raises:
        Unreadable: no table.
    """
    return workbook_sheets(file) if detect(file) is SheetFormat.XLSX else []


def read_rows(file: IO[bytes], *, sheet: str | None = None) -> Iterator[SheetRow]:
    """Every row that holds something, as text, streamed; empty rows only count.

    Dates are written 2008-03-14, whole numbers without decimals, booleans oui and non. A JSON
    file gives its dotted column names as first row.

    Args:
        sheet: of a workbook; its first visible one when not given.

    Raises:
        Unreadable: no table, a cell or a row out of measure.
    """
    found = detect(file)
    if found is SheetFormat.XLSX:
        rows = workbook_rows(file, sheet)
    elif found is SheetFormat.JSON:
        rows = record_rows(file)
    else:
        rows = _csv_rows(file)
    for number, cells in enumerate(rows, start=1):
        cleaned = _cleaned(cells, number)
        if cleaned:
            yield SheetRow(number, cleaned)


def _cleaned(cells: Sequence[str], number: int) -> tuple[str, ...]:
    """Cells without blanks around and without the empty ones at the end."""
    if len(cells) > MOST_COLUMNS and any(cell.strip() for cell in cells[MOST_COLUMNS:]):
        raise Unreadable(
            f"La ligne {number} a plus de {MOST_COLUMNS} colonnes : ce n’est pas un tableau."
        )
    texts = [clean_cell(cell) for cell in cells[:MOST_COLUMNS]]
    while texts and not texts[-1]:
        texts.pop()
    if any(len(text) > LONGEST_CELL for text in texts):
        raise Unreadable(
            f"Une cellule de la ligne {number} est trop longue. Un guillemet n’est peut-être pas fermé."
        )
    return tuple(texts)


def clean_cell(text: str) -> str:
    """The cell without control characters, blanks around it, or the quote we put before formulas."""
    if not text.isprintable():
        text = "".join(
            one
            for one in text.replace("\r\n", "\n").replace("\r", "\n")
            if one in KEPT_CONTROLS or unicodedata.category(one) not in {"Cc", "Cs"}
        )
    return plain_again(text.replace("\u00a0", " ").strip(" \n\t\ufeff"))


def _csv_rows(file: IO[bytes]) -> Iterator[Sequence[str]]:
    encoding = text_encoding(file)
    # Windows-1252 leaves five bytes without a letter: they become a visible mark, not an error.
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    try:
        sample = text.read(SAMPLE)
        text.seek(0)
        announced = sample[:6].lower().startswith("sep=") and sample[4:5]
        reader = csv.reader(text, delimiter=announced or separator_of(sample))
        for number, cells in enumerate(reader, start=1):
            yield () if announced and number == 1 else cells
    except csv.Error:
        raise Unreadable(
            "Une cellule de ce fichier est trop longue. Un guillemet n’est peut-être pas fermé : "
            "ouvrez le fichier dans un tableur et enregistrez-le à nouveau en CSV."
        ) from None
    except UnicodeError:
        raise Unreadable(
            "Ce fichier n’a pas un codage connu : enregistrez-le en CSV UTF-8."
        ) from None
    finally:
        text.detach()


def separator_of(sample: str) -> str:
    r"""The separator that cuts the first lines most regularly, looking outside quotes.

    >>> separator_of('nom;prénom\nLe Bihan;Enora, Marie')
    ';'
    """
    counts: dict[str, list[int]] = {one: [] for one in SEPARATORS}
    line = dict.fromkeys(SEPARATORS, 0)
    quoted = False
    for character in sample:
        if character == '"':
            quoted = not quoted
        elif character == "\n" and not quoted:
            for one in SEPARATORS:
                counts[one].append(line[one])
            line = dict.fromkeys(SEPARATORS, 0)
            if len(counts[";"]) == 10:
                break
        elif character in line and not quoted:
            line[character] += 1
    if any(line.values()) and len(counts[";"]) < 10:
        for one in SEPARATORS:
            counts[one].append(line[one])

    def regularity(one: str) -> tuple[int, int]:
        found = counts[one]
        header = found[0] if found else 0
        return sum(1 for count in found if count and count == header), header

    return max(SEPARATORS, key=regularity)
