"""The mark that a stop or a demand leaves on a file: thirty days of grace, then the purge of `erasing.py`.

The mark of a stop is automatic, and a new agreement takes it away. An erasure that was asked for stays until the
youth says that they keep the file: no agreement is taken meanwhile.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.erasures import Act, note_word
from app.core.errors import Invalid
from app.core.retention import GRACE_DAYS
from app.core.text import sort_key
from app.core.tokens import keyed_digest
from app.policy.actor import CLOCK, Actor
from app.privacy.models import ErasureRequest, ErasureState
from app.privacy.queries.person import came_back, waiting_erasure
from app.privacy.services.noting import note_on_file
from app.youth.models import Youth
from app.youth.services import guards_listing


def person_digest(family_name: str, given_name: str, birth_date: str) -> str:
    """The keyed fingerprint of a person: whoever knows name and birth date (ISO) can ask whether they were erased."""
    return keyed_digest("person", sort_key(f"{family_name} {given_name}"), birth_date)


def mark_for_erasure(
    db_session: Session, actor: Actor, youth: Youth, *, by_stop: bool
) -> ErasureRequest:
    """Count thirty days from now, unless they run already. The caller has judged the actor.

    Args:
        by_stop: the mark comes with a stop (story 9 of the dossier), nobody asked for the erasure apart. A demand
            makes the mark of a stop its own, with the same day.
    """
    waiting = waiting_erasure(db_session, youth.id)
    if waiting is not None:
        if not by_stop and not waiting.is_asked:
            waiting.is_asked = True
            _note(db_session, actor, waiting, youth)
        return waiting
    close_overtaken(db_session, youth_id=youth.id)
    row = ErasureRequest(
        youth_id=youth.id,
        organisation_id=youth.organisation_id,
        digest=person_digest(youth.family_name, youth.given_name, youth.birth_date.isoformat()),
        state=ErasureState.WAITING,
        asked_at=clock.now(),
        asked_by=actor.user_id,
        is_asked=not by_stop,
        due_on=clock.today() + timedelta(days=GRACE_DAYS),
        certificate={},
    )
    db_session.add(row)
    db_session.flush()
    _note(db_session, actor, row, youth)
    return row


def _note(db_session: Session, actor: Actor, row: ErasureRequest, youth: Youth) -> None:
    note_word(Act.ASKED if row.is_asked else Act.MARKED, youth.id, youth.public_code)
    event = "erasure_asked" if row.is_asked else "erasure_marked"
    note_on_file(db_session, actor, row.youth_id, event, {"due_on": row.due_on.isoformat()})


@guards_listing
def refuse_before_an_erasure(db_session: Session, youth_id: int) -> None:
    """No partner is shown a youth who asked to be forgotten.

    Raises:
        Invalid: the days of an erasure that was asked for run.
    """
    waiting = waiting_erasure(db_session, youth_id)
    if waiting is not None and waiting.is_asked:
        raise Invalid(
            "Le jeune a demandé l’effacement de son dossier. S’il a changé d’avis, notez d’abord "
            "qu’il garde son dossier, dans « Données et accords » ; son accord vient ensuite."
        )


def youth_who_came_back(db_session: Session) -> list[int]:
    """Those who gave a new agreement while the days ran, and whose mark stands still."""
    return list(
        db_session.scalars(
            select(ErasureRequest.youth_id)
            .where(ErasureRequest.state == ErasureState.WAITING, came_back())
            .distinct()
            .order_by(ErasureRequest.youth_id)
        )
    )


def close_overtaken(db_session: Session, *, youth_id: int) -> int:
    """The youth gave a new agreement after the mark: they have come back, the mark ends. Returns how many."""
    rows = db_session.scalars(
        select(ErasureRequest)
        .where(
            ErasureRequest.youth_id == youth_id,
            ErasureRequest.state == ErasureState.WAITING,
            came_back(),
        )
        .order_by(ErasureRequest.id)
    ).all()
    for row in rows:
        row.state = ErasureState.KEPT
        note_on_file(db_session, CLOCK, row.youth_id, "erasure_cancelled")
    db_session.flush()
    return len(rows)
