"""What an opening must respect before it is kept, and before others may be matched with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.accounts.models import Organisation, OrganisationStatus, Site
from app.core import clock
from app.core.errors import Invalid
from app.openings.models import Company, MinorsPossible, Opening
from app.openings.queries import is_known_school
from app.rules.disguise import find_disguise
from app.rules.wording import check_wording


@dataclass(frozen=True, slots=True)
class OpeningDetails:
    """What a person writes about an opening. Levels are those prepared, on the scale of 2019."""

    title: str
    rome_code: str | None = None
    apprenticeship: bool = True
    professionalisation: bool = False
    positions: int = 1
    commune_code: str | None = None
    start_from: date | None = None
    start_until: date | None = None
    level_low: int | None = None
    level_high: int | None = None
    licence_required: bool = False
    licence_reason: str | None = None
    minors_possible: MinorsPossible = MinorsPossible.UNKNOWN
    description: str | None = None
    expires_on: date | None = None


def check_details(details: OpeningDetails) -> None:
    """What every opening must respect, a draft too.

    Raises:
        Invalid: no contract kind; the start window or the levels are turned round; a licence is
            asked without saying what for; the words touch a criterion that the law forbids (EQ-01).
    """
    if not (details.apprenticeship or details.professionalisation):
        raise Invalid("Cochez au moins un type de contrat.", field="apprenticeship")
    first, last = details.start_from, details.start_until
    if first and last and last < first:
        raise Invalid("La fin de la période vient après son début.", field="start_until")
    low, high = details.level_low, details.level_high
    if low and high and high < low:
        raise Invalid("Le niveau le plus haut est sous le plus bas.", field="level_high")
    if details.licence_required and not (details.licence_reason or "").strip():
        raise Invalid(
            "Dites à quoi sert le permis dans ce poste : sans raison, il écarterait des jeunes "
            "pour rien.",
            field="licence_reason",
        )
    for field in ("title", "description", "licence_reason"):
        found = check_wording(getattr(details, field) or "", clock.today())
        if found:
            raise Invalid(" ".join(one.message for one in found), field=field)


def check_publishable(opening: Opening) -> None:
    """What others need before they can be matched with an opening.

    Raises:
        Invalid: the trade, the commune or the period is missing, or the period is over.
    """
    missing = [
        words
        for value, words in (
            (opening.rome_code, "le métier"),
            (opening.commune_code, "la commune"),
            (opening.start_from, "le début de la période"),
            (opening.start_until, "la fin de la période"),
        )
        if value is None
    ]
    if missing:
        raise Invalid(f"Pour publier, il manque : {', '.join(missing)}.")
    if opening.start_until is not None and opening.start_until < clock.today():
        raise Invalid(
            "La période de début est passée : donnez de nouvelles dates.", field="start_until"
        )


def refuse_closed_place(db_session: Session, opening: Opening) -> None:
    """A post must be somewhere, and be the company's own.

    Raises:
        Invalid: its establishment or its company is closed, or it reads like a school's advertisement.
    """
    site = db_session.get(Site, opening.site_id) if opening.site_id is not None else None
    employer = db_session.get_one(Organisation, opening.employer_id)
    if site is not None and site.closed_on is not None:
        raise Invalid(
            "L’établissement de cette offre est fermé : choisissez un lieu de travail ouvert."
        )
    if employer.status is OrganisationStatus.CLOSED:
        raise Invalid("Cette entreprise est fermée : son offre ne peut plus être publiée.")
    company = db_session.get(Company, opening.employer_id)
    disguise = find_disguise(
        f"{opening.title}\n{opening.description or ''}",
        naf_code=company.naf_code if company else None,
        is_training_centre=is_known_school(db_session, employer.siren),
    )
    if disguise is not None:
        raise Invalid(disguise.message)
