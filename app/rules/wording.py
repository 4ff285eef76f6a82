"""Words that an employer's free text must not hold (L1132-1; dossier, ``privacy.md`` §10).

The check is a fixed table of patterns (``data/wording.tsv``), made to warn early and to explain: an
adviser reads the text afterwards, since no list catches everything. Patterns speak of *persons*:
"origine des produits" or "jeunes travailleurs" are innocent, and innocent passages are set aside
before the search, except for refusals that no context excuses ("always").
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from importlib import resources

from app.rules.law import Finding, finding


class Criterion(StrEnum):
    """The criteria of L1132-1 that free texts touch most."""

    AGE = "age"
    SEX = "sex"
    ORIGIN = "origin"
    APPEARANCE = "appearance"
    HEALTH = "health"
    FAMILY = "family"
    RESIDENCE = "residence"
    RELIGION = "religion"
    OPINION = "opinion"
    LANGUAGE = "language"
    VULNERABILITY = "vulnerability"


class PatternKind(StrEnum):
    """Whether a pattern accuses, accuses in every context, or excuses."""

    FORBIDDEN = "forbidden"
    ALWAYS = "always"
    INNOCENT = "innocent"


@dataclass(frozen=True, slots=True)
class WordingPattern:
    """One row of the table; ``example`` is a text it must catch (or let pass, when innocent)."""

    kind: PatternKind
    criterion: Criterion | None
    regex: re.Pattern[str]
    example: str


@dataclass(frozen=True, slots=True)
class Passage:
    """One passage found: where it stands in the text as typed, and why it cannot stay."""

    start: int
    end: int
    text: str
    criterion: Criterion
    explanation: str


_EXPLANATIONS: dict[Criterion, str] = {
    Criterion.AGE: (
        "l'âge ne peut pas être un critère : seules les limites légales du contrat comptent, "
        "et le portail les vérifie."
    ),
    Criterion.SEX: "le poste doit être ouvert aux femmes et aux hommes.",
    Criterion.ORIGIN: "l'origine et la nationalité ne peuvent pas être un critère.",
    Criterion.APPEARANCE: "l'apparence physique ne peut pas être un critère.",
    Criterion.HEALTH: (
        "la santé et le handicap ne peuvent pas être un critère : décrivez la tâche, "
        "pas la personne."
    ),
    Criterion.FAMILY: "la famille et la grossesse ne peuvent pas être un critère.",
    Criterion.RESIDENCE: (
        "le lieu de résidence ne peut pas être un critère : indiquez les horaires ou les "
        "déplacements que le poste demande."
    ),
    Criterion.RELIGION: "la religion ne peut pas être un critère.",
    Criterion.OPINION: "les opinions et l'engagement syndical ne peuvent pas être un critère.",
    Criterion.LANGUAGE: (
        "la langue maternelle et l'accent ne peuvent pas être un critère : indiquez ce que le "
        "poste demande de lire, d'écrire ou de dire."
    ),
    Criterion.VULNERABILITY: (
        "la situation sociale ou le suivi par une mission locale ne peuvent pas être un critère."
    ),
}

_PERSON = (
    r"(?:homme|femme|fille|garcon|dame|monsieur|personne|candidate?|profil|apprentie?"
    r"|collaborateur|collaboratrice|employee?|salariee?|recrue|stagiaire|vendeuse?|vendeur|commis"
    r"|serveuse|serveur|coiffeuse|secretaire|assistante?|equipier|equipiere|gars|mec|nana|talent)"
    r"s?"
)
_APOSTROPHES = "’‘ʼ`´"
_MASK = "\0"
# "apprenti(e)", "motivé·e": the marks of inclusive writing hide nothing.
_INCLUSIVE = "()·•‧"


@lru_cache(maxsize=1)
def wording_patterns() -> tuple[WordingPattern, ...]:
    """The table, compiled; patterns match whole words of a folded text."""
    path = resources.files("app.rules").joinpath("data", "wording.tsv")
    rows = csv.DictReader(
        path.read_text(encoding="utf-8").splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE
    )
    return tuple(
        WordingPattern(
            kind=PatternKind(row["kind"]),
            criterion=Criterion(row["criterion"]) if row["criterion"] else None,
            regex=re.compile(rf"(?<!\w)(?:{row['pattern'].replace('{person}', _PERSON)})(?!\w)"),
            example=row["example"],
        )
        for row in rows
    )


def find_forbidden(text: str) -> list[Passage]:
    """Passages that touch a forbidden criterion, in the order of the text, without overlap.

    Positions are those of ``text`` as given. An empty list is not a proof of innocence.
    """
    folded, origins = _fold(text)
    searched = folded
    for pattern in wording_patterns():
        if pattern.kind is PatternKind.INNOCENT:
            searched = pattern.regex.sub(lambda match: _MASK * len(match[0]), searched)
    found: list[Passage] = []
    for pattern in wording_patterns():
        if pattern.criterion is None:
            continue
        target = folded if pattern.kind is PatternKind.ALWAYS else searched
        for match in pattern.regex.finditer(target):
            start, end = origins[match.start()], origins[match.end() - 1] + 1
            explanation = _EXPLANATIONS[pattern.criterion]
            found.append(Passage(start, end, text[start:end], pattern.criterion, explanation))
    return _without_overlap(found)


def check_wording(text: str, day: date) -> list[Finding]:
    """One blocking finding a passage, quoting it and saying why (EQ-01)."""
    return [
        finding("EQ-01", day, f"« {passage.text} » : {passage.explanation}", code=passage.criterion)
        for passage in find_forbidden(text)
    ]


def _fold(text: str) -> tuple[str, list[int]]:
    """Lower case, no accents, single blanks; with the position in ``text`` of each character."""
    characters: list[str] = []
    origins: list[int] = []
    for position, char in enumerate(text):
        for folded in _fold_char(char):
            if folded == " " and characters and characters[-1] == " ":
                continue
            characters.append(folded)
            origins.append(position)
    return "".join(characters), origins


def _fold_char(char: str) -> str:
    if char in _APOSTROPHES:
        return "'"
    if char in _INCLUSIVE:
        return ""
    if char.isspace():
        return " "
    decomposed = unicodedata.normalize("NFKD", char.replace("œ", "oe").replace("Œ", "oe"))
    return "".join(part for part in decomposed.lower() if not unicodedata.combining(part))


def _without_overlap(passages: list[Passage]) -> list[Passage]:
    kept: list[Passage] = []
    for passage in sorted(passages, key=lambda found: (found.start, -found.end)):
        if not kept or passage.start >= kept[-1].end:
            kept.append(passage)
    return kept
