"""What was made in one second is told as the past weeks and months."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.journal import JournalEvent
from app.demo.chance import Chance
from app.demo.scene import Scene
from app.placements.models import LeafAnswer, Placement

LONGEST_AGO_DAYS = 40
LONGEST_SIGNED_DAYS = 150


def tell_as_past(scene: Scene, chance: Chance, placement_id: int) -> None:
    """Move the proposal and its journal back, so that the timeline tells of weeks and not of one
    second; what is promised until a date keeps its date.
    """
    db_session = scene.db_session
    placement = db_session.get_one(Placement, placement_id)
    if placement.signed_on is not None:
        _tell_signed(scene, chance, placement)
        return
    ago = timedelta(days=chance.randint(0, LONGEST_AGO_DAYS), hours=chance.randint(1, 8))
    waits = placement.ended_at is None
    # An answer that is awaited is at most a little late: the clock ends what is silent for long.
    ago = min(ago, timedelta(days=9, hours=ago.seconds // 3600)) if waits else ago
    placement.suggested_at = scene.now - ago
    for leaf in ("youth", "employer", "cfa"):
        due = getattr(placement, f"{leaf}_due_on")
        if due is not None:
            setattr(placement, f"{leaf}_due_on", due - timedelta(days=ago.days))
    events = _journal_of(db_session, placement_id)
    for rank, event in enumerate(events):
        event.happened_at = scene.now - ago * (1 - rank / max(1, len(events)))
    _date_answers(db_session, placement_id, events)
    db_session.flush()


def _tell_signed(scene: Scene, chance: Chance, placement: Placement) -> None:
    """A contract was signed some day of the last months, three weeks at most after its proposal; it begins today."""
    signed_at = scene.now - timedelta(days=chance.randint(1, LONGEST_SIGNED_DAYS))
    asked_at = signed_at - timedelta(days=chance.randint(6, 21))
    events = _journal_of(scene.db_session, placement.id)
    names = [event.event for event in events]
    steps = names.index("sign")
    for rank, event in enumerate(events[:steps]):
        event.happened_at = asked_at + (signed_at - asked_at) * rank / steps
    signing = events[steps]
    signing.happened_at = signed_at
    placement.suggested_at, placement.signed_on = asked_at, clock.local(signed_at).date()
    signing.details = {**signing.details, "signed_on": placement.signed_on.isoformat()}
    _date_answers(scene.db_session, placement.id, events)
    scene.db_session.flush()


def _journal_of(db_session: Session, placement_id: int) -> Sequence[JournalEvent]:
    return db_session.scalars(
        select(JournalEvent)
        .where(JournalEvent.subject_kind == "placement", JournalEvent.subject_id == placement_id)
        .order_by(JournalEvent.id)
    ).all()


def _date_answers(db_session: Session, placement_id: int, events: Sequence[JournalEvent]) -> None:
    """An answer was given when its event tells."""
    told = {
        (one.details.get("leaf"), one.details.get("answer", one.event)): one.happened_at
        for one in events
    }
    given = db_session.scalars(select(LeafAnswer).where(LeafAnswer.placement_id == placement_id))
    for answer in given.all():
        answer.given_at = told.get((answer.leaf.value, answer.answer), answer.given_at)
