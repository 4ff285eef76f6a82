"""What the bearer of an answering link reads: the proposal in words, and what their own answer did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.core.links import mark_of
from app.matching.queries.profiles import AnonymousProfile, profile_of
from app.openings.models import Opening
from app.openings.queries import position_hold
from app.placements.models import Placement
from app.placements.queries.facts import placement_facts
from app.placements.queries.identity import reveal_text
from app.placements.queries.words import Proposal, proposal
from app.placements.workflow import Leaf, LeafState
from app.policy.actor import LinkSubject
from app.youth.texts import ConsentText


@dataclass(frozen=True, slots=True)
class LinkPage:
    """One proposal for the bearer of a link.

    Attributes:
        held_until: last day of the position that a yes of the company retains.
        profile: what stage S1 lets a company read; the youth needs no profile of themselves.
        reveal_text: what a yes of the youth lets others read.
    """

    leaf: Leaf
    state: LeafState
    about: Proposal
    held_until: date | None
    profile: AnonymousProfile | None
    reveal_text: ConsentText


def answering_mark(subject: LinkSubject, opening_id: int | None, youth_email: str | None) -> int:
    """What an answering link is about: the post, and for the youth's the address that it went to as well.

    A link that went to a wrong address would say yes for the youth: it ends the moment the address is corrected.
    """
    if subject is LinkSubject.YOUTH:
        return mark_of(opening_id or 0, (youth_email or "").lower())
    return opening_id or 0


def link_page(db_session: Session, placement: Placement, leaf: Leaf) -> LinkPage:
    """The page of this bearer."""
    state = placement.clover.leaf(leaf)
    held_until, profile = None, None
    opening = db_session.get(Opening, placement.opening_id or 0)
    if leaf is Leaf.EMPLOYER and opening is not None:
        if state is LeafState.YES:
            held = position_hold(db_session, opening.id, placement.youth_id)
            held_until = held.hold_until if held else None
        profile = profile_of(
            db_session,
            youth_id=placement.youth_id,
            place=(opening.latitude, opening.longitude),
            licence_required=opening.licence_required,
        )
    return LinkPage(
        leaf=leaf,
        state=state,
        about=proposal(db_session, placement.id),
        held_until=held_until,
        profile=profile,
        reveal_text=reveal_text(placement_facts(db_session, placement)),
    )
