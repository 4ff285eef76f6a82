"""What else there is for a proposal that lost a leaf: other courses for the same employer, other employers for the same
course. The engine completes the clover; what this youth holds already counts as free for this youth.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.permissions import ensure
from app.engine.pool import Pool
from app.engine.triples import best_completions
from app.matching.queries.levers import youth_row
from app.matching.queries.pool import current_pool
from app.matching.queries.rows import load_openings, load_sessions
from app.matching.queries.triples_page import TripleRow, triple_rows
from app.placements.models import Placement
from app.placements.queries.actions import may, side_of
from app.placements.queries.facts import placement_facts
from app.placements.workflow import Event, Leaf, LeafState, Stage
from app.policy.actor import Actor
from app.policy.permissions import Permission

SHOWN = {Leaf.CFA: 2, Leaf.EMPLOYER: 3}


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Triples with another party in the place of this leaf, best first.

    Attributes:
        leaf: which party would be another one.
        joins: True when the newcomer joins this very proposal; else each is a proposal of its own.
        can_propose: this reader may put the question.
    """

    placement_id: int
    youth_id: int
    leaf: Leaf
    joins: bool
    rows: Sequence[TripleRow]
    can_propose: bool


def sought_anew(placement: Placement) -> Leaf | None:
    """The leaf for which another party helps: a missing or refusing employer first, else a course not promised."""
    if placement.stage is not Stage.OPEN:
        return None
    if placement.session_id is not None and placement.employer_leaf in (
        LeafState.SOUGHT,
        LeafState.NO,
    ):
        return Leaf.EMPLOYER
    if placement.opening_id is not None and placement.cfa_leaf is not LeafState.YES:
        return Leaf.CFA
    return None


def alternatives(db_session: Session, actor: Actor, placement_id: int) -> Alternatives | None:
    """The best other parties for this placement; None when nothing is sought.

    Raises:
        NotFound: no such placement for this reader, or a reader who is not told (employers).
    """
    placement = db_session.get(Placement, placement_id)
    if placement is None:
        raise NotFound
    facts = placement_facts(db_session, placement)
    ensure(actor, Permission.PLACEMENT_VIEW, facts)
    if side_of(actor, facts) is Leaf.EMPLOYER:
        raise NotFound
    leaf = sought_anew(placement)
    if leaf is None:
        return None
    joins = placement.clover.leaf(leaf) is LeafState.SOUGHT
    return Alternatives(
        placement_id=placement_id,
        youth_id=placement.youth_id,
        leaf=leaf,
        joins=joins,
        rows=_complete(db_session, placement, leaf),
        can_propose=may(actor, facts, Event.ATTACH, leaf),
    )


def _complete(db_session: Session, placement: Placement, leaf: Leaf) -> Sequence[TripleRow]:
    pool = current_pool(db_session)
    youth = youth_row(db_session, pool, placement.youth_id)
    if youth is None:
        return []
    shown = SHOWN[leaf]
    if leaf is Leaf.EMPLOYER:
        kept = placement.session_id or 0
        if kept not in pool.sessions:
            pool = pool.changed(sessions=load_sessions(db_session, [kept]))
        pool = with_seats(pool, {kept})
        if kept not in pool.sessions:
            return []
        found = best_completions(pool, youth, session=kept, k=shown + 1)
        found = [one for one in found if one.opening != placement.opening_id]
    else:
        kept = placement.opening_id or 0
        pool = _with_position(db_session, pool, kept)
        if kept not in pool.openings:
            return []
        found = best_completions(pool, youth, opening=kept, k=shown + 1)
        found = [one for one in found if one.session != placement.session_id]
    return triple_rows(db_session, youth, found[:shown], pool.times)


def with_seats(pool: Pool, session_ids: Collection[int]) -> Pool:
    """The pool in which these sessions have room: for youths who hold a seat there already."""
    rows = [pool.sessions[key] for key in session_ids if key in pool.sessions]
    full = [one for one in rows if (one.seats_free or 0) < 1]
    return pool.changed(sessions=[replace(one, seats_free=1) for one in full]) if full else pool


def _with_position(db_session: Session, pool: Pool, opening_id: int) -> Pool:
    known = pool.openings.get(opening_id)
    rows = [known] if known else load_openings(db_session, [opening_id])
    return pool.changed(
        openings=[replace(one, positions_free=max(1, one.positions_free or 0)) for one in rows]
    )
