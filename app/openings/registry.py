"""The national register of companies behind one small interface.

`Registry` is what the rest of the portal asks; `StoredRegistry`, the default, reads the lines of a
SIRENE file that the installation loaded (`flask trefle registry load`), and knows nothing when no
file was loaded. With TREFLE_REGISTRY_URL, `OnlineRegistry` asks a server that speaks like INSEE's API
Sirene 3.11 first; whatever goes wrong there, the file answers and nobody waits twice.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Any, Protocol

from requests import RequestException, get
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.settings import current_settings
from app.openings.models import RegistryEstablishment
from app.rules.identifiers import compact, is_valid_naf, is_valid_siret, normalise_siret

# An answer is kept for an hour; after a failure the server is left alone for a minute.
KEPT_SECONDS = 3600
RESTS_SECONDS = 60
MOST_KEPT = 2000
# A company with more places is read from the file.
MOST_PLACES = 1000
CLOSED = "F"
# What the register writes in place of the words of a person or a company that asked for a partial diffusion.
MASKED = "[ND]"


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


class Unreachable(Exception):
    """The server did not answer, or not in its own words."""


@dataclass(slots=True)
class Line:
    """What this process remembers of one server: its last answers, and until when it is left alone."""

    kept: dict[str, tuple[float, tuple[Establishment, ...]]] = field(default_factory=dict)
    rests_until: float = 0.0
    lock: Lock = field(default_factory=Lock)


_LINES: dict[str, Line] = {}


class OnlineRegistry:
    """A server that speaks like INSEE's API Sirene, before the file.

    Args:
        stored: who answers when the server does not, or does not know.
        url: such as "https://api.insee.fr/api-sirene/3.11", without a slash at its end.
        token: sent as `X-INSEE-Api-Key-Integration`; nothing is sent when it is empty.
        timeout: seconds for connecting, and for each part of the answer.
    """

    def __init__(self, stored: Registry, url: str, token: str, timeout: float) -> None:
        self._stored, self._url, self._token, self._timeout = stored, url, token, timeout
        self._line = _LINES.setdefault(url, Line())

    def establishment(self, siret: str) -> Establishment | None:
        """The server's word when it has one, else the file's."""
        if not is_valid_siret(siret):
            return None
        try:
            found = self._ask(f"siret/{siret}", {})
        except Unreachable:
            found = ()
        return found[0] if found else self._stored.establishment(siret)

    def establishments(self, siren: str) -> Sequence[Establishment]:
        """The server's list when it has one, else the file's."""
        if not (siren.isascii() and siren.isdigit()):
            return ()
        try:
            found = self._ask("siret", {"q": f"siren:{siren}", "nombre": str(MOST_PLACES)})
        except Unreachable:
            found = ()
        ordered = sorted(found, key=lambda one: (one.is_closed, one.siret))
        return ordered or self._stored.establishments(siren)

    def _ask(self, path: str, query: Mapping[str, str]) -> tuple[Establishment, ...]:
        """The establishments of one answer; none when the server knows none.

        Raises:
            Unreachable: no answer in time, an error of the server, or words that are not its own.
        """
        name, now = f"{path}?{sorted(query.items())}", time.monotonic()
        with self._line.lock:
            until, found = self._line.kept.get(name, (0.0, ()))
            if until > now:
                return found
            if self._line.rests_until > now:
                raise Unreachable
        try:
            found = self._read(path, query)
        except (RequestException, ValueError, TypeError, AttributeError, KeyError) as error:
            with self._line.lock:
                self._line.rests_until = time.monotonic() + RESTS_SECONDS
            raise Unreachable from error
        with self._line.lock:
            if len(self._line.kept) >= MOST_KEPT:
                self._line.kept.clear()
            self._line.kept[name] = (time.monotonic() + KEPT_SECONDS, found)
        return found

    def _read(self, path: str, query: Mapping[str, str]) -> tuple[Establishment, ...]:
        headers = {"Accept": "application/json"}
        if self._token:
            headers["X-INSEE-Api-Key-Integration"] = self._token
        answer = get(
            f"{self._url}/{path}",
            params=dict(query),
            headers=headers,
            timeout=self._timeout,
            allow_redirects=False,
        )
        # A number given twice (301, which leads to the other one), not to be shown to everybody, or unknown.
        if answer.status_code in (301, 403, 404):
            return ()
        if answer.status_code != 200:
            raise RequestException(f"the register answered {answer.status_code}")
        data = answer.json()
        rows = data["etablissements"] if "etablissements" in data else [data["etablissement"]]
        return tuple(_stated(row) for row in rows)


def told(value: object) -> str:
    """A word of the register; empty when there is none, or when it is masked."""
    text = "" if value is None else str(value).strip()
    return "" if text == MASKED else text


def _stated(row: Mapping[str, Any]) -> Establishment:
    """One establishment of the API; its present state is its first period."""
    unit, place = row.get("uniteLegale") or {}, row.get("adresseEtablissement") or {}
    now = row["periodesEtablissement"][0]
    siret = normalise_siret(str(row["siret"]))
    names = (
        told(now.get("denominationUsuelleEtablissement")),
        told(now.get("enseigne1Etablissement")),
        told(unit.get("denominationUniteLegale")),
        _person(unit),
    )
    street = (
        told(place.get(one))
        for one in (
            "numeroVoieEtablissement",
            "indiceRepetitionEtablissement",
            "typeVoieEtablissement",
            "libelleVoieEtablissement",
        )
    )
    naf = compact(told(now.get("activitePrincipaleEtablissement")))
    is_closed = now.get("etatAdministratifEtablissement") == CLOSED
    begins = now.get("dateDebut")
    return Establishment(
        siret=siret,
        name=next((one for one in names if one), f"Établissement {siret}")[:200],
        naf_code=naf if is_valid_naf(naf) else None,
        address=" ".join(one for one in street if one)[:300] or None,
        commune_code=told(place.get("codeCommuneEtablissement"))[:5] or None,
        is_closed=is_closed,
        # A closed state begins on the day of the closing.
        closed_on=date.fromisoformat(begins) if is_closed and begins else None,
        stated_on=clock.today(),
    )


def _person(unit: Mapping[str, Any]) -> str:
    """The name of a person who is the company: the one that is used, before that of birth."""
    name = told(unit.get("nomUsageUniteLegale")) or told(unit.get("nomUniteLegale"))
    return f"{told(unit.get('prenomUsuelUniteLegale'))} {name}".strip() if name else ""


def registry_for(db_session: Session) -> Registry:
    """The register of this installation: the server's when one is set, before the file's."""
    stored, settings = StoredRegistry(db_session), current_settings()
    if not settings.registry_url:
        return stored
    return OnlineRegistry(
        stored,
        settings.registry_url.rstrip("/"),
        settings.registry_token,
        settings.registry_timeout_seconds,
    )


def learn(db_session: Session, siret: str | None) -> None:
    """Ask before a write begins: inside it the answer is at hand, and no lock waits for a server."""
    if siret and current_settings().registry_url:
        registry_for(db_session).establishment(normalise_siret(siret))
