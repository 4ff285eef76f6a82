"""Verbs on who the youth is: register, correct."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import phonenumbers
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.queries import advisers_of
from app.core import clock
from app.core.errors import Conflict, Invalid
from app.core.permissions import ensure
from app.core.requests import use_once
from app.core.text import sort_key
from app.policy.actor import Actor, OrganisationKind
from app.policy.permissions import Permission
from app.rules.age import NO_EXEMPTIONS, age_on, check_age
from app.rules.law import ContractKind, limit
from app.youth.models import Youth, YouthStatus
from app.youth.queries.duplicates import PersonName, PossibleDuplicate, possible_duplicates
from app.youth.queries.sections import section_token, section_values
from app.youth.services.guarded import check_seen, note_change, open_for_change
from app.youth.services.wishes import write_wishes

# No vowels, no letter that reads as a digit: a code spells no word and is dictated without error.
_CODE_LETTERS = "BCDFGHJKMNPQRSTVWXZ23456789"
YOUNGEST, OLDEST = 10, 120


class DuplicateSuspected(Conflict):
    """A file of the same organisation may be about this person; a human says whether it is."""

    default = "Un dossier existe peut-être déjà pour cette personne."

    def __init__(self, found: Sequence[PossibleDuplicate]) -> None:
        super().__init__()
        self.found = tuple(found)


class TooOldForThisHouse(Invalid):
    """Missions locales follow 16 to 25 (ML-01); another house does beyond."""


def create_youth(
    db_session: Session,
    actor: Actor,
    *,
    given_name: str,
    family_name: str,
    birth_date: date,
    usage_name: str | None = None,
    commune_code: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    address: str | None = None,
    adviser_id: int | None = None,
    status: YouthStatus = YouthStatus.CONTACTED,
    wishes: Sequence[str] = (),
    is_another_person: bool = False,
    is_demonstration: bool = False,
    request_key: str | None = None,
) -> Youth:
    """Open a file in the organisation worn; the adviser is the actor unless a colleague is named.

    Args:
        wishes: lines as typed, best first; several trades of one line share their rank.
        is_another_person: a human looked at the likely duplicates: none of them.

    Raises:
        Invalid: under 15, date impossible, unusable phone, adviser of another organisation.
        TooOldForThisHouse, DuplicateSuspected (with the files that look alike), AlreadyDone.
    """
    use_once(db_session, request_key)
    ensure(actor, Permission.YOUTH_CREATE)
    organisation_id = int(actor.organisation_id or 0)
    check_registration_age(birth_date, actor.organisation_kind, clock.today())
    if not is_another_person:
        name = PersonName(given_name, family_name, usage_name)
        _refuse_duplicates(db_session, name, birth_date, organisation_id)
    youth = Youth(
        public_code=new_public_code(db_session),
        given_name=given_name,
        family_name=family_name,
        usage_name=usage_name,
        birth_date=birth_date,
        email=email,
        phone=normal_phone(phone),
        address=address,
        commune_code=commune_code,
        organisation_id=organisation_id,
        adviser_id=known_adviser(db_session, organisation_id, adviser_id or actor.user_id),
        status=status,
        **dict.fromkeys(("created_at", "updated_at", "last_contact_at"), clock.now()),
        is_demonstration=is_demonstration,
    )
    _fold_names(youth)
    db_session.add(youth)
    db_session.flush()
    write_wishes(db_session, youth, wishes)
    note_change(db_session, actor, youth, "youth_registered", to_state=youth.status)
    return youth


def _refuse_duplicates(
    db_session: Session, name: PersonName, birth_date: date, organisation_id: int
) -> None:
    found = possible_duplicates(db_session, name, birth_date, organisation_id)
    if found:
        raise DuplicateSuspected(found)


def update_identity(
    db_session: Session,
    actor: Actor,
    *,
    youth_id: int,
    values: Mapping[str, Any],
    seen: str | None = None,
) -> Youth:
    """Correct who the youth is and how to reach them.

    Args:
        values: by field name of the section "identity"; what is absent stays.
        seen: the section's token as the page showed it; see `queries.sections`.

    Raises:
        Stale: somebody saved this section meanwhile.
        Invalid: an age that the house does not follow, an unusable phone.
    """
    youth = open_for_change(db_session, actor, youth_id)
    values = dict(values)
    if "phone" in values:
        values["phone"] = normal_phone(values["phone"])
    if values.get("birth_date", youth.birth_date) != youth.birth_date:
        check_registration_age(values["birth_date"], actor.organisation_kind, clock.today())
    changed = change_section(youth, "identity", values, seen)
    if changed:
        _fold_names(youth)
        note_change(db_session, actor, youth, "identity_changed", details={"fields": changed})
    return youth


def change_section(
    row: Any, section: str, values: Mapping[str, Any], seen: str | None
) -> list[str]:
    """Put the values into the row when the section is still what the page showed; names of what moved.

    Raises:
        Stale: the section has moved.
    """
    before = section_values(row, section)
    changed = [name for name in before if name in values and values[name] != before[name]]
    if changed:
        check_seen(seen, section_token(before))
    for name in changed:
        setattr(row, name, values[name])
    return changed


def check_registration_age(birth_date: date, house: OrganisationKind | None, today: date) -> None:
    """Ages that this house may follow (AGE-03, AGE-04, ML-01).

    Raises:
        Invalid: before the 15th birthday, or a date that no living youth has.
        TooOldForThisHouse: beyond the mission locale's age.
    """
    age = age_on(birth_date, today)
    if not YOUNGEST <= age <= OLDEST:
        raise Invalid("Vérifiez la date de naissance : l’année surprend.", field="birth_date")
    if age < limit("AGE-03", "min_age", today):
        found = check_age(birth_date, today, ContractKind.APPRENTICESHIP, NO_EXEMPTIONS)
        words = [f"{age} ans aujourd’hui : aucun contrat n’est possible avant 15 ans."]
        words += [one.message for one in found if one.rule_id == "AGE-04"]
        words.append("Le dossier pourra être ouvert le jour de ses 15 ans.")
        raise Invalid(" ".join(words), field="birth_date")
    if house in {OrganisationKind.LOCAL_MISSION, OrganisationKind.PAIO_OFFICE}:
        top = limit("ML-01", "max_age", today)
        if age > top:
            raise TooOldForThisHouse(
                f"{age} ans : les missions locales accompagnent jusqu’à {top} ans révolus. "
                "Orientez cette personne vers Cap emploi si elle est reconnue travailleur "
                "handicapé, vers France Travail sinon. Aucun dossier n’a été ouvert.",
                field="birth_date",
            )


def normal_phone(text: str | None) -> str | None:
    """The number in international form (+33639980001).

    Raises:
        Invalid: it cannot be a number.
    """
    if not text:
        return None
    try:
        number = phonenumbers.parse(text, "FR")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise Invalid("Écrivez un numéro à dix chiffres, comme 06 39 98 00 01.", field="phone")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def new_public_code(db_session: Session) -> str:
    """A random code that no file has: what partners read before they may know a name."""
    while True:
        drawn = "".join(secrets.choice(_CODE_LETTERS) for _ in range(8))
        if db_session.scalar(select(Youth.id).where(Youth.public_code == drawn)) is None:
            return drawn


def known_adviser(db_session: Session, organisation_id: int, user_id: int | None) -> int:
    """The adviser, when they follow youth in this organisation.

    Raises:
        Invalid: they do not.
    """
    if user_id not in {one for one, _ in advisers_of(db_session, organisation_id)}:
        raise Invalid("Choisissez un conseiller de votre structure.", field="adviser_id")
    return int(user_id or 0)


def _fold_names(youth: Youth) -> None:
    youth.folded_name = sort_key(f"{youth.family_name} {youth.given_name}")
    usage = youth.usage_name
    youth.folded_usage_name = sort_key(f"{usage} {youth.given_name}") if usage else None
