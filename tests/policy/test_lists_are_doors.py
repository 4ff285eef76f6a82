"""Each list of the portal, read through its links as a person reads it, shows exactly the rows whose door opens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.db import db, transaction
from app.policy.actor import Actor
from app.policy.matrix import may_ever
from tests.factories.accounts import csrf_token, sign_in
from tests.factories.estate import Estate, make_estate
from tests.factories.personas import AGENTS, PEOPLE
from tests.policy.listed import LISTS, WITHOUT_DOOR, Listed

WHO = sorted([*PEOPLE, *AGENTS])
APP = Path(__file__).resolve().parents[2] / "app"
PAGER = re.compile(r"^def (\w+)\([^\0]*?(?=^def |\Z)", re.MULTILINE)


@pytest.fixture
def estate(app: Flask, session: Session) -> Estate:
    """Every persona, an own and a foreign row of each kind."""
    with transaction() as writing:
        return make_estate(writing)


def first_door_opens(app: Flask, actor: Actor, address: str, method: str = "GET") -> bool:
    """Whether the roles alone let this person ask; the trial of authorisations tries those that they do not."""
    endpoint, _ = app.url_map.bind("localhost").match(address.partition("?")[0], method)
    permission = app.view_functions[endpoint].__trefle_permission__  # type: ignore[attr-defined]
    return may_ever(actor, permission)


def shown(app: Flask, client: FlaskClient, actor: Actor, kind: Listed) -> set[int]:
    """The rows that the pages of this list link to, or give a button for."""
    door = re.escape(kind.link or kind.door).replace(re.escape("{}"), r"(\d+)")
    found: set[int] = set()
    addresses = [one.replace("{own}", str(actor.organisation_id)) for one in kind.lists]
    for address in addresses:
        if not first_door_opens(app, actor, address):
            continue
        text = client.get(address).text
        found |= {int(one) for one in re.findall(rf'(?:href|action)="{door}["?#]', text)}
    return found


def opened(client: FlaskClient, kind: Listed, rows: list[int], token: str) -> set[int]:
    """The rows whose door is neither hidden nor refused; what a button wrote is taken back."""
    found = set()
    for one in rows:
        undone = db.session.connection().begin_nested()
        data = {"csrf_token": token} if kind.method == "POST" else None
        status = client.open(kind.door.format(one), method=kind.method, data=data).status_code
        undone.rollback()
        assert status < 500, (kind.door, one)
        found |= {one} if status not in {403, 404} else set()
    return found


@pytest.mark.usefixtures("frozen")
@pytest.mark.parametrize("group", range(2))
def test_a_list_shows_exactly_what_its_doors_open(
    app: Flask, session: Session, estate: Estate, group: int
) -> None:
    faults = []
    rows = {name: sorted(session.scalars(kind.rows())) for name, kind in LISTS.items()}
    for who in WHO[group::2]:
        client = sign_in(app.test_client(), estate.world.users[who])
        token, actor = csrf_token(app, client, "/"), estate.world.actors[who]
        for name, kind in LISTS.items():
            seen = shown(app, client, actor, kind)
            asks = first_door_opens(app, actor, kind.door.format(1), kind.method)
            open_ones = opened(client, kind, rows[name], token) if asks else set()
            is_told = who in kind.beside and seen <= open_ones
            if seen != open_ones and not is_told:
                faults.append(f"{who}, {name}: shown {sorted(seen)}, open {sorted(open_ones)}")
    assert faults == []


def test_each_kind_has_an_own_and_a_foreign_row_that_somebody_may_not_open(
    app: Flask, session: Session, estate: Estate
) -> None:
    lonely = [name for name, kind in LISTS.items() if len(set(session.scalars(kind.rows()))) < 2]

    assert lonely == []


def pagers() -> Iterator[str]:
    """Every function of the portal that pages through rows, as `slice.queries.file.function`."""
    for path in sorted(APP.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        for block in PAGER.finditer(text):
            if "paginate(" in block.group(0) and block.group(1) != "paginate":
                module = ".".join(path.relative_to(APP).with_suffix("").parts)
                yield f"{module}.{block.group(1)}"


def test_every_list_is_proved_or_says_why_it_has_no_door() -> None:
    proved = {one for kind in LISTS.values() for one in kind.by}

    found = set(pagers())

    assert found == proved | WITHOUT_DOOR.keys()
    assert not proved & WITHOUT_DOOR.keys()
