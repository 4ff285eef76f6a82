"""The pages of accounts in a real browser: nothing for axe to say, a silent console, no sideways scrolling."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.accounts.models import Membership, Organisation, OrganisationAlias
from app.accounts.services import ask_reset, invite, prepare_second_factor
from app.core.db import db, transaction
from app.core.tasks import run_queued_jobs
from app.factory import create_app
from app.policy.actor import OrganisationKind, Role
from tests.accounts.conftest import link_in_last_mail
from tests.conftest import make_settings
from tests.factories.accounts import PASSWORD, actor_of, make_organisation, make_site, make_user
from tests.plugins.browser import Console

pytestmark = pytest.mark.browser

WIDTHS = (320, 1280)
SIGNED_IN = (
    "/compte",
    "/compte/organisations",
    "/compte/mot-de-passe",
    "/compte/double-verification",
    "/organisations",
    "/organisations?q=introuvable",
    "/organisations/nouvelle",
    "/organisations/1",
    "/organisations/1/modifier",
    "/organisations/1/sites/nouveau",
    "/organisations/1/sites/1",
    "/organisations/1/invitations/nouvelle",
    "/organisations/1/membres/1",
)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Flask]:
    """An application with a database of its own: one CFA with a member, an invitation, a double."""
    app = create_app(make_settings(tmp_path))
    with app.app_context():
        db.create_all()
        with transaction() as writing:
            cfa = make_organisation(writing, OrganisationKind.TRAINING_CENTRE, name="CFA de Brest")
            make_site(writing, cfa)
            make_user(writing, cfa, Role.CFA_OFFICER, Role.ORGANISATION_ADMIN)
            make_organisation(writing, OrganisationKind.TRAINING_CENTRE, name="Cfa de Brest")
            writing.add(
                OrganisationAlias(organisation_id=cfa.id, name="CFA 29", sort_name="cfa 29")
            )
            team = make_organisation(writing, OrganisationKind.PLATFORM, name="Équipe Trèfle")
            user = make_user(writing, team, email="anne@exemple.fr", password=PASSWORD)
            prepare_second_factor(
                writing, app.extensions["passwords"], user_id=user.id, is_fresh=True
            )
            invite(
                writing,
                actor_of(writing, user),
                organisation_id=cfa.id,
                email="yann@exemple.fr",
                given_name="Yann",
                family_name="Le Bris",
                roles=[Role.CFA_OFFICER],
            )
        yield app
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def complaints(
    page: Page, axe: Callable[[Page], list[str]], base: str, paths: list[str]
) -> list[str]:
    """What axe finds, and what scrolls sideways, on each page at each width."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for path in paths:
            page.goto(base + path)
            found += [f"{path} at {width}: {one}" for one in axe(page)]
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                found.append(f"{path} at {width}: scrolls sideways")
    return found


def enter(page: Page, base: str) -> None:
    """Sign in by the form."""
    page.goto(f"{base}/compte/connexion")
    page.get_by_label("Adresse électronique").fill("anne@exemple.fr")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Me connecter").click()
    page.wait_for_url(f"{base}/")


def test_the_pages_before_signing_in_are_clean(
    site: Flask,
    page: Page,
    serve: Callable[[Flask], str],
    console: Console,
    axe: Callable[[Page], list[str]],
) -> None:
    invited = link_in_last_mail(db.session(), "invitation")
    db.session.rollback()
    with transaction() as writing:
        ask_reset(writing, email="anne@exemple.fr")
    run_queued_jobs()
    reset = link_in_last_mail(db.session(), "nouveau-mot-de-passe")
    db.session.rollback()
    paths = [
        "/compte/connexion",
        "/compte/mot-de-passe-oublie",
        invited,
        reset,
    ]

    found = complaints(page, axe, serve(site), paths)

    assert found == []
    console.assert_silent()


def test_the_pages_of_account_and_organisations_are_clean(
    site: Flask,
    page: Page,
    serve: Callable[[Flask], str],
    console: Console,
    axe: Callable[[Page], list[str]],
) -> None:
    base = serve(site)
    enter(page, base)

    found = complaints(page, axe, base, list(SIGNED_IN))

    assert found == []
    console.assert_silent()


def test_a_member_leaves_with_the_keyboard_alone(
    site: Flask, page: Page, serve: Callable[[Flask], str]
) -> None:
    base = serve(site)
    enter(page, base)
    with transaction() as writing:
        cfa = writing.get_one(Organisation, 1)
        leaving = make_user(writing, cfa, Role.CFA_OFFICER).id
    page.goto(f"{base}/organisations/1/membres/{leaving}")

    page.locator("summary", has_text="Noter le départ").press("Enter")
    expect(page.get_by_text("Cette personne n’agira plus pour l’organisation")).to_be_visible()
    page.get_by_role("button", name="Oui, noter le départ").press("Enter")
    page.wait_for_url(f"{base}/organisations/1")

    left = db.session.query(Membership).filter_by(user_id=leaving).one()
    assert left.until is not None
