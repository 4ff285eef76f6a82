"""The national register of companies behind one small interface.

`Registry` is what the rest of the portal asks; `StoredRegistry`, the default, reads the lines of a
SIRENE file that the installation loaded (`flask trefle registry load`), and knows nothing when no
file was loaded. An installation that may call a server gives another class with these two methods.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.openings.models import RegistryEstablishment


@dataclass(frozen=True, slots=True)
class Establishment:
    """One establishment as the register states it.

    Attributes:
        naf_code: five characters without a dot, or None.
        commune_code: INSEE code as of the file.
        closed_on: None when open, or when the file says closed without a day (see `is_closed`).
        stated_on: the day of the file.
    """

    siret: str
    name: str
    naf_code: str | None
    address: str | None
    commune_code: str | None
    is_closed: bool
    closed_on: date | None
    stated_on: date


class Registry(Protocol):
    """What the portal asks of a register; both answers may be empty, never an error."""

    def establishment(self, siret: str) -> Establishment | None:
        """The establishment of this SIRET (14 digits), None when the register does not know it."""

    def establishments(self, siren: str) -> Sequence[Establishment]:
        """All establishments of a company (9 digits), open ones first, by SIRET."""


class StoredRegistry:
    """The register as loaded from a file."""

    def __init__(self, db_session: Session) -> None:
        self._db_session = db_session

    def establishment(self, siret: str) -> Establishment | None:
        """One statement."""
        row = self._db_session.get(RegistryEstablishment, siret)
        return _read(row) if row is not None else None

    def establishments(self, siren: str) -> Sequence[Establishment]:
        """One statement."""
        rows = self._db_session.scalars(
            select(RegistryEstablishment)
            .where(RegistryEstablishment.siren == siren)
            .order_by(RegistryEstablishment.is_closed, RegistryEstablishment.siret)
        )
        return [_read(row) for row in rows]


def _read(row: RegistryEstablishment) -> Establishment:
    return Establishment(
        siret=row.siret,
        name=row.name,
        naf_code=row.naf_code,
        address=row.address,
        commune_code=row.commune_code,
        is_closed=row.is_closed,
        closed_on=row.closed_on,
        stated_on=row.loaded_on,
    )
