"""One verb over all identifiers: is this code right, and what to tell the person who typed it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import StrEnum

from app.rules.identifiers import company, people, places, training
from app.rules.law import Finding, Level, finding


class IdentifierKind(StrEnum):
    """The identifiers the portal checks."""

    SIREN = "siren"
    SIRET = "siret"
    UAI = "uai"
    NIR = "nir"
    RNCP = "rncp"
    CFD = "cfd"
    ROME = "rome"
    NAF = "naf"
    IDCC = "idcc"
    COMMUNE = "commune"
    POSTAL_CODE = "postal_code"
    INE = "ine"
    NDA = "nda"


_CHECKS: dict[IdentifierKind, tuple[Callable[[str], bool], str]] = {
    IdentifierKind.SIREN: (company.is_valid_siren, "un SIREN a 9 chiffres et une clé juste"),
    IdentifierKind.SIRET: (company.is_valid_siret, "un SIRET a 14 chiffres et une clé juste"),
    IdentifierKind.UAI: (training.is_valid_uai, "un code UAI a 7 chiffres et une lettre de clé"),
    IdentifierKind.NIR: (people.is_valid_nir, "un NIR a 13 caractères, et une clé de 2 chiffres"),
    IdentifierKind.RNCP: (training.is_valid_rncp, "un code RNCP s'écrit RNCP suivi de chiffres"),
    IdentifierKind.CFD: (training.is_valid_cfd, "un code formation diplôme a 8 caractères"),
    IdentifierKind.ROME: (training.is_valid_rome, "un code ROME a une lettre et 4 chiffres"),
    IdentifierKind.NAF: (company.is_valid_naf, "un code NAF a 4 chiffres et une lettre"),
    IdentifierKind.IDCC: (company.is_valid_idcc, "un code IDCC a 4 chiffres"),
    IdentifierKind.COMMUNE: (places.is_valid_commune, "un code INSEE de commune a 5 caractères"),
    IdentifierKind.POSTAL_CODE: (places.is_valid_postal_code, "un code postal a 5 chiffres"),
    IdentifierKind.INE: (people.is_valid_ine, "un INE a 11 caractères"),
    IdentifierKind.NDA: (training.is_valid_nda, "un numéro de déclaration a 11 chiffres"),
}


def check_identifier(
    kind: IdentifierKind, text: str, day: date, *, from_register: bool = False
) -> Finding | None:
    """None when the code is right; else a block, or a warning when an official file gave it.

    The message never repeats the code: it may be a NIR.
    """
    is_valid, explanation = _CHECKS[kind]
    if is_valid(text):
        return None
    level = Level.WARN if from_register else Level.BLOCK
    message = f"Vérifiez ce code : {explanation}."
    return finding("ID-01", day, message, level=level, code=kind.value)
