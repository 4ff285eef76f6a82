"""Communes: search while typing, and the answer to "which one do you mean?"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.reference.models import Commune, CommuneAlias, CommunePostalCode
from app.reference.queries.gazetteer import Gazetteer, Place, Position
from app.reference.queries.memory import Memory, last_edition

SHOWN = 8


@dataclass(frozen=True, slots=True)
class AmbiguousPlace:
    """Several communes may be meant, best first, or one that is not spelled so: a person picks."""

    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class UnknownPlace:
    """Nothing looks like the text."""

    text: str


def _version(db_session: Session) -> Hashable:
    communes = db_session.scalar(select(func.count()).select_from(Commune))
    return communes, last_edition(db_session)


def _build(db_session: Session) -> Gazetteer:
    postal_codes: dict[str, list[str]] = defaultdict(list)
    for insee_code, postal_code in db_session.execute(
        select(CommunePostalCode.insee_code, CommunePostalCode.postal_code).order_by(
            CommunePostalCode.insee_code, CommunePostalCode.postal_code
        )
    ):
        postal_codes[insee_code].append(postal_code)
    rows = db_session.execute(
        select(
            Commune.insee_code,
            Commune.name,
            Commune.departement_code,
            Commune.region_code,
            Commune.population,
            Commune.latitude,
            Commune.longitude,
            Commune.position_is_approximate,
        ).order_by(Commune.insee_code)
    )
    places = [
        Place(
            insee_code=row.insee_code,
            name=row.name,
            departement_code=row.departement_code,
            region_code=row.region_code,
            postal_codes=tuple(postal_codes.get(row.insee_code, ())),
            population=row.population,
            latitude=row.latitude,
            longitude=row.longitude,
            position_is_approximate=row.position_is_approximate,
        )
        for row in rows
    ]
    former = db_session.execute(
        select(CommuneAlias.old_code, CommuneAlias.old_name, CommuneAlias.insee_code).order_by(
            CommuneAlias.old_code
        )
    )
    return Gazetteer(places, ((one.old_code, one.old_name, one.insee_code) for one in former))


_gazetteer: Memory[Gazetteer] = Memory(_version, _build)


def gazetteer(db_session: Session) -> Gazetteer:
    """The index of all communes: built once a process (under two seconds for France), then
    shared.
    """
    return _gazetteer.read(db_session)


def find_communes(
    db_session: Session,
    text: str,
    *,
    near: Position | None = None,
    departements: frozenset[str] = frozenset(),
    limit: int = SHOWN,
) -> list[Place]:
    """Communes that the text may mean, best first: name with its typing errors, postal code or
    INSEE code.

    Args:
        near: latitude and longitude of the asking organisation, in degrees; nearer homonyms come
        first.
        departements: where it works; the same.
    """
    if not text.strip():
        return []
    return gazetteer(db_session).find(text, near=near, departements=departements, limit=limit)


def place_of(db_session: Session, insee_code: str | None) -> Place | None:
    """The commune with this INSEE code; a code of before a merger gives the commune of today."""
    return gazetteer(db_session).get(insee_code) if insee_code else None


def places_of(db_session: Session, insee_codes: Iterable[str | None]) -> dict[str, Place]:
    """The communes of a list of rows, by the code asked; unknown codes are left out. No statement a
    row.
    """
    index = gazetteer(db_session)
    found = {code: index.get(code) for code in insee_codes if code}
    return {code: place for code, place in found.items() if place is not None}


def resolve_commune(
    db_session: Session,
    text: str | None,
    choice_code: str | None = None,
    *,
    near: Position | None = None,
    departements: frozenset[str] = frozenset(),
) -> Place | AmbiguousPlace | UnknownPlace:
    """The commune that a form means by a typed text and, when a list was shown, the INSEE code
    picked in it.

    A pick counts when the text can still mean it: a text changed afterwards wins. Without a pick
    only one single commune of exactly that name (or code, or both) is taken; a misspelled name is
    always shown for a person to confirm.
    """
    text = (text or "").strip()
    index = gazetteer(db_session)
    picked = index.get(choice_code) if choice_code else None
    if picked is not None and (not text or _may_mean(index, text, picked)):
        return picked
    exact = index.named(text) if text else []
    if len(exact) == 1:
        return exact[0]
    found = index.find(text, near=near, departements=departements, limit=SHOWN) if text else []
    return AmbiguousPlace(tuple(found)) if found else UnknownPlace(text)


def _may_mean(index: Gazetteer, text: str, picked: Place) -> bool:
    if text == picked.label:
        return True
    exact = {place.insee_code for place in index.named(text)}
    if exact:
        return picked.insee_code in exact
    # The list that was shown knew where the asker works; look farther than it could.
    around = (
        (picked.latitude, picked.longitude)
        if picked.latitude is not None and picked.longitude is not None
        else None
    )
    found = index.find(
        text, near=around, departements=frozenset({picked.departement_code}), limit=SHOWN
    )
    return any(place.insee_code == picked.insee_code for place in found)
