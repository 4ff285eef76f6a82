"""Accounts and memberships, as other programs create them; the caller has judged the right to do so."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from app.accounts.models import Membership, User
from app.accounts.queries import user_by_email
from app.core import clock
from app.core.errors import Conflict
from app.policy.actor import Role


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
