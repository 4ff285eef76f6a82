"""Codes of places: commune, postal code, département, region, and phone numbers by place.

Source: dossier, ``codes.md`` §9 and ``departements.csv``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers

from app.rules.identifiers.text import compact
from app.rules.law import read_table

_COMMUNE = re.compile(r"(97[1-8]|98[4-9])[0-9]{2}|([0-9]{2}|2[AB])[0-9]{3}")
_POSTAL = re.compile(r"[0-9]{5}")
# Numbers reserved for fiction, used by the demonstration and by the tests: real nowhere.
_FICTION = re.compile(r"\+3363998[0-9]{4}")
_PHONE_REGIONS = {"971": "GP", "972": "MQ", "973": "GF", "974": "RE", "976": "YT"}


@dataclass(frozen=True, slots=True)
class Department:
    """One département: INSEE code and label, region code and label (text, never numbers)."""

    code: str
    label: str
    region_code: str
    region_label: str


@lru_cache(maxsize=1)
def departments() -> Mapping[str, Department]:
    """The 101 départements by INSEE code."""
    return {
        row["dep_code"]: Department(
            row["dep_code"], row["dep_label"], row["region_code"], row["region_label"]
        )
        for row in read_table("departements.csv")
    }


def normalise_commune(text: str) -> str:
    """Five characters; ``2b033`` becomes ``2B033`` and a lost leading zero comes back."""
    code = compact(text)
    return code.zfill(5) if code.isdigit() and len(code) == 4 else code


def is_valid_commune(text: str) -> bool:
    """Shape of an INSEE commune code in a known département or overseas collectivity."""
    code = normalise_commune(text)
    if not _COMMUNE.fullmatch(code):
        return False
    department = department_of(code)
    return department in departments() or department in {
        "975",
        "977",
        "978",
        "984",
        "986",
        "987",
        "988",
        "989",
    }


def department_of(commune: str) -> str:
    """Département of an INSEE commune code: ``2B033`` → ``2B``, ``97411`` → ``974``.

    Raises ``ValueError`` when the code has not the shape of a commune.
    """
    code = normalise_commune(commune)
    if not _COMMUNE.fullmatch(code):
        raise ValueError("not an INSEE commune code")
    return code[:3] if code.startswith(("97", "98")) else code[:2]


def is_valid_postal_code(text: str) -> bool:
    """Five digits. A postal code names several communes: it only proposes a list."""
    return bool(_POSTAL.fullmatch(compact(text)))


def phone_region(department: str) -> str:
    """Region under which a local number is read: overseas numbers are not valid as "FR"."""
    return _PHONE_REGIONS.get(department, "FR")


def normalise_phone(text: str, department: str = "") -> str | None:
    """E.164 form of a French number typed in ``department``, or None when it is no number.

    The range 06 39 98 xx xx, reserved for fiction, is accepted.
    """
    try:
        number = phonenumbers.parse(text, phone_region(department))
    except phonenumbers.NumberParseException:
        return None
    canonical = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if phonenumbers.is_valid_number(number) or _FICTION.fullmatch(canonical):
        return canonical
    return None
