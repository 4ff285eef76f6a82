"""Codes of training: UAI, RNCP, RS, CFD, ROME, NDA (dossier, ``codes.md`` §3, §4, §6, §11)."""

from __future__ import annotations

import re

from app.rules.identifiers.text import compact

UAI_ALPHABET = "ABCDEFGHJKLMNPRSTUVWXYZ"
_UAI = re.compile(r"([0-9]{7})([A-Z])")
_RNCP = re.compile(r"RNCP[0-9]{2,5}")
_RS = re.compile(r"RS[0-9]{1,5}")
_CFD = re.compile(r"[A-Z0-9]{3}[0-9]{3}[A-Z0-9]{2}")
_ROME = re.compile(r"[A-N][0-9]{4}")
_NDA = re.compile(r"[0-9]{11}")

ROME_FAMILIES: dict[str, str] = {
    "A": "Agriculture et pêche, espaces naturels et espaces verts, soins aux animaux",
    "B": "Arts et façonnage d'ouvrages d'art",
    "C": "Banque, assurance, immobilier",
    "D": "Commerce, vente et grande distribution",
    "E": "Communication, média et multimédia",
    "F": "Construction, bâtiment et travaux publics",
    "G": "Hôtellerie-restauration, tourisme, loisirs et animation",
    "H": "Industrie",
    "I": "Installation et maintenance",
    "J": "Santé",
    "K": "Services à la personne et à la collectivité",
    "L": "Spectacle",
    "M": "Support à l'entreprise",
    "N": "Transport et logistique",
}


def uai_letter(digits: str) -> str:
    """Control letter of the seven digits of a UAI; raises ``ValueError`` on anything else."""
    if not re.fullmatch(r"[0-9]{7}", digits):
        raise ValueError("a UAI has seven digits")
    return UAI_ALPHABET[int(digits) % len(UAI_ALPHABET)]


def normalise_uai(text: str) -> str:
    """Eight characters, padded with zeros on the left: files lose the leading zero."""
    code = compact(text)
    return code.zfill(8) if re.fullmatch(r"[0-9]+[A-Z]", code) else code


def is_uai_shaped(text: str) -> bool:
    """Seven digits and a letter. Two real codes have a wrong letter: shape alone must do there."""
    return bool(_UAI.fullmatch(normalise_uai(text)))


def is_valid_uai(text: str) -> bool:
    """Right shape and right control letter; needs all eight characters."""
    match = _UAI.fullmatch(compact(text))
    return match is not None and uai_letter(match[1]) == match[2]


def uai_department(text: str) -> str:
    """INSEE département of a UAI: ``029…`` → ``29``, ``620…`` → ``2A``, ``974…`` → ``974``.

    Raises ``ValueError`` when the code is not shaped like a UAI.
    """
    code = normalise_uai(text)
    if not _UAI.fullmatch(code):
        raise ValueError("not a UAI")
    corsica = {"620": "2A", "720": "2B"}
    prefix = code[:3]
    return corsica.get(prefix, prefix.removeprefix("0"))


def normalise_rncp(text: str) -> str:
    """``RNCP`` and digits; a bare number is given its prefix."""
    code = compact(text)
    return f"RNCP{code}" if re.fullmatch(r"[0-9]{2,5}", code) else code


def is_valid_rncp(text: str) -> bool:
    """``RNCP`` and two to five digits (two to five are seen in the register)."""
    return bool(_RNCP.fullmatch(normalise_rncp(text)))


def is_valid_rs(text: str) -> bool:
    """``RS`` and one to five digits: a certification that apprenticeship cannot prepare."""
    return bool(_RS.fullmatch(compact(text)))


def normalise_cfd(text: str) -> str:
    """Eight characters without separators."""
    return compact(text)


def is_valid_cfd(text: str) -> bool:
    """Shape of a *code formation diplôme*: level and type, three-digit speciality, order."""
    return bool(_CFD.fullmatch(compact(text)))


def normalise_rome(text: str) -> str:
    """A letter and four digits without separators."""
    return compact(text)


def is_valid_rome(text: str) -> bool:
    """A letter from A to N and four digits."""
    return bool(_ROME.fullmatch(compact(text)))


def is_valid_nda(text: str) -> bool:
    """Eleven digits: declaration of activity of a training body (length unverified)."""
    return bool(_NDA.fullmatch(compact(text)))
