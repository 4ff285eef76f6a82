"""The visit sheet on a telephone, with the network cut: recorded once, arrived once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page
from sqlalchemy import func, select

from app.core.db import db
from app.outreach.models import Visit
from tests.browser.conftest import Portal

SHEET = "/prospection/visites/nouvelle"
PHONE = {"width": 390, "height": 844}


def _visits(portal: Portal) -> int:
    with portal.app.app_context():
        found = db.session.scalar(select(func.count(Visit.id))) or 0
        db.session.remove()
    return found


@pytest.fixture
def sheet(portal: Portal, page: Page) -> Page:
    """The sheet, opened once with a network, whose worker has kept it."""
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    portal.sign_in(page, "field")
    page.goto(portal.address + SHEET)
    page.evaluate(f"""async () => {{
        for (;;) {{
            const kept = await caches.open("trefle-visit-sheet-1");
            if (await kept.match("{SHEET}") && (await kept.keys()).length >= 5) return;
            await new Promise((resolve) => setTimeout(resolve, 50));
        }}
    }}""")
    return page


def test_a_visit_recorded_with_the_network_cut_arrives_once(
    portal: Portal, sheet: Page, context: BrowserContext, axe: Callable[[Page], list[str]]
) -> None:
    context.set_offline(True)
    sheet.goto(portal.address + SHEET)
    sheet.locator("#company").fill("Fournil des Monts")
    sheet.get_by_label("Appel").check()
    sheet.locator("#need").fill("Un apprenti en janvier")
    sheet.get_by_role("button", name="Enregistrer la visite").click()
    sheet.get_by_text("Une visite est gardée sur ce téléphone").wait_for()
    violations = axe(sheet)
    before = _visits(portal)
    stored = sheet.evaluate("JSON.stringify(localStorage)")

    context.set_offline(False)
    sheet.get_by_text("La visite gardée est arrivée.").wait_for()
    sheet.reload()
    sheet.evaluate("window.dispatchEvent(new Event('online'))")
    sheet.wait_for_load_state("networkidle")

    assert (before, _visits(portal)) == (1, 2)
    assert violations == []
    assert "Un apprenti en janvier" in stored
    assert "Nolwenn" not in stored
    assert sheet.evaluate("localStorage.getItem('trefle.visits')") == "[]"


def test_a_visit_whose_answer_was_lost_is_not_doubled(
    portal: Portal, sheet: Page, context: BrowserContext
) -> None:
    reached: list[str] = []

    def swallow(route: object) -> None:
        if route.request.method == "POST" and not reached:  # type: ignore[attr-defined]
            reached.append("yes")
            route.fetch(max_redirects=0)  # type: ignore[attr-defined]
            route.abort()  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    context.route("**" + SHEET, swallow)
    sheet.locator("#company").fill("Fournil des Monts")
    sheet.get_by_role("button", name="Enregistrer la visite").click()
    sheet.get_by_text("Une visite est gardée sur ce téléphone").wait_for()
    arrived = _visits(portal)

    sheet.evaluate("window.dispatchEvent(new Event('online'))")
    sheet.get_by_text("La visite gardée est arrivée.").wait_for()

    assert (arrived, _visits(portal)) == (2, 2)


def test_a_visit_that_the_server_refuses_comes_back_to_be_completed(
    portal: Portal, sheet: Page, context: BrowserContext
) -> None:
    context.set_offline(True)
    sheet.locator("#company").fill("zzzz inconnue")
    sheet.locator("#need").fill("À reprendre")
    sheet.get_by_role("button", name="Enregistrer la visite").click()
    sheet.get_by_text("Une visite est gardée sur ce téléphone").wait_for()

    context.set_offline(False)
    sheet.get_by_text("à compléter").wait_for()
    sheet.reload()
    sheet.get_by_text("à compléter").wait_for()

    assert sheet.locator("#need").input_value() == "À reprendre"
    assert _visits(portal) == 1
