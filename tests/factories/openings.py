"""Companies and openings of the tests: SIREN of the reserved range 000000xxx."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core import clock
from app.core.text import sort_key
from app.openings.models import Company, MinorsPossible, Opening, OpeningStatus
from app.policy.actor import OrganisationKind
from tests.factories.accounts import make_organisation
from tests.factories.reference import make_commune, make_trade


def make_company(session: Session, *, headcount: int | None = 4, **values: Any) -> Organisation:
    """A small bakery."""
    organisation = make_organisation(session, OrganisationKind.COMPANY, **values)
    session.add(
        Company(organisation_id=organisation.id, headcount=headcount, naf_code="1071C", idcc="0843")
    )
    session.flush()
    return organisation


def make_opening(session: Session, employer: Organisation | None = None, **values: Any) -> Opening:
    """A published post of baker's apprentice in Quimper."""
    employer = employer or make_company(session)
    commune = make_commune(session, values.setdefault("commune_code", "29232"))
    if values.setdefault("rome_code", "D1102"):
        make_trade(session, values["rome_code"])
    title = values.pop("title", "Apprenti boulanger")
    row = Opening(
        **{
            "employer_id": employer.id,
            "title": title,
            "sort_name": sort_key(title),
            "latitude": commune.latitude,
            "longitude": commune.longitude,
            "start_from": date(2026, 11, 23),
            "start_until": date(2027, 1, 31),
            "minors_possible": MinorsPossible.YES,
            "status": OpeningStatus.PUBLISHED,
            "published_at": clock.now(),
            "created_at": clock.now(),
            **values,
        }
    )
    session.add(row)
    session.flush()
    return row
