"""What a page costs to load: its compressed bytes, its scripts, its requests, cold and then warm."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Request
from sqlalchemy import select

from app.accounts.models import Organisation
from app.core.changes import Changed, record_change
from app.core.db import transaction
from tests.browser.conftest import Portal
from tests.browser.test_accessibility import SLICES, client_of, open_to
from tests.factories.openings import make_opening

FIRST_VIEW, SCRIPTS, REQUESTS, NEXT_PAGE = 100_000, 30_000, 10, 15_000
GZIP = {"Accept-Encoding": "gzip"}


def sent(page: Page, go: Callable[[], object]) -> list[Request]:
    """The requests that the page makes while it goes somewhere, without those answered by the cache."""
    seen: list[Request] = []

    def note(request: Request) -> None:
        seen.append(request)

    page.on("requestfinished", note)
    go()
    page.wait_for_load_state("networkidle")
    page.remove_listener("requestfinished", note)
    return seen


def weight(requests: list[Request]) -> int:
    """Bytes of the bodies as they travelled."""
    return sum(one.sizes()["responseBodySize"] for one in requests)


def test_the_first_view_is_light(portal: Portal, page: Page) -> None:
    door = sent(page, lambda: page.goto(f"{portal.address}/compte/connexion"))

    scripts = [one for one in door if one.resource_type == "script"]
    assert weight(door) <= FIRST_VIEW
    assert weight(scripts) <= SCRIPTS
    assert len(door) <= REQUESTS


@pytest.mark.parametrize("person", ["adviser", "employer", "cfa", "point_a", "field", "admin"])
def test_the_first_page_of_a_role_is_light_even_without_a_cache(
    portal: Portal, page: Page, person: str
) -> None:
    portal.sign_in(page, person)
    page.route("**/*", lambda route: route.continue_())  # a routed page keeps no cache
    page.goto("about:blank")  # what the page before has begun, its icon for instance, ends here

    home = sent(page, lambda: page.goto(portal.address))

    assert weight(home) <= FIRST_VIEW
    assert len(home) <= REQUESTS


def test_every_next_page_is_a_few_kilobytes_even_with_twenty_triples(portal: Portal) -> None:
    _publish_more(portal, 24)

    sizes = {
        (person, path): len(client.get(path, headers=GZIP).get_data())
        for person in SLICES
        for client in [client_of(portal, person)]
        for _endpoint, path in open_to(portal, person)
    }

    assert {page: size for page, size in sizes.items() if size > NEXT_PAGE} == {}


def _publish_more(portal: Portal, count: int) -> None:
    with portal.app.app_context(), transaction() as session:
        company = session.scalars(
            select(Organisation).where(Organisation.id == portal.town.houses["company"].id)
        ).one()
        for number in range(count):
            opening = make_opening(session, company, title=f"Apprenti boulanger, équipe {number}")
            record_change(session, Changed.OPENING, opening.id)
