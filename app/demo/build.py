"""The whole demonstration, in its order, and what it amounts to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Membership, Organisation, Site, User
from app.core import clock
from app.core.changes import Changed, record_change
from app.demo.companies import build_companies
from app.demo.organisations import build_organisations
from app.demo.outreach import build_outreach
from app.demo.placements import build_placements
from app.demo.scene import Scale, Scene, Tell
from app.demo.territory import find_territory, load_towns
from app.demo.training import build_training
from app.demo.youth import build_youth
from app.openings.models import Opening
from app.placements.models import Placement
from app.policy.actor import Role
from app.training.models import Course, TrainingSession
from app.youth.models import Wish, Youth

PASSWORD = "trefle-demonstration"
"""Shown on purpose: the demonstration exists in development only."""


class NoReference(RuntimeError):
    """The communes or the trades are not loaded."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account to try a role with."""

    role: Role
    name: str
    organisation: str
    email: str


def is_built(db_session: Session) -> bool:
    """Whether a demonstration is there already: there is one at most in a database."""
    return bool(
        db_session.scalar(select(Organisation.id).where(Organisation.is_demonstration).limit(1))
    )


def build_territory(
    db_session: Session,
    *,
    territory: str,
    youth: int,
    seed: int,
    password_hash: str,
    tell: Tell,
) -> Scene:
    """Everything but placements, in the caller's transaction. Same seed and same day, same rows.

    Raises:
        UnknownTerritory: nothing has that name.
        NoReference: communes or trades are not loaded.
    """
    found = find_territory(territory)
    towns = load_towns(db_session, found)
    if not towns:
        raise NoReference(
            "Les communes ne sont pas chargées. Lancez d’abord « flask trefle reference load »."
        )
    scene = Scene(
        db_session=db_session,
        seed=seed,
        territory=found,
        towns=towns,
        scale=Scale.for_youth(youth),
        today=clock.today(),
        now=clock.now(),
        password_hash=password_hash,
        tell=tell,
    )
    for label, build in (
        ("organisations et comptes", build_organisations),
        ("formations et sessions", build_training),
        ("entreprises et offres", build_companies),
        ("visites et conventions", build_outreach),
        ("jeunes", build_youth),
    ):
        tell(label)
        build(scene)
    record_change(db_session, Changed.REFERENCE)
    return scene


def build_proposals(db_session: Session, scene: Scene) -> int:
    """The placements, in a transaction of their own: the engine reads what the first one
    committed.
    """
    # What the first transaction wrote is read again row by row: thousands of known rows would be
    # compared with each statement otherwise.
    db_session.expunge_all()
    scene.db_session = db_session
    scene.tell("propositions")
    return build_placements(scene)


def counts(db_session: Session) -> dict[str, int]:
    """How many rows of each kind the demonstration has."""
    tables = {
        "organisations": Organisation,
        "comptes": User,
        "jeunes": Youth,
        "souhaits": Wish,
        "formations": Course,
        "sessions": TrainingSession,
        "offres": Opening,
        "propositions": Placement,
    }
    return {
        label: db_session.scalar(select(func.count()).select_from(table)) or 0
        for label, table in tables.items()
    }


def digest(db_session: Session) -> str:
    """A fingerprint of who and what was built: equal for two builds of one seed on one day."""
    total = hashlib.sha256()
    for row in _told(db_session):
        total.update(repr(tuple(row)).encode())
    return total.hexdigest()


def _told(db_session: Session) -> Iterator[tuple[object, ...]]:
    for query in (
        select(Organisation.name, Organisation.siret, Organisation.uai).order_by(Organisation.id),
        select(Site.commune_code, Site.latitude, Site.longitude).order_by(Site.id),
        select(User.email, User.given_name, User.family_name).order_by(User.id),
        select(
            Youth.public_code,
            Youth.folded_name,
            Youth.birth_date,
            Youth.commune_code,
            Youth.status,
            Youth.aimed_level,
        ).order_by(Youth.id),
        select(Wish.youth_id, Wish.rank, Wish.raw_text, Wish.rome_code).order_by(Wish.id),
        select(Course.title, Course.cfa_id).order_by(Course.id),
        select(
            TrainingSession.starts_on, TrainingSession.capacity, TrainingSession.seats_taken
        ).order_by(TrainingSession.id),
        select(Opening.title, Opening.commune_code, Opening.positions_taken).order_by(Opening.id),
        select(
            Placement.youth_id,
            Placement.opening_id,
            Placement.session_id,
            Placement.stage,
            Placement.suggested_at,
        ).order_by(Placement.id),
    ):
        yield from (tuple(row) for row in db_session.execute(query))


def accounts(db_session: Session) -> list[Account]:
    """One account a role, the first made of each."""
    rows = db_session.execute(
        select(Membership.role, User.given_name, User.family_name, Organisation.name, User.email)
        .join(User, User.id == Membership.user_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(User.is_demonstration)
        .order_by(User.id, Membership.role)
    )
    first: dict[Role, Account] = {}
    for row in rows:
        name = f"{row.given_name} {row.family_name}"
        first.setdefault(row.role, Account(row.role, name, row.name, row.email))
    return [first[role] for role in Role if role in first]
