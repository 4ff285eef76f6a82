"""People as a provider knows them: the account that an identity opens, linked at the first time."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import emails
from app.accounts.models import (
    ExternalIdentity,
    Invitation,
    Organisation,
    OrganisationStatus,
    User,
)
from app.accounts.queries import hats_of, user_by_email
from app.accounts.services.invitations import join_by
from app.accounts.services.oidc import Identity
from app.core import clock, journal
from app.core.errors import Conflict
from app.policy.actor import ANONYMOUS


class NotInvited(Conflict):
    """Nobody has opened the portal to this person: knowing who they are is not enough to let them in."""

    default = (
        "ProConnect vous reconnaît, mais personne ne vous a encore ouvert Trèfle. Demandez une "
        "invitation à la personne qui administre votre organisation, à l’adresse que ProConnect connaît."
    )


def enter_by_identity(db_session: Session, identity: Identity) -> User:
    """The account of who came back from the provider.

    Once linked, the provider's subject alone decides. The first time, the address must be one that
    the provider has checked, and belong to an account in use with a role, or to a live invitation.

    Raises:
        NotInvited: none of these.
    """
    user = _known(db_session, identity) or _linked(db_session, identity)
    if not user.is_active:
        raise NotInvited
    user.last_login_at = clock.now()
    return user


def _known(db_session: Session, identity: Identity) -> User | None:
    return db_session.scalar(
        select(User)
        .join(ExternalIdentity, ExternalIdentity.user_id == User.id)
        .where(
            ExternalIdentity.issuer == identity.issuer,
            ExternalIdentity.subject == identity.subject,
        )
    )


def _linked(db_session: Session, identity: Identity) -> User:
    if not identity.has_verified_email:
        raise NotInvited(
            "ProConnect ne nous dit pas que votre adresse a été vérifiée. "
            "Connectez-vous avec votre mot de passe."
        )
    user = user_by_email(db_session, identity.email)
    for invitation in _live_invitations(db_session, identity.email):
        user = join_by(db_session, ANONYMOUS, invitation, user)
    if user is None or not user.is_active or not hats_of(db_session, user.id):
        raise NotInvited
    other = db_session.scalar(
        select(ExternalIdentity.id).where(
            ExternalIdentity.user_id == user.id, ExternalIdentity.issuer == identity.issuer
        )
    )
    if other is not None:
        # The address went from one person to another: a person decides, not the address.
        raise NotInvited(
            "Le compte de cette adresse est déjà lié à une autre identité ProConnect. "
            "Écrivez à la personne qui administre votre organisation."
        )
    db_session.add(
        ExternalIdentity(
            user_id=user.id,
            issuer=identity.issuer,
            subject=identity.subject,
            linked_at=clock.now(),
        )
    )
    db_session.flush()
    journal.record(
        db_session, ANONYMOUS, subject_kind="user", subject_id=user.id, event="identity_linked"
    )
    emails.identity_linked(db_session, user)
    return user


def _live_invitations(db_session: Session, email: str) -> list[Invitation]:
    return list(
        db_session.scalars(
            select(Invitation)
            .join(Organisation, Organisation.id == Invitation.organisation_id)
            .where(
                Invitation.email == email,
                Invitation.accepted_at.is_(None),
                Invitation.revoked_at.is_(None),
                Invitation.expires_at > clock.now(),
                Organisation.status != OrganisationStatus.CLOSED,
            )
            .order_by(Invitation.id)
        )
    )
