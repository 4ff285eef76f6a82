"""Workbooks, in the reading mode that streams rows."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import IO, Any

from app.core.sheets.detect import DAMAGED, TOO_BIG_INSIDE, Unreadable

VISIBLE = "visible"
MOST_ROWS = 1_048_576
"""What a sheet holds. A row may carry any number: the library would make all empty rows before it, for ever."""
MOST_CELLS = 20_000_000
"""Cells that are looked at, empty ones before the last of a row included: a cell far to the right brings 16,000."""


def workbook_sheets(file: IO[bytes]) -> list[str]:
    """Names of the visible sheets, in order.

    Raises:
        Unreadable: damaged, or without any sheet.
    """
    book = _open(file)
    try:
        names = [sheet.title for sheet in book.worksheets if sheet.sheet_state == VISIBLE]
    finally:
        book.close()
    if not names:
        raise Unreadable("Ce classeur n’a aucune feuille visible.")
    return names


def workbook_rows(file: IO[bytes], sheet: str | None) -> Iterator[Sequence[str]]:
    """Rows of one sheet, empty ones included.

    Raises:
        Unreadable: damaged, too wide, or no such sheet.
    """
    book = _open(file)
    try:
        visible = [one for one in book.worksheets if one.sheet_state == VISIBLE]
        chosen = next((one for one in visible if sheet in (None, one.title)), None)
        if chosen is None:
            raise Unreadable(f"Ce classeur n’a pas de feuille « {sheet} ».")
        # The size that the sheet announces may be a million empty rows: only real cells count.
        chosen.reset_dimensions()
        rows = chosen.iter_rows(values_only=True, max_row=MOST_ROWS)
        cells = 0
        while (row := _next(rows)) is not None:
            cells += len(row)
            if cells > MOST_CELLS:
                raise Unreadable(TOO_BIG_INSIDE)
            yield [cell_text(value) for value in row]
    finally:
        book.close()
        file.seek(0)


def _open(file: IO[bytes]) -> Any:
    # Twelve megabytes that a process at rest need not hold.
    from openpyxl import load_workbook  # noqa: PLC0415

    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except Exception:
        # The library has no family of errors: a broken part may raise anything.
        raise Unreadable(DAMAGED) from None


def _next(rows: Iterator[Sequence[Any]]) -> Sequence[Any] | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return next(rows, None)
    except Exception:
        raise Unreadable(DAMAGED) from None


def cell_text(value: Any) -> str:
    """A cell as text: 2008-03-14, 29000 for 29000.0, oui and non, empty for an error."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    text = str(value)
    return "" if text in {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!"} else text
