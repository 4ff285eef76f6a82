"""Invitations: written, sent again, withdrawn, accepted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts import emails
from app.accounts.labels import ROLES_OF
from app.accounts.models import Invitation, Organisation, OrganisationStatus, User
from app.accounts.queries import organisation_facts, user_by_email
from app.accounts.services.attempts import count_attempt
from app.accounts.services.members import OWN_RIGHTS, grant_roles, tell_house
from app.accounts.services.passwords import Passwords, set_password
from app.core import clock, journal
from app.core.errors import Conflict, Invalid, NotFound
from app.core.permissions import ensure
from app.core.requests import use_once
from app.core.tokens import SealBroken, unseal
from app.policy.actor import Actor, OrganisationKind, Role
from app.policy.permissions import Permission

INVITATION_DAYS = 7
INVITATIONS_PER_PERSON = 30  # in the window of attempts


def invite(
    db_session: Session,
    actor: Actor,
    *,
    organisation_id: int,
    email: str,
    given_name: str,
    family_name: str,
    roles: Iterable[Role],
    request_key: str | None = None,
) -> Invitation:
    """Invite somebody to join an organisation; an older invitation to the same address ends.

    Raises:
        NotFound, Forbidden: the actor does not manage this organisation's members.
        Invalid: the address is wrong or the actor's own, no role is chosen, or one is not of this kind of organisation.
        Conflict: the organisation is closed.
        TooMany: many invitations in little time.
        AlreadyDone: the same form came twice.
    """
    organisation = load_to_manage(db_session, actor, organisation_id)
    if organisation.status is OrganisationStatus.CLOSED:
        raise Conflict("Cette organisation est fermée : elle n’accueille plus personne.")
    use_once(db_session, request_key)
    address = checked_email(email)
    own = user_by_email(db_session, address)
    if own is not None and own.id == actor.user_id:
        raise Invalid(OWN_RIGHTS, field="email")
    chosen = checked_roles(organisation.kind, roles)
    count_attempt(
        db_session, kind="invite", subject=str(actor.user_id), limit=INVITATIONS_PER_PERSON
    )
    db_session.execute(
        update(Invitation)
        .where(
            Invitation.organisation_id == organisation_id,
            Invitation.email == address,
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
        )
        .values(revoked_at=clock.now())
    )
    invitation = Invitation(
        organisation_id=organisation_id,
        email=address,
        given_name=given_name,
        family_name=family_name,
        roles=[role.value for role in chosen],
        invited_by_id=actor.user_id,
        created_at=clock.now(),
        expires_at=clock.now() + timedelta(days=INVITATION_DAYS),
    )
    db_session.add(invitation)
    db_session.flush()
    _note(db_session, actor, organisation_id, "member_invited")
    tell_house(db_session, actor, organisation, name=f"{given_name} {family_name}", roles=chosen)
    emails.invitation(db_session, invitation, organisation=organisation.name, by=actor.name)
    return invitation


def revoke_invitation(
    db_session: Session, actor: Actor, *, organisation_id: int, invitation_id: int
) -> Invitation:
    """Withdraw an invitation: its link opens nothing from now on.

    Raises:
        NotFound, Forbidden: not this actor's organisation, or no such invitation.
        Conflict: it was accepted, or withdrawn already.
    """
    load_to_manage(db_session, actor, organisation_id)
    # Locked: who accepts at this very moment has joined, and is not said to be withdrawn.
    invitation = db_session.get(Invitation, invitation_id, with_for_update=True)
    if invitation is None or invitation.organisation_id != organisation_id:
        raise NotFound
    if invitation.accepted_at or invitation.revoked_at:
        raise Conflict("Cette invitation a déjà été acceptée ou retirée.")
    invitation.revoked_at = clock.now()
    _note(db_session, actor, organisation_id, "invitation_revoked")
    return invitation


def open_invitation(db_session: Session, token: str, *, is_to_change: bool = False) -> Invitation:
    """The invitation behind the link of a mail, if it may still be accepted.

    Raises:
        SealBroken: forged, too old, used, withdrawn, or the organisation is closed.
    """
    (invitation_id,) = unseal("invitation", token, size=1)
    query = (
        select(Invitation, Organisation.status)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .where(
            Invitation.id == int(invitation_id),
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > clock.now(),
        )
    )
    if is_to_change:
        query = query.with_for_update(of=Invitation)
    row = db_session.execute(query).one_or_none()
    if row is None or row.status is OrganisationStatus.CLOSED:
        raise SealBroken
    invitation: Invitation = row.Invitation
    return invitation


def accept_invitation(
    db_session: Session,
    actor: Actor,
    passwords: Passwords,
    *,
    token: str,
    password: str | None = None,
) -> User:
    """Join: with a new account and its password, or with the account that is signed in.

    Raises:
        SealBroken: the link opens nothing any more.
        Conflict: this address has an account, and its owner is not signed in.
        Invalid: the password breaks the rule.
    """
    invitation = open_invitation(db_session, token, is_to_change=True)
    user = user_by_email(db_session, invitation.email)
    if user is not None and user.password_hash is not None:
        if actor.user_id != user.id:
            raise Conflict("Cette adresse a déjà un compte. Connectez-vous, puis rouvrez ce lien.")
    else:
        user = user or _new_user(db_session, invitation)
        set_password(user, passwords, password or "")
    # The link came to this very address, so it proves that the address is theirs.
    return join_by(db_session, actor, invitation, user)


def join_by(db_session: Session, actor: Actor, invitation: Invitation, user: User | None) -> User:
    """Give the roles of an invitation to who has proved that its address is theirs; the account is made if needed."""
    user = user or _new_user(db_session, invitation)
    invitation.accepted_at = clock.now()
    grant_roles(
        db_session,
        user_id=user.id,
        organisation_id=invitation.organisation_id,
        roles=[Role(value) for value in invitation.roles],
    )
    # Who has no hat yet joins under the one that this very act gives.
    hat = actor.organisation_id or (invitation.organisation_id if actor.user_id else None)
    journal.record(
        db_session,
        replace(actor, organisation_id=hat),
        subject_kind="organisation",
        subject_id=invitation.organisation_id,
        event="member_joined",
        details={"user_id": user.id},
    )
    return user


def load_to_manage(db_session: Session, actor: Actor, organisation_id: int) -> Organisation:
    """An organisation whose members this actor manages.

    Raises:
        NotFound, Forbidden: it does not.
    """
    organisation = db_session.get(Organisation, organisation_id)
    if organisation is None:
        raise NotFound
    ensure(
        actor,
        Permission.MEMBER_MANAGE,
        organisation_facts(organisation),
        seen_by=Permission.ORGANISATION_VIEW,
    )
    return organisation


def checked_email(text: str, *, field: str = "email") -> str:
    """The address in the form accounts are kept: lower case.

    Raises:
        Invalid: it is not an address.
    """
    try:
        return str(validate_email(text, check_deliverability=False).normalized).lower()
    except EmailNotValidError:
        raise Invalid(
            "Cette adresse n’a pas la forme nom@domaine.fr. Vérifiez-la.", field=field
        ) from None


def checked_roles(kind: OrganisationKind, roles: Iterable[Role]) -> list[Role]:
    """These roles, in the order of the kind.

    Raises:
        Invalid: none, or one that an organisation of this kind does not have.
    """
    wanted = set(roles)
    if not wanted or not wanted <= set(ROLES_OF[kind]):
        raise Invalid("Choisissez au moins un rôle dans la liste.", field="roles")
    return [role for role in ROLES_OF[kind] if role in wanted]


def _new_user(db_session: Session, invitation: Invitation) -> User:
    user = User(
        email=invitation.email,
        given_name=invitation.given_name,
        family_name=invitation.family_name,
        created_at=clock.now(),
    )
    user.session_epoch = 0
    db_session.add(user)
    db_session.flush()
    return user


def _note(db_session: Session, actor: Actor, organisation_id: int, event: str) -> None:
    journal.record(
        db_session, actor, subject_kind="organisation", subject_id=organisation_id, event=event
    )
