"""A table as a file: a workbook with all its sheets, or the first sheet as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response

from app.core import clock
from app.core.documents import file_answer
from app.core.errors import NotFound
from app.core.sheets import csv_bytes, xlsx_bytes

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Sheet = tuple[str, Iterable[Sequence[Any]]]


def sheet_answer(kind: str, name: str, sheets: Sequence[Sheet]) -> Response:
    """The file to save, named after what it holds and the day.

    Raises:
        NotFound: neither xlsx nor csv.
    """
    if kind == "xlsx":
        body, mimetype = xlsx_bytes(sheets), XLSX
    elif kind == "csv":
        body, mimetype = csv_bytes(sheets[0][1]), "text/csv"
    else:
        raise NotFound
    return file_answer(
        body, mimetype, f"trefle-{name}-{clock.today().isoformat()}.{kind}", export=None
    )
