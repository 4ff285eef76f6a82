"""The portal on a SQLite file of its own, with real rows, and people who sign in through the form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.core.db import db, transaction
from app.factory import create_app
from tests.browser.town import Town, make_town
from tests.conftest import TODAY, make_settings
from tests.factories.accounts import PASSWORD, sign_in
from tests.plugins.browser import Console

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


# Milliseconds before a story gives up on a page: far more than any page takes on a busy machine.
PATIENCE = 15_000
expect.set_options(timeout=PATIENCE)


@dataclass(frozen=True, slots=True)
class Portal:
    """The application being served, where, and who lives in it."""

    app: Flask
    address: str
    town: Town

    def sign_in(self, page: Page, person: str) -> Page:
        """Go through the sign-in form as this person of the town."""
        page.goto(f"{self.address}/compte/connexion")
        page.get_by_label("Adresse électronique").fill(f"{person}@exemple.fr")
        page.get_by_label("Mot de passe").fill(PASSWORD)
        page.get_by_role("button", name="Me connecter").click()
        page.wait_for_url(f"{self.address}/")
        return page


@pytest.fixture
def portal(tmp_path: Path, serve: Callable[[WSGIApplication], str]) -> Iterator[Portal]:
    """The town, served; its clock starts at the dossier's date and runs."""
    with time_machine.travel(TODAY, tick=True):
        app = create_app(make_settings(tmp_path))
        with app.app_context():
            db.create_all()
            with transaction() as session:
                town = make_town(session)
                session.flush()
                session.expunge_all()
            db.session.remove()
        _compile_engine(app, town)
        yield Portal(app, serve(app), town)
        with app.app_context():
            for engine in db.engines.values():
                engine.dispose()


def _compile_engine(app: Flask, town: Town) -> None:
    """Search once before a browser waits: the first search after a change compiles the engine, for a minute or more."""
    with app.app_context():
        client = sign_in(app.test_client(), town.people["adviser"])
    answer = client.get(f"/jeunes/{town.ids['youth']}/propositions")
    assert answer.status_code == 200


@dataclass(slots=True)
class Seats:
    """One browser context a person, opened when the person is first needed; all consoles are listened to."""

    portal: Portal
    browser: Browser
    options: dict[str, object]
    contexts: dict[str, BrowserContext]
    consoles: dict[str, Console]

    def of(self, person: str) -> Page:
        """The page of this person, signed in."""
        if person not in self.contexts:
            context = self.browser.new_context(**self.options)  # type: ignore[arg-type]
            self.contexts[person] = context
            page = context.new_page()
            page.set_default_timeout(PATIENCE)
            self.consoles[person] = Console(page)
            self.portal.sign_in(page, person)
        return self.contexts[person].pages[0]

    def assert_silent(self) -> None:
        """Nobody's console said anything."""
        for console in self.consoles.values():
            console.assert_silent()


@pytest.fixture
def seat_people(
    portal: Portal, browser: Browser, browser_context_args: dict[str, object]
) -> Iterator[Callable[[bool], Seats]]:
    """A function that returns seats for people, with or without JavaScript."""
    opened: list[Seats] = []

    def seats(scripts: bool) -> Seats:
        options = {**browser_context_args, "java_script_enabled": scripts}
        opened.append(Seats(portal, browser, options, {}, {}))
        return opened[-1]

    yield seats
    for one in opened:
        for context in one.contexts.values():
            context.close()
