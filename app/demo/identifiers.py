"""Well-formed numbers that belong to nobody: SIREN that begin with five zeros, UAI in 99, telephones of
fiction.

INSEE has never given a SIREN that begins with five zeros; 06 39 98 xx xx is the range that ARCEP
keeps for works of fiction.
"""

from __future__ import annotations

from functools import cache

from app.rules.identifiers import is_valid_siren, uai_letter

FIRST_SIREN, LAST_SIREN = 100, 9_999
PHONES = 10_000


@cache
def sirens() -> tuple[str, ...]:
    """All of them, ascending; counted when first asked, because every command of the portal imports this."""
    numbers = (f"{number:09d}" for number in range(FIRST_SIREN, LAST_SIREN + 1))
    return tuple(code for code in numbers if is_valid_siren(code))


def siret(siren: str, rank: int) -> str:
    """The establishment of that rank, counted from 1: NIC of four figures and its Luhn key."""
    body = f"{siren}{rank:04d}"
    return body + str(_luhn_key(body))


def _luhn_key(body: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return -total % 10


def uai(uai_prefix: str, rank: int) -> str:
    """A site of a training centre: département on three figures, 99, rank, control letter."""
    digits = f"{uai_prefix:0>3}99{rank:02d}"
    return digits + uai_letter(digits)


def phone(rank: int) -> str:
    """A mobile number of fiction in E.164."""
    return f"+3363998{rank % PHONES:04d}"
