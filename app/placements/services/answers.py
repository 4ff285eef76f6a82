"""What the three parties say: yes, no, the waiting list, or "parlons-en"; and the meetings they arrange."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core import clock
from app.core.errors import Invalid, NotFound
from app.placements import emails
from app.placements.deadlines import TALK_DAYS
from app.placements.models import LeafAnswer, Meeting, MeetingKind, MeetingOutcome, Placement
from app.placements.queries.actions import side_of
from app.placements.queries.identity import reveal_text
from app.placements.queries.words import proposal
from app.placements.refusals import REFUSALS
from app.placements.services.guarded import (
    Opened,
    after,
    checked_reason,
    checked_words,
    open_placement,
    turn,
)
from app.placements.services.holds import hold_for, release_for
from app.placements.services.leads import note_colleague
from app.placements.workflow import SAYING, Event, Leaf, LeafState, Stage
from app.policy.actor import Actor
from app.training.services import join_queue, leave_queue
from app.youth.services import end_reveals, grant_reveal

CHANNELS = MappingProxyType(
    {
        "in_person": "de vive voix",
        "phone": "par téléphone",
        "paper": "par écrit",
        "link": "par le lien",
    }
)


def youth_says(
    db_session: Session,
    actor: Actor,
    *,
    placement_id: int,
    answer: LeafState,
    reason: str | None = None,
    words: str | None = None,
    channel: str = "in_person",
) -> Placement:
    """The youth's word, noted by the adviser or given by link. A yes reveals the given name and an initial (S2) to
    this employer and this CFA.

    Raises:
        Invalid: a no without a reason of the list, or a minor whose representative was not informed.
        WrongState: the clover takes no answer now.
    """
    if channel not in CHANNELS:
        raise Invalid("Dites comment le jeune a répondu.", field="channel")
    opened = open_placement(db_session, actor, placement_id, Event.YOUTH_SAYS)
    return _say(
        db_session,
        actor,
        opened,
        Event.YOUTH_SAYS,
        answer,
        reason,
        words,
        channel="link" if actor.link else channel,
    )


def employer_says(
    db_session: Session,
    actor: Actor,
    *,
    placement_id: int,
    answer: LeafState,
    reason: str | None = None,
    words: str | None = None,
    colleague: str | None = None,
) -> Placement:
    """The employer's word. A yes promises one position; changing to no gives it back.

    Args:
        colleague: with a no, who else seeks somebody; it becomes a lead for the field agents.

    Raises:
        NoPositionLeft: none is free.
        Invalid: a no without a reason of the list, or words that name a forbidden criterion.
        WrongState: the clover takes no answer now.
    """
    opened = open_placement(db_session, actor, placement_id, Event.EMPLOYER_SAYS)
    placement = _say(db_session, actor, opened, Event.EMPLOYER_SAYS, answer, reason, words)
    if answer is LeafState.NO:
        note_colleague(db_session, actor, proposal(db_session, placement.id), colleague)
    return placement


def cfa_says(
    db_session: Session,
    actor: Actor,
    *,
    placement_id: int,
    answer: LeafState,
    reason: str | None = None,
    words: str | None = None,
    file_complete: bool = True,
) -> Placement:
    """The CFA's word. A yes promises one seat; `queued` admits the youth on the waiting list of a full session.

    Args:
        file_complete: for the waiting list, where complete files come first.

    Raises:
        NoSeatLeft: none is free; answer `queued` instead.
        Invalid: a no without a reason of the list, or words that name a forbidden criterion.
        WrongState: the clover takes no answer now.
    """
    opened = open_placement(db_session, actor, placement_id, Event.CFA_SAYS)
    return _say(
        db_session,
        actor,
        opened,
        Event.CFA_SAYS,
        answer,
        reason,
        words,
        complete_at=clock.now() if file_complete else None,
    )


def talk(
    db_session: Session, actor: Actor, *, placement_id: int, words: str | None = None
) -> Placement:
    """ "Parlons-en": no leaf changes; the due dates that still wait move once, by a week.

    Raises:
        Invalid: words that name a forbidden criterion.
        WrongState: the proposal is no longer open.
    """
    event = Event.TALK
    if actor.link is not None:
        # The bearer of a link may answer, and asking to talk is one of the three answers.
        event = Event.YOUTH_SAYS if side_of_link(actor) is Leaf.YOUTH else Event.EMPLOYER_SAYS
    opened = open_placement(db_session, actor, placement_id, event)
    checked_words(words)
    clover = after(opened, Event.TALK)
    placement, side = opened.placement, side_of(actor, opened.facts)
    if not placement.due_moved:
        later = timedelta(days=TALK_DAYS)
        for leaf in Leaf:
            due = getattr(placement, f"{leaf.value}_due_on")
            if due is not None and clover.leaf(leaf) is LeafState.WAITING:
                setattr(placement, f"{leaf.value}_due_on", due + later)
        placement.due_moved = True
    if side is not None:
        _keep_answer(db_session, actor, placement, side, "talk", None, words)
    turn(
        db_session,
        actor,
        opened,
        Event.TALK,
        clover,
        details={"leaf": side.value} if side else None,
    )
    if (side is not None and side is not Leaf.YOUTH) or actor.link is not None:
        emails.tell_adviser_of_answer(
            db_session,
            proposal(db_session, placement.id),
            leaf=side or Leaf.YOUTH,
            answer="talk",
        )
    return placement


def side_of_link(actor: Actor) -> Leaf:
    """For which leaf the bearer of a link speaks.

    Raises:
        NotFound: the link is of another kind.
    """
    from_link = actor.link.subject.value if actor.link else ""
    if from_link not in (Leaf.YOUTH.value, Leaf.EMPLOYER.value):
        raise NotFound
    return Leaf(from_link)


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


def _say(
    db_session: Session,
    actor: Actor,
    opened: Opened,
    event: Event,
    answer: LeafState,
    reason: str | None,
    words: str | None,
    channel: str = "",
    complete_at: datetime | None = None,
) -> Placement:
    """The common course of the three answers; saying again what was said changes nothing."""
    placement, leaf = opened.placement, SAYING[event]
    clover = after(opened, event, answer=answer)
    before = placement.clover.leaf(leaf)
    if before is answer:
        return placement
    why = checked_reason(REFUSALS[leaf], reason, words) if answer is LeafState.NO else None
    checked_words(words)
    details = {"leaf": leaf.value, "answer": answer.value, "by_link": actor.link is not None}
    if leaf is Leaf.CFA:
        placement.offer_until = placement.offer_missed_at = None
    if leaf is Leaf.YOUTH:
        _change_reveals(db_session, actor, opened, answer, channel)
    until = _change_holds(db_session, opened, leaf, before, answer, complete_at)
    if until is not None:
        details["until"] = until
    _count_answer(db_session, opened, leaf)
    _keep_answer(db_session, actor, placement, leaf, answer.value, why.code if why else None, words)
    turn(db_session, actor, opened, event, clover, why=why, details=details)
    if placement.stage is Stage.AGREED:
        youth_channel = _youth_channel(db_session, placement)
        reveal(db_session, actor, opened, "S4", youth_channel)
        _reveal_to_helper(db_session, actor, opened, youth_channel)
    _tell(db_session, actor, placement, leaf, answer)
    return placement


def _change_reveals(
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


def _reveal_to_helper(db_session: Session, actor: Actor, opened: Opened, channel: str) -> None:
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


def _change_holds(
    db_session: Session,
    opened: Opened,
    leaf: Leaf,
    before: LeafState,
    answer: LeafState,
    complete_at: datetime | None,
) -> str | None:
    """Promise, give back or queue what this answer means; the last day of a promise as ISO text."""
    placement = opened.placement
    if answer is LeafState.YES:
        until = hold_for(db_session, placement, opened.facts, leaf)
        if before is LeafState.QUEUED and placement.session_id is not None:
            leave_queue(db_session, session_id=placement.session_id, youth_id=placement.youth_id)
        return until.isoformat() if until else None
    if before in (LeafState.YES, LeafState.QUEUED):
        release_for(db_session, placement, leaf)
    if answer is LeafState.QUEUED and placement.session_id is not None:
        join_queue(
            db_session,
            session_id=placement.session_id,
            youth_id=placement.youth_id,
            complete_at=complete_at,
        )
    return None


def _count_answer(db_session: Session, opened: Opened, leaf: Leaf) -> None:
    """The organisation answered: once a question, in time or not."""
    placement = opened.placement
    if leaf is Leaf.YOUTH or getattr(placement, f"{leaf.value}_counted"):
        return
    setattr(placement, f"{leaf.value}_counted", True)
    due = getattr(placement, f"{leaf.value}_due_on")
    organisation_id = opened.facts.employer_id if leaf is Leaf.EMPLOYER else opened.facts.cfa_id
    count_answer(db_session, organisation_id, in_time=due is None or clock.today() <= due)


def count_answer(db_session: Session, organisation_id: int | None, *, in_time: bool) -> None:
    """Move an organisation's answer rate by one question."""
    db_session.execute(
        update(Organisation)
        .where(Organisation.id == organisation_id)
        .values(
            answers_due=Organisation.answers_due + 1,
            answers_in_time=Organisation.answers_in_time + (1 if in_time else 0),
        )
    )


def _keep_answer(
    db_session: Session,
    actor: Actor,
    placement: Placement,
    leaf: Leaf,
    answer: str,
    reason: str | None,
    words: str | None,
) -> None:
    db_session.add(
        LeafAnswer(
            placement_id=placement.id,
            leaf=leaf,
            answer=answer,
            reason=reason,
            words=words,
            given_at=clock.now(),
            given_by=actor.user_id,
            on_behalf=leaf is Leaf.YOUTH and actor.link is None,
        )
    )


def _youth_channel(db_session: Session, placement: Placement) -> str:
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


def _tell(
    db_session: Session, actor: Actor, placement: Placement, leaf: Leaf, answer: LeafState
) -> None:
    about = proposal(db_session, placement.id)
    if placement.stage is Stage.AGREED:
        emails.tell_agreed(db_session, about)
        return
    if leaf is not Leaf.YOUTH or actor.link is not None:
        emails.tell_adviser_of_answer(db_session, about, leaf=leaf, answer=answer.value)
    if answer is LeafState.QUEUED:
        emails.tell_queued(db_session, about)
