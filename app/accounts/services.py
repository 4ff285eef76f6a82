"""Verbs on accounts: sign in, sign out everywhere, create people and organisations."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Attempt, Membership, Organisation, OrganisationStatus, Site, User
from app.accounts.queries import organisation_facts, user_by_email
from app.core import clock, journal
from app.core.errors import Conflict, Invalid, TooMany
from app.core.permissions import ensure
from app.core.text import sort_key
from app.policy.actor import Actor, OrganisationKind, Role
from app.policy.permissions import Permission

ATTEMPT_WINDOW = timedelta(minutes=15)
ATTEMPTS_PER_ACCOUNT = 8
ATTEMPTS_PER_ADDRESS = 40
PASSWORD_MIN_LENGTH = 15


class Passwords:
    """Argon2id with the cost of the settings; one instance an application."""

    def __init__(self, memory_kib: int, time_cost: int) -> None:
        self._hash = PasswordHash(
            (Argon2Hasher(memory_cost=memory_kib, time_cost=time_cost, parallelism=1),)
        )
        # Checked when the address is unknown, so that both answers take the same time.
        self._decoy = self._hash.hash("no account has this password")

    def hash(self, password: str) -> str:
        return self._hash.hash(password)

    def matches(self, password: str, stored: str | None) -> bool:
        """Check in constant work, also against nobody."""
        is_right = self._hash.verify(password, stored or self._decoy)
        return is_right and stored is not None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def count_attempt(db_session: Session, *, kind: str, subject: str, limit: int) -> None:
    """Note one attempt and refuse when there were too many in the window; works across processes.

    Raises:
        TooMany: the limit is reached.
    """
    at, key = clock.now(), _digest(subject)
    db_session.execute(delete(Attempt).where(Attempt.made_at < at - timedelta(days=1)))
    made = db_session.scalar(
        select(func.count())
        .select_from(Attempt)
        .where(Attempt.kind == kind, Attempt.subject == key, Attempt.made_at > at - ATTEMPT_WINDOW)
    )
    db_session.add(Attempt(kind=kind, subject=key, made_at=at))
    db_session.flush()
    if (made or 0) >= limit:
        raise TooMany


def forget_attempts(db_session: Session, *, kind: str, subject: str) -> None:
    """A success clears the count of that account."""
    db_session.execute(
        delete(Attempt).where(Attempt.kind == kind, Attempt.subject == _digest(subject))
    )


def authenticate(
    db_session: Session, passwords: Passwords, *, email: str, password: str
) -> User | None:
    """The user with this address and password, or None: same answer and same work whether the address exists or not."""
    user = user_by_email(db_session, email)
    is_right = passwords.matches(password, user.password_hash if user else None)
    if user is None or not is_right or not user.is_active:
        return None
    user.last_login_at = clock.now()
    return user


def create_organisation(
    db_session: Session,
    *,
    kind: OrganisationKind,
    name: str,
    siret: str | None = None,
    siren: str | None = None,
    uai: str | None = None,
    network: str | None = None,
    region_code: str | None = None,
    email: str | None = None,
    status: OrganisationStatus = OrganisationStatus.ACTIVE,
    is_demonstration: bool = False,
) -> Organisation:
    """Create an organisation; the caller has judged the right to do so.

    Raises:
        Conflict: an organisation has this SIRET already.
    """
    if siret and db_session.scalar(select(Organisation.id).where(Organisation.siret == siret)):
        raise Conflict("Un établissement porte déjà ce SIRET dans Trèfle.")
    organisation = Organisation(
        kind=kind,
        name=name,
        sort_name=sort_key(name),
        siret=siret,
        siren=siren or (siret[:9] if siret else None),
        uai=uai,
        network=network,
        region_code=region_code,
        email=email,
        status=status,
        is_demonstration=is_demonstration,
        created_at=clock.now(),
    )
    db_session.add(organisation)
    db_session.flush()
    return organisation


def add_site(
    db_session: Session,
    *,
    organisation_id: int,
    name: str,
    commune_code: str | None = None,
    latitude: float | None = None,
    longitude: float | None = None,
    address: str | None = None,
    siret: str | None = None,
    uai: str | None = None,
    is_main: bool = False,
) -> Site:
    """Add a place to an organisation; positions in degrees, taken from the commune when not given."""
    site = Site(
        organisation_id=organisation_id,
        name=name,
        commune_code=commune_code,
        latitude=latitude,
        longitude=longitude,
        address=address,
        siret=siret,
        uai=uai,
        is_main=is_main,
    )
    db_session.add(site)
    db_session.flush()
    return site


def check_password_rule(password: str) -> None:
    """Length counts, composition does not; the most common passwords are refused whatever their length.

    Raises:
        Invalid: too short or too common.
    """
    if len(password) < PASSWORD_MIN_LENGTH:
        raise Invalid(
            f"{PASSWORD_MIN_LENGTH} caractères au moins : une phrase convient très bien.",
            field="password",
        )
    if len(set(password.lower())) < 5:
        raise Invalid(
            "Ce mot de passe est trop facile à deviner. Choisissez une phrase à vous.",
            field="password",
        )


def create_user(
    db_session: Session,
    *,
    email: str,
    given_name: str,
    family_name: str,
    password_hash: str | None,
    is_demonstration: bool = False,
) -> User:
    """Create an account.

    Raises:
        Conflict: the address is taken.
    """
    if user_by_email(db_session, email) is not None:
        raise Conflict("Cette adresse a déjà un compte.")
    user = User(
        email=email.strip().lower(),
        given_name=given_name,
        family_name=family_name,
        password_hash=password_hash,
        is_demonstration=is_demonstration,
        created_at=clock.now(),
    )
    db_session.add(user)
    db_session.flush()
    return user


def add_membership(
    db_session: Session,
    *,
    user_id: int,
    organisation_id: int,
    role: Role,
    since: date | None = None,
) -> Membership:
    """Give a person a role in an organisation from a day on."""
    membership = Membership(
        user_id=user_id, organisation_id=organisation_id, role=role, since=since or clock.today()
    )
    db_session.add(membership)
    db_session.flush()
    return membership


def approve_organisation(
    db_session: Session, actor: Actor, *, organisation_id: int
) -> Organisation:
    """Turn an organisation "to check" into an active one."""
    organisation = db_session.get_one(Organisation, organisation_id)
    ensure(actor, Permission.ORGANISATION_APPROVE, organisation_facts(organisation))
    before = organisation.status
    organisation.status = OrganisationStatus.ACTIVE
    journal.record(
        db_session,
        actor,
        subject_kind="organisation",
        subject_id=organisation.id,
        event="organisation_approved",
        from_state=before,
        to_state=organisation.status,
        audience=journal.Audience.PLATFORM,
    )
    return organisation


def sign_out_everywhere(db_session: Session, *, user_id: int) -> None:
    """End every open session of this person."""
    user = db_session.get_one(User, user_id)
    user.session_epoch += 1
