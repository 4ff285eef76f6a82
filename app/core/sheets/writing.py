"""Tables out. What a person typed never becomes a formula in somebody else's spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

# A spreadsheet takes a cell that begins so for a formula (OWASP, "CSV injection"); the wide forms
# are what an East Asian keyboard types and some spreadsheets fold.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MARK = "'"


MEASURED_LINES, NARROWEST, WIDEST = 200, 10, 60


def harmless(value: Any) -> str:
    """The text of a cell, with a quote before it when a spreadsheet would execute it.

    >>> harmless("=1+1")
    "'=1+1"
    """
    text = _text(value)
    begun = text.startswith(FORMULA_STARTS) or text.lstrip(" \u00a0").startswith(FORMULA_STARTS)
    return MARK + text if begun else text


def plain_again(text: str) -> str:
    """The same cell when our own file comes back: the quote of `harmless` goes."""
    if not text.startswith(MARK):
        return text
    rest = text[1:]
    return rest if rest.lstrip(" \u00a0").startswith(FORMULA_STARTS) else text


def csv_lines(rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """A CSV as French spreadsheets open it by a double click: UTF-8 with its mark, semicolons."""
    yield b"\xef\xbb\xbf"
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow([harmless(value) for value in row])
        yield buffer.getvalue().encode("utf-8", errors="replace")
        buffer.seek(0)
        buffer.truncate()


def csv_bytes(rows: Iterable[Sequence[Any]]) -> bytes:
    """The same in one piece."""
    return b"".join(csv_lines(rows))


def xlsx_bytes(sheets: Iterable[tuple[str, Iterable[Sequence[Any]]]]) -> bytes:
    """A workbook of `(sheet name, rows)`. Numbers and dates keep their kind, all else is text."""
    # Twelve megabytes that a process at rest need not hold.
    from openpyxl import Workbook  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    book = Workbook(write_only=True)
    for name, rows in sheets:
        sheet = book.create_sheet(title=_sheet_name(name))
        lines = [list(row) for row in rows]
        # Readable as it opens: the header stays, and columns are as wide as their words, within reason.
        sheet.freeze_panes = "A2"
        for place, width in enumerate(_widths(lines), start=1):
            sheet.column_dimensions[get_column_letter(place)].width = width
        for row in lines:
            sheet.append([_cell(sheet, value) for value in row])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _widths(lines: Sequence[Sequence[Any]]) -> list[int]:
    """The width of each column in letters, from ten to sixty, by its first lines."""
    widths: list[int] = []
    for line in lines[:MEASURED_LINES]:
        for place, value in enumerate(line):
            if place == len(widths):
                widths.append(NARROWEST)
            widths[place] = min(WIDEST, max(widths[place], len(_text(value)) + 2))
    return widths


def _cell(sheet: Any, value: Any) -> Any:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, WriteOnlyCell  # noqa: PLC0415

    if isinstance(value, bool) or not isinstance(value, int | float | date | datetime):
        cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", harmless(value)))
        cell.data_type = "s"
        return cell
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def _sheet_name(name: str) -> str:
    return "".join(one for one in name if one not in r"[]:*?/\'")[:31] or "Feuille"


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    return value.isoformat() if isinstance(value, date) else str(value)
