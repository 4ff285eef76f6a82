"""Members: their roles given, changed and ended; an organisation is never left without an administrator."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts import emails
from app.accounts.labels import ROLES_OF, admin_role
from app.accounts.models import FieldTerritory, Membership, Organisation, User
from app.accounts.queries import administrators_of, organisation_facts, territory_of
from app.accounts.services.departures import pass_on_administration, refuse_while_held
from app.accounts.services.epochs import raise_epoch
from app.core import clock, journal
from app.core.errors import AlreadyDone, Conflict, Invalid, NotFound
from app.core.outbox import lift_stop, stopped_among
from app.core.permissions import ensure
from app.policy.actor import Actor, Role
from app.policy.permissions import Permission

# Who has none of these follows no youth any more.
FOLLOW_UP = frozenset({Role.ADVISER, Role.MANAGER})
# Who administers accounts opens no file of youth by that; a stolen session must not open them to itself either.
OWN_RIGHTS = (
    "Personne n’élargit ses propres droits. Demandez à une autre personne qui administre "
    "l’organisation ; s’il n’y en a pas, à l’équipe de Trèfle."
)


def grant_roles(
    db_session: Session, *, user_id: int, organisation_id: int, roles: Iterable[Role]
) -> None:
    """Give a person these roles from today, or again; roles held stay. The caller has judged the right."""
    known = _memberships(db_session, user_id, organisation_id, current_only=False)
    today = clock.today()
    for role in roles:
        membership = known.get(role)
        if membership is None:
            db_session.add(
                Membership(user_id=user_id, organisation_id=organisation_id, role=role, since=today)
            )
        elif membership.until is not None and membership.until < today:
            membership.since, membership.until = today, None
    db_session.flush()


def change_roles(
    db_session: Session,
    actor: Actor,
    *,
    organisation_id: int,
    user_id: int,
    roles: Iterable[Role],
    departements: Iterable[str] = (),
) -> None:
    """Give a member exactly these roles from now on; for a field agent, also where they work.

    Raises:
        NotFound, Forbidden: the actor does not manage these members, or no such member.
        Invalid: no role, or one that an organisation of this kind does not have.
        Conflict: they still hold files, nobody could administer the organisation, or the actor would gain rights.
    """
    organisation = _load(db_session, actor, organisation_id)
    held = _memberships(db_session, user_id, organisation_id)
    if not held:
        raise NotFound
    wanted = set(roles)
    gained = set(departements) - territory_of(db_session, user_id, organisation_id)
    if user_id == actor.user_id and (wanted - set(held) or gained):
        raise Conflict(OWN_RIGHTS)
    if not wanted or not wanted <= set(ROLES_OF[organisation.kind]):
        raise Invalid("Choisissez au moins un rôle dans la liste.", field="roles")
    lost = set(held) - wanted
    if lost & FOLLOW_UP and not wanted & FOLLOW_UP:
        refuse_while_held(db_session, organisation_id=organisation_id, user_id=user_id)
    if admin_role(organisation.kind) in lost:
        pass_on_administration(db_session, actor, organisation, leaver_id=user_id)
    for role in lost:
        _end(db_session, held[role])
    gained_roles = sorted(wanted - set(held))
    if gained_roles:
        name = db_session.get_one(User, user_id).full_name
        tell_house(db_session, actor, organisation, name=name, roles=gained_roles)
    grant_roles(db_session, user_id=user_id, organisation_id=organisation_id, roles=sorted(wanted))
    _write_territory(db_session, user_id, organisation_id, set(departements))
    _note(db_session, actor, organisation_id, user_id, "roles_changed")


def end_membership(
    db_session: Session, actor: Actor, *, organisation_id: int, user_id: int
) -> None:
    """A person leaves: every role here ends now, and so do their open sessions. The past stays theirs.

    Raises:
        NotFound, Forbidden: the actor does not manage these members, or no such member.
        Conflict: they still hold files, or nobody could administer the organisation.
    """
    organisation = _load(db_session, actor, organisation_id)
    leave(db_session, actor, organisation, user_id=user_id)


def write_to_member_again(
    db_session: Session, actor: Actor, *, organisation_id: int, user_id: int
) -> None:
    """Let mails leave again to a member whose address a report had stopped.

    Raises:
        NotFound: no such organisation or member for this actor.
        AlreadyDone: nothing stops this address.
    """
    organisation = _load(db_session, actor, organisation_id)
    if not _memberships(db_session, user_id, organisation_id):
        raise NotFound
    address = db_session.get_one(User, user_id).email
    if not stopped_among(db_session, [address]):
        raise AlreadyDone("Rien n’arrête cette adresse : les prochains courriels y partiront.")
    lift_stop(db_session, address)
    _note(db_session, actor, organisation.id, user_id, "address_reopened")
    db_session.flush()


def leave(db_session: Session, actor: Actor, organisation: Organisation, *, user_id: int) -> None:
    """End every role of a person in an organisation; the caller has judged the right and locked the organisation.

    Raises:
        NotFound: they have no role here.
        Conflict: they still hold files, or nobody could administer the organisation.
    """
    held = _memberships(db_session, user_id, organisation.id)
    if not held:
        raise NotFound
    refuse_while_held(db_session, organisation_id=organisation.id, user_id=user_id)
    if admin_role(organisation.kind) in held:
        pass_on_administration(db_session, actor, organisation, leaver_id=user_id)
    for membership in held.values():
        _end(db_session, membership)
    raise_epoch(db_session.get_one(User, user_id))
    _note(db_session, actor, organisation.id, user_id, "member_left")


def end_member_sessions(
    db_session: Session, actor: Actor, *, organisation_id: int, user_id: int
) -> None:
    """End every open session of a member, wherever it is; their account and roles stay.

    Raises:
        NotFound, Forbidden: the actor does not manage this organisation, or no such member.
    """
    organisation = _load(db_session, actor, organisation_id)
    if not _memberships(db_session, user_id, organisation.id):
        raise NotFound
    raise_epoch(db_session.get_one(User, user_id))
    _note(db_session, actor, organisation.id, user_id, "member_sessions_ended")


def tell_house(
    db_session: Session, actor: Actor, organisation: Organisation, *, name: str, roles: list[Role]
) -> None:
    """Write to those who administer an organisation that somebody from outside gives rights in it.

    The platform's team opens no file of youth; whom it lets into a house, the house learns at once.
    """
    if actor.organisation_id == organisation.id:
        return
    for admin in administrators_of(db_session, organisation):
        emails.rights_from_outside(
            db_session, admin, organisation, by=actor.name, name=name, roles=roles
        )


def _load(db_session: Session, actor: Actor, organisation_id: int) -> Organisation:
    """The organisation, locked: two administrators who remove each other at once queue here."""
    organisation = db_session.scalar(
        select(Organisation).where(Organisation.id == organisation_id).with_for_update()
    )
    if organisation is None:
        raise NotFound
    ensure(
        actor,
        Permission.MEMBER_MANAGE,
        organisation_facts(organisation),
        seen_by=Permission.ORGANISATION_VIEW,
    )
    return organisation


def _memberships(
    db_session: Session, user_id: int, organisation_id: int, *, current_only: bool = True
) -> dict[Role, Membership]:
    query = select(Membership).where(
        Membership.user_id == user_id, Membership.organisation_id == organisation_id
    )
    if current_only:
        query = query.where(Membership.is_current(clock.today()))
    return {one.role: one for one in db_session.scalars(query)}


def _end(db_session: Session, membership: Membership) -> None:
    """Yesterday is the last day; a role given today leaves no day behind."""
    yesterday = clock.today() - timedelta(days=1)
    db_session.execute(delete(FieldTerritory).where(FieldTerritory.membership_id == membership.id))
    if membership.since > yesterday:
        db_session.delete(membership)
    else:
        membership.until = yesterday
    db_session.flush()


def _write_territory(
    db_session: Session, user_id: int, organisation_id: int, departements: set[str]
) -> None:
    agent = _memberships(db_session, user_id, organisation_id).get(Role.FIELD_AGENT)
    if agent is None:
        return
    db_session.execute(delete(FieldTerritory).where(FieldTerritory.membership_id == agent.id))
    db_session.add_all(
        FieldTerritory(membership_id=agent.id, departement_code=code)
        for code in sorted(departements)
    )
    db_session.flush()


def _note(
    db_session: Session, actor: Actor, organisation_id: int, user_id: int, event: str
) -> None:
    journal.record(
        db_session,
        actor,
        subject_kind="organisation",
        subject_id=organisation_id,
        event=event,
        details={"user_id": user_id},
    )
