"""The steps that every verb on a youth's file shares: load and judge first, journal and wake last."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock, journal
from app.core.changes import Changed, record_change
from app.core.errors import Conflict, NotFound
from app.core.permissions import ensure
from app.policy.actor import Actor
from app.policy.permissions import Permission
from app.youth.models import Youth
from app.youth.queries.facts import youth_facts


class Stale(Conflict):
    """Somebody saved the same section since the page was shown: the view shows both versions."""

    default = (
        "Cette partie du dossier a été modifiée depuis que vous l’avez ouverte. Rien n’est perdu : "
        "comparez les deux versions, puis enregistrez celle qui convient."
    )


def open_for_change(
    db_session: Session,
    actor: Actor,
    youth_id: int,
    permission: Permission = Permission.YOUTH_EDIT,
) -> Youth:
    """Load a youth locked for this transaction, once the actor is known to have the right.

    Raises:
        NotFound: no such youth, or one that the actor may not see.
        Forbidden: visible, but this act belongs to somebody else.
    """
    ensure(actor, permission, youth_facts(db_session, youth_id), seen_by=Permission.YOUTH_VIEW)
    return locked(db_session, youth_id)


def locked(db_session: Session, youth_id: int) -> Youth:
    """The youth, locked until the end of the transaction where the database can.

    Raises:
        NotFound: no such youth.
    """
    youth = db_session.scalar(
        select(Youth)
        .where(Youth.id == youth_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if youth is None:
        raise NotFound
    return youth


def note_change(
    db_session: Session,
    actor: Actor,
    youth: Youth,
    event: str,
    *,
    from_state: str | None = None,
    to_state: str | None = None,
    reason: str | None = None,
    details: dict[str, Any] | None = None,
    is_matching_data: bool = True,
) -> None:
    """Journal for the advising organisation, date the file, wake the matching pools."""
    youth.updated_at = clock.now()
    journal.record(
        db_session,
        actor,
        subject_kind="youth",
        subject_id=youth.id,
        event=event,
        from_state=from_state,
        to_state=to_state,
        reason=reason,
        audience=journal.Audience.ADVISER,
        youth_id=youth.id,
        details=details,
    )
    if is_matching_data:
        record_change(db_session, Changed.YOUTH, youth.id)
    db_session.flush()


def check_seen(seen: str | None, current: str) -> None:
    """Compare the section as the page showed it with what it is; no token means "no page".

    Raises:
        Stale: they differ.
    """
    if seen and seen != current:
        raise Stale
