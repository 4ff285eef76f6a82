"""The transition table: every event from every clover, allowed or refused as the architecture says."""

from __future__ import annotations

from itertools import product

import pytest

from app.placements.workflow import (
    FINAL_STAGES,
    LEAF_OPEN_STAGES,
    LIVE_STAGES,
    TRANSITIONS,
    Clover,
    Event,
    Leaf,
    LeafState,
    NotAllowed,
    Stage,
    is_allowed,
    next_state,
)

W, Y, N, S, Q = (
    LeafState.WAITING,
    LeafState.YES,
    LeafState.NO,
    LeafState.SOUGHT,
    LeafState.QUEUED,
)
OPEN, AGREED = Stage.OPEN, Stage.AGREED

# Written by hand from the table of the design: the stages each event may start from.
STAGES = {
    Event.ATTACH: {OPEN},
    Event.DETACH: {OPEN, AGREED},
    Event.TALK: {OPEN},
    Event.START_TRAINING: {OPEN},
    Event.YOUTH_SAYS: {OPEN, AGREED},
    Event.EMPLOYER_SAYS: {OPEN, AGREED},
    Event.CFA_SAYS: {OPEN, AGREED},
    Event.INTERVIEW: {OPEN, AGREED},
    Event.SIGN: {AGREED},
    Event.START: {Stage.SIGNED},
    Event.BREAK_OFF: {Stage.SIGNED, Stage.STARTED},
    Event.COMPLETE: {Stage.STARTED},
    Event.RUN_OUT: {Stage.SIGNED, Stage.STARTED},
    Event.WITHDRAW: {OPEN, AGREED},
    Event.CLOSE: {OPEN},
    Event.HOLD_LAPSES: {OPEN, AGREED},
    Event.EXPIRE: {OPEN, AGREED},
    Event.SUPERSEDE: {OPEN, AGREED},
}
# Leaves from which the event is possible whatever the stage of the table above.
WILLING = {
    Event.ATTACH: (Clover(OPEN, Y, S, Y), Leaf.EMPLOYER, None),
    Event.DETACH: (Clover(OPEN, Y, Y, Y), Leaf.EMPLOYER, None),
    Event.TALK: (Clover(OPEN, W, W, W), None, None),
    Event.START_TRAINING: (Clover(OPEN, Y, S, Y), None, None),
    Event.YOUTH_SAYS: (Clover(OPEN, W, W, W), None, Y),
    Event.EMPLOYER_SAYS: (Clover(OPEN, W, W, W), None, N),
    Event.CFA_SAYS: (Clover(OPEN, W, W, W), None, Q),
    Event.INTERVIEW: (Clover(OPEN, W, W, W), None, None),
    Event.SIGN: (Clover(OPEN, Y, Y, Y), None, None),
    Event.START: (Clover(OPEN, Y, Y, Y), None, None),
    Event.BREAK_OFF: (Clover(OPEN, Y, Y, Y), None, None),
    Event.COMPLETE: (Clover(OPEN, Y, Y, Y), None, None),
    Event.RUN_OUT: (Clover(OPEN, Y, Y, Y), None, None),
    Event.WITHDRAW: (Clover(OPEN, W, W, W), None, None),
    Event.CLOSE: (Clover(OPEN, Y, N, W), None, None),
    Event.HOLD_LAPSES: (Clover(OPEN, Y, W, Y), Leaf.CFA, None),
    Event.EXPIRE: (Clover(OPEN, W, Y, Y), None, None),
    Event.SUPERSEDE: (Clover(OPEN, W, Y, Y), None, None),
}


def at(stage: Stage, event: Event) -> Clover:
    """A clover whose leaves let the event happen, at this stage."""
    clover = WILLING[event][0]
    return Clover(stage, clover.youth, clover.employer, clover.cfa)


@pytest.mark.parametrize(("event", "stage"), list(product(Event, Stage)))
def test_an_event_happens_from_its_stages_and_from_no_other(event: Event, stage: Stage) -> None:
    _, leaf, answer = WILLING[event]

    try:
        next_state(at(stage, event), event, leaf=leaf, answer=answer)
        happened = True
    except NotAllowed:
        happened = False

    assert happened == (stage in STAGES[event]) == is_allowed(at(stage, event), event, leaf)


def test_every_event_has_a_row_and_every_stage_is_reached() -> None:
    reached = {stage for _, stage in TRANSITIONS.values() if stage is not None} | {OPEN, AGREED}

    assert set(TRANSITIONS) == set(Event)
    assert reached == set(Stage)


def test_live_and_final_stages_share_nothing_and_leave_nothing_out() -> None:
    assert set(Stage) == LIVE_STAGES | FINAL_STAGES
    assert not LIVE_STAGES & FINAL_STAGES
    assert LEAF_OPEN_STAGES < LIVE_STAGES


@pytest.mark.parametrize(
    ("event", "to"),
    [
        (Event.SIGN, Stage.SIGNED),
        (Event.START, Stage.STARTED),
        (Event.BREAK_OFF, Stage.BROKEN),
        (Event.COMPLETE, Stage.COMPLETED),
        (Event.RUN_OUT, Stage.COMPLETED),
        (Event.WITHDRAW, Stage.WITHDRAWN),
        (Event.CLOSE, Stage.DECLINED),
        (Event.EXPIRE, Stage.EXPIRED),
        (Event.SUPERSEDE, Stage.SUPERSEDED),
    ],
)
def test_an_event_with_a_goal_leads_there_and_turns_no_leaf(event: Event, to: Stage) -> None:
    before = at(min(STAGES[event]), event)

    after = next_state(before, event)

    assert after == Clover(to, *before.leaves)


