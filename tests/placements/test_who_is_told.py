"""Whom the portal tells of each event of a placement: its parties, nobody else, never the one who acts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import NotFound
from app.notices.models import Notice
from app.openings.queries import position_hold
from app.placements import services
from app.placements.models import MeetingKind, Placement, TrainingResult
from app.placements.queries.page import placement_page
from app.placements.workflow import Event, Leaf, LeafState
from app.policy.actor import CLOCK
from tests.factories.openings import make_company, make_opening
from tests.factories.placements import (
    Triple,
    let_end,
    make_pair,
    make_party,
    make_placement,
    make_triple,
    say_yes,
    sign,
)

Scene = Callable[[Session, Triple], Placement]
EVERYBODY = {"adviser", "employer", "cfa"}


@pytest.fixture
def session(frozen: time_machine.Traveller, writing: Session) -> Session:
    return writing


def open_one(session: Session, made: Triple) -> Placement:
    return make_placement(session, made)


def pair(session: Session, made: Triple) -> Placement:
    return make_pair(session, made)


def admitted(session: Session, made: Triple) -> Placement:
    return say_yes(session, made, make_pair(session, made), "youth", "cfa")


def agreed(session: Session, made: Triple) -> Placement:
    return say_yes(session, made, make_placement(session, made))


def two_yes(session: Session, made: Triple) -> Placement:
    return say_yes(session, made, make_placement(session, made), "youth", "employer")


def refused(session: Session, made: Triple) -> Placement:
    placement = make_placement(session, made)
    return services.employer_says(
        session,
        made.employer.actor,
        placement_id=placement.id,
        answer=LeafState.NO,
        reason="no_tutor",
    )


def signed(session: Session, made: Triple) -> Placement:
    return sign(session, made, make_placement(session, made))


def started(session: Session, made: Triple) -> Placement:
    placement = signed(session, made)
    return services.start(session, made.cfa.actor, placement_id=placement.id)


def past_its_end(session: Session, made: Triple) -> Placement:
    return let_end(session, signed(session, made))


def late(session: Session, made: Triple) -> Placement:
    """Nobody has answered, a month later; the youth's answer alone can end it."""
    placement = say_yes(session, made, make_placement(session, made), "employer", "cfa")
    placement.youth_due_on = clock.today() - timedelta(days=40)
    session.flush()
    return placement


def lapsing(session: Session, made: Triple) -> Placement:
    placement = say_yes(session, made, make_placement(session, made), "employer")
    held = position_hold(session, made.opening.id, made.youth.id)
    assert held is not None
    held.hold_until = clock.today() - timedelta(days=1)
    session.flush()
    return placement


def elsewhere(session: Session, made: Triple) -> Placement:
    """Two proposals of one youth; the other one is signed."""
    placement = make_placement(session, made)
    other = Triple(
        made.youth,
        make_opening(session, make_company(session)),
        made.training,
        made.adviser,
        make_party(session, make_company(session)),
        made.cfa,
    )
    other.opening.employer_id = other.employer.organisation.id
    session.flush()
    say_yes(session, other, make_placement(session, other))
    return placement


def attach(session: Session, made: Triple, key: int) -> object:
    return services.attach(
        session, made.adviser.actor, placement_id=key, opening_id=made.opening.id
    )


def meet(kind: MeetingKind, who: str) -> Callable[[Session, Triple, int], object]:
    return lambda session, made, key: services.interview(
        session,
        getattr(made, who).actor,
        placement_id=key,
        kind=kind,
        starts_at=clock.now() + timedelta(days=2),
        place="Sur place",
    )


def sign_the_other(session: Session, made: Triple, key: int) -> object:
    other = session.scalars(select(Placement).where(Placement.id != key)).one()
    return services.sign(session, made.adviser.actor, placement_id=other.id)


