"""Rows of young people. No consent comes out of a file: whoever is imported is not listed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Conflict, Invalid
from app.core.text import sort_key
from app.imports.fields import KINDS
from app.imports.models import Decision, ImportKind, RowState
from app.imports.services.kinds.base import Examined, missing_from, settle_place, settle_typed
from app.policy.actor import Actor
from app.youth.models import Youth
from app.youth.queries import PersonName, possible_duplicates
from app.youth.services import (
    check_registration_age,
    create_youth,
    set_schooling,
    update_identity,
)

CONTACTS = {
    "phone": "phone",
    "email": "email",
    "address": "address",
    "commune_code": "commune_code",
    "usage_name": "usage_name",
}


class YouthRows:
    """One person a row."""

    def examine(
        self,
        db_session: Session,
        actor: Actor,
        values: Mapping[str, Any],
        choices: Mapping[str, str],
    ) -> Examined:
        """Age, place, and files of the same house that may be about this person."""
        examined = Examined(dict(values))
        settle_place(db_session, examined, choices)
        if not settle_typed(examined, KINDS[ImportKind.YOUTH], choices):
            return examined
        birth_date = examined.values["birth_date"]
        try:
            check_registration_age(birth_date, actor.organisation_kind, clock.today())
        except Invalid as refusal:
            examined.problems["birth_date"] = refusal.message
            return examined
        names = PersonName(values["given_name"], values["family_name"], values.get("usage_name"))
        folded = sort_key(f"{names.family_name} {names.given_name}")
        examined.key = f"{folded}|{birth_date.isoformat()}"
        found = possible_duplicates(db_session, names, birth_date, int(actor.organisation_id or 0))
        if found:
            first = found[0]
            examined.target_id = first.youth_id
            examined.resembles = (
                f"{first.name}, né(e) le {first.birth_date:%d/%m/%Y}. {first.reason}"
            )
            youth = db_session.get_one(Youth, first.youth_id)
            examined.is_same = (
                youth.folded_name == folded
                and youth.birth_date == birth_date
                and not missing_from(youth, examined.values, CONTACTS)
            )
        return examined

    def write(
        self, db_session: Session, actor: Actor, examined: Examined, decision: Decision | None
    ) -> tuple[RowState, int]:
        """Open a file, or complete the contacts that a known one lacks."""
        values = examined.values
        if decision is Decision.UPDATE:
            if examined.target_id is None:
                raise Conflict("Le dossier à compléter n’existe plus.")
            youth = db_session.get_one(Youth, examined.target_id)
            added = missing_from(youth, values, CONTACTS)
            if not added:
                return RowState.SAME, youth.id
            update_identity(db_session, actor, youth_id=youth.id, values=added)
            return RowState.UPDATED, youth.id
        youth = create_youth(
            db_session,
            actor,
            given_name=values["given_name"],
            family_name=values["family_name"],
            usage_name=values.get("usage_name"),
            birth_date=values["birth_date"],
            commune_code=values.get("commune_code"),
            email=values.get("email"),
            phone=values.get("phone"),
            address=values.get("address"),
            wishes=[one.strip() for one in values.get("wishes", "").split(";") if one.strip()],
            is_another_person=decision is Decision.NEW,
        )
        if values.get("level"):
            set_schooling(db_session, actor, youth_id=youth.id, values={"level": values["level"]})
        return RowState.CREATED, youth.id
