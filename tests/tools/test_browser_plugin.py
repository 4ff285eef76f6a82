"""The browser fixtures notice what they are there to notice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from playwright.sync_api import Page

    from tests.plugins.browser import Console

PAGE = b"""<!doctype html><html lang="fr"><head><title>Essai</title></head>
<body><main><h1>Essai</h1>%s</main></body></html>"""


def page_with(body: bytes) -> WSGIApplication:
    def application(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        policy = "default-src 'none'; script-src 'self'"
        start("200 OK", [("Content-Type", "text/html"), ("Content-Security-Policy", policy)])
        return [PAGE % body]

    return application


def test_a_sound_page_is_silent_and_without_violation(
    page: Page,
    console: Console,
    axe: Callable[[Page], list[str]],
    serve: Callable[[WSGIApplication], str],
) -> None:
    page.goto(serve(page_with(b"<p>Bonjour</p>")))

    assert axe(page) == []
    console.assert_silent()


def test_an_input_without_label_is_a_violation(
    page: Page, axe: Callable[[Page], list[str]], serve: Callable[[WSGIApplication], str]
) -> None:
    page.goto(serve(page_with(b"<input name='age'>")))

    assert any(line.startswith("label (critical)") for line in axe(page))


def test_a_breach_of_the_content_security_policy_breaks_the_silence(
    page: Page, console: Console, serve: Callable[[WSGIApplication], str]
) -> None:
    page.goto(serve(page_with(b"<script>document.title = 'x'</script>")))

    with pytest.raises(AssertionError, match="Content Security Policy"):
        console.assert_silent()
