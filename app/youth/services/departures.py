"""An adviser leaves: the same day, in one act, every file has another adviser and every door is closed."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.labels import admin_role
from app.accounts.models import Organisation
from app.accounts.queries import advisers_of, hats_of, is_member
from app.accounts.services import leave, still_held
from app.core import journal
from app.core.errors import Conflict, Invalid, NotFound
from app.core.permissions import ensure
from app.notices.services import notify
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.policy.permissions import Permission
from app.youth.models import LEAVING, Youth
from app.youth.queries import files_held, files_of_colleagues
from app.youth.services.follow_up import give_file


def hand_over_and_leave(
    db_session: Session, actor: Actor, *, user_id: int, to_user_ids: Collection[int]
) -> dict[int, int]:
    """End every role of a colleague here and share their files out among those who stay.

    Each file goes to whoever of them follows fewest youth at that moment, so that nobody is buried; a file
    of somebody who has left weighs on nobody.

    Returns:
        how many files each colleague received, by user id.

    Raises:
        NotFound, Forbidden: not this actor's organisation, or no such member.
        Invalid: files are left and nobody is to take them, or one who cannot.
        Conflict: nobody could administer the organisation, or a manager would send its administrator away.
    """
    organisation = _load(db_session, actor, user_id)
    _spare_administrators(db_session, actor, organisation, user_id)
    query = select(Youth).where(
        Youth.organisation_id == organisation.id,
        Youth.adviser_id == user_id,
    )
    files = db_session.scalars(query.order_by(Youth.id).with_for_update()).all()
    receivers = _receivers(db_session, organisation.id, user_id, to_user_ids)
    if files and not receivers:
        raise Invalid("Choisissez qui reprend les dossiers.", field="to_user_ids")
    known = files_of_colleagues(db_session, organisation.id)
    load = {one: known.get(one, 0) for one in receivers}
    received = dict.fromkeys(receivers, 0)
    for youth in files:
        heir = min(receivers, key=lambda one: (load[one], one))
        give_file(db_session, actor, youth, heir)
        load[heir] += youth.status not in LEAVING
        received[heir] += 1
    db_session.flush()
    leave(db_session, actor, organisation, user_id=user_id)
    journal.record(
        db_session,
        actor,
        subject_kind="organisation",
        subject_id=organisation.id,
        event="files_handed_over",
        details={"from_user": user_id, "files": len(files), "to_users": sorted(received)},
    )
    _tell(db_session, actor, organisation.id, received)
    return received


@still_held
def files_to_hand_over(db_session: Session, organisation_id: int, user_id: int) -> str | None:
    """What accounts say to who would let an adviser go without their files."""
    count = files_held(db_session, organisation_id=organisation_id, user_id=user_id)
    if not count:
        return None
    return (
        f"Cette personne suit encore {count} jeune{'s' if count > 1 else ''}. Passez par « Départ et "
        "reprise des dossiers » : la reprise et le départ se font ensemble."
    )


def _load(db_session: Session, actor: Actor, user_id: int) -> Organisation:
    ensure(
        actor,
        Permission.ADVISER_DEPART,
        Facts(organisation_id=actor.organisation_id),
        seen_by=Permission.ORGANISATION_VIEW,
    )
    organisation = db_session.scalar(
        select(Organisation).where(Organisation.id == actor.organisation_id).with_for_update()
    )
    if organisation is None or not is_member(
        db_session, user_id=user_id, organisation_id=organisation.id
    ):
        raise NotFound
    return organisation


def _spare_administrators(
    db_session: Session, actor: Actor, organisation: Organisation, leaver_id: int
) -> None:
    """Only who administers, or the person alone, notes an administrator's departure.

    When the last one goes, a manager takes over: who sent them away would have raised their own rights.
    """
    role = admin_role(organisation.kind)
    if leaver_id == actor.user_id or role in actor.roles:
        return
    hats = hats_of(db_session, leaver_id)
    if any(one.organisation_id == organisation.id and role in one.roles for one in hats):
        raise Conflict(
            "Cette personne administre l’organisation : son départ se note par elle-même, "
            "ou par une autre personne qui l’administre."
        )


def _receivers(
    db_session: Session, organisation_id: int, leaver_id: int, wanted: Collection[int]
) -> list[int]:
    staying = {one for one, _ in advisers_of(db_session, organisation_id)} - {leaver_id}
    if not set(wanted) <= staying:
        raise Invalid("Choisissez parmi les collègues qui restent.", field="to_user_ids")
    return sorted(set(wanted))


def _tell(
    db_session: Session, actor: Actor, organisation_id: int, received: dict[int, int]
) -> None:
    for user_id, count in received.items():
        if count:
            notify(
                db_session,
                actor,
                event="youth_assigned",
                user_ids=[user_id],
                title=f"Dossiers confiés par un collègue qui part : {count}.",
                path="/jeunes",
                subject_kind="organisation",
                subject_id=organisation_id,
            )
