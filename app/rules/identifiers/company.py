"""Codes of companies: SIREN, SIRET, NAF, IDCC (dossier, ``codes.md`` §2, §7, §8)."""

from __future__ import annotations

import re

from stdnum.fr import siren as stdnum_siren
from stdnum.fr import siret as stdnum_siret

from app.rules.identifiers.text import compact, group

_NAF = re.compile(r"[0-9]{4}[A-Z]")
_IDCC = re.compile(r"[0-9]{4}")
_ASCII_DIGITS = re.compile(r"[0-9]+")


def normalise_siren(text: str) -> str:
    """Nine digits without separators; not validated."""
    return compact(text)


def is_valid_siren(text: str) -> bool:
    """Nine digits with a right Luhn key."""
    code = compact(text)
    return bool(_ASCII_DIGITS.fullmatch(code)) and bool(stdnum_siren.is_valid(code))


def format_siren(text: str) -> str:
    """``732 829 320``."""
    return group(normalise_siren(text), 3, 3)


def normalise_siret(text: str) -> str:
    """Fourteen digits without separators; not validated."""
    return compact(text)


def is_valid_siret(text: str) -> bool:
    """Fourteen digits with a right Luhn key, or of La Poste with a digit sum multiple of 5."""
    code = compact(text)
    return bool(_ASCII_DIGITS.fullmatch(code)) and bool(stdnum_siret.is_valid(code))


def format_siret(text: str) -> str:
    """``732 829 320 00074``."""
    return group(normalise_siret(text), 3, 3, 3)


def siren_of(siret: str) -> str:
    """The company behind an establishment; raises ``ValueError`` when the SIRET is wrong."""
    if not is_valid_siret(siret):
        raise ValueError("not a SIRET")
    return normalise_siret(siret)[:9]


def normalise_naf(text: str) -> str:
    """Canonical form ``10.71C`` when the code has four digits and a letter, else compacted."""
    code = compact(text)
    return f"{code[:2]}.{code[2:]}" if _NAF.fullmatch(code) else code


def is_valid_naf(text: str) -> bool:
    """Shape of a NAF code; the same shape means different things in NAF 2008 and NAF 2025."""
    return bool(_NAF.fullmatch(compact(text)))


def normalise_idcc(text: str) -> str:
    """Four digits, padded with zeros on the left."""
    code = compact(text).removeprefix("IDCC")
    return code.zfill(4) if code.isdigit() else code


def is_valid_idcc(text: str) -> bool:
    """Four digits; 9999 (none) and 9998 (in negotiation) are accepted."""
    return bool(_IDCC.fullmatch(normalise_idcc(text)))
