"""Compressed answers: pages on the fly, third-party files from the copies that the install step made.

Compressing a page that reflects input beside a secret lets an attacker guess the secret from the length (BREACH). The
gzip header therefore carries a file name of random length, which blurs the length of every answer, as Django's
middleware does since its version 4.2 ("Heal the BREACH", Palacios et al., 2022).
"""

from __future__ import annotations

import gzip
import io
import secrets
from pathlib import Path

from flask import Flask, Response, request

SMALLEST = 600
LONGEST_BLUR = 100
COMPRESSIBLE = (
    "text/html",
    "application/json",
    "text/css",
    "text/javascript",
    "image/svg+xml",
    "text/csv",
)


def init_compression(app: Flask) -> None:
    """Attach the compression of answers."""
    static = Path(app.static_folder or "static")

    @app.after_request
    def compress(response: Response) -> Response:
        if response.mimetype not in COMPRESSIBLE or response.status_code in {204, 206, 304}:
            return response
        response.vary.add("Accept-Encoding")
        if not request.accept_encodings["gzip"] or "Content-Encoding" in response.headers:
            return response
        if request.endpoint == "static":
            return _with_ready_copy(
                response, static / str((request.view_args or {}).get("filename", ""))
            )
        if response.is_streamed or request.method == "HEAD":
            return response
        body = response.get_data()
        return _with_body(response, _squeeze(body)) if len(body) >= SMALLEST else response


def _with_ready_copy(response: Response, file: Path) -> Response:
    """The `.gz` file beside a static one; our own few files are compressed here instead."""
    copy = file.with_name(file.name + ".gz")
    if response.status_code != 200 or not file.is_file():
        return response
    response.close()  # the file that Flask has opened
    return _with_body(
        response,
        copy.read_bytes() if copy.is_file() else gzip.compress(file.read_bytes(), 6, mtime=0),
    )


def _with_body(response: Response, body: bytes) -> Response:
    response.direct_passthrough = False
    response.set_data(body)
    response.headers["Content-Encoding"] = "gzip"
    response.headers["Content-Length"] = str(len(body))
    if "ETag" in response.headers:
        response.set_etag(response.get_etag()[0] or "", weak=True)
    return response


def _squeeze(body: bytes) -> bytes:
    blurred = io.BytesIO()
    name = "a" * secrets.randbelow(LONGEST_BLUR)
    with gzip.GzipFile(filename=name, mode="wb", compresslevel=5, fileobj=blurred, mtime=0) as file:
        file.write(body)
    return blurred.getvalue()
