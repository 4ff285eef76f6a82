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


def file_answer(content: bytes, mimetype: str, name: str) -> Response:
    """A file to save under this name."""
    answer = Response(content, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
