"""Tables in and out: CSV, XLSX and JSON read as streamed rows of text, and written without formulas.

Nothing here trusts a file: its kind comes from its bytes, a workbook is measured before it is
opened, rows are read one at a time, and what leaves is text that no spreadsheet executes.
"""

from app.core.sheets.detect import SheetFormat, Unreadable, detect
from app.core.sheets.reading import (
    MOST_COLUMNS,
    SheetRow,
    read_rows,
    sheet_names,
)
from app.core.sheets.writing import csv_bytes, csv_lines, harmless, plain_again, xlsx_bytes

__all__ = [
    "MOST_COLUMNS",
    "SheetFormat",
    "SheetRow",
    "Unreadable",
    "csv_bytes",
    "csv_lines",
    "detect",
    "harmless",
    "plain_again",
    "read_rows",
    "sheet_names",
    "xlsx_bytes",
]
