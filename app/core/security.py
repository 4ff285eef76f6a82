"""The wire: headers on every answer, CSRF on every unsafe method, redirections that stay inside."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import partial
from typing import IO, Any
from urllib.parse import urlsplit

import flask_wtf.csrf
from flask import Flask, Response, request, session
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect
from htmx_flask.requests import HtmxAwareRequest
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.formparser import FormDataParser
from werkzeug.routing import IntegerConverter, Map
from werkzeug.utils import cached_property

from app.core.permissions import current_actor
from config import Settings

csrf = CSRFProtect()

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
        "manifest-src 'self'",
        "worker-src 'self'",
    )
)
PERMISSIONS_POLICY = (
    "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()"
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}
LONGEST_QUESTION = 2_000  # of one field of an address
HSTS = "max-age=63072000; includeSubDomains"


class SessionCookie(SecureCookieSessionInterface):
    """Flask's signed cookie, by HMAC-SHA-256 where Flask would take SHA-1."""

    digest_method = staticmethod(hashlib.sha256)


class FormToken(URLSafeTimedSerializer):
    """The signature of a form's token, by HMAC-SHA-256 where Flask-WTF leaves the library's SHA-1."""

    default_signer = staticmethod(partial(TimestampSigner, digest_method=hashlib.sha256))  # type: ignore[assignment]


class WrittenForm(FormDataParser):
    """A form without NUL, in whichever of its fields."""

    def parse(self, *args: Any, **kwargs: Any) -> tuple[IO[bytes], MultiDict[str, str], Any]:
        """Read the body; files stay as they are."""
        stream, form, files = super().parse(*args, **kwargs)
        return stream, self.cls(_without_nul(form)), files


class WrittenRequest(HtmxAwareRequest):  # type: ignore[misc]  # its library has no types
    """What a page can send: an address and fields of a form, without NUL.

    Nobody types a NUL, and PostgreSQL takes none in a text; nobody searches for two thousand signs, and SQLite takes
    no pattern of fifty thousand. No page sends JSON: the library of forms would read it
    all the same, and numbers, lists and depths without end would stand where validators expect words.
    """

    form_data_parser_class = WrittenForm

    @property
    def is_json(self) -> bool:
        """False: a body of JSON is no form."""
        return False

    @cached_property
    def args(self) -> MultiDict[str, str]:
        pairs = _without_nul(super().args)
        return ImmutableMultiDict((name, value[:LONGEST_QUESTION]) for name, value in pairs)


def _without_nul(fields: MultiDict[str, str]) -> Iterator[tuple[str, str]]:
    return ((name, value.replace("\0", "")) for name, value in fields.items(multi=True))


class RowId(IntegerConverter):
    """An id in an address: what a column can hold, so that a longer number is an unknown page, not an overflow."""

    def __init__(self, map: Map, *args: Any, **kwargs: Any) -> None:
        super().__init__(map, *args, **{"max": 2**31 - 1, **kwargs})


def is_inside(target: str | None) -> bool:
    """True for a path of this site: no scheme, no host, no backslash or control character that browsers repair."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return False
    if any(character in target for character in "\\\t\r\n\0"):
        return False
    parts = urlsplit(target)
    return not parts.scheme and not parts.netloc


def inside_or(target: str | None, default: str) -> str:
    """The target of a redirection when it stays inside, else the default."""
    return target if target and is_inside(target) else default


def init_security(app: Flask, settings: Settings) -> None:
    """Attach CSRF protection and the headers."""
    csrf.init_app(app)
    flask_wtf.csrf.URLSafeTimedSerializer = FormToken
    app.session_interface = SessionCookie()
    app.request_class = WrittenRequest
    app.url_map.converters["int"] = RowId

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.is_production:
            response.headers.setdefault("Strict-Transport-Security", HSTS)
        _name_no_host(response)
        if request.endpoint == "static":
            is_hashed = request.path.startswith("/static/vendor/") or "v" in request.args
            response.headers["Cache-Control"] = (
                "public, max-age=31536000, immutable" if is_hashed else "no-cache"
            )
        elif current_actor().is_authenticated or request.cookies or _is_personal():
            response.headers["Cache-Control"] = "no-store"
        return response


def _name_no_host(response: Response) -> None:
    """Make a redirection of the router a path: it repeats the host of the request, which whoever asks may invent."""
    target = response.headers.get("Location", "")
    if target.startswith(request.host_url):
        response.headers["Location"] = "/" + target.removeprefix(request.host_url).lstrip("/\\")
        response.set_data("")


def _is_personal() -> bool:
    """True behind the link of a mail and where a session begins: a first visit has no cookie yet."""
    return "token" in (request.view_args or {}) or session.modified
