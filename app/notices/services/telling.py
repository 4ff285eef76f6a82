"""Tell people what happened, and take it back when the agreement that allowed it ends."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core import clock
from app.core.outbox import cancel_waiting
from app.notices import emails
from app.notices.events import EVENTS, Frequency
from app.notices.models import Notice
from app.notices.queries import Recipient, recipients_of
from app.notices.services.preferences import unsubscribe_token
from app.policy.actor import Actor

TITLE_MAX = 200
# Mails by which a person uses their rights: an agreement that ends does not end these.
OF_THEIR_RIGHTS = "privacy_"
WITHDRAWN = "Cet avis a été retiré : l’accord qui le permettait a pris fin."


def notify(
    db_session: Session,
    actor: Actor,
    *,
    event: str,
    user_ids: Collection[int] = (),
    organisation_ids: Collection[int] = (),
    title: str,
    path: str,
    subject_kind: str,
    subject_id: int,
    youth_id: int | None = None,
    placement_id: int | None = None,
) -> list[Notice]:
    """Tell people in the portal, and by mail as each of them chose; the actor is not told of their own act.

    Args:
        event: a kind of `app.notices.events`.
        user_ids: people for whom the file is theirs.
        organisation_ids: organisations whose members with the event's roles are told.
        title: one French sentence without any name, contact or reason of a youth.
        path: where to act, inside the site.
        youth_id: whom it is about, so that a withdrawn agreement takes it back.

    Raises:
        LookupError: no event has this kind.
        ValueError: the path leads outside, or the title is empty.
    """
    kind = EVENTS[event]
    _check(title, path)
    told = recipients_of(
        db_session,
        kind,
        user_ids=set(user_ids),
        organisation_ids=set(organisation_ids),
        but=actor.user_id,
    )
    at = clock.now()
    notices = [
        Notice(
            user_id=one.user_id,
            organisation_id=one.organisation_id,
            event=event,
            scope=one.scope,
            title=title.strip()[:TITLE_MAX],
            path=path,
            subject_kind=subject_kind,
            subject_id=subject_id,
            youth_id=youth_id,
            placement_id=placement_id,
            delivery=one.delivery,
            created_at=at,
        )
        for one in told
    ]
    db_session.add_all(notices)
    db_session.flush()
    _mail_at_once(db_session, notices, told)
    return notices


def _mail_at_once(db_session: Session, notices: list[Notice], told: list[Recipient]) -> None:
    for notice, to in zip(notices, told, strict=True):
        if to.delivery is Frequency.AT_ONCE:
            event = EVENTS[notice.event]
            token = "" if event.is_essential else unsubscribe_token(to.user_id, event, to.scope)
            emails.at_once(db_session, notice, to, label=event.label, unsubscribe=token)
            notice.mailed_at = notice.created_at


def _check(title: str, path: str) -> None:
    if not path.startswith("/") or path.startswith(("//", "/\\")):
        raise ValueError(f"not a path inside the site: {path}")
    if not title.strip():
        raise ValueError("a notice says what happened")


@dataclass(frozen=True, slots=True)
class TakenBack:
    """How many unread notices and waiting mails a withdrawal took back."""

    notices: int
    mails: int


def withdraw_about(db_session: Session, *, youth_id: int) -> TakenBack:
    """Take back what is about a youth who withdrew: unread notices lead nowhere, waiting mails never leave.

    Safe to run twice.
    """
    at = clock.now()
    notices = db_session.execute(
        update(Notice)
        .where(
            Notice.youth_id == youth_id,
            Notice.read_at.is_(None),
            Notice.withdrawn_at.is_(None),
        )
        .values(title=WITHDRAWN, path="", withdrawn_at=at)
    )
    return TakenBack(
        notices=int(notices.rowcount),  # type: ignore[attr-defined]
        mails=cancel_waiting(db_session, youth_id=youth_id, but_kinds=OF_THEIR_RIGHTS),
    )
