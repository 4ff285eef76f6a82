"""Rows of training organisations and of missions locales, from the lists of their networks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, OrganisationAlias, Site
from app.accounts.services import add_site, create_organisation
from app.core import journal
from app.core.permissions import ensure
from app.core.text import sort_key
from app.imports.fields.organisations import split_address
from app.imports.models import Decision, RowState
from app.imports.services.kinds.base import Examined, missing_from, settle_place
from app.policy.actor import Actor, OrganisationKind
from app.policy.permissions import Permission
from app.reference.queries import Place, place_of
from app.rules.identifiers import departments, is_uai_shaped, uai_department

FILLED = {
    "uai": "uai",
    "network": "network",
    "email": "email",
    "phone": "phone",
    "website": "website",
    "region_code": "region_code",
}
WORDS = {
    "uai": "l’UAI",
    "network": "le réseau",
    "email": "l’adresse électronique",
    "phone": "le téléphone",
    "website": "la page de rendez-vous",
    "region_code": "la région",
}


class OrganisationRows:
    """One establishment a row, known by its SIRET; one UAI more is one site more."""

    def __init__(self, kind: OrganisationKind) -> None:
        self.kind = kind

    def examine(
        self,
        db_session: Session,
        _actor: Actor,
        values: Mapping[str, Any],
        choices: Mapping[str, str],
    ) -> Examined:
        """Place from the end of the address, and the organisation with this SIRET."""
        examined = Examined(dict(values), key=values["siret"])
        self._complete(db_session, examined, choices)
        known = db_session.scalar(select(Organisation).where(Organisation.siret == values["siret"]))
        if known is None:
            return examined
        if known.kind is not self.kind:
            examined.problems["siret"] = (
                f"Ce SIRET est celui de {known.name}, d’une autre sorte : vérifiez-le."
            )
            return examined
        examined.target_id = known.id
        added = [WORDS[name] for name in missing_from(known, examined.values, FILLED)]
        if self._is_new_site(db_session, known, examined.values):
            added.append(f"le site {examined.values['uai']}")
        examined.is_same = not added
        if added:
            examined.resembles = f"{known.name} (même SIRET). La ligne apporte {', '.join(added)}."
        return examined

    def write(
        self, db_session: Session, actor: Actor, examined: Examined, decision: Decision | None
    ) -> tuple[RowState, int]:
        """Create the organisation and its site, or complete the one that is known."""
        ensure(actor, Permission.ORGANISATION_APPROVE)
        if examined.target_id is not None and decision is not Decision.NEW:
            return self._complete_known(db_session, actor, examined)
        values = examined.values
        organisation = create_organisation(
            db_session,
            kind=self.kind,
            name=_full_name(values),
            siret=values["siret"],
            uai=values.get("uai"),
            network=values.get("network"),
            region_code=values.get("region_code"),
            email=values.get("email"),
        )
        organisation.phone, organisation.website = values.get("phone"), values.get("website")
        for other in (values.get("brand"), values.get("alias")):
            if other:
                db_session.add(
                    OrganisationAlias(
                        organisation_id=organisation.id, name=other, sort_name=sort_key(other)
                    )
                )
        _add_site(db_session, organisation.id, values, is_main=True)
        _note(db_session, actor, organisation.id, "organisation_imported")
        return RowState.CREATED, organisation.id

    def _complete(
        self, db_session: Session, examined: Examined, choices: Mapping[str, str]
    ) -> None:
        values = examined.values
        if not values.get("city") and values.get("address"):
            street, code, town = split_address(values["address"])
            values["street"] = street
            if code:
                values.setdefault("postal_code", code)
                values["city"] = town
        place = settle_place(db_session, examined, choices, is_vital=False)
        if not values.get("uai") and values.get("likely_uai"):
            values["uai"] = values["likely_uai"]
            examined.warnings["uai"] = "UAI : la liste ne la donne que comme probable."
        region = place.region_code if place else _region_of_uai(values.get("uai"))
        if region:
            values["region_code"] = region

    def _is_new_site(
        self, db_session: Session, known: Organisation, values: Mapping[str, Any]
    ) -> bool:
        uai = values.get("uai")
        if not uai or known.uai in (None, uai):
            return False
        query = select(Site.id).where(Site.organisation_id == known.id, Site.uai == uai).limit(1)
        return db_session.scalar(query) is None

    def _complete_known(
        self, db_session: Session, actor: Actor, examined: Examined
    ) -> tuple[RowState, int]:
        known = db_session.get_one(Organisation, examined.target_id)
        added = missing_from(known, examined.values, FILLED)
        is_new_site = self._is_new_site(db_session, known, examined.values)
        if not added and not is_new_site:
            return RowState.SAME, known.id
        for name, value in added.items():
            setattr(known, name, value)
        if is_new_site:
            _add_site(db_session, known.id, examined.values, is_main=False)
        _note(db_session, actor, known.id, "organisation_completed")
        return RowState.UPDATED, known.id


def _full_name(values: Mapping[str, Any]) -> str:
    """The legal name with the trading name behind it: forty chambers share the first one."""
    name, brand = values["name"], values.get("brand")
    if not brand or sort_key(brand) in sort_key(name):
        return str(name)
    return f"{name} – {brand}"[:200]


def _region_of_uai(uai: str | None) -> str | None:
    if not uai or not is_uai_shaped(uai):
        return None
    department = departments().get(uai_department(uai))
    return department.region_code if department else None


def _add_site(
    db_session: Session, organisation_id: int, values: Mapping[str, Any], *, is_main: bool
) -> None:
    place: Place | None = place_of(db_session, values.get("commune_code"))
    add_site(
        db_session,
        organisation_id=organisation_id,
        name=str(values.get("brand") or values["name"]),
        siret=values["siret"],
        uai=values.get("uai"),
        address=values.get("street") or values.get("address"),
        commune_code=place.insee_code if place else None,
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
        is_main=is_main,
    )


def _note(db_session: Session, actor: Actor, organisation_id: int, event: str) -> None:
    journal.record(
        db_session,
        actor,
        subject_kind="organisation",
        subject_id=organisation_id,
        event=event,
        audience=journal.Audience.PLATFORM,
    )
