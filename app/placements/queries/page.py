"""One placement as one reader sees it: the clover, the three answers, the timeline, and this person's buttons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, User
from app.core.errors import NotFound
from app.core.journal import Audience, JournalEvent
from app.core.permissions import ensure
from app.openings.models import Company, Opening, PositionHold
from app.openings.queries import position_hold
from app.placements.deadlines import Ladder
from app.placements.models import LeafAnswer, Meeting, Placement
from app.placements.queries.actions import Action, available_actions, side_of
from app.placements.queries.cost import COLUMNS, PlacementCost, placement_cost
from app.placements.queries.facts import helper_of
from app.placements.queries.identity import (
    Identity,
    identity,
    reveal_text,
    reveal_waits,
    revealed_scope,
    scope_for,
)
from app.placements.queries.ladders import Ladders, Rungs, ladders_of, rungs
from app.placements.queries.thread import (
    SHOWN_ON_THE_CARD,
    Contact,
    Message,
    all_readers,
    follow_ups_of,
    messages_of,
)
from app.placements.queries.words import (
    Cfa,
    Employer,
    OpeningPlace,
    SitePlace,
    with_parties,
)
from app.placements.workflow import LEAF_OPEN_STAGES, LIVE_STAGES, Clover, Leaf, LeafState, Stage
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.policy.matrix import can
from app.policy.permissions import Permission
from app.rules import reasons
from app.training.models import Course, SeatHold, TrainingSession
from app.training.queries import queue_rank, seat_hold
from app.youth.models import Youth
from app.youth.queries import youth_facts
from app.youth.texts import ConsentText

LABELS: Mapping[str, str] = MappingProxyType(
    {entry.code: entry.label for rows in reasons.REASONS.values() for entry in rows}
)
REFUSALS: Mapping[Leaf, reasons.ReasonList] = MappingProxyType(
    {
        Leaf.YOUTH: reasons.ReasonList.YOUTH_REFUSAL,
        Leaf.EMPLOYER: reasons.ReasonList.COMPANY_REFUSAL,
        Leaf.CFA: reasons.ReasonList.CENTRE_REFUSAL,
    }
)


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


@dataclass(frozen=True, slots=True)
class Step:
    """One event of the timeline, as this reader may know it."""

    at: datetime
    who: str
    event: str
    to_state: str | None
    reason: str | None
    details: Mapping[str, Any]
    audience: Audience


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
    can_follow_up: bool
    actions: frozenset[str]
    trainee_since: date | None
    window_ends: date | None
    signed_on: date | None
    contract_starts_on: date | None
    started_on: date | None
    # Shown to nobody but those who may sign.
    tutor_email: str | None
    signs: bool
    end_reason: str | None
    break_cause: str | None
    predecessor_id: int | None
    reveal_text: ConsentText
    name_waits: bool
    cost: PlacementCost | None

    @property
    def message_readers(self) -> str:
        """Who reads what is written to all parties, said before writing."""
        return f"Lu par : {', '.join(all_readers(self.company, self.cfa))}."

    @property
    def can_set_tutor(self) -> bool:
        """Who may sign notes where the tutor reads mails, until the contract is over."""
        return self.signs and self.stage in (Stage.SIGNED, Stage.STARTED)

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
    def is_full(self) -> bool:
        """No seat is left for this youth: the CFA is offered the waiting list."""
        return self.seats_free is not None and self.seats_free <= 0


def placement_page(db_session: Session, actor: Actor, placement_id: int) -> PlacementPage:
    """The placement for this reader.

    Raises:
        NotFound: there is none, or the reader may not know it.
    """
    placement, row, facts = _opened(db_session, actor, placement_id)
    ensure(actor, Permission.PLACEMENT_VIEW, facts)
    side = side_of(actor, facts)
    follows = can(actor, Permission.PLACEMENT_FOLLOW_UP, facts)
    seat = seat_hold(db_session, placement.session_id or 0, placement.youth_id)
    names = {Leaf.YOUTH: None, Leaf.EMPLOYER: row.company, Leaf.CFA: row.cfa}
    free = None if seat or row.seats_free is None else int(row.seats_free)
    reader = identity(db_session, row.Youth, scope_for(actor, facts, row.revealed))
    return PlacementPage(
        id=placement.id,
        clover=placement.clover,
        side=side,
        youth=reader,
        youth_id=placement.youth_id,
        opening_id=placement.opening_id,
        post=row.post,
        company=row.company,
        post_commune=row.post_commune,
        start_from=row.start_from,
        session_id=placement.session_id,
        course=row.course,
        cfa=row.cfa,
        site_commune=row.site_commune,
        starts_on=row.starts_on,
        seats_free=free,
        offer_until=placement.offer_until,
        answers=_answers(db_session, placement, facts, side, names, seat),
        steps=_steps(db_session, actor, placement, side, facts, names),
        meetings=_meetings(db_session, placement),
        messages=messages_of(db_session, actor, placement, side)[-SHOWN_ON_THE_CARD:],
        can_write=side is not None and placement.stage in LIVE_STAGES,
        follow_ups=follow_ups_of(db_session, placement.id)
        if follows and placement.started_on
        else (),
        can_follow_up=follows and placement.stage is Stage.STARTED,
        actions=frozenset(
            one.name for one in _shown_actions(available_actions(actor, placement.clover, facts))
        ),
        trainee_since=placement.trainee_since,
        window_ends=placement.window_ends,
        signed_on=placement.signed_on,
        contract_starts_on=placement.contract_starts_on,
        started_on=placement.started_on,
        tutor_email=placement.tutor_email,
        signs=can(actor, Permission.PLACEMENT_SIGN, facts),
        end_reason=LABELS.get(placement.end_reason or ""),
        break_cause=LABELS.get(placement.break_cause or "") if follows else None,
        predecessor_id=placement.predecessor_id,
        reveal_text=reveal_text(facts),
        name_waits=row.name_waits,
        cost=placement_cost(row, placement, reader),
    )


def _opened(db_session: Session, actor: Actor, placement_id: int) -> tuple[Placement, Any, Facts]:
    row = db_session.execute(_query(actor).where(Placement.id == placement_id)).one_or_none()
    if row is None:
        raise NotFound
    return row.Placement, row, _facts(db_session, row.Placement, row)


def _facts(db_session: Session, placement: Placement, row: Any) -> Facts:
    """The row has both parties already: `placement_facts` without the two statements that would read them."""
    facts = replace(
        youth_facts(db_session, placement.youth_id),
        employer_id=row.employer_id,
        cfa_id=row.cfa_id,
        link_object_id=placement.id,
        is_live=placement.stage in LIVE_STAGES,
    )
    return replace(
        facts,
        helper_id=helper_of(db_session, placement, facts),
        helper_organisation_id=placement.suggested_by_organisation_id,
    )


def _meetings(db_session: Session, placement: Placement) -> tuple[Meeting, ...]:
    return tuple(
        db_session.scalars(
            select(Meeting)
            .where(Meeting.placement_id == placement.id)
            .order_by(Meeting.starts_at, Meeting.id)
        )
    )


def _query(actor: Actor) -> Any:
    parties = with_parties(select(Placement)).outerjoin(
        Company, Company.organisation_id == Opening.employer_id
    )
    return parties.with_only_columns(
        Placement,
        Youth,
        Opening.title.label("post"),
        Opening.start_from,
        Employer.id.label("employer_id"),
        Employer.name.label("company"),
        Cfa.id.label("cfa_id"),
        OpeningPlace.name.label("post_commune"),
        Course.title.label("course"),
        Cfa.name.label("cfa"),
        SitePlace.name.label("site_commune"),
        TrainingSession.starts_on,
        (
            TrainingSession.capacity - TrainingSession.seats_declared - TrainingSession.seats_taken
        ).label("seats_free"),
        revealed_scope(actor).label("revealed"),
        reveal_waits().label("name_waits"),
        *COLUMNS,
    )


def _shown_actions(actions: tuple[Action, ...]) -> tuple[Action, ...]:
    """What time does has no button."""
    return tuple(one for one in actions if one.event.value not in ("hold_lapses", "expire"))


def _answers(
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


def _steps(
    db_session: Session,
    actor: Actor,
    placement: Placement,
    side: Leaf | None,
    facts: Facts,
    names: Mapping[Leaf, str | None],
) -> tuple[Step, ...]:
    readable = [
        JournalEvent.audience == Audience.PARTIES,
        (JournalEvent.audience == Audience.ORGANISATION)
        & (JournalEvent.actor_organisation_id == actor.organisation_id),
    ]
    if side is Leaf.YOUTH:
        readable.append(JournalEvent.audience == Audience.ADVISER)
    rows: Any = db_session.execute(
        select(JournalEvent, Organisation.name, User.given_name, User.family_name)
        .outerjoin(Organisation, Organisation.id == JournalEvent.actor_organisation_id)
        .outerjoin(User, User.id == JournalEvent.actor_user_id)
        .where(
            JournalEvent.subject_kind == "placement",
            JournalEvent.subject_id == placement.id,
            or_(*readable),
        )
        .order_by(JournalEvent.id.desc())
    ).all()
    return tuple(
        Step(
            at=one.JournalEvent.happened_at,
            who=_who_acted(actor, facts, names, one),
            event=one.JournalEvent.event,
            to_state=one.JournalEvent.to_state,
            reason=LABELS.get(one.JournalEvent.reason or ""),
            details=one.JournalEvent.details,
            audience=one.JournalEvent.audience,
        )
        for one in rows
    )


def _who_acted(actor: Actor, facts: Facts, names: Mapping[Leaf, str | None], row: Any) -> str:
    """The person for colleagues, the organisation for others; the house of the youth is not named to partners."""
    organisation_id = row.JournalEvent.actor_organisation_id
    if organisation_id is None:
        by_link = row.JournalEvent.details.get("leaf") if row.JournalEvent.details else None
        if by_link == Leaf.YOUTH.value:
            return "Le jeune, par le lien"
        return names[Leaf.EMPLOYER] or "Trèfle" if by_link == Leaf.EMPLOYER.value else "Trèfle"
    if organisation_id == actor.organisation_id:
        return f"{row.given_name} {row.family_name}"
    if organisation_id == facts.advising_organisation_id:
        return "La personne qui accompagne le jeune"
    return str(row.name)
