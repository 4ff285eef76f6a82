"""Verbs of matching: check a proposal again before it is made, set one aside, ask to meet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock, journal
from app.core.changes import Changed, record_change
from app.core.errors import AlreadyDone, Conflict, Invalid, NotFound
from app.core.permissions import ensure
from app.core.requests import use_once
from app.engine.judge import Verdict
from app.engine.model import YouthInput
from app.engine.reasons import Explained
from app.engine.triples import check_pair, check_triple
from app.engine.weights import DEFAULT
from app.matching.models import MeetingRequest, MeetingState, SetAside, SetAsideReason
from app.matching.queries.asides import basis_of, still_holds
from app.matching.queries.pool import committed_pool
from app.matching.queries.rows import load_openings, load_sessions, load_youth
from app.openings.models import Opening, OpeningStatus
from app.openings.queries import opening_facts
from app.policy.actor import Actor
from app.policy.permissions import Permission
from app.rules.wording import check_wording
from app.training.queries import session_facts
from app.youth.models import Youth
from app.youth.queries import youth_facts

NOT_NOW = timedelta(days=30)
"""« Pas maintenant » without a date means a month."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What the engine says of one triple, or of one pair, at this moment.

    `parts` by name, `reasons`, `doubts` and `broken` as `{"code": …, "values": {…}}`; a proposal with a broken hard
    rule has no score.
    """

    score: float | None
    weights_version: str
    parts: Mapping[str, float] = field(default_factory=dict)
    reasons: list[dict[str, Any]] = field(default_factory=list)
    doubts: list[dict[str, Any]] = field(default_factory=list)
    broken: list[dict[str, Any]] = field(default_factory=list)


def as_data(explained: Iterable[Explained[Any]]) -> list[dict[str, Any]]:
    """Codes with their values, as rows keep them."""
    return [{"code": one.code.name, "values": dict(one.values)} for one in explained]


def recheck(
    db_session: Session,
    *,
    youth_id: int,
    opening_id: int | None = None,
    session_id: int | None = None,
) -> Checked:
    """Judge one youth with one opening, one session, or both, on the rows of this very transaction.

    Raises:
        NotFound: the opening is a draft, which its house alone knows.
        Conflict: the opening or the session is no longer offered.
        ValueError: neither an opening nor a session is given.
    """
    if opening_id is None and session_id is None:
        raise ValueError("a proposal needs an opening or a session")
    youths = load_youth(db_session, [youth_id], only_listed=False)
    openings = load_openings(db_session, [opening_id]) if opening_id is not None else []
    sessions = load_sessions(db_session, [session_id]) if session_id is not None else []
    if opening_id is not None and not openings:
        if db_session.scalar(select(Opening.published_at).where(Opening.id == opening_id)) is None:
            raise NotFound
        raise Conflict("Cette offre n’est plus publiée.")
    if session_id is not None and not sessions:
        raise Conflict("Cette session n’accueille plus d’entrées.")
    pool = committed_pool(db_session).changed(youths=youths, openings=openings, sessions=sessions)
    if opening_id is not None and session_id is not None:
        return of_verdict(check_triple(pool, youth_id, opening_id, session_id))
    pair = check_pair(pool, youth_id, opening=opening_id, session=session_id)
    if pair.broken is not None:
        return Checked(None, DEFAULT.version, broken=as_data([pair.broken]))
    return Checked(pair.score, DEFAULT.version, doubts=as_data(pair.doubts))


def of_verdict(verdict: Verdict) -> Checked:
    """The engine's verdict as rows keep it."""
    if verdict.triple is None:
        return Checked(
            None, DEFAULT.version, broken=as_data([verdict.broken] if verdict.broken else [])
        )
    triple = verdict.triple
    return Checked(
        score=triple.score,
        weights_version=DEFAULT.version,
        parts={name: round(value, 4) for name, value in triple.parts._asdict().items()},
        reasons=as_data(triple.reasons),
        doubts=as_data(triple.doubts),
    )


def set_aside(
    db_session: Session,
    actor: Actor,
    *,
    youth_id: int,
    opening_id: int | None = None,
    session_id: int | None = None,
    reason: SetAsideReason,
    until: date | None = None,
) -> SetAside:
    """Stop showing one opening or one session to this youth, until a date, the end of its reason, or a person's word.

    Raises:
        NotFound: not this actor's youth, or an opening that they may not read: its title stands in the list.
        AlreadyDone: it is set aside already.
    """
    ensure(
        actor,
        Permission.SET_ASIDE,
        youth_facts(db_session, youth_id),
        seen_by=Permission.YOUTH_VIEW,
    )
    _ensure_may_know(db_session, actor, opening_id, session_id)
    known = db_session.scalar(
        select(SetAside).where(
            SetAside.youth_id == youth_id,
            SetAside.opening_id == opening_id if opening_id else SetAside.session_id == session_id,
        )
    )
    file = load_youth(db_session, [youth_id], only_listed=False)[0]
    if known is not None and _is_in_force(known, file):
        raise AlreadyDone("Cette proposition est déjà écartée.")
    row = known or SetAside(youth_id=youth_id, opening_id=opening_id, session_id=session_id)
    if reason is SetAsideReason.NOT_NOW and until is None:
        until = clock.today() + NOT_NOW
    row.reason, row.until, row.basis = reason, until, basis_of(reason, file)
    row.set_at, row.set_by = clock.now(), actor.user_id
    db_session.add(row)
    db_session.flush()
    journal.record(
        db_session,
        actor,
        subject_kind="set_aside",
        subject_id=row.id,
        event="set_aside",
        reason=reason,
        youth_id=youth_id,
        opening_id=opening_id,
        session_id=session_id,
        audience=journal.Audience.ADVISER,
    )
    record_change(db_session, Changed.YOUTH, youth_id)
    return row


