"""A page as a PDF, where the installation has the `documents` extra; elsewhere the browser prints it."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any, NoReturn

from flask import Response, current_app


def can_make_pdf() -> bool:
    """True where the `documents` extra is installed."""
    return importlib.util.find_spec("weasyprint") is not None


def pdf_of(html: str) -> bytes:
    """The document on paper; nothing is fetched, not even from this machine."""
    weasyprint: Any = importlib.import_module("weasyprint")
    style = Path(current_app.static_folder or "static") / "css" / "document.css"
    made = weasyprint.HTML(string=html, url_fetcher=_no_fetch)
    done: bytes = made.write_pdf(stylesheets=[weasyprint.CSS(filename=str(style))])
    return done


def _no_fetch(url: str, *_rest: object, **_more: object) -> NoReturn:
    raise ValueError(f"a document fetches nothing: {url}")


def file_answer(content: bytes | str, mimetype: str, name: str, *, export: int | None) -> Response:
    """A file to save under this name: the only way a view sends one.

    Args:
        name: written by us, never by a person: letters, digits, dots, dashes.
        export: the number that `note_export` gave. None says that no youth is named in it; such
            views are listed with their reason in `tests/architecture/test_exports.py`.
    """
    answer = Response(content, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    if export is not None:
        answer.headers["X-Export-Number"] = str(export)
    return answer
