"""Youth of the tests: invented people in real places."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import Organisation, User
from app.core import clock
from app.core.text import sort_key
from app.youth.models import (
    ConsentKind,
    ConsentRecord,
    LegalRepresentative,
    TravelMeans,
    Wish,
    YesNoUnknown,
    Youth,
    YouthStatus,
)
from tests.factories.accounts import make_organisation, make_user
from tests.factories.reference import make_commune, make_trade

_numbers = count(1)


def make_youth(
    session: Session,
    organisation: Organisation | None = None,
    adviser: User | None = None,
    *,
    wishes: tuple[tuple[str, str | None], ...] = (("boulanger", "D1102"),),
    is_listed: bool = True,
    **values: Any,
) -> Youth:
    """A youth of Quimper, ready, listed, who would like to be a baker."""
    organisation = organisation or make_organisation(session)
    adviser = adviser or make_user(session, organisation)
    make_commune(session, values.get("commune_code", "29232"))
    number = next(_numbers)
    given, family = (
        values.pop("given_name", "Enora"),
        values.pop("family_name", f"Le Bihan {number}"),
    )
    now = clock.now()
    youth = Youth(
        **{
            "public_code": f"T{number:07d}",
            "given_name": given,
            "family_name": family,
            "folded_name": sort_key(f"{family} {given}"),
            "birth_date": date(2008, 3, 14),
            "email": f"jeune{number}@exemple.fr",
            "phone": "+33639980001",
            "commune_code": "29232",
            "organisation_id": organisation.id,
            "adviser_id": adviser.id,
            "status": YouthStatus.READY,
            "level": 3,
            "lower_secondary_completed": YesNoUnknown.YES,
            "travel_means": TravelMeans.PUBLIC_TRANSPORT,
            "radius_km": 30,
            "available_from": date(2026, 11, 1),
            "created_at": now,
            "updated_at": now,
            "last_contact_at": now,
            **values,
        }
    )
    session.add(youth)
    session.flush()
    for rank, (text, rome_code) in enumerate(wishes, start=1):
        make_wish(session, youth, text, rome_code, rank=rank)
    if is_listed:
        make_consent(session, youth)
    session.flush()
    return youth


def make_wish(
    session: Session, youth: Youth, text: str, rome_code: str | None, *, rank: int
) -> Wish:
    """A wish in the youth's words, confirmed when a trade is given."""
    if rome_code:
        make_trade(session, rome_code)
    wish = Wish(
        youth_id=youth.id,
        rank=rank,
        raw_text=text,
        folded=sort_key(text),
        rome_code=rome_code,
        confirmed_at=clock.now() if rome_code else None,
    )
    session.add(wish)
    return wish


def make_consent(
    session: Session, youth: Youth, *, recipient: Organisation | None = None
) -> ConsentRecord:
    """The listing consent, or with a recipient the reveal to that organisation."""
    row = ConsentRecord(
        youth_id=youth.id,
        kind=ConsentKind.REVEAL if recipient else ConsentKind.LISTING,
        text_version="2026-11",
        data_scope="S2" if recipient else "S1",
        recipient_organisation_id=recipient.id if recipient else None,
        channel="in_person",
        given_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def make_representative(
    session: Session, youth: Youth, *, acknowledged: bool = True
) -> LegalRepresentative:
    """The mother, who knows that the youth is listed."""
    row = LegalRepresentative(
        youth_id=youth.id,
        name="Mme Le Bihan",
        relationship_label="mère",
        phone="+33639980002",
        acknowledged_at=clock.now() if acknowledged else None,
    )
    session.add(row)
    session.flush()
    return row
