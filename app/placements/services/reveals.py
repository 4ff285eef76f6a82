"""What each party may read of the youth from now on: the stages of the ledger that an answer opens or ends."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.placements.models import LeafAnswer, Meeting, MeetingKind, MeetingOutcome, Placement
from app.placements.queries.identity import reveal_text
from app.placements.services.guarded import Opened
from app.placements.workflow import Leaf, LeafState
from app.policy.actor import Actor
from app.youth.services import end_reveals, grant_reveal


def reveal(
    db_session: Session,
    actor: Actor,
    opened: Opened,
    scope: str,
    channel: str,
    *,
    only: Leaf | None = None,
) -> None:
    """Write in the ledger what the parties of this placement may see from now on.

    The names of minors wait in the ledger until their representative is informed.
    """
    text = reveal_text(opened.facts).version
    parties = {Leaf.EMPLOYER: opened.facts.employer_id, Leaf.CFA: opened.facts.cfa_id}
    for leaf, organisation_id in parties.items():
        if organisation_id is None or only not in (None, leaf):
            continue
        grant_reveal(
            db_session,
            actor,
            youth_id=opened.placement.youth_id,
            organisation_id=organisation_id,
            placement_id=opened.placement.id,
            data_scope=scope,
            channel=channel,
            text_version=text,
        )


def change_reveals(
    db_session: Session, actor: Actor, opened: Opened, answer: LeafState, channel: str
) -> None:
    """A yes opens stage S2 to the parties of today; a no takes everything back."""
    placement = opened.placement
    if answer is LeafState.YES:
        reveal(db_session, actor, opened, "S2", channel)
        if _has_interview(db_session, placement):
            reveal(db_session, actor, opened, "S3", channel, only=Leaf.EMPLOYER)
    else:
        end_reveals(db_session, youth_id=placement.youth_id, placement_id=placement.id)


def _has_interview(db_session: Session, placement: Placement) -> bool:
    """An interview was arranged before the youth answered, and nobody cancelled it."""
    found = db_session.scalar(
        select(Meeting.id)
        .where(
            Meeting.placement_id == placement.id,
            Meeting.kind == MeetingKind.INTERVIEW,
            or_(Meeting.outcome.is_(None), Meeting.outcome != MeetingOutcome.CANCELLED),
        )
        .limit(1)
    )
    return found is not None


def reveal_to_helper(db_session: Session, actor: Actor, opened: Opened, channel: str) -> None:
    """The field agent who made the proposal helps to conclude it: with three yes, the name is theirs too (S4)."""
    placement = opened.placement
    if opened.facts.helper_id is None or placement.suggested_by_organisation_id is None:
        return
    grant_reveal(
        db_session,
        actor,
        youth_id=placement.youth_id,
        organisation_id=placement.suggested_by_organisation_id,
        placement_id=placement.id,
        data_scope="S4",
        channel=channel,
        text_version=reveal_text(opened.facts).version,
    )


def youth_channel(db_session: Session, placement: Placement) -> str:
    """How the youth said the yes on which a wider reveal rests."""
    by_adviser = db_session.scalar(
        select(LeafAnswer.on_behalf)
        .where(
            LeafAnswer.placement_id == placement.id,
            LeafAnswer.leaf == Leaf.YOUTH,
            LeafAnswer.answer == LeafState.YES.value,
        )
        .order_by(LeafAnswer.id.desc())
        .limit(1)
    )
    return "link" if by_adviser is False else "in_person"
