"""Which OPCO a collective agreement points to: a hint, to confirm by SIRET (``cerfa.md`` §6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from app.rules.identifiers.company import is_valid_naf, normalise_idcc, normalise_naf
from app.rules.law import Mark, read_table

CONFIRM_AT = "https://quel-est-mon-opco.francecompetences.fr"
NO_AGREEMENT = frozenset({"9998", "9999"})


@dataclass(frozen=True, slots=True)
class OpcoHint:
    """An OPCO to propose, with the day the map was stored: branches merge."""

    idcc: str
    opco: str
    source: str
    mark: Mark
    stored_on: str


@lru_cache(maxsize=1)
def opco_map() -> Mapping[str, OpcoHint]:
    """The 330 known agreements, by four-digit IDCC."""
    return {
        row["idcc"]: OpcoHint(
            row["idcc"], row["opco"], row["source"], Mark(row["mark"]), row["stored_on"]
        )
        for row in read_table("idcc_opco.csv")
    }


def opco_hint(idcc: str) -> OpcoHint | None:
    """The OPCO of an agreement, or None when the map is silent: then ask by SIRET."""
    return opco_map().get(normalise_idcc(idcc))


@lru_cache(maxsize=1)
def _naf_map() -> Mapping[str, str]:
    return {row["division"]: row["opco"] for row in read_table("opco_naf.csv")}


def opco_by_naf(naf: str) -> str | None:
    """The OPCO that a NAF code suggests, the finest division first; unverified, so only a guess.

    The NAF of INSEE is statistical and does not decide the agreement (``codes.md`` §7).
    """
    if not is_valid_naf(naf):
        return None
    code = normalise_naf(naf)
    divisions = (code[:5], code[:4], code[:2])
    return next((_naf_map()[one] for one in divisions if one in _naf_map()), None)


def deposit_recipient(
    idcc: str | None, *, naf: str | None = None, public_employer: bool = False
) -> str:
    """French name of who receives the contract; a public employer has no OPCO (EMP-02).

    The agreement speaks first; without one the NAF gives a guess that is said to be one.
    """
    if public_employer:
        return "DDETS, par le téléservice Celia"
    hint = opco_hint(idcc) if idcc else None
    if hint is not None:
        return f"{hint.opco}, à confirmer par le SIRET"
    guess = opco_by_naf(naf) if naf else None
    if guess is not None:
        return f"sans doute {guess} d'après l'activité, à confirmer par le SIRET"
    return "OPCO à confirmer par le SIRET"
