"""What a person can read in an answer: headers, text, what a file holds inside, what a token says when opened."""

from __future__ import annotations

import base64
import binascii
import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from urllib.parse import unquote

from pypdf import PdfReader
from werkzeug.test import TestResponse

SEALED = re.compile(r"[A-Za-z0-9_-]{12,}")
# A value that differs at each asking and says nothing.
PASSING = re.compile(r'<input[^>]*name="[\w-]*(?:csrf_token|request_key)"[^>]*>')
"""Hidden values that differ at each asking and say nothing."""
PRINTED = re.compile(r'Document n° \d+|"export": \d+')
"""The number of a printing in the register of exports: it counts what was printed before, whosoever it was."""


def readable(answer: TestResponse) -> str:
    """Everything that this answer tells, as one text."""
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers)
    return opened(f"{headers}\n{content_of(answer.data)}")


def content_of(data: bytes) -> str:
    """The words of a body: of each part of an archive, of each page of a PDF, else the text itself."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "\n".join(content_of(archive.read(name)) for name in archive.namelist())
    if data.startswith(b"%PDF"):
        return "\n".join(_of_pdf(PdfReader(io.BytesIO(data))))
    return data.decode("utf-8", "replace").replace("\r\n ", "").replace("\r\n\t", "")


def _of_pdf(reader: PdfReader) -> Iterator[str]:
    yield " ".join(str(value) for value in (reader.metadata or {}).values())
    for page in reader.pages:
        yield page.extract_text()
    yield from reader.attachments


def opened(text: str) -> str:
    """The text with its entities and escapes resolved, and below it what its signed values hold."""
    plain = unquote(html.unescape(text))
    return "\n".join([plain, *(inside for one in SEALED.findall(plain) for inside in _inside(one))])


def _inside(token: str) -> Iterator[str]:
    """What stands in a part of a signed value, which is written in base 64 and may be compressed."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return
    for data in (raw, _inflated(raw)):
        text = data.decode("ascii", "ignore")
        if data and len(text) == len(data):
            yield text


def _inflated(raw: bytes) -> bytes:
    try:
        return zlib.decompress(raw)
    except zlib.error:
        return b""


def steady(answer: TestResponse) -> str:
    """The body without what differs at each asking, to compare two answers."""
    told = PRINTED.sub("", PASSING.sub("", content_of(answer.data)))
    return f"{answer.status_code}\n{told}"
