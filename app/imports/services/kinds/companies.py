"""Rows of companies. Without a SIRET a company is kept "to check"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, Site
from app.core.text import sort_key
from app.imports.models import Decision, RowState
from app.imports.services.kinds.base import Examined, missing_from, settle_place
from app.openings.models import Company
from app.openings.services import CompanyDetails, add_company, edit_company, find_company
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.policy.matrix import can
from app.policy.permissions import Permission

OF_ORGANISATION = {"email": "email", "phone": "phone", "siret": "siret"}
OF_COMPANY = {"naf_code": "naf_code", "headcount": "headcount", "idcc": "idcc"}
NO_SIRET = "Pas de SIRET : l’entreprise sera gardée « à vérifier »."


class CompanyRows:
    """One establishment a row."""

    def examine(
        self,
        db_session: Session,
        actor: Actor,
        values: Mapping[str, Any],
        choices: Mapping[str, str],
    ) -> Examined:
        """Place, territory, and the company that these words mean already."""
        examined = Examined(dict(values))
        place = settle_place(db_session, examined, choices)
        facts = Facts(departement=place.departement_code if place else None)
        if not examined.proposals and not can(actor, Permission.COMPANY_EDIT, facts):
            examined.problems["city"] = (
                "Cette commune n’est pas dans votre territoire."
                if place
                else "Commune : elle manque, ou n’est pas reconnue."
            )
            return examined
        if not values.get("siret"):
            examined.warnings["siret"] = NO_SIRET
        commune_code = examined.values.get("commune_code")
        examined.key = values.get("siret") or f"{sort_key(values['name'])}|{commune_code}"
        known = find_company(
            db_session,
            siret=values.get("siret"),
            name=values["name"],
            commune_code=commune_code,
        )
        if known is not None:
            examined.target_id = known.id
            examined.is_same = not _additions(db_session, known, examined.values)
            examined.resembles = f"{known.name} est déjà dans Trèfle."
        return examined

    def write(
        self, db_session: Session, actor: Actor, examined: Examined, decision: Decision | None
    ) -> tuple[RowState, int]:
        """Create the company, or complete the known one."""
        values = examined.values
        if decision is Decision.UPDATE and examined.target_id is not None:
            return _complete(db_session, actor, examined)
        details = CompanyDetails(
            name=values["name"],
            siret=values.get("siret"),
            naf_code=values.get("naf_code"),
            headcount=values.get("headcount"),
            idcc=values.get("idcc"),
            commune_code=values.get("commune_code"),
            address=values.get("address"),
            email=values.get("email"),
            phone=values.get("phone"),
        )
        return RowState.CREATED, add_company(db_session, actor, details=details).id


def _additions(
    db_session: Session, known: Organisation, values: Mapping[str, Any]
) -> dict[str, Any]:
    company = db_session.get(Company, known.id) or Company()
    return {
        **missing_from(known, values, OF_ORGANISATION),
        **missing_from(company, values, OF_COMPANY),
    }


def _complete(db_session: Session, actor: Actor, examined: Examined) -> tuple[RowState, int]:
    known = db_session.get_one(Organisation, examined.target_id)
    added = _additions(db_session, known, examined.values)
    if not added:
        return RowState.SAME, known.id
    company = db_session.get(Company, known.id) or Company(organisation_id=known.id)
    site = db_session.scalar(
        select(Site)
        .where(Site.organisation_id == known.id)
        .order_by(Site.is_main.desc(), Site.id)
        .limit(1)
    )
    kept = {
        "siret": known.siret,
        "naf_code": company.naf_code,
        "headcount": company.headcount,
        "idcc": company.idcc,
        "email": known.email,
        "phone": known.phone,
        "commune_code": site.commune_code if site else None,
        "address": site.address if site else None,
        "hosts_mission_youth": company.hosts_mission_youth,
        "objects_to_prospecting_since": company.objects_to_prospecting_since,
    }
    details = CompanyDetails(name=known.name, **{**kept, **added})
    edit_company(
        db_session, actor, organisation_id=known.id, version=known.version, details=details
    )
    return RowState.UPDATED, known.id
