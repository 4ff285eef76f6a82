"""Signed links: one subject, one verb, one object, until a date."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from app.core.links import LinkOver, read_link, write_link
from app.policy.actor import Link, LinkSubject

LINK = Link(LinkSubject.YOUTH, "answer", 12)


@pytest.fixture
def token(frozen: time_machine.Traveller, app: Flask) -> str:
    with app.app_context():
        return write_link(LINK, about=7, good_for=timedelta(days=30))


def test_a_link_says_what_was_written(app: Flask, token: str) -> None:
    with app.app_context():
        signed = read_link(token)

    assert (signed.link, signed.about) == (LINK, 7)
    assert signed.actor.link == LINK
    assert not signed.actor.is_authenticated


@pytest.mark.parametrize(("days", "alive"), [(29.9, True), (30.1, False)])
def test_a_link_ends_with_its_date(
    app: Flask, token: str, frozen: time_machine.Traveller, days: float, alive: bool
) -> None:
    frozen.shift(timedelta(days=days))

    with app.app_context():
        try:
            read_link(token)
            is_read = True
        except LinkOver:
            is_read = False

    assert is_read is alive


def test_every_changed_character_breaks_a_link(app: Flask, token: str) -> None:
    changed = [
        token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        for place in range(len(token) - 1)
    ]

    with app.app_context():
        for forged in changed:
            with pytest.raises(LinkOver):
                read_link(forged)


def test_links_and_cookies_are_signed_by_sha_256(app: Flask, token: str) -> None:
    with app.app_context(), app.test_request_context():
        cookie = app.session_interface.get_signing_serializer(app).dumps({"a": 1})  # type: ignore[attr-defined]
    signatures = [one.rsplit(".", 1)[1] for one in (token, cookie)]

    assert [len(base64.urlsafe_b64decode(one + "==")) for one in signatures] == [32, 32]


@pytest.mark.parametrize("nonsense", ["", ".", "e30.e30", "é", "a" * 5000])
def test_nonsense_is_no_link(app: Flask, nonsense: str) -> None:
    with app.app_context(), pytest.raises(LinkOver):
        read_link(nonsense)
