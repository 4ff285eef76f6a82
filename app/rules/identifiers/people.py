"""Codes of persons: NIR and INE (dossier, ``codes.md`` §10; ``cerfa.md`` §3 control 2).

The NIR is collected only when a contract is prepared; nothing here stores it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from stdnum.fr import nir as stdnum_nir

from app.rules.identifiers.text import compact, group

_NIR = re.compile(r"([1-478])([0-9]{2})([0-9]{2})([0-9]{2}|2[AB])([0-9]{3})([0-9]{3})([0-9]{2})?")
_NIR_INSIDE = re.compile(r"(?<![0-9A-Za-z])[1-478](?:[\s.\-]?[0-9AB]){14}(?![0-9A-Za-z])")
_INE = re.compile(r"[0-9A-Z]{11}")
_BORN_ABROAD = "99"


def normalise_nir(text: str) -> str:
    """Thirteen or fifteen characters without separators."""
    return compact(text)


def nir_key(number: str) -> str:
    """Two-digit key of the thirteen characters: 97 − N mod 97, 2A read as 19 and 2B as 18.

    Raises ``ValueError`` when ``number`` has not the shape of a NIR.
    """
    code = compact(number)[:13]
    if not _NIR.fullmatch(code):
        raise ValueError("not a NIR")
    return str(stdnum_nir.calc_check_digits(code))


def is_valid_nir(text: str) -> bool:
    """Thirteen characters, or fifteen with a right key."""
    code = compact(text)
    if not _NIR.fullmatch(code):
        return False
    return len(code) == 13 or nir_key(code) == code[13:]


def holds_nir(text: str) -> bool:
    """Whether fifteen characters of a NIR with a right key stand somewhere in a text, spaced out or not."""
    return any(is_valid_nir(one) for one in _NIR_INSIDE.findall(text))


def format_nir(text: str) -> str:
    """``2 11 11 29 024 001 70``."""
    return group(normalise_nir(text), 1, 2, 2, 2, 3, 3)


@dataclass(frozen=True, slots=True)
class NirMismatch:
    """One part of a NIR that contradicts the file; ``message`` is French."""

    part: str
    message: str


def nir_mismatches(
    text: str, *, sex: str, birth_date: date, birth_department: str | None = None
) -> list[NirMismatch]:
    """Contradictions between a NIR and sex ("F" or "M"), birth date and birth département.

    A month outside 01–12 means "unknown" in the register and contradicts nothing. Raises
    ``ValueError`` when the text has not the shape of a NIR.
    """
    match = _NIR.fullmatch(compact(text))
    if match is None:
        raise ValueError("not a NIR")
    number_sex, year, month, department = match[1], match[2], match[3], match[4]
    found: list[NirMismatch] = []
    expected = {"F": "2", "M": "1"}.get(sex)
    if expected is not None and number_sex in "12" and number_sex != expected:
        found.append(NirMismatch("sex", "Le premier chiffre du NIR ne correspond pas au sexe."))
    if year != f"{birth_date:%y}":
        message = "L'année dans le NIR ne correspond pas à la date de naissance."
        found.append(NirMismatch("year", message))
    if "01" <= month <= "12" and month != f"{birth_date:%m}":
        message = "Le mois dans le NIR ne correspond pas à la date de naissance."
        found.append(NirMismatch("month", message))
    if birth_department and department != _nir_department(birth_department):
        message = "Le département dans le NIR ne correspond pas au lieu de naissance."
        found.append(NirMismatch("department", message))
    return found


def _nir_department(department: str) -> str:
    # Overseas, the first two digits of the number are 97 and the third opens the commune part.
    code = compact(department)
    return code[:2] if code.startswith(("97", "98")) else code


def is_born_abroad(text: str) -> bool:
    """Whether the NIR says a birth abroad."""
    match = _NIR.fullmatch(compact(text))
    return match is not None and match[4] == _BORN_ABROAD


def is_valid_ine(text: str) -> bool:
    """Eleven capitals and digits: the shapes of the school number are not all known."""
    return bool(_INE.fullmatch(compact(text)))
