"""Letters: one text, two bodies that say the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from jinja2 import DictLoader

from app.core.letters import absolute_url, compose

ROOT = Path(__file__).resolve().parents[2]
LETTERS = {
    "letter.txt": "Bonjour {{ name }}\n\nUn & deux\nlignes <b>\n\nhttps://exemple.fr/a?b=1&c=2\n",
    "bare.txt": "Sujet seul\n",
    "layout/letter.html": (ROOT / "templates" / "layout" / "letter.html").read_text("utf-8"),
}


@pytest.fixture
def letters(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application with two small letters of its own."""
    monkeypatch.setattr(app, "jinja_loader", DictLoader(LETTERS))
    monkeypatch.setattr(app.jinja_env, "cache", None)
    monkeypatch.setattr(app.jinja_env, "loader", DictLoader(LETTERS))
    return app


def test_the_first_line_is_the_subject_and_both_bodies_say_the_rest(letters: Flask) -> None:
    with letters.app_context():
        letter = compose("letter.txt", name="<Enora>")

    assert letter.subject == "Bonjour <Enora>"
    assert letter.text_body == "Un & deux\nlignes <b>\n\nhttps://exemple.fr/a?b=1&c=2\n"
    assert "<p>Un &amp; deux<br>lignes &lt;b&gt;</p>" in letter.html_body
    assert '<a href="https://exemple.fr/a?b=1&amp;c=2">' in letter.html_body
    assert "<title>Bonjour &lt;Enora&gt;</title>" in letter.html_body


def test_a_letter_without_body_is_a_defect(letters: Flask) -> None:
    with letters.app_context(), pytest.raises(ValueError, match="body"):
        compose("bare.txt")


def test_an_address_starts_with_the_portals_own_base_and_needs_no_request(app: Flask) -> None:
    with app.app_context():
        address = absolute_url("placements.show", placement_id=3)

    assert address == "http://127.0.0.1:8000/propositions/3"