# Event -> where it begins, the act, who is told.
EVENTS: dict[str, tuple[Scene, Callable[[Session, Triple, int], object], set[str]]] = {
    "attach": (pair, attach, {"employer", "cfa"}),
    "detach": (
        two_yes,
        lambda s, made, key: services.detach(
            s,
            made.adviser.actor,
            placement_id=key,
            leaf=Leaf.EMPLOYER,
            reason="other_trade",
        ),
        {"employer", "cfa"},
    ),
    "talk": (
        open_one,
        lambda s, made, key: services.talk(s, made.employer.actor, placement_id=key),
        {"adviser", "cfa"},
    ),
    "start_training": (
        admitted,
        lambda s, made, key: services.start_training(s, made.cfa.actor, placement_id=key),
        {"adviser"},
    ),
    "youth_says": (
        open_one,
        lambda s, made, key: services.youth_says(
            s, made.adviser.actor, placement_id=key, answer=LeafState.YES
        ),
        {"employer", "cfa"},
    ),
    "employer_says": (
        open_one,
        lambda s, made, key: services.employer_says(
            s, made.employer.actor, placement_id=key, answer=LeafState.YES
        ),
        {"adviser", "cfa"},
    ),
    "cfa_says": (  # the third yes
        two_yes,
        lambda s, made, key: services.cfa_says(
            s, made.cfa.actor, placement_id=key, answer=LeafState.YES
        ),
        {"adviser", "employer"},
    ),
    "interview": (open_one, meet(MeetingKind.INTERVIEW, "employer"), {"adviser", "cfa"}),
    "interview of the CFA": (open_one, meet(MeetingKind.CFA_VISIT, "cfa"), {"adviser"}),
    "sign": (
        agreed,
        lambda s, made, key: services.sign(s, made.cfa.actor, placement_id=key),
        {"adviser", "employer"},
    ),
    "start": (
        signed,
        lambda s, made, key: services.start(s, made.cfa.actor, placement_id=key),
        {"adviser", "employer"},
    ),
    "break_off": (
        started,
        lambda s, made, key: services.break_off(
            s, made.cfa.actor, placement_id=key, reason="mutual_agreement"
        ),
        {"adviser", "employer"},
    ),
    "complete": (
        started,
        lambda s, made, key: services.complete(
            s, made.cfa.actor, placement_id=key, result=TrainingResult.DIPLOMA
        ),
        {"adviser", "employer"},
    ),
    "run_out": (
        past_its_end,
        lambda s, made, key: services.run_out(s, CLOCK, placement_id=key),
        EVERYBODY,
    ),
    "withdraw": (
        open_one,
        lambda s, made, key: services.withdraw(
            s, made.employer.actor, placement_id=key, reason="no_tutor"
        ),
        {"adviser", "cfa"},
    ),
    "close": (
        refused,
        lambda s, made, key: services.close(s, made.adviser.actor, placement_id=key),
        {"employer", "cfa"},
    ),
    "hold_lapses": (
        lapsing,
        lambda s, made, key: services.hold_lapses(s, CLOCK, placement_id=key, leaf=Leaf.EMPLOYER),
        EVERYBODY,
    ),
    "expire": (late, lambda s, made, key: services.expire(s, CLOCK, placement_id=key), EVERYBODY),
    "supersede": (elsewhere, sign_the_other, {"employer", "cfa"}),
}


def test_every_event_of_the_workflow_is_here() -> None:
    assert {name.split(" ")[0] for name in EVENTS} == {one.value for one in Event}


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_tells_its_parties_without_a_name_and_leads_where_they_may_go(
    session: Session, event: str
) -> None:
    scene, act, expected = EVENTS[event]
    made = make_triple(session)
    key = scene(session, made).id
    people = {party: getattr(made, party) for party in EVERYBODY}
    known = max(session.scalars(select(Notice.id)).all(), default=0)

    act(session, made, key)

    rows = session.scalars(
        select(Notice).where(Notice.id > known, Notice.placement_id == key)
    ).all()
    told = {name for name, party in people.items() for one in rows if one.user_id == party.user.id}
    assert told == expected
    assert len(rows) == len(expected)
    assert not [one for one in rows if "Enora" in one.title or "Le Bihan" in one.title]
    for one in rows:
        actor = next(party.actor for party in people.values() if party.user.id == one.user_id)
        assert opens(session, actor, one.path)


def opens(session: Session, actor: object, path: str) -> bool:
    """The page of the placement where this person still reads it, the list where the placement is no longer theirs."""
    if path == "/propositions":
        return True
    try:
        placement_page(session, actor, int(path.rpartition("/")[2]))  # type: ignore[arg-type]
    except NotFound:
        return False
    return True


def test_a_company_that_leaves_is_led_to_its_list(session: Session) -> None:
    made = make_triple(session)
    key = two_yes(session, made).id

    services.detach(
        session, made.adviser.actor, placement_id=key, leaf=Leaf.EMPLOYER, reason="other_trade"
    )

    paths = {
        one.user_id: one.path
        for one in session.scalars(select(Notice).where(Notice.title.contains("quitte")))
    }
    assert paths == {
        made.employer.user.id: "/propositions",
        made.cfa.user.id: f"/propositions/{key}",
    }