def _is_in_force(row: SetAside, file: YouthInput) -> bool:
    """Neither its date nor its reason has ended."""
    is_dated_out = row.until is not None and row.until < clock.today()
    return not is_dated_out and still_holds(row.reason, row.basis, file)


def take_back(db_session: Session, actor: Actor, *, set_aside_id: int) -> int:
    """Show it again; returns the youth's id."""
    row = db_session.get(SetAside, set_aside_id)
    if row is None:
        raise NotFound
    ensure(actor, Permission.SET_ASIDE, youth_facts(db_session, row.youth_id))
    youth_id = row.youth_id
    journal.record(
        db_session,
        actor,
        subject_kind="set_aside",
        subject_id=row.id,
        event="taken_back",
        youth_id=youth_id,
        opening_id=row.opening_id,
        session_id=row.session_id,
        audience=journal.Audience.ADVISER,
    )
    db_session.delete(row)
    record_change(db_session, Changed.YOUTH, youth_id)
    return youth_id


def _ensure_may_know(
    db_session: Session, actor: Actor, opening_id: int | None, session_id: int | None
) -> None:
    if opening_id is not None:
        ensure(actor, Permission.OPENING_VIEW, opening_facts(db_session, opening_id))
    if session_id is not None:
        ensure(actor, Permission.COURSE_VIEW, session_facts(db_session, session_id))


def request_meeting(
    db_session: Session,
    actor: Actor,
    *,
    opening_id: int,
    public_code: str,
    message: str | None,
    request_key: str | None = None,
) -> MeetingRequest:
    """An employer asks to meet the youth behind an anonymous profile; the adviser decides with the youth.

    Raises:
        AlreadyDone: asked before for this opening.
        Invalid: the message names a forbidden criterion.
    """
    use_once(db_session, request_key)
    ensure(actor, Permission.MEETING_REQUEST, opening_facts(db_session, opening_id))
    youth = db_session.scalar(select(Youth).where(Youth.public_code == public_code))
    if youth is None or not youth_facts(db_session, youth.id).is_listed:
        raise NotFound("Ce profil n’est plus proposé.")
    if db_session.get_one(Opening, opening_id).status is not OpeningStatus.PUBLISHED:
        raise Conflict("Publiez d’abord votre offre : le jeune doit pouvoir la lire.")
    refuse_forbidden(message, field="message")
    known = select(MeetingRequest.id).where(
        MeetingRequest.opening_id == opening_id, MeetingRequest.youth_id == youth.id
    )
    if db_session.scalar(known) is not None:
        raise AlreadyDone("Vous avez déjà demandé à rencontrer cette personne pour cette offre.")
    row = MeetingRequest(
        opening_id=opening_id,
        youth_id=youth.id,
        message=message,
        requested_at=clock.now(),
        requested_by=actor.user_id,
    )
    db_session.add(row)
    db_session.flush()
    _note_meeting(db_session, actor, row, "meeting_requested")
    return row


def answer_meeting(
    db_session: Session, actor: Actor, *, request_id: int, state: MeetingState
) -> MeetingRequest:
    """The adviser turns the request into a suggestion (made by placements) or declines; the employer learns no reason.

    Raises:
        AlreadyDone: somebody answered before.
    """
    row = db_session.get(MeetingRequest, request_id)
    if row is None:
        raise NotFound
    ensure(actor, Permission.MEETING_ANSWER, youth_facts(db_session, row.youth_id))
    if row.state is not MeetingState.WAITING:
        raise AlreadyDone("Cette demande a déjà reçu une réponse.")
    row.state, row.answered_at, row.answered_by = state, clock.now(), actor.user_id
    _note_meeting(db_session, actor, row, f"meeting_{state.value}")
    return row


def close_meeting_requests(db_session: Session, actor: Actor, *, youth_id: int) -> int:
    """The youth said stop: the employers' wishes to meet are closed, without a reason. Returns how many.

    The caller has judged that the actor may speak for the youth.
    """
    waiting = db_session.scalars(
        select(MeetingRequest)
        .where(MeetingRequest.youth_id == youth_id, MeetingRequest.state == MeetingState.WAITING)
        .order_by(MeetingRequest.id)
        .with_for_update()
    ).all()
    for row in waiting:
        row.state, row.answered_at, row.answered_by = MeetingState.DECLINED, clock.now(), None
        _note_meeting(db_session, actor, row, "meeting_declined")
    return len(waiting)


def refuse_forbidden(text: str | None, *, field: str) -> None:
    """Refuse a free text that names a criterion of L1132-1, saying which words and why.

    Raises:
        Invalid: with the passages found.
    """
    found = check_wording(text, clock.today()) if text else []
    if found:
        raise Invalid(" ".join(one.message for one in found), field=field)


def _note_meeting(db_session: Session, actor: Actor, row: MeetingRequest, event: str) -> None:
    journal.record(
        db_session,
        actor,
        subject_kind="meeting_request",
        subject_id=row.id,
        event=event,
        to_state=row.state,
        youth_id=row.youth_id,
        opening_id=row.opening_id,
        audience=journal.Audience.PARTIES,
    )
