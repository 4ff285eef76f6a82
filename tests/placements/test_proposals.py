"""Proposing, answering, attaching and detaching on the real database: what each does, and what each refuses."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Conflict, Forbidden, Invalid, NotFound, WrongState
from app.core.journal import Audience, JournalEvent
from app.core.outbox import OutboxMail
from app.openings.models import PositionHold
from app.openings.services import NoPositionLeft
from app.placements import services
from app.placements.models import LeafAnswer, Placement
from app.placements.workflow import Clover, Leaf, LeafState, Stage
from app.policy.actor import OrganisationKind
from app.training.models import QueueEntry, SeatHold
from app.training.services import NoSeatLeft
from app.youth.models import ConsentKind, ConsentRecord, YesNoUnknown, YouthStatus
from app.youth.services import acknowledge_representative
from tests.factories.accounts import actor_of, make_agreement, make_organisation
from tests.factories.openings import make_opening
from tests.factories.placements import (
    Triple,
    make_pair,
    make_party,
    make_placement,
    make_triple,
    say_yes,
)
from tests.factories.training import make_course, make_training_session
from tests.factories.youth import make_representative, make_youth

W, Y, N, S, Q = (
    LeafState.WAITING,
    LeafState.YES,
    LeafState.NO,
    LeafState.SOUGHT,
    LeafState.QUEUED,
)
pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def session(frozen: time_machine.Traveller, writing: Session) -> Session:
    return writing


@pytest.fixture
def triple(session: Session) -> Triple:
    return make_triple(session)


@pytest.fixture
def placement(session: Session, triple: Triple) -> Placement:
    return make_placement(session, triple)


def live_scopes(session: Session, placement: Placement) -> set[tuple[int | None, str]]:
    """To whom what is revealed now by this placement."""
    return {
        (row.recipient_organisation_id, row.data_scope)
        for row in session.scalars(
            select(ConsentRecord).where(
                ConsentRecord.kind == ConsentKind.REVEAL,
                ConsentRecord.placement_id == placement.id,
                ConsentRecord.withdrawn_at.is_(None),
                ConsentRecord.waits_for_representative.is_(False),
            )
        )
    }


def mail_kinds(session: Session) -> list[str]:
    return sorted(session.scalars(select(OutboxMail.kind)))


def test_a_proposal_begins_with_three_questions(
    session: Session, triple: Triple, placement: Placement
) -> None:
    assert placement.clover == Clover(Stage.OPEN, W, W, W)
    assert placement.youth_due_on == placement.employer_due_on == date(2026, 11, 30)
    assert placement.cfa_due_on == date(2026, 12, 8)
    assert placement.score is not None
    assert placement.reasons
    assert mail_kinds(session) == [
        "placement_ask_cfa",
        "placement_ask_employer",
        "placement_ask_youth",
    ]
    session.refresh(triple.youth)
    assert (triple.youth.live_placements, triple.youth.waiting_answers) == (1, 1)


def test_the_same_three_meet_once_at_a_time(
    session: Session, triple: Triple, placement: Placement
) -> None:
    again = make_placement(session, triple)

    assert again.id == placement.id
    assert session.scalar(select(func.count()).select_from(Placement)) == 1
    assert len(mail_kinds(session)) == 3


def test_a_form_sent_again_after_the_end_makes_no_second_proposal(
    session: Session, triple: Triple
) -> None:
    ids = {
        "youth_id": triple.youth.id,
        "opening_id": triple.opening.id,
        "session_id": triple.training.id,
    }
    first = services.suggest(session, triple.adviser.actor, **ids, request_key="k")
    services.withdraw(session, triple.adviser.actor, placement_id=first.id, reason="pay")

    with pytest.raises(Conflict, match="déjà fait"):
        services.suggest(session, triple.adviser.actor, **ids, request_key="k")


def test_a_youth_who_did_not_agree_to_be_listed_is_not_proposed(
    session: Session, triple: Triple
) -> None:
    shy = make_youth(session, triple.adviser.organisation, triple.adviser.user, is_listed=False)

    with pytest.raises(Invalid, match="accord"):
        services.suggest(
            session, triple.adviser.actor, youth_id=shy.id, opening_id=triple.opening.id
        )


def test_a_youth_who_is_not_ready_is_not_proposed(session: Session, triple: Triple) -> None:
    triple.youth.status = YouthStatus.PREPARING
    session.flush()

    with pytest.raises(Conflict, match="prêt"):
        make_placement(session, triple)


def test_a_proposal_needs_something_to_propose(session: Session, triple: Triple) -> None:
    with pytest.raises(Invalid):
        services.suggest(session, triple.adviser.actor, youth_id=triple.youth.id)


def test_a_broken_hard_rule_stops_a_proposal(session: Session, triple: Triple) -> None:
    triple.youth.driving_licence_b = YesNoUnknown.NO
    delivery = make_opening(
        session,
        triple.employer.organisation,
        licence_required=True,
        licence_reason="livraisons en fourgon",
    )

    with pytest.raises(Invalid, match="Pourquoi pas"):
        services.suggest(
            session, triple.adviser.actor, youth_id=triple.youth.id, opening_id=delivery.id
        )


def test_a_stranger_learns_nothing_of_the_youth(session: Session, triple: Triple) -> None:
    stranger = make_party(session, make_organisation(session))

    with pytest.raises(NotFound):
        services.suggest(
            session, stranger.actor, youth_id=triple.youth.id, opening_id=triple.opening.id
        )


def test_a_cfa_with_an_agreement_proposes_for_its_own_session_only(
    session: Session, triple: Triple
) -> None:
    make_agreement(session, triple.adviser.organisation, triple.cfa.organisation)
    cfa = make_party(session, triple.cfa.organisation).actor
    foreign = make_training_session(session)

    own = services.suggest(session, cfa, youth_id=triple.youth.id, session_id=triple.training.id)

    assert own.clover == Clover(Stage.OPEN, W, S, W)
    assert "placement_suggested" in mail_kinds(session)
    with pytest.raises(NotFound):
        services.suggest(session, cfa, youth_id=triple.youth.id, session_id=foreign.id)


def test_three_yes_hold_a_seat_and_a_position_and_open_the_name(
    session: Session, triple: Triple, placement: Placement
) -> None:
    say_yes(session, triple, placement)

    assert placement.clover == Clover(Stage.AGREED, Y, Y, Y)
    assert placement.agreed_at is not None
    assert session.scalar(select(SeatHold.hold_until)) == date(2026, 12, 7)
    assert session.scalar(select(PositionHold.hold_until)) == date(2026, 12, 7)
    assert live_scopes(session, placement) == {
        (triple.employer.organisation.id, "S2"),
        (triple.cfa.organisation.id, "S2"),
        (triple.employer.organisation.id, "S4"),
        (triple.cfa.organisation.id, "S4"),
    }
    assert mail_kinds(session).count("placement_agreed") == 3


def test_saying_the_same_again_changes_nothing(
    session: Session, triple: Triple, placement: Placement
) -> None:
    say_yes(session, triple, placement, "employer")
    events = session.scalar(select(func.count()).select_from(JournalEvent))

    say_yes(session, triple, placement, "employer")

    assert session.scalar(select(func.count()).select_from(JournalEvent)) == events
    assert session.scalar(select(func.count()).select_from(PositionHold)) == 1


def test_the_youths_yes_opens_the_given_name_to_both_parties_and_a_no_takes_it_back(
    session: Session, triple: Triple, placement: Placement
) -> None:
    say_yes(session, triple, placement, "youth")
    opened = live_scopes(session, placement)

    services.youth_says(
        session, triple.adviser.actor, placement_id=placement.id, answer=N, reason="too_far"
    )

    assert opened == {
        (triple.employer.organisation.id, "S2"),
        (triple.cfa.organisation.id, "S2"),
    }
    assert live_scopes(session, placement) == set()


def test_a_minors_yes_waits_for_the_representative(session: Session, triple: Triple) -> None:
    triple.youth.birth_date = date(2010, 3, 14)
    make_representative(session, triple.youth, acknowledged=False)
    placement = make_placement(session, triple)

    say_yes(session, triple, placement, "youth")
    before = live_scopes(session, placement)
    acknowledge_representative(session, triple.adviser.actor, youth_id=triple.youth.id)

    assert (placement.youth_leaf, before) == (Y, set())
    assert live_scopes(session, placement) == {
        (triple.employer.organisation.id, "S2"),
        (triple.cfa.organisation.id, "S2"),
    }


def test_an_interview_arranged_before_the_yes_opens_the_name_with_the_yes(
    session: Session, triple: Triple, placement: Placement
) -> None:
    services.interview(
        session,
        triple.employer.actor,
        placement_id=placement.id,
        starts_at=clock.now(),
        place="Au fournil",
    )
    before = live_scopes(session, placement)

    say_yes(session, triple, placement, "youth")

    assert before == set()
    assert (triple.employer.organisation.id, "S3") in live_scopes(session, placement)
    assert (triple.cfa.organisation.id, "S3") not in live_scopes(session, placement)


@pytest.mark.parametrize("reason", [None, "", "no_such_reason"])
def test_a_no_needs_a_reason_of_the_list(
    session: Session, triple: Triple, placement: Placement, reason: str | None
) -> None:
    with pytest.raises(Invalid, match="motif"):
        services.employer_says(
            session,
            triple.employer.actor,
            placement_id=placement.id,
            answer=N,
            reason=reason,
        )


def test_another_reason_needs_words(session: Session, triple: Triple, placement: Placement) -> None:
    with pytest.raises(Invalid) as refusal:
        services.employer_says(
            session, triple.employer.actor, placement_id=placement.id, answer=N, reason="other"
        )

    assert refusal.value.field == "words"


def test_words_that_name_a_forbidden_criterion_are_refused_with_the_reason_why(
    session: Session, triple: Triple, placement: Placement
) -> None:
    with pytest.raises(Invalid, match="âge") as refusal:
        services.employer_says(
            session,
            triple.employer.actor,
            placement_id=placement.id,
            answer=N,
            reason="other",
            words="Candidat trop jeune",
        )

    assert refusal.value.field == "words"
    assert placement.employer_leaf is W


def test_a_youths_reason_is_journalled_for_the_adviser_only(
    session: Session, triple: Triple, placement: Placement
) -> None:
    services.youth_says(
        session, triple.adviser.actor, placement_id=placement.id, answer=N, reason="health"
    )

    rows = session.execute(
        select(JournalEvent.event, JournalEvent.audience, JournalEvent.reason).where(
            JournalEvent.subject_kind == "placement", JournalEvent.event.like("youth_says%")
        )
    ).all()

    assert set(map(tuple, rows)) == {
        ("youth_says", Audience.PARTIES, None),
        ("youth_says_reason", Audience.ADVISER, "health"),
    }
    bodies = " ".join(session.scalars(select(OutboxMail.text_body)))
    assert "santé" not in bodies.lower()


def test_an_employers_change_of_mind_gives_the_position_back(
    session: Session, triple: Triple, placement: Placement
) -> None:
    say_yes(session, triple, placement)

    services.employer_says(
        session,
        triple.employer.actor,
        placement_id=placement.id,
        answer=N,
        reason="no_recruitment",
    )

    assert placement.clover == Clover(Stage.OPEN, Y, N, Y)
    assert placement.agreed_at is None
    assert session.scalar(select(func.count()).select_from(PositionHold)) == 0
    session.refresh(triple.opening)
    assert triple.opening.positions_taken == 0


def test_the_last_position_goes_to_the_first_yes(session: Session, triple: Triple) -> None:
    first = make_placement(session, triple)
    other = make_youth(session, triple.adviser.organisation, triple.adviser.user)
    second = services.suggest(
        session, triple.adviser.actor, youth_id=other.id, opening_id=triple.opening.id
    )
    say_yes(session, triple, first, "employer")

    with pytest.raises(NoPositionLeft):
        say_yes(session, triple, second, "employer")


def test_a_full_session_answers_409_and_takes_the_youth_on_its_waiting_list(
    session: Session,
) -> None:
    triple = make_triple(session, capacity=1)
    first = make_placement(session, triple)
    other = make_youth(session, triple.adviser.organisation, triple.adviser.user)
    second = services.suggest(
        session, triple.adviser.actor, youth_id=other.id, session_id=triple.training.id
    )
    say_yes(session, triple, first, "cfa")

    with pytest.raises(NoSeatLeft):
        say_yes(session, triple, second, "cfa")
    services.cfa_says(session, triple.cfa.actor, placement_id=second.id, answer=Q)

    assert second.cfa_leaf is Q
    assert session.scalar(select(QueueEntry.youth_id)) == other.id


def test_a_youth_who_waited_and_gets_the_seat_leaves_the_queue(session: Session) -> None:
    triple = make_triple(session, capacity=1)
    placement = make_placement(session, triple)
    services.cfa_says(session, triple.cfa.actor, placement_id=placement.id, answer=Q)

    say_yes(session, triple, placement, "cfa")

    assert session.scalar(select(func.count()).select_from(QueueEntry)) == 0
    assert session.scalar(select(func.count()).select_from(SeatHold)) == 1


def test_one_seat_serves_all_the_proposals_of_a_youth_until_the_last_one_lets_go(
    session: Session, triple: Triple, placement: Placement
) -> None:
    bakery = make_opening(session, triple.employer.organisation)
    second = services.suggest(
        session,
        triple.adviser.actor,
        youth_id=triple.youth.id,
        opening_id=bakery.id,
        session_id=triple.training.id,
    )
    say_yes(session, triple, placement, "cfa")
    say_yes(session, triple, second, "cfa")
    seats = [session.scalar(select(func.count()).select_from(SeatHold))]

    for one in (placement, second):
        services.withdraw(session, triple.adviser.actor, placement_id=one.id, reason="pay")
        seats.append(session.scalar(select(func.count()).select_from(SeatHold)))

    assert seats == [1, 1, 0]


def test_the_rate_of_answers_counts_each_question_once(
    session: Session, triple: Triple, placement: Placement, frozen: time_machine.Traveller
) -> None:
    say_yes(session, triple, placement, "employer")
    services.employer_says(
        session, triple.employer.actor, placement_id=placement.id, answer=N, reason="rhythm"
    )
    frozen.shift(timedelta(days=16))
    say_yes(session, triple, placement, "cfa")

    session.refresh(triple.employer.organisation)
    session.refresh(triple.cfa.organisation)
    rates = [
        (one.answers_due, one.answers_in_time)
        for one in (triple.employer.organisation, triple.cfa.organisation)
    ]

    assert rates == [(1, 1), (1, 0)]


def test_parlons_en_moves_the_dates_once_and_turns_no_leaf(
    session: Session, triple: Triple, placement: Placement
) -> None:
    say_yes(session, triple, placement, "cfa")

    services.talk(session, triple.employer.actor, placement_id=placement.id)
    services.talk(session, triple.adviser.actor, placement_id=placement.id)

    assert placement.clover == Clover(Stage.OPEN, W, W, Y)
    assert placement.employer_due_on == placement.youth_due_on == date(2026, 12, 7)
    assert placement.cfa_due_on == date(2026, 12, 8)
    answers = set(session.scalars(select(LeafAnswer.answer)))
    assert answers == {"yes", "talk"}


def test_attaching_completes_a_pair_and_asks_the_youth_again(
    session: Session, triple: Triple
) -> None:
    pair = make_pair(session, triple)
    say_yes(session, triple, pair, "youth", "cfa")

    same = make_placement(session, triple)

    assert same.id == pair.id
    assert same.clover == Clover(Stage.OPEN, W, W, Y)
    assert same.opening_id == triple.opening.id
    assert live_scopes(session, same) == {(triple.cfa.organisation.id, "S2")}
    session.refresh(triple.opening)
    assert triple.opening.live_placements == 1


def test_a_strange_cfa_brings_no_session_of_its_own_into_a_proposal_that_it_may_not_see(
    session: Session, triple: Triple
) -> None:
    pair = services.suggest(
        session,
        triple.adviser.actor,
        youth_id=triple.youth.id,
        opening_id=triple.opening.id,
    )
    other = make_party(session, make_organisation(session, OrganisationKind.TRAINING_CENTRE))
    own = make_training_session(session, make_course(session, other.organisation))
    attach = partial(services.attach, session, other.actor, placement_id=pair.id, session_id=own.id)

    with pytest.raises(NotFound):
        attach()
    untouched = (pair.session_id, pair.clover.cfa)

    # With an agreement that shares this house's youth, it may propose them, so it may bring its session.
    make_agreement(session, triple.adviser.organisation, other.organisation)
    partner = actor_of(session, other.user)
    brought = services.attach(session, partner, placement_id=pair.id, session_id=own.id)
    assert untouched == (None, S)
    assert brought.session_id == own.id


def test_nothing_is_attached_to_a_whole_clover(
    session: Session, triple: Triple, placement: Placement
) -> None:
    other = make_opening(session, triple.employer.organisation)

    with pytest.raises(WrongState):
        services.attach(
            session, triple.adviser.actor, placement_id=placement.id, opening_id=other.id
        )


def test_detaching_releases_what_that_leaf_held_and_keeps_the_rest(
    session: Session, triple: Triple, placement: Placement
) -> None:
    say_yes(session, triple, placement)

    services.detach(
        session,
        triple.employer.actor,
        placement_id=placement.id,
        leaf=Leaf.EMPLOYER,
        reason="post_closed",
    )

    assert placement.clover == Clover(Stage.OPEN, Y, S, Y)
    assert placement.opening_id is None
    assert session.scalar(select(func.count()).select_from(PositionHold)) == 0
    assert session.scalar(select(func.count()).select_from(SeatHold)) == 1
    assert {one for one, _ in live_scopes(session, placement)} == {triple.cfa.organisation.id}
    session.refresh(triple.opening)
    assert triple.opening.live_placements == 0


def test_a_party_takes_back_its_own_leaf_only(
    session: Session, triple: Triple, placement: Placement
) -> None:
    with pytest.raises(Forbidden):
        services.detach(
            session,
            triple.employer.actor,
            placement_id=placement.id,
            leaf=Leaf.CFA,
            reason="no_tutor",
        )
