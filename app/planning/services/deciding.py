"""People decide on the lines of a plan: the coordination hands them on, the adviser proposes or leaves them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.core import clock, journal
from app.core.errors import Conflict, DomainError, NotFound
from app.core.permissions import ensure
from app.notices.services import notify
from app.placements.services import suggest
from app.planning.models import PlanLine, PlanRun
from app.planning.queries.inputs import last_plan_id
from app.planning.workflow import LineEvent, LineState, NotNow, next_line_state
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.policy.permissions import Permission
from app.youth.models import Youth
from app.youth.queries import youth_facts


def hand_over(
    db_session: Session, actor: Actor, *, plan_id: int, line_ids: Collection[int] | None = None
) -> int:
    """Put these lines, or all, into the advisers' morning lists. Nothing else leaves: no party hears of it.

    Returns:
        how many lines were handed on.

    Raises:
        NotFound: not a plan of the actor's region, or none of the lines is of this plan.
        Conflict: a newer plan has replaced this one.
    """
    run = db_session.get(PlanRun, plan_id)
    if run is None or run.scenario_id is not None:
        raise NotFound
    ensure(actor, Permission.PLAN_HAND_OVER, Facts(regions=frozenset({run.region_code})))
    if last_plan_id(db_session, run.region_code) != plan_id:
        raise Conflict(
            "Un plan plus récent a remplacé celui-ci. Ouvrez le dernier plan de la région."
        )
    wanted = [PlanLine.plan_id == plan_id, PlanLine.state == LineState.COMPUTED]
    if line_ids is not None:
        wanted.append(PlanLine.id.in_(line_ids))
    per_adviser = db_session.execute(
        select(Youth.adviser_id, func.count())
        .join(PlanLine, PlanLine.youth_id == Youth.id)
        .where(*wanted)
        .group_by(Youth.adviser_id)
        .order_by(Youth.adviser_id)
    ).all()
    handed = sum(count for _, count in per_adviser)
    if line_ids is not None and handed == 0:
        if not _are_of_plan(db_session, plan_id, line_ids):
            raise NotFound
        # Handed on before: nothing was decided about this plan.
        return 0
    db_session.execute(
        update(PlanLine)
        .where(*wanted)
        .values(state=LineState.HANDED, decided_at=clock.now(), decided_by=actor.user_id)
        .execution_options(synchronize_session=False)
    )
    _retire_older(db_session, run)
    for adviser_id, count in per_adviser:
        if adviser_id is not None:
            _tell(db_session, actor, run, adviser_id, count)
    journal.record(
        db_session,
        actor,
        subject_kind="plan",
        subject_id=run.id,
        event="plan_handed_over",
        details={"lines": handed},
    )
    return handed


def _tell(db_session: Session, actor: Actor, run: PlanRun, adviser_id: int, count: int) -> None:
    notify(
        db_session,
        actor,
        event="plan_lines_handed",
        user_ids=[adviser_id],
        title=_handed_words(count),
        path="/plan/matin",
        subject_kind="plan",
        subject_id=run.id,
    )


def _handed_words(count: int) -> str:
    return (
        "Le plan régional a une piste pour un de vos jeunes."
        if count == 1
        else f"Le plan régional a des pistes pour {count} de vos jeunes."
    )


def _are_of_plan(db_session: Session, plan_id: int, line_ids: Collection[int]) -> bool:
    """Whether at least one of these lines is of this plan."""
    query = select(PlanLine.id).where(PlanLine.plan_id == plan_id, PlanLine.id.in_(line_ids))
    return db_session.scalar(query.limit(1)) is not None


def _retire_older(db_session: Session, run: PlanRun) -> None:
    """What nobody took of the plans before is gone: two plans must not promise one seat twice."""
    older = select(PlanRun.id).where(PlanRun.region_code == run.region_code, PlanRun.id < run.id)
    db_session.execute(
        update(PlanLine)
        .where(
            PlanLine.plan_id.in_(older),
            PlanLine.state.in_([LineState.COMPUTED, LineState.HANDED]),
        )
        .values(state=LineState.GONE)
        .execution_options(synchronize_session=False)
    )


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of making lines proposals."""

    proposed: int
    gone: int
    words: tuple[str, ...]


def propose_lines(db_session: Session, actor: Actor, *, line_ids: Collection[int]) -> Taken:
    """Make each line a proposal by the ordinary verb, which checks the triple again; what moved meanwhile is gone.

    Raises:
        NotFound: a line of a youth that the actor does not follow.
        Conflict: none of them waits for a decision any more.
    """
    lines = [_locked(db_session, actor, line_id) for line_id in sorted(set(line_ids))]
    waiting = [line for line in lines if line.state is LineState.HANDED]
    if not waiting:
        raise Conflict("Ces pistes ont déjà été décidées. Voici où elles en sont.")
    words: list[str] = []
    for line in waiting:
        try:
            with db_session.begin_nested():
                placement = suggest(
                    db_session,
                    actor,
                    youth_id=line.youth_id,
                    opening_id=line.opening_id,
                    session_id=line.session_id,
                )
        except DomainError as error:
            words.append(error.message)
            _decide(actor, line, LineEvent.LOSE)
        else:
            line.placement_id = placement.id
            _decide(actor, line, LineEvent.PROPOSE)
        _note_line(db_session, actor, line)
    db_session.flush()
    proposed = sum(line.state is LineState.PROPOSED for line in waiting)
    return Taken(proposed, len(waiting) - proposed, tuple(dict.fromkeys(words)))


def leave_line(db_session: Session, actor: Actor, *, line_id: int) -> PlanLine:
    """The adviser decides otherwise: a person's word stands above the machine's.

    Raises:
        NotFound: a line of a youth that the actor does not follow.
        Conflict: it was decided already.
    """
    line = _locked(db_session, actor, line_id)
    try:
        _decide(actor, line, LineEvent.LEAVE)
    except NotNow:
        raise Conflict("Cette piste a déjà été décidée. Voici où elle en est.") from None
    _note_line(db_session, actor, line)
    db_session.flush()
    return line


def _locked(db_session: Session, actor: Actor, line_id: int) -> PlanLine:
    line = db_session.scalar(select(PlanLine).where(PlanLine.id == line_id).with_for_update())
    if line is None or line.state is LineState.COMPUTED:
        raise NotFound
    ensure(actor, Permission.PLAN_TAKE, youth_facts(db_session, line.youth_id))
    return line


def _decide(actor: Actor, line: PlanLine, event: LineEvent) -> None:
    line.state = next_line_state(line.state, event)
    line.decided_at, line.decided_by = clock.now(), actor.user_id


def _note_line(db_session: Session, actor: Actor, line: PlanLine) -> None:
    journal.record(
        db_session,
        actor,
        subject_kind="plan_line",
        subject_id=line.id,
        event=f"plan_line_{line.state.value}",
        youth_id=line.youth_id,
        opening_id=line.opening_id,
        session_id=line.session_id,
    )
