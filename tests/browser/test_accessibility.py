"""No page of the portal has a violation that axe can see, scrolls sideways, or complains on its console.

Each role, wide and narrow, in light and in dark; at 320 px, and at 640 px, which is 1280 px zoomed to 200 %.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page

from tests.browser.addresses import pages
from tests.browser.conftest import Portal
from tests.factories.accounts import sign_in
from tests.plugins.browser import Console

NOBODY = "nobody"
STICKING_OUT = """
() => [...document.body.querySelectorAll("*")]
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".table-frame, .site-nav"))
  .slice(0, 4).map((one) => one.tagName + "." + one.className).join(", ")
"""
Axe = Callable[[Page], list[str]]

# Pages that each role sees in its own way, or finds empty on its first day.
OWN_PAGES = frozenset(
    {
        "dashboard.home",
        "youth.list_youth",
        "youth.show",
        "openings.list_openings",
        "openings.show_opening",
        "training.list_sessions",
        "training.show_session",
        "placements.list_placements",
        "placements.show",
    }
)
# Beyond these, each slice, or one page of it, is looked at by those who work with it.
SLICES: dict[str, frozenset[str]] = {
    "adviser": frozenset(
        {"contracts", "events", "matching", "notices", "placements", "planning", "privacy", "youth"}
    ),
    "manager": frozenset({"youth", "accounts", "imports", "partnerships", "reference"}),
    "employer": frozenset(
        {"outreach", "contracts", "events", "matching", "openings", "placements.answer_together"}
    ),
    "cfa": frozenset({"contracts", "matching", "training"}),
    "point_a": frozenset({"events", "training"}),
    "field": frozenset({"outreach", "openings"}),
    "coordinator": frozenset(
        {"matching", "outreach", "partnerships", "planning", "privacy", "steering"}
    ),
    "admin": frozenset({"accounts", "dashboard", "partnerships"}),
    "new_adviser": frozenset({"imports"}),
    "correspondent": frozenset({"outreach"}),
    "chief": frozenset({"outreach"}),
    "new_employer": frozenset(),
    "new_cfa": frozenset({"training"}),
    "new_point_a": frozenset({"training"}),
    "officer": frozenset({"privacy"}),
    NOBODY: frozenset(
        {
            "openings",
            "accounts",
            "placements",
            "contracts",
            "events",
            "notices",
            "privacy",
            "steering",
        }
    ),
}
LOOKS = ((1280, 900, "light"), (390, 844, "dark"))
NARROW = (320, 640)


def client_of(portal: Portal, person: str) -> FlaskClient:
    """Somebody of the town, signed in, without a browser."""
    client = portal.app.test_client()
    return client if person == NOBODY else sign_in(client, portal.town.people[person])


def open_to(portal: Portal, person: str) -> Iterator[tuple[str, str]]:
    """Yield endpoint and path of the pages that this person reads and looks at here."""
    client = client_of(portal, person)
    for endpoint, paths in pages(portal.app, portal.town):
        mine = OWN_PAGES | SLICES[person]
        if endpoint not in mine and endpoint.split(".")[0] not in mine:
            continue
        for path in paths:
            answer = client.get(path)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                yield endpoint, path


def violations(page: Page, axe: Axe, url: str) -> list[str]:
    """Look at one page in each look."""
    page.goto(url)
    found = []
    for width, height, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        found += [f"{width} px, {scheme}: {line}" for line in axe(page)]
    return found + sideways(page)


def sideways(page: Page) -> list[str]:
    """What sticks out of a narrow page: its widest elements, which make the page scroll to the side."""
    found = []
    for width in NARROW:
        page.set_viewport_size({"width": width, "height": 700})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"{width} px: the page is {wide} px wide: {page.evaluate(STICKING_OUT)}")
    return found


@pytest.mark.parametrize("person", SLICES)
def test_every_page_that_a_role_reads_is_without_violation(
    portal: Portal, page: Page, console: Console, axe: Axe, person: str
) -> None:
    reachable = [path for _endpoint, path in open_to(portal, person)]
    if person != NOBODY:
        portal.sign_in(page, person)

    found = [
        f"{path}: {line}"
        for path in reachable
        for line in violations(page, axe, portal.address + path)
    ]

    assert found == []
    assert len(reachable) > 2
    console.assert_silent()


def test_every_page_of_the_portal_is_looked_at_by_somebody(portal: Portal) -> None:
    all_pages = {endpoint for endpoint, _paths in pages(portal.app, portal.town)}

    looked_at = {endpoint for person in SLICES for endpoint, _path in open_to(portal, person)}

    assert all_pages - looked_at == set()


def test_pages_that_say_no_are_without_violation(portal: Portal, page: Page, axe: Axe) -> None:
    portal.sign_in(page, "adviser")

    missing = violations(page, axe, f"{portal.address}/nulle-part")
    page.goto(f"{portal.address}/jeunes/nouveau")
    page.get_by_role("button", name="Ouvrir le dossier").click()
    page.get_by_text("Rien de ce que vous avez écrit n’est perdu").wait_for()
    refused = axe(page)

    assert missing + refused == []
