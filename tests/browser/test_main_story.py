"""The main story in a real browser: each party does its part, with JavaScript, without it, and by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Portal, Seats
from tests.browser.hands import Hand, Keyboard, Mouse

YES = {
    "adviser": "Oui, le jeune accepte",
    "employer": "Oui, je retiens un poste",
    "point_a": "Oui, je retiens une place",
}
CAPACITY = re.compile("^Capacité, CAP Boulanger")


def register(hand: Hand, page: Page, address: str) -> None:
    """Open the file of a youth whose wishes come as a column, the first misspelt."""
    page.goto(f"{address}/jeunes/nouveau")
    _identify(hand, page)
    hand.write(page, "Commune", "quimper")
    hand.paste(page, "Métiers souhaités (facultatif)", "boulanjer\ncuisine\n")
    hand.press(page, "Ouvrir le dossier")
    choices = page.get_by_role("radio", name=re.compile("^Quimper"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Soizic Kerdoncuff")
    expect(choices).to_have_count(0)
    expect(page.locator("#section-wishes")).to_contain_text("cuisine")


def _identify(hand: Hand, page: Page) -> None:
    hand.write(page, "Prénom", "Soizic")
    hand.write(page, "Nom de naissance", "Kerdoncuff")
    hand.write(page, "Date de naissance", "2008-03-05")


def register_again(hand: Hand, page: Page, address: str) -> None:
    """The same person typed twice is shown, the Enter key opens no second file, and the first is one press away."""
    page.goto(f"{address}/jeunes/nouveau")
    _identify(hand, page)
    for _ in range(2):
        page.get_by_label("Nom de naissance", exact=True).press("Enter")
        expect(page.locator("#duplicates")).to_contain_text("Rien n’est encore créé")
    hand.press(page, "Soizic Kerdoncuff", role="link")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Soizic Kerdoncuff")


def confirm_wish(hand: Hand, page: Page) -> None:
    """Choose the trade among those near to the words."""
    hand.press(page, "Boulanger / Boulangère (D1102)")
    expect(
        page.locator("#section-wishes strong", has_text="Boulanger / Boulangère")
    ).to_be_visible()


def give_consent(hand: Hand, page: Page) -> None:
    """The youth agrees to be proposed without a name."""
    hand.press(page, "Le jeune est d’accord")
    expect(page.locator("#section-consent")).to_contain_text("Proposé sans nom")


def propose(hand: Hand, page: Page) -> str:
    """From the file to the list of triples, then propose the best; returns the proposal's address."""
    hand.press(page, "Voir les propositions", role="link")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Propositions pour Soizic")
    hand.press(page, "Le dossier est prêt")
    hand.press(page, "Proposer à l’employeur et au CFA")
    page.wait_for_url(re.compile(r"/propositions/\d+$"))
    return page.url


def answer(hand: Hand, page: Page, url: str, person: str) -> None:
    """Open the proposal and say yes for one's own leaf."""
    page.goto(url)
    hand.press(page, YES[person])
    expect(page.get_by_role("button", name=YES[person])).to_have_count(0)


def look_after_places(hand: Hand, page: Page, address: str) -> None:
    """At nine the point A corrects one figure, then says that all its places are right."""
    page.goto(f"{address}/formations/places")
    cell = page.get_by_label(CAPACITY).first
    hand.write(page, str(cell.get_attribute("aria-label")), "14")
    cell.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Enregistré")
    expect(page.get_by_label(CAPACITY).first).to_have_value("14")
    page.locator("#places-grid .ask-first summary").press("Enter")
    hand.press(page, "Oui, tout est à jour")
    expect(page.locator("#toasts")).to_contain_text("à jour")
    page.locator("#paste-column summary").press("Enter")
    hand.choose(page, "Colonne à remplir", "Capacité")
    hand.paste(page, "Nombres, un par ligne", "15\n")
    hand.press(page, "Voir ce qui changerait")
    expect(page.locator("#paste-column table strong").first).to_have_text("15")
    hand.press(page, "Enregistrer 1 session")
    expect(page.get_by_label(CAPACITY).first).to_have_value("15")


@pytest.mark.parametrize(
    ("scripts", "hand"),
    [(True, Mouse()), (False, Mouse()), (True, Keyboard())],
    ids=["with-scripts", "without-scripts", "by-keyboard"],
)
def test_each_party_does_its_part_until_the_contract_is_signed(
    portal: Portal, seat_people: Callable[[bool], Seats], scripts: bool, hand: Hand
) -> None:
    seats = seat_people(scripts)
    adviser, cfa = seats.of("adviser"), seats.of("cfa")

    register(hand, adviser, portal.address)
    register_again(hand, adviser, portal.address)
    seats.consoles["adviser"].forgive(409)
    confirm_wish(hand, adviser)
    give_consent(hand, adviser)
    url = propose(hand, adviser)
    answer(hand, adviser, url, "adviser")
    answer(hand, seats.of("employer"), url, "employer")
    look_after_places(hand, seats.of("point_a"), portal.address)
    answer(hand, seats.of("point_a"), url, "point_a")
    cfa.goto(url)
    hand.press(cfa, "Noter la signature")
    expect(cfa.locator("#placement-card")).to_contain_text("Contrat signé")
    adviser.goto(url)
    expect(adviser.locator("#placement-card")).to_contain_text("Contrat signé")
    admin = seats.of("admin")
    hand.press(admin, "Plateforme", role="link")
    expect(admin.get_by_role("heading", level=1)).to_contain_text("Plateforme")
    hand.press(admin, "Accepter CFA des Abers")
    expect(admin.get_by_role("button", name="Accepter CFA des Abers")).to_have_count(0)

    seats.assert_silent()
