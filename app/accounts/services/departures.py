"""Who leaves an organisation: what must be handed over first, and who administers it afterwards.

A slice that gives files to people registers a function that says what a person still holds, so that accounts
need not know youth, placements or visits.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import emails
from app.accounts.labels import admin_role
from app.accounts.models import Membership, Organisation, User
from app.core import clock, journal
from app.core.errors import Conflict
from app.policy.actor import Actor, OrganisationKind, Role

# (session, organisation id, user id) -> what is still to be handed over, as a whole French sentence, or None.
StillHeld = Callable[[Session, int, int], str | None]
_STILL_HELD: list[StillHeld] = []


def still_held(function: StillHeld) -> StillHeld:
    """Register a function that says what a person must hand over before they leave an organisation."""
    if function not in _STILL_HELD:
        _STILL_HELD.append(function)
    return function


def what_is_held(db_session: Session, *, organisation_id: int, user_id: int) -> list[str]:
    """What this person must hand over before they leave; empty when nothing."""
    found = (one(db_session, organisation_id, user_id) for one in _STILL_HELD)
    return [sentence for sentence in found if sentence]


def refuse_while_held(db_session: Session, *, organisation_id: int, user_id: int) -> None:
    """Let nobody go who still holds files.

    Raises:
        Conflict: the sentences that say which.
    """
    held = what_is_held(db_session, organisation_id=organisation_id, user_id=user_id)
    if held:
        raise Conflict(" ".join(held))


def pass_on_administration(
    db_session: Session, actor: Actor, organisation: Organisation, *, leaver_id: int
) -> User | None:
    """When the last administrator leaves, the colleague who has been here longest takes over, managers first.

    Nobody takes over the platform by chance, nor an organisation where nobody else acts.

    Returns:
        who administers from now on; None when there is another administrator already.

    Raises:
        Conflict: nobody can take over.
    """
    role = admin_role(organisation.kind)
    others = _colleagues(db_session, organisation.id, leaver_id)
    if any(membership.role is role for membership, _user in others):
        return None
    if organisation.kind is OrganisationKind.PLATFORM or not others:
        raise Conflict(
            "C’est la dernière personne qui administre cette organisation. "
            "Donnez d’abord ce rôle à quelqu’un d’autre."
        )
    _first, heir = min(
        others, key=lambda one: (one[0].role is not Role.MANAGER, one[0].since, one[1].id)
    )
    db_session.add(
        Membership(user_id=heir.id, organisation_id=organisation.id, role=role, since=clock.today())
    )
    db_session.flush()
    journal.record(
        db_session,
        actor,
        subject_kind="organisation",
        subject_id=organisation.id,
        event="administration_passed_on",
        details={"user_id": heir.id, "from_user": leaver_id},
    )
    emails.administration_passed_on(db_session, heir, organisation)
    return heir


def _colleagues(
    db_session: Session, organisation_id: int, leaver_id: int
) -> list[tuple[Membership, User]]:
    rows = db_session.execute(
        select(Membership, User)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.user_id != leaver_id,
            Membership.is_current(clock.today()),
            User.is_active,
        )
    )
    return [(row.Membership, row.User) for row in rows]
