"""Whoever reads a youth's name on a page of the portal leaves a row of that youth in the access journal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.access import AccessRecord
from app.core.db import db, transaction
from app.core.permissions import public
from app.youth.models import Youth
from tests.browser.addresses import pages
from tests.browser.town import Town, make_town
from tests.factories.accounts import sign_in

READERS = ("manager", "employer", "cfa", "point_a", "field", "officer")


@pytest.fixture
def town(app: Flask, session: Session) -> Town:
    with transaction() as writing:
        town = make_town(writing)
        for youth in writing.scalars(select(Youth)):
            # Only this youth and nobody else of the town is called so.
            youth.family_name = f"Marque{youth.id}x"
            youth.given_name = f"Prenom{youth.id}x"
    return town


def names_of() -> Mapping[int, tuple[str, str]]:
    rows = db.session.execute(select(Youth.id, Youth.given_name, Youth.family_name)).all()
    db.session.rollback()
    return {one.id: (one.given_name.lower(), one.family_name.lower()) for one in rows}


@dataclass(frozen=True)
class Reader:
    """Somebody who opens pages, and the names of the town."""

    client: FlaskClient
    user_id: int
    names: Mapping[int, tuple[str, str]]

    def unnoted(self, path: str) -> list[str]:
        """One line when this page shows a youth whom the journal does not know as read by this person now.

        A list that is searched by a name is searched too.
        """
        last = db.session.scalar(select(func.max(AccessRecord.id))) or 0
        db.session.rollback()
        text = self.client.get(path).get_data(as_text=True).lower()
        shown = {one for one, parts in self.names.items() if any(part in text for part in parts)}
        noted = db.session.scalars(
            select(AccessRecord.youth_id).where(
                AccessRecord.id > last, AccessRecord.user_id == self.user_id
            )
        )
        missing = sorted(shown - set(noted))
        db.session.rollback()
        fault = [f"{self.user_id} {path} : {missing}"] if missing else []
        box = re.search(r'<input[^>]*type="search"[^>]*name="(\w+)"|name="(q|text)"', text)
        if box and "?" not in path:
            return fault + self.unnoted(f"{path}?{box.group(1) or box.group(2)}=marque")
        return fault


def test_no_page_of_the_town_names_a_youth_without_a_row_of_the_journal(
    app: Flask, session: Session, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = names_of()
    readers = [
        Reader(sign_in(app.test_client(), town.people[one]), town.people[one].id, names)
        for one in READERS
    ]

    faults = [
        fault
        for reader in readers
        for endpoint, paths in pages(app, town)
        # A page behind a link is read by its bearer, whoever is signed in beside.
        for path in ([] if endpoint in town.tokens else paths)
        for fault in reader.unnoted(path)
    ]
    planted = public(lambda youth_id: " ".join(names[town.ids["youth"]]))
    monkeypatch.setitem(app.view_functions, "youth.history", planted)
    found = readers[0].unnoted(f"/jeunes/{town.ids['youth']}/historique")

    assert not faults, "\n".join(faults)
    assert len(found) == 1
