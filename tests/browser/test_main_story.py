"""The main story in a real browser: each party does its part, with JavaScript and without."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Portal, Seats

ENTER_YES = {
    "adviser": "Oui, il ou elle accepte",
    "employer": "Oui, je retiens un poste",
    "point_a": "Oui, je retiens une place",
}


def button(page: Page, name: str) -> None:
    """Press the first button of this name, as a reader would."""
    page.get_by_role("button", name=name, exact=True).first.click()


def register(page: Page, address: str) -> None:
    """Open the file of a youth whose wish is misspelt, and note what matching needs."""
    page.goto(f"{address}/jeunes/nouveau")
    page.get_by_label("Prénom").fill("Soizic")
    page.get_by_label("Nom de naissance").fill("Kerdoncuff")
    page.get_by_label("Date de naissance").fill("2008-03-05")
    page.get_by_label("Commune", exact=True).fill("quimper")
    page.get_by_label("Métiers souhaités").fill("boulanjer")
    button(page, "Ouvrir le dossier")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Soizic Kerdoncuff")


def confirm_wish(page: Page) -> None:
    """Choose the trade among those near to the words."""
    wishes = page.locator("#section-wishes")
    wishes.get_by_role("button", name=re.compile("Boulanger")).first.click()
    expect(wishes.get_by_text("Boulanger / Boulangère")).to_be_visible()


def give_consent(page: Page) -> None:
    """The youth agrees to be proposed without a name."""
    button(page, "Le jeune est d’accord")
    expect(page.locator("#section-consent")).to_contain_text("Proposé sans nom")


def propose(page: Page) -> str:
    """From the file to the list of triples, then propose the best; returns the proposal's path."""
    page.get_by_role("link", name="Voir les propositions").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Propositions pour Soizic")
    button(page, "Le dossier est prêt")
    button(page, "Proposer à l’employeur et au CFA")
    page.wait_for_url(re.compile(r"/propositions/\d+$"))
    return page.url


def answer(page: Page, url: str, person: str) -> None:
    """Open the proposal and say yes for one's own leaf."""
    page.goto(url)
    if person == "adviser":
        page.get_by_label("Comment").first.select_option("in_person")
    button(page, ENTER_YES[person])
    expect(page.get_by_role("button", name=ENTER_YES[person])).to_have_count(0)


def confirm_places(page: Page, address: str) -> None:
    """At nine the point A says that its places are right, and corrects one figure with the keyboard."""
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{address}/formations/places")
    button(page, "Tout est à jour")
    expect(page.locator("#toasts")).to_contain_text("à jour")
    cell = page.get_by_label(re.compile("^Capacité, CAP Boulanger")).first
    cell.fill("14")
    cell.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Enregistré")
    expect(page.get_by_label(re.compile("^Capacité, CAP Boulanger")).first).to_have_value("14")


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_each_party_does_its_part_until_the_contract_is_signed(
    portal: Portal, seat_people: Callable[[bool], Seats], scripts: bool
) -> None:
    seats = seat_people(scripts)
    adviser = seats.of("adviser")

    register(adviser, portal.address)
    confirm_wish(adviser)
    give_consent(adviser)
    url = propose(adviser)
    answer(adviser, url, "adviser")
    answer(seats.of("employer"), url, "employer")
    confirm_places(seats.of("point_a"), portal.address)
    answer(seats.of("point_a"), url, "point_a")
    cfa = seats.of("cfa")
    cfa.goto(url)
    button(cfa, "Noter la signature")
    expect(cfa.locator("#placement-card")).to_contain_text("Contrat signé")
    adviser.goto(url)
    expect(adviser.locator("#placement-card")).to_contain_text("Contrat signé")
    admin = seats.of("admin")
    admin.goto(f"{portal.address}/plateforme")
    expect(admin.get_by_role("heading", level=1)).to_be_visible()

    seats.assert_silent()
