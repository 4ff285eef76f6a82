"""What may not leave in a message before its time, and the templates."""

from __future__ import annotations

import pytest

from app.notices.messages import (
    TEMPLATES,
    Speaker,
    filled,
    handles,
    holds_contact,
    holds_name,
    templates_for,
    typed_mentions,
)

NAMES = ("Jean-Yves", "Le Goff", None)
KNOWN = {
    "code": "JEU-1234",
    "post": "Apprenti boulanger",
    "company": "Fournil des Monts",
    "course": "CAP Boulanger",
    "cfa": "CFA de Quimper",
    "starts_on": "01/09/2026",
}


@pytest.mark.parametrize(
    "words",
    [
        "Jean-Yves viendra mardi",
        "jean yves viendra mardi",
        "JEANYVES viendra",
        "Monsieur Le Goff",
        "M. LeGoff",
        "M. le goff",
        "Bonjour Yves",
        "mél : jean-yves",
    ],
)
def test_a_name_is_found_however_it_is_typed(words: str) -> None:
    assert holds_name(words, NAMES)


@pytest.mark.parametrize("words", ["Le poste est ouvert", "Il le fera", "La visite est mardi", ""])
def test_innocent_words_are_no_name(words: str) -> None:
    assert not holds_name(words, NAMES)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Un petit mot pour vous", False),
        ("Petit rappel : la visite est mardi", False),
        ("Bonjour, Petit viendra mardi", True),
    ],
)
def test_a_name_that_is_an_everyday_word_counts_with_its_capital(words: str, found: bool) -> None:
    assert holds_name(words, ("Petit",)) is found


@pytest.mark.parametrize(
    "words",
    [
        "Appelez le 06 12 34 56 78",
        "0612345678",
        "06.12.34.56.78",
        "+33 6 12 34 56 78",
        "+33 (0) 6 12 34 56 78",
        "camille@exemple.fr",
        "camille (at) exemple point fr",
        "camille arobase exemple.fr",
    ],
)
def test_a_contact_is_found_however_it_is_typed(words: str) -> None:
    assert holds_contact(words)


CALLED = {
    1: "Nour",
    2: "Camille.Le-Goff",
    3: "Camille.Riou",
    4: "Jean-Marc",
    "cfa": "cfa",
}


@pytest.mark.parametrize(
    ("words", "who"),
    [
        ("@Nour, peux-tu rappeler ?", [1]),
        ("Vu avec @nour et @CFA. Merci @Nour", [1, "cfa"]),
        ("(@jean-marc) @Jean-Marc.", [4]),
        ("@camille.legoff et @Camille.Riou", [2, 3]),
        ("@Camille ?", []),  # two people are called so
        ("@Personne, bonjour", []),
        ("nour@nour.fr, a@cfa", []),
        ("Bonjour Nour", []),
    ],
)
def test_a_typed_mention_addresses_whom_it_names_and_an_unknown_one_is_plain_text(
    words: str, who: list[object]
) -> None:
    found, rest = typed_mentions(words, CALLED)

    assert found == who
    assert (rest == words) is (who == [])


def test_people_are_called_by_their_given_name_unless_two_share_it() -> None:
    people = {1: ("Nour", "Petit"), 2: ("Camille", "Le Goff"), 3: ("Camille", "Riou")}

    assert handles(people) == {1: "Nour", 2: "Camille.Le-Goff", 3: "Camille.Riou"}


@pytest.mark.parametrize(
    "words", ["Rendez-vous le 07/12/2026 à 14 h", "2 postes, 12 places", "35 h par semaine"]
)
def test_dates_and_numbers_are_no_contact(words: str) -> None:
    assert not holds_contact(words)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.key)
def test_a_template_fits_in_a_message_and_names_nobody(template: object) -> None:
    words = filled(template, KNOWN)  # type: ignore[arg-type]

    assert "{" not in words
    assert len(words) <= 600
    assert not holds_contact(words)


@pytest.mark.parametrize(
    "template", [one for one in TEMPLATES if one.is_easy], ids=lambda one: one.key
)
def test_easy_words_are_short_sentences_one_a_line(template: object) -> None:
    lines = template.text.splitlines()  # type: ignore[attr-defined]

    assert all(len(line.split()) <= 14 for line in lines)
    assert all(line.count(".") + line.count("?") <= 2 for line in lines)


def test_a_template_without_its_variables_is_not_offered() -> None:
    without_course = {**KNOWN, "course": None}

    keys = {one.key for one in templates_for(Speaker.CFA, without_course)}

    assert keys == set()
    assert {one.key for one in templates_for(Speaker.CFA, KNOWN)} >= {"cfa_visit"}
