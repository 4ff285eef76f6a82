"""Exactly what the page of a placement shows, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app.matching.queries.profiles import AnonymousProfile
from app.placements.models import Meeting
from app.placements.queries.cost import PlacementCost
from app.placements.queries.follow_ups import Contact
from app.placements.queries.identity import (
    Identity,
)
from app.placements.queries.page.answers import Answer
from app.placements.queries.page.steps import Step
from app.placements.queries.thread import (
    Message,
    all_readers,
)
from app.placements.workflow import RUNNING_STAGES, Clover, Leaf, LeafState, Stage
from app.youth.texts import ConsentText


@dataclass(frozen=True, slots=True)
class PlacementPage:
    """Exactly what the page of a placement shows to one reader."""

    id: int
    clover: Clover
    side: Leaf | None
    youth: Identity
    youth_id: int
    opening_id: int | None
    post: str | None
    company: str | None
    post_commune: str | None
    start_from: date | None
    session_id: int | None
    course: str | None
    cfa: str | None
    site_commune: str | None
    starts_on: date | None
    seats_free: int | None
    offer_until: datetime | None
    answers: tuple[Answer, ...]
    steps: tuple[Step, ...]
    meetings: tuple[Meeting, ...]
    messages: tuple[Message, ...]
    can_write: bool
    follow_ups: tuple[Contact, ...]
    later_follow_ups: tuple[Contact, ...]
    can_follow_up: bool
    actions: frozenset[str]
    trainee_since: date | None
    window_ends: date | None
    signed_on: date | None
    contract_starts_on: date | None
    contract_ends_on: date | None
    # Until when the portal takes the contract to run, whatever was said; None before the signature and after the end.
    expected_end: date | None
    started_on: date | None
    # Shown to nobody but those who may sign.
    tutor_email: str | None
    signs: bool
    end_reason: str | None
    break_cause: str | None
    predecessor_id: int | None
    # The proposal that goes on with the course after a break, while it waits for an employer.
    successor_id: int | None
    reveal_text: ConsentText
    name_waits: bool
    cost: PlacementCost | None
    # For the parties who decide on a person: what stage S1 allows, whatever else was revealed since.
    profile: AnonymousProfile | None
    positions_free: int | None

    @property
    def message_readers(self) -> str:
        """Who reads what is written to all parties, said before writing."""
        return f"Lu par : {', '.join(all_readers(self.company, self.cfa))}."

    @property
    def can_change_contract(self) -> bool:
        """Who may sign notes where the tutor reads mails and when the contract ends, until it is over."""
        return self.signs and self.stage in RUNNING_STAGES

    @property
    def stage(self) -> Stage:
        return self.clover.stage

    def answer(self, leaf: str) -> Answer:
        """What this leaf says."""
        return next(one for one in self.answers if one.leaf == leaf)

    def can(self, name: str) -> bool:
        """True when this reader has that button now."""
        return name in self.actions

    @property
    def meets(self) -> str:
        """Which meetings this reader may arrange: "all", those at the CFA alone, or none."""
        if self.can("interview") and self.side is not Leaf.CFA:
            return "all"
        return "cfa" if self.can("interview_cfa") else ""

    @property
    def seeks(self) -> Leaf | None:
        """The leaf for which this reader is shown other parties: an employer is shown none."""
        if self.stage is not Stage.OPEN or self.side is Leaf.EMPLOYER:
            return None
        if self.session_id and self.clover.employer in (LeafState.SOUGHT, LeafState.NO):
            return Leaf.EMPLOYER
        is_lost = self.clover.cfa in (LeafState.QUEUED, LeafState.NO)
        is_missed = self.is_full and self.clover.cfa is LeafState.WAITING
        return Leaf.CFA if self.opening_id and (is_lost or is_missed) else None

    @property
    def lacks_position(self) -> bool:
        """No position of the opening is left for this youth: a yes would be refused."""
        return self.positions_free is not None and self.positions_free <= 0

    @property
    def is_full(self) -> bool:
        """No seat is left for this youth: the CFA is offered the waiting list."""
        return self.seats_free is not None and self.seats_free <= 0
