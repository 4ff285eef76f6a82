"""Short lists that are code rather than rows: départements, regions, families of trades, collective
agreements.
"""

from __future__ import annotations

from functools import lru_cache

from app.core.text import sort_key
from app.rules.identifiers import ROME_FAMILIES, departments, normalise_idcc
from app.rules.opco import opco_hint


@lru_cache(maxsize=1)
def departement_names() -> dict[str, str]:
    """Name by département code, overseas ones included."""
    return {code: one.label for code, one in departments().items()}


@lru_cache(maxsize=1)
def region_names() -> dict[str, str]:
    """Name by INSEE region code, in French order."""
    names = {one.region_code: one.region_label for one in departments().values()}
    return dict(sorted(names.items(), key=lambda item: sort_key(item[1])))


@lru_cache(maxsize=32)
def departements_of(region_code: str) -> tuple[str, ...]:
    """Département codes of a region, in order; empty when the code is not a region's."""
    return tuple(
        sorted(code for code, one in departments().items() if one.region_code == region_code)
    )


def region_of(departement_code: str) -> str | None:
    """The region a département belongs to."""
    known = departments().get(departement_code)
    return known.region_code if known else None


def family_name(letter: str) -> str:
    """The name of a family of trades by its ROME letter; the letter itself when it is not one."""
    return ROME_FAMILIES.get(letter, letter)


def idcc_label(idcc: str) -> str | None:
    """ "IDCC 0843 (OPCO EP)": the agreement with the OPCO it usually points to, None when the map
    is silent.
    """
    hint = opco_hint(idcc)
    return f"IDCC {normalise_idcc(idcc)} ({hint.opco})" if hint else None
