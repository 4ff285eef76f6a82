"""Forbidden wording: every pattern on its own example, real advertisements, positions."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.law import Level
from app.rules.wording import (
    Criterion,
    PatternKind,
    WordingPattern,
    check_wording,
    find_forbidden,
    wording_patterns,
)

ACCUSING = [p for p in wording_patterns() if p.kind is not PatternKind.INNOCENT]
EXCUSING = [p for p in wording_patterns() if p.kind is PatternKind.INNOCENT]


@pytest.mark.parametrize("pattern", ACCUSING, ids=lambda p: p.example)
def test_an_accusing_pattern_catches_its_example(pattern: WordingPattern) -> None:
    found = find_forbidden(pattern.example)

    assert pattern.criterion in [passage.criterion for passage in found]


@pytest.mark.parametrize("pattern", EXCUSING, ids=lambda p: p.example)
def test_an_innocent_example_passes(pattern: WordingPattern) -> None:
    assert find_forbidden(pattern.example) == []


def test_every_criterion_has_a_pattern() -> None:
    assert {p.criterion for p in ACCUSING} == set(Criterion)


@pytest.mark.parametrize(
    ("text", "criteria"),
    [
        ("personne valide", [Criterion.HEALTH]),
        ("Recherche jeune femme souriante", [Criterion.AGE]),
        ("nationalité française exigée", [Criterion.ORIGIN]),
        ("Vous êtes dynamique", [Criterion.AGE]),
        ("JEUNE ET DYNAMIQUE", [Criterion.AGE]),
        ("Candidat(e) jeune", [Criterion.AGE]),
        ("profil  18 - 25 ans", [Criterion.AGE]),
        ("Homme uniquement, pas de RQTH", [Criterion.SEX, Criterion.HEALTH]),
        ("elle est enceinte", [Criterion.FAMILY]),
        ("ne convient pas : trop jeune", [Criterion.AGE]),
        ("habite trop loin", [Criterion.RESIDENCE]),
        ("trop âgée, et son accent", [Criterion.AGE, Criterion.LANGUAGE]),
        ("on ne prend pas de jeune de la mission locale", [Criterion.VULNERABILITY]),
        ("pas d’étrangers", [Criterion.ORIGIN]),
    ],
)
def test_what_must_be_caught(text: str, criteria: list[Criterion]) -> None:
    assert [passage.criterion for passage in find_forbidden(text)] == criteria


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Aide-boulanger H/F, horaires 4 h - 11 h, formation assurée.",
        "CAP boulanger en alternance : 2 semaines en entreprise, 1 semaine au CFA.",
        "Origine des produits : ferme locale. Sens de l'accueil.",
        "Animateur auprès de jeunes travailleurs et de personnes âgées.",
        "Vente de prêt-à-porter homme, femme et enfant.",
        "Entreprise dynamique de 12 salariés, créée depuis plus de 30 ans.",
        "Poste ouvert aux personnes en situation de handicap.",
        "Permis B utile pour les livraisons ; véhicule fourni.",
        "Expérience de 10 à 15 ans d'expérience du maître d'apprentissage.",
        "Le candidat doit savoir lire un plan et travailler en équipe.",
        "Santé et sécurité au travail : équipements fournis.",
        "Cuisine française et étrangère, service du midi.",
        "Compétences demandées non acquises.",
        "Le rythme du CFA ne convient pas à l'activité de l'entreprise.",
        "Poste supprimé, baisse d'activité.",
        "Valide son permis en janvier.",
        "Moniteur de voile, entretien des bateaux.",
    ],
)
def test_what_must_pass(text: str) -> None:
    assert find_forbidden(text) == []


def test_a_passage_is_quoted_as_typed_at_its_place() -> None:
    text = "Bonjour,\u00a0nous cherchons une  JEUNE\u00a0 Fille œuvrant en cuisine."

    (passage,) = find_forbidden(text)

    assert passage.text == "JEUNE\u00a0 Fille"
    assert text[passage.start : passage.end] == passage.text
    assert "âge" in passage.explanation


def test_ligatures_before_a_passage_do_not_shift_it() -> None:
    text = "Œuvrer à l'œuf : ﬁn gourmet, personne valide"

    (passage,) = find_forbidden(text)

    assert passage.text == "personne valide"


def test_the_finding_blocks_quotes_and_explains_in_french() -> None:
    (found,) = check_wording("personne valide", date(2026, 11, 23))

    assert (found.rule_id, found.level, found.code) == ("EQ-01", Level.BLOCK, "health")
    assert found.message.startswith("« personne valide » : la santé")


@given(text=st.text(max_size=80))
def test_any_text_is_read_and_passages_stay_apart_and_in_place(text: str) -> None:
    found = find_forbidden(text)

    assert all(text[p.start : p.end] == p.text and p.text for p in found)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))


@given(
    before=st.text(alphabet="abc é\n", max_size=20), after=st.text(alphabet="abc é\n", max_size=20)
)
def test_a_forbidden_word_is_found_wherever_it_stands(before: str, after: str) -> None:
    found = find_forbidden(f"{before} nationalité {after}")

    assert "nationalité" in [passage.text for passage in found]
