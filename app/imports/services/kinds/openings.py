"""Rows of openings: advertisements become drafts with a trade, a place and plain words."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core import clock
from app.core.errors import Invalid
from app.core.text import sort_key
from app.imports.fields.openings import clean_title
from app.imports.models import Decision, RowState
from app.imports.services.kinds.base import Examined, settle_place, settle_trade
from app.openings.models import Opening
from app.openings.services import (
    OpeningDetails,
    create_company,
    create_opening,
    edit_opening,
    find_company,
)
from app.openings.services.checks import check_details
from app.policy.actor import Actor, OrganisationKind
from app.policy.facts import Facts
from app.policy.matrix import can
from app.policy.permissions import Permission
from app.rules.wording import check_wording

COMPARED = (
    "title",
    "rome_code",
    "commune_code",
    "description",
    "positions",
    "start_from",
    "start_until",
)


class OpeningRows:
    """One advertisement a row."""

    def examine(
        self,
        db_session: Session,
        actor: Actor,
        values: Mapping[str, Any],
        choices: Mapping[str, str],
    ) -> Examined:
        """Trade, place, company, wording, and the same advertisement brought before."""
        examined = Examined(dict(values))
        own = examined.values
        own["rome_code"] = settle_trade(
            db_session, examined, values.get("trade") or clean_title(values["title"]), choices
        )
        place = settle_place(db_session, examined, choices)
        self._settle_words(examined)
        self._settle_employer(db_session, actor, examined)
        facts = Facts(
            employer_id=own["employer_id"], departement=place.departement_code if place else None
        )
        is_settled = not examined.proposals and not examined.problems
        if is_settled and not can(actor, Permission.OPENING_EDIT, facts):
            examined.problems["city"] = (
                "Cette commune n’est pas dans votre territoire."
                if place
                else "Commune : elle manque, ou n’est pas reconnue."
            )
        self._check_words(examined)
        own["reference"] = values.get("reference") or _own_reference(own)
        examined.key = own["reference"]
        self._compare(db_session, actor, examined)
        return examined

    def write(
        self, db_session: Session, actor: Actor, examined: Examined, decision: Decision | None
    ) -> tuple[RowState, int]:
        """Write a draft, with its company when it is new; or change the known one."""
        values = examined.values
        if decision is Decision.UPDATE and examined.target_id is not None:
            known = db_session.get_one(Opening, examined.target_id)
            edit_opening(
                db_session,
                actor,
                opening_id=known.id,
                version=known.version,
                details=_details(values),
            )
            return RowState.UPDATED, known.id
        employer_id = values["employer_id"] or self._create_employer(db_session, values)
        reference = values["reference"]
        if decision is Decision.NEW and examined.target_id is not None:
            reference = f"{reference}#{examined.target_id}"[:120]
        opening = create_opening(
            db_session,
            actor,
            employer_id=employer_id,
            details=_details(values),
            source=source_of(actor),
            source_reference=reference,
        )
        return RowState.CREATED, opening.id

    def _settle_words(self, examined: Examined) -> None:
        """The description and the profile without the sentences that touch a criterion of the law:
        a job board's promise to welcome everybody is one of them, and nothing is lost with it.
        """
        texts = (examined.values.get("description"), examined.values.get("profile"))
        words = "\n\n".join(text for text in texts if text)
        kept, dropped = without_forbidden_words(words, clock.today())
        examined.values["description"] = kept or None
        if dropped:
            examined.warnings["description"] = (
                f"Description : {len(dropped)} phrase(s) qui touchent un critère interdit ne sont pas "
                f"reprises, comme « {dropped[0][:80]} »."
            )

    def _settle_employer(self, db_session: Session, actor: Actor, examined: Examined) -> None:
        values = examined.values
        if actor.organisation_kind is OrganisationKind.COMPANY:
            values["employer_id"] = actor.organisation_id
            own = db_session.get_one(Organisation, actor.organisation_id)
            if values.get("siret") and own.siren and not values["siret"].startswith(own.siren):
                examined.problems["siret"] = "Cette offre est celle d’une autre entreprise."
            return
        known = find_company(
            db_session,
            siret=values.get("siret"),
            siren=values["siret"][:9] if values.get("siret") else None,
            name=values.get("company"),
            commune_code=values.get("commune_code"),
        )
        values["employer_id"] = known.id if known else None
        if known is None and not values.get("company"):
            examined.problems["company"] = (
                "Entreprise : ce SIRET n’est pas connu, il faut aussi son nom."
            )
        elif known is None and not values.get("siret"):
            examined.warnings["company"] = (
                "Entreprise sans SIRET : elle sera gardée « à vérifier »."
            )

    def _create_employer(self, db_session: Session, values: Mapping[str, Any]) -> int:
        # An earlier row of this file may have brought the same company.
        known = find_company(
            db_session,
            siret=values.get("siret"),
            name=values["company"],
            commune_code=values.get("commune_code"),
        )
        company = known or create_company(
            db_session,
            name=values["company"],
            siret=values.get("siret"),
            commune_code=values.get("commune_code"),
            address=values.get("address"),
        )
        return company.id

    def _check_words(self, examined: Examined) -> None:
        try:
            check_details(_details(examined.values))
        except Invalid as refusal:
            examined.problems[refusal.field or ""] = refusal.message

    def _compare(self, db_session: Session, actor: Actor, examined: Examined) -> None:
        known = db_session.scalar(
            select(Opening).where(
                Opening.source == source_of(actor),
                Opening.source_reference == examined.values["reference"],
            )
        )
        if known is None:
            return
        details = _details(examined.values)
        examined.target_id = known.id
        examined.resembles = f"L’offre « {known.title} » a déjà cette référence."
        examined.is_same = all(getattr(known, one) == getattr(details, one) for one in COMPARED)


def without_forbidden_words(text: str, on: date) -> tuple[str, list[str]]:
    """The text without its forbidden sentences, and those sentences. Pure."""
    if not check_wording(text, on):
        return text, []
    kept: list[str] = []
    dropped: list[str] = []
    for line in text.split("\n"):
        sentences = re.split(r"(?<=[.!?…])\s+", line)
        good = [one for one in sentences if not check_wording(one, on)]
        dropped += [one for one in sentences if one not in good]
        kept.append(" ".join(good))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip(), dropped


def source_of(actor: Actor) -> str:
    """Whose files an opening came from: two organisations may use the same references."""
    return f"import:{actor.organisation_id}"


def _own_reference(values: Mapping[str, Any]) -> str:
    """A reference for an advertisement that has none: the same words give the same one."""
    parts = [
        sort_key(str(values.get(name) or ""))
        for name in ("company", "siret", "title", "postal_code", "city", "start_from")
    ]
    return "sans-reference-" + hashlib.sha256("|".join(parts).encode()).hexdigest()[:24]


def _details(values: Mapping[str, Any]) -> OpeningDetails:
    return OpeningDetails(
        title=values["title"],
        rome_code=values["rome_code"],
        apprenticeship=values["apprenticeship"],
        professionalisation=values["professionalisation"],
        positions=values.get("positions", 1),
        commune_code=values.get("commune_code"),
        start_from=values.get("start_from"),
        start_until=values.get("start_until"),
        description=values["description"],
    )
