"""The three answers of a placement, each as one reader may know it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.openings.models import PositionHold
from app.openings.queries import position_hold
from app.placements.deadlines import Ladder
from app.placements.models import LeafAnswer, Placement
from app.placements.queries.ladders import Ladders, Rungs, ladders_of, rungs
from app.placements.refusals import REFUSALS
from app.placements.workflow import LEAF_OPEN_STAGES, Leaf, LeafState, Stage
from app.policy.facts import Facts
from app.rules import reasons
from app.training.models import SeatHold
from app.training.queries import queue_rank


@dataclass(frozen=True, slots=True)
class Answer:
    """One leaf with what its party said.

    Attributes:
        who: the person for readers of the same side, the organisation for others; None before an answer.
        reason: label of the closed list, where this reader may read it.
        words: free words, for the party's own side and for the adviser only.
        due_on: while the answer waits.
        held_until: last day of the promise behind a yes; a promise is prolonged once.
        rank: in the waiting list, from 1.
        rungs: the dates of the reminders and of the end, while the answer waits.
    """

    leaf: Leaf
    state: LeafState
    party: str | None
    who: str | None
    at: datetime | None
    reason: str | None
    words: str | None
    due_on: date | None
    held_until: date | None
    is_prolonged: bool
    rank: int | None
    rungs: Rungs | None


def answers_of(
    db_session: Session,
    placement: Placement,
    facts: Facts,
    side: Leaf | None,
    names: Mapping[Leaf, str | None],
    seat: SeatHold | None,
) -> tuple[Answer, ...]:
    rows: Any = db_session.execute(
        select(LeafAnswer, User.given_name, User.family_name)
        .outerjoin(User, User.id == LeafAnswer.given_by)
        .where(LeafAnswer.placement_id == placement.id)
        .order_by(LeafAnswer.id)
    ).all()
    latest: dict[Leaf, Any] = {
        one.LeafAnswer.leaf: one
        for one in rows
        if one.LeafAnswer.answer == placement.clover.leaf(one.LeafAnswer.leaf).value
    }
    position = (
        position_hold(db_session, placement.opening_id, placement.youth_id)
        if placement.opening_id and placement.employer_leaf is LeafState.YES
        else None
    )
    held: dict[Leaf, SeatHold | PositionHold | None] = {
        Leaf.YOUTH: None,
        Leaf.EMPLOYER: position,
        Leaf.CFA: seat,
    }
    house_id, cfa_id = facts.advising_organisation_id, facts.cfa_id
    waits = placement.stage is Stage.OPEN and LeafState.WAITING in placement.clover.leaves
    ladders = ladders_of(db_session, (house_id, cfa_id)) if waits else Ladders()
    return tuple(
        _answer(
            db_session,
            placement,
            leaf,
            side,
            names[leaf],
            latest.get(leaf),
            held[leaf],
            ladders.of_answer(leaf, house_id=house_id, cfa_id=cfa_id),
        )
        for leaf in Leaf
    )


def _answer(
    db_session: Session,
    placement: Placement,
    leaf: Leaf,
    side: Leaf | None,
    party: str | None,
    row: Any,
    held: SeatHold | PositionHold | None,
    ladder: Ladder,
) -> Answer:
    state = placement.clover.leaf(leaf)
    given: LeafAnswer | None = row.LeafAnswer if row is not None else None
    is_insider = side in (leaf, Leaf.YOUTH)
    is_open = placement.stage in LEAF_OPEN_STAGES
    due_on: date | None = (
        getattr(placement, f"{leaf.value}_due_on")
        if is_open and state is LeafState.WAITING
        else None
    )
    return Answer(
        leaf=leaf,
        state=state,
        party=party,
        who=_who_answered(leaf, side, party, row) if row is not None else None,
        at=given.given_at if given else None,
        reason=_label(leaf, given.reason, is_insider) if given else None,
        words=given.words if given and is_insider else None,
        due_on=due_on,
        held_until=held.hold_until if held and state is LeafState.YES and is_open else None,
        is_prolonged=held is not None and held.extended,
        rank=queue_rank(
            db_session, session_id=placement.session_id or 0, youth_id=placement.youth_id
        )
        if state is LeafState.QUEUED
        else None,
        rungs=rungs(ladder, due_on) if due_on else None,
    )


def _who_answered(leaf: Leaf, side: Leaf | None, party: str | None, row: Any) -> str:
    if row.given_name and side is leaf:
        return f"{row.given_name} {row.family_name}"
    if leaf is Leaf.YOUTH:
        return (
            "noté par la personne qui l’accompagne" if row.LeafAnswer.on_behalf else "par le lien"
        )
    return party or "par le lien"


def _label(leaf: Leaf, code: str | None, is_insider: bool) -> str | None:
    if code is None:
        return None
    entry = reasons.reason(REFUSALS[leaf], code)
    return entry.label if is_insider or entry.audience is reasons.Audience.PARTIES else None
