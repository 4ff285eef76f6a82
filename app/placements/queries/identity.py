"""What this reader may know of the youth behind a placement: the stages of the dossier (privacy.md, 4).

The house that follows the youth knows the name. An organisation that is a party sees what the ledger opened to it for
this very placement; a point A acts for a CFA but is not named in the text that the youth agreed to: it sees the code.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Exists, ScalarSelect, func, select
from sqlalchemy.orm import Session

from app.core import clock
from app.placements.models import Placement
from app.policy import predicates
from app.policy.actor import Actor
from app.policy.facts import NOTHING, Facts
from app.rules.age import is_minor
from app.youth import texts
from app.youth.models import ConsentKind, ConsentRecord, LegalRepresentative, Youth
from app.youth.queries import live_consent

HOUSE = "house"
CODE_ONLY = "S1"


@dataclass(frozen=True, slots=True)
class Identity:
    """The youth as this reader sees it; what the stage does not open is None.

    Attributes:
        scope: `house` for those who follow the youth, else S1 to S5.
        label: the public code (S1), the given name and an initial (S2), the name (from S3).
        is_minor: age class, from S3: the rules of the contract need it.
        birth_date, email, representative: from S4.
    """

    scope: str
    label: str
    phone: str | None = None
    is_minor: bool | None = None
    birth_date: date | None = None
    email: str | None = None
    representative: str | None = None

    @property
    def is_named(self) -> bool:
        """True when a name is shown: such a reading is journalled."""
        return self.scope != CODE_ONLY


def revealed_scope(actor: Actor) -> ScalarSelect[str | None]:
    """The widest live reveal of a placement to the organisation worn, for a query on `Placement`."""
    return (
        select(func.max(ConsentRecord.data_scope))
        .where(
            ConsentRecord.youth_id == Placement.youth_id,
            ConsentRecord.placement_id == Placement.id,
            ConsentRecord.recipient_organisation_id == actor.organisation_id,
            live_consent(ConsentKind.REVEAL, clock.today()),
        )
        .correlate(Placement)
        .scalar_subquery()
    )


def reveal_waits() -> Exists:
    """The youth said yes, and the name waits for the representative's acknowledgment; for a query on `Placement`."""
    return (
        select(ConsentRecord.id)
        .where(
            ConsentRecord.youth_id == Placement.youth_id,
            ConsentRecord.placement_id == Placement.id,
            ConsentRecord.withdrawn_at.is_(None),
            ConsentRecord.waits_for_representative.is_(True),
        )
        .correlate(Placement)
        .exists()
    )


def reveal_text(facts: Facts) -> texts.ConsentText:
    """The text that the youth agrees to: it names the field agent where one helps to conclude."""
    return texts.REVEAL if facts.helper_id is None else texts.REVEAL_HELPED


def scope_for(actor: Actor, facts: Facts, revealed: str | None) -> str:
    """The stage at which this reader stands."""
    if predicates.adviser(actor, NOTHING) and predicates.follows_youth(actor, facts):
        return HOUSE
    return revealed or CODE_ONLY


def label_for(scope: str, *, code: str, given_name: str, family_name: str) -> str:
    """How the youth is called at this stage."""
    if scope == CODE_ONLY:
        return code
    if scope == "S2":
        return f"{given_name} {family_name[:1].upper()}."
    return f"{given_name} {family_name}"


def shown_identity(
    db_session: Session, actor: Actor, placement: Placement, facts: Facts
) -> Identity:
    """The youth of a placement as this reader may call it."""
    youth, revealed = db_session.execute(
        select(Youth, revealed_scope(actor))
        .select_from(Placement)
        .join(Youth, Youth.id == Placement.youth_id)
        .where(Placement.id == placement.id)
    ).one()
    return identity(db_session, youth, scope_for(actor, facts, revealed))


def identity(db_session: Session, youth: Youth, scope: str) -> Identity:
    """The youth at this stage; one statement more from S4 on."""
    label = label_for(
        scope,
        code=youth.public_code,
        given_name=youth.given_name,
        family_name=youth.usage_name or youth.family_name,
    )
    if scope in (CODE_ONLY, "S2"):
        return Identity(scope, label)
    minor = is_minor(youth.birth_date, clock.today())
    if scope == "S3":
        return Identity(scope, label, phone=youth.phone, is_minor=minor)
    representative = db_session.get(LegalRepresentative, youth.id) if minor else None
    return Identity(
        scope,
        label,
        phone=youth.phone,
        is_minor=minor,
        birth_date=youth.birth_date,
        email=youth.email,
        representative=representative.name if representative else None,
    )
