"""A real Chromium, for the few stories that only a browser can tell.

Fixtures:

- `page`, `context`, `browser` of pytest-playwright, started with the machine's own browser
  (`CHROMIUM` names another), in French, without motion; every test that uses one is marked
  `browser` and skipped, with the reason, where there is none;
- `serve(app)`: starts a WSGI application on a free port for the length of the test and returns its
  address;
- `console`: the messages and errors of the page; `console.assert_silent()` ends a story, so that a
  breach of the content security policy is noticed;
- `axe`: `axe(page)` returns the violations of accessibility, in lines that tell where; a story
  wants an empty list.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.helpers.serving import serving
from tools.browser import find_chromium

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from playwright.sync_api import ConsoleMessage, Page

AXE_SCRIPT = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
AXE_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
BROWSER_FIXTURES = frozenset({"page", "context", "browser", "new_context"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what opens a browser, and skip it where there is none."""
    missing = find_chromium() is None
    reason = "Chromium is not installed here (set CHROMIUM to its path)"
    for item in items:
        if BROWSER_FIXTURES.isdisjoint(getattr(item, "fixturenames", ())):
            continue
        item.add_marker(pytest.mark.browser)
        if missing:
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the machine's own browser; root cannot use Chromium's sandbox."""
    arguments = ["--disable-dev-shm-usage"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    return {**browser_type_launch_args, "executable_path": find_chromium(), "args": arguments}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Look at pages as our readers do, and without waiting for animations."""
    return {
        **browser_context_args,
        "locale": "fr-FR",
        "timezone_id": "Europe/Paris",
        "reduced_motion": "reduce",
        "viewport": {"width": 1280, "height": 900},
    }


@pytest.fixture
def serve() -> Iterator[Callable[[WSGIApplication], str]]:
    """Return a function that serves an application on a free port until the test ends."""
    with ExitStack() as stack:

        def start(application: WSGIApplication) -> str:
            return f"http://127.0.0.1:{stack.enter_context(serving(application, threads=4))}"

        yield start


class Console:
    """What a page wrote on its console, and the errors nobody caught."""

    def __init__(self, page: Page) -> None:
        self.lines: list[str] = []
        page.on("console", self._write)
        page.on("pageerror", lambda error: self.lines.append(f"error: {error}"))

    def _write(self, message: ConsoleMessage) -> None:
        self.lines.append(f"{message.type}: {message.text}")

    def forgive(self, status: int) -> None:
        """Drop the lines that report an answer of this status: the story wanted it."""
        mark = f"responded with a status of {status} "
        self.lines = [line for line in self.lines if mark not in line]

    def assert_silent(self) -> None:
        """Fail with what was written, if anything was."""
        assert not self.lines, "the console is not silent:\n" + "\n".join(self.lines)


@pytest.fixture
def console(page: Page) -> Console:
    """Listen to the console from before the first page."""
    return Console(page)


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """Return a function that lists a page's violations: rule, impact, where, and what the rule
    says.
    """
    if not AXE_SCRIPT.is_file():
        pytest.skip("axe-core is not installed here (make static)")
    checker = Axe.from_file(AXE_SCRIPT)
    options = {"runOnly": {"type": "tag", "values": list(AXE_TAGS)}, "resultTypes": ["violations"]}

    def check(page: Page) -> list[str]:
        found = checker.run(page, options=options).response["violations"]
        return [
            f"{rule['id']} ({rule['impact']}) at {_where(node)}: {rule['help']}"
            for rule in found
            for node in rule["nodes"]
        ]

    return check


def _where(node: dict[str, Any]) -> str:
    return " ".join(map(str, node["target"]))
