"""Levels and codes of diplomas (décret 2019-14; dossier, ``codes.md`` §5 and ``cerfa.md`` §2.6)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.rules.law import Finding, finding

NEW_SCALE_FROM = date(2019, 1, 8)
TUTOR_LEVELS = (0, 3, 4, 5, 6, 7, 8)

_ROMAN_TO_NEW = {
    "VI": 1,
    "V BIS": 2,
    "V": 3,
    "IV": 4,
    "III": 5,
    "II": 6,
    "I": 7,
}
_LEVEL_LABELS = {
    0: "sans diplôme",
    1: "sans diplôme",
    2: "brevet ou CFG",
    3: "CAP, BEP",
    4: "bac, BP, titre de niveau 4",
    5: "BTS, DUT, titre de niveau 5",
    6: "licence, BUT",
    7: "master, ingénieur",
    8: "doctorat",
}


@dataclass(frozen=True, slots=True)
class DiplomaCode:
    """One code of the official form; ``level`` is on the scale of 2019 (0 for none)."""

    code: str
    label: str
    level: int
    is_professional: bool


# 49 and 41 to 43 are level 4; whether a general bac counts as professional is unsettled (PAY-11).
DIPLOMA_CODES: tuple[DiplomaCode, ...] = (
    DiplomaCode("80", "Doctorat", 8, False),
    DiplomaCode("71", "Master professionnel ou DESS", 7, True),
    DiplomaCode("72", "Master recherche ou DEA", 7, False),
    DiplomaCode("73", "Master indifférencié", 7, False),
    DiplomaCode("74", "Diplôme d'ingénieur ou d'école de commerce", 7, True),
    DiplomaCode("79", "Autre diplôme ou titre de niveau bac+5 ou plus", 7, True),
    DiplomaCode("61", "Première année de master", 6, False),
    DiplomaCode("62", "Licence professionnelle", 6, True),
    DiplomaCode("63", "Licence générale", 6, False),
    DiplomaCode("64", "BUT (bachelor universitaire de technologie)", 6, True),
    DiplomaCode("69", "Autre diplôme ou titre de niveau bac+3 ou 4", 6, True),
    DiplomaCode("54", "Brevet de technicien supérieur (BTS)", 5, True),
    DiplomaCode("55", "Diplôme universitaire de technologie (DUT)", 5, True),
    DiplomaCode("58", "Autre diplôme ou titre de niveau bac+2", 5, True),
    DiplomaCode("41", "Baccalauréat professionnel", 4, True),
    DiplomaCode("42", "Baccalauréat général", 4, False),
    DiplomaCode("43", "Baccalauréat technologique", 4, True),
    DiplomaCode("49", "Autre diplôme ou titre de niveau bac", 4, True),
    DiplomaCode("33", "CAP", 3, True),
    DiplomaCode("34", "BEP", 3, True),
    DiplomaCode("35", "Mention complémentaire", 3, True),
    DiplomaCode("38", "Autre diplôme ou titre de niveau CAP ou BEP", 3, True),
    DiplomaCode("25", "Diplôme national du brevet (DNB)", 2, False),
    DiplomaCode("26", "Certificat de formation générale (CFG)", 2, False),
    DiplomaCode("13", "Aucun diplôme ni titre professionnel", 0, False),
)
_BY_CODE = {diploma.code: diploma for diploma in DIPLOMA_CODES}

# Last class followed, on the form. 41 and 42 say that 3e was not finished.
LAST_CLASSES: dict[str, str] = {
    "01": "dernière année du cycle suivie et diplôme obtenu",
    "11": "1re année du cycle validée",
    "12": "1re année du cycle non validée",
    "21": "2e année du cycle validée",
    "22": "2e année du cycle non validée",
    "31": "3e année du cycle validée",
    "32": "3e année du cycle non validée",
    "40": "premier cycle du secondaire achevé (fin de 3e)",
    "41": "études interrompues en 3e",
    "42": "études interrompues en 4e",
}
LAST_CLASSES_BEFORE_END_OF_3E = frozenset({"41", "42"})


class Reach(StrEnum):
    """Whether a level aimed at is usual from the level held. Never a ban: the CFA decides."""

    USUAL = "usual"
    UNKNOWN = "unknown"
    UNUSUAL = "unusual"


def diploma(code: str) -> DiplomaCode:
    """The diploma behind a two-digit code of the form; raises ``KeyError`` when unknown."""
    return _BY_CODE[code]


def level_label(level: int) -> str:
    """Short French gloss of a level (0 to 8); raises ``KeyError`` outside the scale."""
    return _LEVEL_LABELS[level]


def level_from_roman(text: str) -> int:
    """Level of 2019 for an old Roman level; "I" may mean 7 or 8 and gives 7.

    Raises ``ValueError`` when the text is not a Roman level. The original text must be kept
    beside the result.
    """
    folded = re.sub(r"[\s.-]+", " ", text.upper().replace("NIVEAU", "")).strip()
    folded = re.sub(r"^V ?BIS$", "V BIS", folded)
    if folded not in _ROMAN_TO_NEW:
        raise ValueError(f"not a Roman level: {text!r}")
    return _ROMAN_TO_NEW[folded]


def roman_level(level: int) -> str:
    """Old Roman level for a level of 2019; 7 and 8 are both "I". Raises ``ValueError``."""
    if level in (0, 1):
        return "VI"
    if level == 8:
        return "I"
    for roman, new in _ROMAN_TO_NEW.items():
        if new == level:
            return roman
    raise ValueError(f"not a level: {level}")


def level_from_cfd(cfd: str) -> int | None:
    """Level told by the first digit of a CFD code; None when it tells nothing (0, 6 or other).

    1 may mean 7 or 8 and gives 7. Source: dossier, ``codes.md`` §4.
    """
    return {"5": 3, "4": 4, "3": 5, "2": 6, "1": 7}.get(cfd[:1])


def reach(held: int | None, aimed: int | None) -> Reach:
    """How usual it is to enter a course of level ``aimed`` with level ``held`` (DIP-05).

    Usual: the same level (another trade), below, or one step up; 3e leads to level 3 and, in
    three years, to level 4. The law sets neither floor nor ceiling, so two steps or more are only
    "unusual", and an unknown level stays unknown.
    """
    if held is None or aimed is None:
        return Reach.UNKNOWN
    highest = 4 if held <= 2 else held + 1
    return Reach.USUAL if aimed <= highest else Reach.UNUSUAL


def check_reach(held: int | None, aimed: int | None, day: date) -> list[Finding]:
    """The doubt to show about the entry level, never a refusal (DIP-05)."""
    answer = reach(held, aimed)
    if answer is Reach.USUAL:
        return []
    if answer is Reach.UNKNOWN:
        message = "Niveau à l'entrée inconnu : le CFA le vérifie au positionnement."
    else:
        message = (
            f"Niveau {aimed} visé depuis le niveau {held} : peu courant, la loi ne l'interdit "
            "pas. Le CFA décide au positionnement."
        )
    return [finding("DIP-05", day, message)]
