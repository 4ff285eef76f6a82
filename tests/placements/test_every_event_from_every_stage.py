"""Each event through its real page: from each stage that allows it where the table leads, and from each other 409."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.db import transaction
from app.core.errors import WrongState
from app.core.journal import JournalEvent
from app.openings.models import PositionHold
from app.placements import services
from app.placements.models import Placement
from app.placements.services.ending import supersede
from app.placements.workflow import TRANSITIONS, Event, Leaf, LeafState, Stage
from app.policy.actor import CLOCK
from app.training.models import SeatHold
from tests.factories.accounts import sign_in
from tests.factories.placements import Triple, make_placement, make_triple, say_yes

pytestmark = pytest.mark.usefixtures("frozen")

# What the head of the page says of each stage.
SAYS = {
    Stage.OPEN: "En cours",
    Stage.AGREED: "Trois oui",
    Stage.SIGNED: "Contrat signé",
    Stage.STARTED: "Contrat commencé",
    Stage.COMPLETED: "Contrat terminé",
    Stage.DECLINED: "Sans suite",
    Stage.WITHDRAWN: "Retirée",
    Stage.EXPIRED: "Sans réponse",
    Stage.SUPERSEDED: "Contrat signé ailleurs",
    Stage.BROKEN: "Contrat rompu",
}


@dataclass(frozen=True)
class Act:
    """One event as a person does it: whose button, where it posts, with what."""

    who: str
    path: str
    form: Mapping[str, str]


ACTS: dict[Event, Act] = {
    Event.ATTACH: Act("adviser", "rattacher", {"attach-opening_id": "{opening}"}),
    Event.DETACH: Act("employer", "detacher/employer", {"detach_employer-reason": "no_tutor"}),
    Event.TALK: Act("cfa", "parlons-en", {}),
    Event.START_TRAINING: Act("cfa", "stagiaire", {}),
    Event.YOUTH_SAYS: Act("adviser", "jeune", {"answer": "yes", "channel": "in_person"}),
    Event.EMPLOYER_SAYS: Act("employer", "employeur", {"answer": "yes"}),
    Event.CFA_SAYS: Act("cfa", "cfa", {"answer": "yes"}),
    Event.INTERVIEW: Act(
        "employer",
        "rendez-vous",
        {
            "interview-kind": "interview",
            "interview-starts_at": "2026-12-01T10:00",
            "interview-place": "Au fournil",
        },
    ),
    Event.SIGN: Act("cfa", "signer", {}),
    Event.START: Act("cfa", "commencer", {}),
    Event.BREAK_OFF: Act("adviser", "rompre", {"break_off-reason": "mutual_agreement"}),
    Event.COMPLETE: Act("cfa", "terminer", {"complete-result": "diploma"}),
    Event.WITHDRAW: Act("employer", "retirer", {"withdraw-reason": "no_tutor"}),
    Event.CLOSE: Act("adviser", "clore", {}),
}
WITHOUT_BUTTON: dict[Event, Callable[[Session, int], object]] = {
    Event.HOLD_LAPSES: lambda session, key: services.hold_lapses(
        session, CLOCK, placement_id=key, leaf=Leaf.CFA
    ),
    Event.EXPIRE: lambda session, key: services.end_for_good(session, CLOCK, placement_id=key),
    Event.RUN_OUT: lambda session, key: services.run_out(session, CLOCK, placement_id=key),
    # A contract signed elsewhere: `sign` picks the open ones only, and the verb refuses the others by itself.
    Event.SUPERSEDE: lambda session, key: supersede(
        session,
        CLOCK,
        session.get_one(Placement, key),
        [session.get_one(Placement, key)],
    ),
}


@pytest.fixture
def triple(app: Flask, session: Session) -> Triple:
    with transaction() as writing:
        made = make_triple(writing)
        make_placement(writing, made)
    return made


def put(stage: Stage) -> int:
    """Put the one placement at a stage, as the database allows it."""
    with transaction() as writing:
        placement = writing.scalars(select(Placement)).one()
        all_yes = stage is not Stage.OPEN
        placement.stage = stage
        placement.youth_leaf = LeafState.YES if all_yes else LeafState.WAITING
        placement.employer_leaf = placement.cfa_leaf = LeafState.YES
        placement.signed_on = date(2026, 11, 20)
        placement.started_on = date(2026, 11, 21)
        return placement.id


def truth() -> tuple[object, ...]:
    with transaction() as reading:
        row = reading.scalars(select(Placement)).one()
        return (row.stage, *row.clover.leaves, row.signed_on, row.updated_at, row.end_reason)


def wrong_stages(event: Event) -> list[Stage]:
    return [stage for stage in Stage if stage not in TRANSITIONS[event][0]]


def token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/propositions").text)
    assert found
    return found[1]


def test_every_event_of_the_table_is_tried() -> None:
    assert ACTS.keys() | WITHOUT_BUTTON.keys() == set(Event) == TRANSITIONS.keys()


@pytest.mark.parametrize("event", ACTS)
def test_a_person_who_comes_at_the_wrong_stage_is_told_the_truth(
    client: FlaskClient, triple: Triple, event: Event
) -> None:
    act = ACTS[event]
    data = {name: text.format(opening=triple.opening.id) for name, text in act.form.items()}
    sign_in(client, getattr(triple, act.who).user)
    data["csrf_token"] = token(client)

    found = {}
    for stage in wrong_stages(event):
        key, before = put(stage), truth()
        answer = client.post(f"/propositions/{key}/{act.path}", data=data)
        says = f">{SAYS[stage]}</span>" in answer.text
        found[stage] = (answer.status_code, says, truth() == before)

    assert found == dict.fromkeys(wrong_stages(event), (409, True, True))


@pytest.mark.parametrize("event", WITHOUT_BUTTON)
def test_what_nobody_clicks_and_comes_at_the_wrong_stage_changes_nothing(
    app: Flask, triple: Triple, event: Event
) -> None:
    for stage in wrong_stages(event):
        key, before = put(stage), truth()

        with pytest.raises(WrongState), transaction() as writing:
            WITHOUT_BUTTON[event](writing, key)

        assert truth() == before


NO = {"answer": "no"}
# Where each event leads from each stage that allows it, written by hand from the table of the design; what is sent
# instead of the form above where a yes would change nothing.
LEADS: dict[tuple[Event, Stage], tuple[Stage, Mapping[str, str]]] = {
    (Event.ATTACH, Stage.OPEN): (Stage.OPEN, {}),
    (Event.DETACH, Stage.OPEN): (Stage.OPEN, {}),
    (Event.DETACH, Stage.AGREED): (Stage.OPEN, {}),
    (Event.TALK, Stage.OPEN): (Stage.OPEN, {}),
    (Event.START_TRAINING, Stage.OPEN): (Stage.OPEN, {}),
    (Event.YOUTH_SAYS, Stage.OPEN): (Stage.AGREED, {}),
    (Event.YOUTH_SAYS, Stage.AGREED): (Stage.OPEN, {**NO, "youth-reason": "pay"}),
    (Event.EMPLOYER_SAYS, Stage.OPEN): (Stage.OPEN, {**NO, "employer-reason": "rhythm"}),
    (Event.EMPLOYER_SAYS, Stage.AGREED): (Stage.OPEN, {**NO, "employer-reason": "rhythm"}),
    (Event.CFA_SAYS, Stage.OPEN): (Stage.OPEN, {**NO, "cfa-reason": "no_seat"}),
    (Event.CFA_SAYS, Stage.AGREED): (Stage.OPEN, {**NO, "cfa-reason": "no_seat"}),
    (Event.INTERVIEW, Stage.OPEN): (Stage.OPEN, {}),
    (Event.INTERVIEW, Stage.AGREED): (Stage.AGREED, {}),
    (Event.SIGN, Stage.AGREED): (Stage.SIGNED, {}),
    (Event.START, Stage.SIGNED): (Stage.STARTED, {}),
    (Event.BREAK_OFF, Stage.SIGNED): (Stage.BROKEN, {}),
    (Event.BREAK_OFF, Stage.STARTED): (Stage.BROKEN, {}),
    (Event.COMPLETE, Stage.STARTED): (Stage.COMPLETED, {}),
    (Event.WITHDRAW, Stage.OPEN): (Stage.WITHDRAWN, {}),
    (Event.WITHDRAW, Stage.AGREED): (Stage.WITHDRAWN, {}),
    (Event.CLOSE, Stage.OPEN): (Stage.DECLINED, {}),
}
PAIRS = frozenset({Event.ATTACH, Event.START_TRAINING})


def lead_to(triple: Triple, event: Event, stage: Stage) -> int:
    """Bring the one placement to a stage as people do, ready for this event."""
    with transaction() as writing:
        row = writing.scalars(select(Placement)).one()
        key = row.id
        if stage is Stage.OPEN:
            say_yes(writing, triple, row, "employer", "cfa")
            if event in PAIRS:
                services.youth_says(
                    writing, triple.adviser.actor, placement_id=key, answer=LeafState.YES
                )
                services.detach(
                    writing,
                    triple.employer.actor,
                    placement_id=key,
                    leaf=Leaf.EMPLOYER,
                    reason="no_tutor",
                )
            if event is Event.CLOSE:
                services.employer_says(
                    writing,
                    triple.employer.actor,
                    placement_id=key,
                    answer=LeafState.NO,
                    reason="rhythm",
                )
            return key
        say_yes(writing, triple, row)
        if stage in (Stage.SIGNED, Stage.STARTED):
            services.sign(writing, triple.cfa.actor, placement_id=key)
        if stage is Stage.STARTED:
            services.start(writing, triple.cfa.actor, placement_id=key)
        return key


def test_every_allowed_pair_of_the_table_is_tried() -> None:
    assert set(LEADS) == {(event, stage) for event in ACTS for stage in TRANSITIONS[event][0]}


@pytest.mark.parametrize(("event", "stage"), LEADS)
def test_a_person_who_comes_at_the_right_stage_gets_where_the_table_leads(
    client: FlaskClient, session: Session, triple: Triple, event: Event, stage: Stage
) -> None:
    to, instead = LEADS[event, stage]
    key, act = lead_to(triple, event, stage), ACTS[event]
    sign_in(client, getattr(triple, act.who).user)
    data = {name: text.format(opening=triple.opening.id) for name, text in act.form.items()}

    answer = client.post(
        f"/propositions/{key}/{act.path}", data={**data, **instead, "csrf_token": token(client)}
    )

    session.expire_all()
    written = session.scalars(
        select(JournalEvent.event)
        .where(JournalEvent.subject_kind == "placement", JournalEvent.subject_id == key)
        .order_by(JournalEvent.id)
    ).all()
    assert answer.status_code == 303, answer.text
    assert session.get_one(Placement, key).stage is to
    assert event.value in written


def beside(triple: Triple, stage: Stage) -> tuple[int, int, Triple]:
    """A contract that only waits for its signature, and another proposal of the same youth at this stage.

    Returns:
        the contract, the other proposal, and the other's parties; both parties of the other hold what they promised.
    """
    with transaction() as writing:
        contract = say_yes(writing, triple, writing.scalars(select(Placement)).one())
        other = make_triple(writing)
        row = services.suggest(
            writing,
            triple.adviser.actor,
            youth_id=triple.youth.id,
            opening_id=other.opening.id,
            session_id=other.training.id,
        )
        say_yes(writing, other, row, "employer", "cfa")
        row.youth_leaf = LeafState.WAITING if stage is Stage.OPEN else LeafState.YES
        row.stage = stage
        row.signed_on, row.started_on = date(2026, 11, 20), date(2026, 11, 21)
        return contract.id, row.id, other


@pytest.mark.parametrize("stage", Stage)
def test_a_signature_ends_the_other_proposals_that_are_open_and_touches_no_other(
    client: FlaskClient, app: Flask, session: Session, triple: Triple, stage: Stage
) -> None:
    contract, key, other = beside(triple, stage)
    sign_in(client, triple.cfa.user)
    before = session.get_one(Placement, key).stage, session.get_one(Placement, key).updated_at
    session.commit()

    answer = client.post(f"/propositions/{contract}/signer", data={"csrf_token": token(client)})

    session.expire_all()
    row = session.get_one(Placement, key)
    held = [
        session.scalar(select(func.count()).select_from(model).where(condition))
        for model, condition in (
            (SeatHold, SeatHold.session_id == other.training.id),
            (PositionHold, PositionHold.opening_id == other.opening.id),
        )
    ]
    signed, found, updated_at = (
        session.get_one(Placement, contract).stage,
        row.stage,
        row.updated_at,
    )
    session.commit()
    shown = sign_in(app.test_client(), other.cfa.user).get(f"/propositions/{key}").text
    if stage in TRANSITIONS[Event.SUPERSEDE][0]:
        assert (answer.status_code, signed, found) == (303, Stage.SIGNED, Stage.SUPERSEDED)
        assert held == [0, 0]
        assert f">{SAYS[Stage.SUPERSEDED]}</span>" in shown
        return
    is_second = stage in (Stage.SIGNED, Stage.STARTED)
    assert (answer.status_code, signed) == (
        (409, Stage.AGREED) if is_second else (303, Stage.SIGNED)
    )
    assert ("un seul à la fois" in answer.text) is is_second
    assert (found, updated_at) == before
    assert held == [1, 1]
    assert f">{SAYS[stage]}</span>" in shown
