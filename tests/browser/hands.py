"""Two ways to work a page: with the mouse, and with the keyboard alone.

Both find what a reader sees: buttons and links by their names, fields by their labels.
"""

from __future__ import annotations

from typing import Protocol

from playwright.sync_api import Locator, Page, expect

MOST_TABS = 250


class Hand(Protocol):
    """What a story does to a page."""

    def press(self, page: Page, name: str, *, role: str = "button") -> None:
        """Press the first button (or link) of this name."""

    def write(self, page: Page, label: str, text: str) -> None:
        """Put a text in the field of this label, instead of what it holds."""

    def paste(self, page: Page, label: str, text: str) -> None:
        """Put several lines in the field of this label at once, as from a spreadsheet."""

    def choose(self, page: Page, label: str, option: str) -> None:
        """Choose an option of a list by its words."""


def _named(page: Page, name: str, role: str) -> Locator:
    found = page.get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]
    return found.locator("visible=true").first


class Mouse:
    """Clicks and fills."""

    def press(self, page: Page, name: str, *, role: str = "button") -> None:
        _named(page, name, role).click()

    def write(self, page: Page, label: str, text: str) -> None:
        page.get_by_label(label, exact=True).first.fill(text)

    def paste(self, page: Page, label: str, text: str) -> None:
        page.get_by_label(label, exact=True).first.fill(text)

    def choose(self, page: Page, label: str, option: str) -> None:
        page.get_by_label(label, exact=True).first.select_option(label=option)


class Keyboard:
    """Tab until it has the focus, see the focus, then Enter or letters: no click, no script that focuses."""

    def press(self, page: Page, name: str, *, role: str = "button") -> None:
        reach(page, _named(page, name, role))
        page.keyboard.press("Enter")

    def write(self, page: Page, label: str, text: str) -> None:
        field = page.get_by_label(label, exact=True).first
        reach(page, field)
        if field.get_attribute("type") == "date":
            field.fill(text)  # Chromium's own date field: its keys depend on the machine's language
        else:
            page.keyboard.press("Control+A")
            page.keyboard.type(text)

    def paste(self, page: Page, label: str, text: str) -> None:
        field = page.get_by_label(label, exact=True).first
        reach(page, field)
        page.keyboard.press("Control+A")
        page.keyboard.insert_text(text)
        expect(field).to_have_value(text)

    def choose(self, page: Page, label: str, option: str) -> None:
        field = page.get_by_label(label, exact=True).first
        reach(page, field)
        page.keyboard.type(option[:6])
        expect(field.locator("option:checked")).to_have_text(option)


def reach(page: Page, target: Locator) -> None:
    """Walk to the element with Tab and check that the reader sees where the focus is."""
    expect(target).to_be_visible()
    for _ in range(MOST_TABS):
        if target.evaluate("element => element === document.activeElement"):
            outline = target.evaluate("element => getComputedStyle(element).outlineStyle")
            assert outline != "none", f"no visible focus on {target}"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {target}")
