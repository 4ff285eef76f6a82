"""From three yes to the end of the contract: sign, start, break off, complete; and the trainee without employer."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Conflict, Invalid
from app.core.text import plain_day
from app.openings.models import LeadKind
from app.openings.services import release_position, take_position
from app.placements import emails
from app.placements.models import Placement, TrainingResult
from app.placements.queries.words import proposal
from app.placements.services.checking import checked_reason, past_day
from app.placements.services.ending import open_others, supersede
from app.placements.services.following import plan_follow_ups
from app.placements.services.guarded import (
    Opened,
    after,
    count_live,
    lock_things,
    note,
    open_placement,
    turn,
)
from app.placements.services.holds import check_holds
from app.placements.services.lasting import end_contract, keep_contract_end
from app.placements.services.leads import WITHOUT_CALL, hand_over
from app.placements.services.reveals import reveal
from app.placements.services.tutor import keep_tutor_address
from app.placements.workflow import RUNNING_STAGES, Event, Leaf, LeafState, Stage
from app.policy.actor import Actor
from app.rules.age import is_minor
from app.rules.dates import Window, after_break_window, trainee_window
from app.rules.reasons import ReasonList
from app.rules.reasons import reason as reason_of
from app.training.services import keep_seat_until, release_seat, take_seat
from app.youth.models import Youth
from app.youth.services import end_reveals, mark_matchable, mark_placed

# After these breaks there is no training to go on with.
WITHOUT_SUCCESSOR = frozenset({"centre_exclusion", "diploma_obtained"})


def start_training(
    db_session: Session, actor: Actor, *, placement_id: int, since: date | None = None
) -> Placement:
    """The youth begins the course without employer: the seat is taken, the three months begin (CFA-02).

    Raises:
        WrongState: the CFA has not said yes, or there is an employer.
        Invalid: a date to come.
    """
    opened = open_placement(db_session, actor, placement_id, Event.START_TRAINING)
    since = past_day(since, field="since")
    clover = after(opened, Event.START_TRAINING)
    placement = opened.placement
    if placement.trainee_since is not None or placement.window_ends is not None:
        raise Conflict("La formation a déjà commencé : le délai court depuis cette date.")
    take_seat(db_session, session_id=placement.session_id or 0, youth_id=placement.youth_id)
    window = trainee_window(since)
    placement.trainee_since = since
    placement.window_starts, placement.window_ends = window.start, window.end
    turn(
        db_session,
        actor,
        opened,
        Event.START_TRAINING,
        clover,
        details={"since": since.isoformat(), "until": window.end.isoformat()},
    )
    return placement


def sign(
    db_session: Session,
    actor: Actor,
    *,
    placement_id: int,
    signed_on: date | None = None,
    contract_starts_on: date | None = None,
    contract_ends_on: date | None = None,
    tutor_email: str | None = None,
) -> Placement:
    """The contract is signed: what was promised is taken, the youth's other open proposals are superseded.

    Raises:
        WrongState: three yes are needed.
        HoldOver: a promise has run out.
        Conflict: the youth has another contract.
        Invalid: a signature to come, or after the start; an end before it or beyond the law; a tutor's address that
            is none.
    """
    opened = open_placement(db_session, actor, placement_id, Event.SIGN)
    clover = after(opened, Event.SIGN)
    placement = opened.placement
    signed_on = past_day(signed_on, field="signed_on")
    if contract_starts_on is not None and contract_starts_on < signed_on:
        raise Invalid(
            "Le contrat se signe au plus tard le jour où il commence.", field="contract_starts_on"
        )
    _refuse_second_contract(db_session, placement)
    others = open_others(db_session, placement)
    lock_things(db_session, placement, *others)
    check_holds(db_session, placement)
    take_seat(db_session, session_id=placement.session_id or 0, youth_id=placement.youth_id)
    placement.signed_on, placement.contract_starts_on = signed_on, contract_starts_on
    if contract_ends_on:
        keep_contract_end(db_session, actor, placement, contract_ends_on)
    if tutor_email:
        keep_tutor_address(db_session, actor, placement, tutor_email)
    turn(
        db_session, actor, opened, Event.SIGN, clover, details={"signed_on": signed_on.isoformat()}
    )
    supersede(db_session, actor, placement, others)
    take_position(db_session, opening_id=placement.opening_id or 0, youth_id=placement.youth_id)
    reveal(db_session, actor, opened, "S5", "paper")
    mark_placed(db_session, actor, youth_id=placement.youth_id)
    emails.tell_signed(db_session, proposal(db_session, placement.id))
    return placement


def start(
    db_session: Session, actor: Actor, *, placement_id: int, started_on: date | None = None
) -> Placement:
    """The first day was attended.

    Raises:
        WrongState: nothing is signed.
        Invalid: a date to come.
    """
    opened = open_placement(db_session, actor, placement_id, Event.START)
    clover = after(opened, Event.START)
    first_day = past_day(started_on, field="started_on")
    opened.placement.started_on = first_day
    turn(
        db_session,
        actor,
        opened,
        Event.START,
        clover,
        details={"started_on": first_day.isoformat()},
    )
    plan_follow_ups(db_session, opened.placement, first_day)
    return opened.placement


def break_off(
    db_session: Session,
    actor: Actor,
    *,
    placement_id: int,
    reason: str | None,
    words: str | None = None,
    broken_on: date | None = None,
    cause: str | None = None,
) -> Placement | None:
    """The contract ends early. The position is free, the training goes on for six months (TER-05).

    Args:
        reason: how it ended in law, read by all parties.
        cause: why, as far as it is known; read by the adviser and the CFA alone.

    Returns:
        the successor: the same youth and session with the employer sought and the seat kept; None when the break ends
        the training too.

    Raises:
        WrongState: nothing is signed.
        Invalid: no reason of the list, a date to come, or one before the signature.
    """
    opened = open_placement(db_session, actor, placement_id, Event.BREAK_OFF)
    why = checked_reason(ReasonList.BREAK_REASON, reason, words)
    found_cause = _checked_cause(cause)
    clover = after(opened, Event.BREAK_OFF)
    placement = opened.placement
    broken_on = _checked_break(placement, broken_on)
    lock_things(db_session, placement)
    placement.end_reason, placement.break_cause = why.code, found_cause
    end_reveals(db_session, youth_id=placement.youth_id, placement_id=placement.id)
    turn(
        db_session,
        actor,
        opened,
        Event.BREAK_OFF,
        clover,
        why=why,
        details={"broken_on": broken_on.isoformat()},
        ended_on=broken_on,
    )
    successor = None
    if why.code in WITHOUT_SUCCESSOR:
        release_seat(db_session, session_id=placement.session_id or 0, youth_id=placement.youth_id)
    else:
        successor = _successor(db_session, actor, opened, after_break_window(broken_on))
    release_position(db_session, opening_id=placement.opening_id or 0, youth_id=placement.youth_id)
    mark_matchable(db_session, actor, youth_id=placement.youth_id)
    about = proposal(db_session, placement.id)
    emails.tell_broken(db_session, about)
    if is_minor(db_session.get_one(Youth, placement.youth_id).birth_date, clock.today()):
        emails.tell_minor_leaves(db_session, about)
    if why.code not in WITHOUT_CALL:
        hand_over(db_session, actor, about, kind=LeadKind.CONTRACT_BROKEN, why=why)
    return successor


def complete(
    db_session: Session, actor: Actor, *, placement_id: int, result: TrainingResult
) -> Placement:
    """The contract ran to its end, with this result; said late, it was over on its last day all the same.

    Raises:
        WrongState: it has not started.
    """
    opened = open_placement(db_session, actor, placement_id, Event.COMPLETE)
    end_contract(db_session, actor, opened, Event.COMPLETE, result)
    return opened.placement


def _checked_break(placement: Placement, broken_on: date | None) -> date:
    day, signed_on = past_day(broken_on, field="broken_on"), placement.signed_on
    if signed_on is not None and day < signed_on:
        told = f"Le contrat a été signé le {plain_day(signed_on)} : pas de rupture avant."
        raise Invalid(told, field="broken_on")
    return day


def _checked_cause(cause: str | None) -> str | None:
    if not cause:
        return None
    try:
        return reason_of(ReasonList.BREAK_CAUSE, cause).code
    except KeyError:
        raise Invalid("Choisissez une cause dans la liste.", field="cause") from None


def _successor(db_session: Session, actor: Actor, opened: Opened, window: Window) -> Placement:
    """The pair that takes over the seat: the youth goes on with the CFA while an employer is sought."""
    former, now = opened.placement, clock.now()
    keep_seat_until(
        db_session,
        session_id=former.session_id or 0,
        youth_id=former.youth_id,
        hold_until=window.end,
    )
    successor = Placement(
        youth_id=former.youth_id,
        session_id=former.session_id,
        stage=Stage.OPEN,
        youth_leaf=LeafState.YES,
        employer_leaf=LeafState.SOUGHT,
        cfa_leaf=LeafState.YES,
        suggested_at=now,
        suggested_by=actor.user_id,
        suggested_by_organisation_id=actor.organisation_id,
        updated_at=now,
        window_starts=window.start,
        window_ends=window.end,
        predecessor_id=former.id,
        is_demonstration=former.is_demonstration,
    )
    db_session.add(successor)
    db_session.flush()
    reveal(db_session, actor, Opened(successor, opened.facts), "S4", "paper", only=Leaf.CFA)
    note(
        db_session,
        actor,
        successor,
        "take_over",
        to_state=Stage.OPEN,
        details={"predecessor_id": former.id, "until": window.end.isoformat()},
    )
    count_live(db_session, successor, +1)
    return successor


def _refuse_second_contract(db_session: Session, placement: Placement) -> None:
    other = db_session.scalar(
        select(Placement.id).where(
            Placement.youth_id == placement.youth_id,
            Placement.id != placement.id,
            Placement.stage.in_(RUNNING_STAGES),
        )
    )
    if other is not None:
        raise Conflict("Ce jeune a déjà un contrat signé : un seul à la fois.")
