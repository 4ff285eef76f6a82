"""The quality alert that a refused text leaves behind."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.core import journal
from app.core.errors import NotFound
from app.placements.models import Placement
from app.placements.queries.actions import side_of
from app.placements.queries.facts import placement_facts
from app.placements.services.checking import ForbiddenWords
from app.placements.services.guarded import note
from app.placements.services.telling import tell
from app.policy.actor import Actor


def note_forbidden_words(
    db_session: Session, actor: Actor, *, placement_id: int, refused: ForbiddenWords
) -> None:
    """Journal that a text was refused, with the criteria and without the text, and tell the managers of the house.

    The refusal has undone its own transaction; this runs in the next one.

    Raises:
        NotFound: no such placement.
    """
    placement = db_session.get(Placement, placement_id)
    if placement is None:
        raise NotFound
    facts = placement_facts(db_session, placement)
    side = side_of(actor, facts)
    note(
        db_session,
        actor,
        placement,
        "forbidden_wording",
        audience=journal.Audience.ADVISER,
        details={"criteria": refused.criteria, **({"leaf": side.value} if side else {})},
    )
    tell(db_session, actor, placement, facts, "forbidden_wording")
