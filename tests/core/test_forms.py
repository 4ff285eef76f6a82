"""What a field keeps of what was typed."""

from __future__ import annotations

import pytest
from flask import Flask
from wtforms import (
    DateField,
    DateTimeLocalField,
    PasswordField,
    StringField,
    TextAreaField,
    TimeField,
)

from app.contracts.forms.sheet import NirForm
from app.core.forms import NIR_ELSEWHERE, BaseForm, OnceForm, strip
from app.rules.identifiers import holds_nir

# Enora's, of the dossier's first story: nobody has it.
NIR = "211112902400170"


class NoteForm(BaseForm):
    """Free words."""

    words = StringField(filters=[strip])


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Lucie ", "Lucie"),
        ("Lu\0cie\x0b\x1b[31m", "Lucie[31m"),
        ("Neu\u202eve", "Neuve"),
        ("une ligne\r\nune autre\tici", "une ligne\r\nune autre\tici"),
        ("12\u00a0000", "12 000"),
        ("\u202e \0", None),
        (None, None),
    ],
)
def test_signs_that_hide_or_turn_others_round_are_cut(typed: str | None, kept: str | None) -> None:
    assert strip(typed) == kept


@pytest.mark.parametrize(
    ("text", "held"),
    [
        (NIR, True),
        ("Son numéro : 2 11 11 29 024 001 70, à recopier.", True),
        ("2.11.11.29.024.001-70", True),
        ("203082B03300153 né à Bastia", True),
        ("211112902400171", False),
        ("A211112902400170", False),
        ("9211112902400170", False),
        ("SIRET 000 000 927 00012, tél. 06 39 98 00 12", False),
        ("1 " * 5_000, False),
    ],
)
def test_a_number_with_its_right_key_is_found_among_words(text: str, held: bool) -> None:
    assert holds_nir(text) is held


def test_a_social_security_number_is_taken_by_its_own_field_and_by_no_other(app: Flask) -> None:
    typed = f"Voir {NIR[:1]} {NIR[1:3]} {NIR[3:]}"

    with app.test_request_context("/", method="POST", data={"words": typed, "nir": NIR}):
        note, sheet = NoteForm(meta={"csrf": False}), NirForm(meta={"csrf": False})
        answers = note.validate_on_submit(), sheet.validate_on_submit()

    assert answers == (False, True)
    assert note.words.errors == [NIR_ELSEWHERE]
    assert note.words.data == typed


class LetterForm(BaseForm):
    """A name, words of several lines, a password."""

    name = StringField(filters=[strip])
    words = TextAreaField(filters=[strip])
    password = PasswordField()


def test_a_name_stays_on_one_line_whoever_sends_it(app: Flask) -> None:
    typed = "Zoé\r\nBcc: autre@exemple.fr\u2028Cliquez\x85ici"
    data = dict.fromkeys(("name", "words", "password"), typed)

    with app.test_request_context("/", method="POST", data=data):
        form = LetterForm(meta={"csrf": False})

    assert form.name.data == "Zoé Bcc: autre@exemple.fr Cliquez ici"
    assert (form.words.data, form.password.data) == (typed, typed)


class DayForm(BaseForm):
    day = DateField("Jour")
    at = DateTimeLocalField("Début", format="%Y-%m-%dT%H:%M")
    hour = TimeField("De")


@pytest.mark.parametrize("year", ["0026", "1826", "2206", "9999"])
def test_a_year_that_only_a_slip_can_write_is_told_beside_its_field(app: Flask, year: str) -> None:
    typed = {"day": f"{year}-11-30", "at": f"{year}-11-30T10:00", "hour": "10:00"}

    with app.test_request_context("/", method="POST", data=typed):
        form = DayForm(meta={"csrf": False})
        is_right = form.validate_on_submit()

    assert not is_right
    assert form.errors == {"day": ["Vérifiez l’année."], "at": ["Vérifiez l’année."]}


def test_a_key_that_no_page_of_ours_wrote_holds_no_sign_that_a_database_refuses(app: Flask) -> None:
    with app.test_request_context(method="POST", data={"request_key": "\0ab\0"}):
        form = OnceForm(meta={"csrf": False})

    assert form.request_key.data == "ab"