@pytest.mark.parametrize("leaves", list(product((W, Y, N), (W, Y, N), (W, Y, N, Q))))
def test_agreed_is_exactly_three_green_leaves(
    leaves: tuple[LeafState, LeafState, LeafState],
) -> None:
    youth, employer, cfa = leaves
    before = Clover(OPEN, W, employer, cfa)
    answer = youth if youth is not W else N

    after = next_state(before, Event.YOUTH_SAYS, answer=answer)

    assert (after.stage is AGREED) == (after.leaves == (Y, Y, Y))


def test_the_three_answers_come_in_any_order() -> None:
    says = (Event.YOUTH_SAYS, Event.EMPLOYER_SAYS, Event.CFA_SAYS)
    orders = [(a, b, c) for a, b, c in product(says, repeat=3) if len({a, b, c}) == 3]

    ends = set()
    for order in orders:
        clover = Clover(OPEN, W, W, W)
        for event in order:
            clover = next_state(clover, event, answer=Y)
        ends.add(clover)

    assert ends == {Clover(AGREED, Y, Y, Y)}


def test_a_no_after_three_yes_opens_the_clover_again() -> None:
    after = next_state(Clover(AGREED, Y, Y, Y), Event.EMPLOYER_SAYS, answer=N)

    assert after == Clover(OPEN, Y, N, Y)


@pytest.mark.parametrize("event", [Event.YOUTH_SAYS, Event.EMPLOYER_SAYS])
def test_only_the_cfa_has_a_waiting_list(event: Event) -> None:
    with pytest.raises(NotAllowed):
        next_state(Clover(OPEN, W, W, W), event, answer=Q)


@pytest.mark.parametrize("answer", [W, S, None])
def test_waiting_is_no_answer(answer: LeafState | None) -> None:
    with pytest.raises(NotAllowed):
        next_state(Clover(OPEN, W, W, W), Event.CFA_SAYS, answer=answer)


@pytest.mark.parametrize("event", [Event.EMPLOYER_SAYS, Event.INTERVIEW])
def test_nobody_speaks_for_an_employer_that_is_sought(event: Event) -> None:
    with pytest.raises(NotAllowed):
        next_state(Clover(OPEN, Y, S, Y), event, answer=Y)


@pytest.mark.parametrize(
    ("clover", "leaf", "after"),
    [
        (Clover(OPEN, Y, S, Y), Leaf.EMPLOYER, Clover(OPEN, W, W, Y)),
        (Clover(OPEN, Y, Y, S), Leaf.CFA, Clover(OPEN, W, Y, W)),
    ],
)
def test_attaching_asks_the_newcomer_and_the_youth_again(
    clover: Clover, leaf: Leaf, after: Clover
) -> None:
    assert next_state(clover, Event.ATTACH, leaf=leaf) == after


@pytest.mark.parametrize("leaf", [Leaf.YOUTH, Leaf.CFA, None])
def test_only_a_sought_leaf_can_be_attached(leaf: Leaf | None) -> None:
    with pytest.raises(NotAllowed):
        next_state(Clover(OPEN, Y, S, Y), Event.ATTACH, leaf=leaf)


@pytest.mark.parametrize("leaf", [Leaf.EMPLOYER, Leaf.CFA])
def test_detaching_leaves_the_rest_as_it_is(leaf: Leaf) -> None:
    after = next_state(Clover(AGREED, Y, Y, Y), Event.DETACH, leaf=leaf)

    assert after.stage is OPEN
    assert after.leaf(leaf) is S
    assert sorted(after.leaves).count(Y) == 2


@pytest.mark.parametrize("leaf", [Leaf.YOUTH, None])
def test_the_youth_cannot_be_detached(leaf: Leaf | None) -> None:
    with pytest.raises(NotAllowed):
        next_state(Clover(OPEN, Y, Y, Y), Event.DETACH, leaf=leaf)


def test_a_pair_loses_no_second_leaf() -> None:
    with pytest.raises(NotAllowed):
        next_state(Clover(OPEN, Y, S, Y), Event.DETACH, leaf=Leaf.CFA)


@pytest.mark.parametrize("clover", [Clover(OPEN, Y, S, W), Clover(OPEN, Y, W, Y)])
def test_training_starts_without_employer_only_after_the_cfa_said_yes(clover: Clover) -> None:
    with pytest.raises(NotAllowed):
        next_state(clover, Event.START_TRAINING)


@pytest.mark.parametrize("clover", [Clover(OPEN, W, W, W), Clover(OPEN, Y, Y, Q)])
def test_nothing_is_closed_before_somebody_said_no(clover: Clover) -> None:
    with pytest.raises(NotAllowed):
        next_state(clover, Event.CLOSE)


@pytest.mark.parametrize("leaf", [Leaf.EMPLOYER, Leaf.CFA])
def test_a_hold_that_lapses_asks_its_leaf_again(leaf: Leaf) -> None:
    after = next_state(Clover(AGREED, Y, Y, Y), Event.HOLD_LAPSES, leaf=leaf)

    assert after.stage is OPEN
    assert after.leaf(leaf) is W


@pytest.mark.parametrize("leaf", [Leaf.YOUTH, Leaf.EMPLOYER, None])
def test_nothing_lapses_where_nothing_is_held(leaf: Leaf | None) -> None:
    with pytest.raises(NotAllowed):
        next_state(Clover(OPEN, Y, W, Y), Event.HOLD_LAPSES, leaf=leaf)
