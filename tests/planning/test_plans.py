"""A plan reads, computes and proposes; people decide; nothing is taken, and a failed night loses nothing."""

from __future__ import annotations

from typing import ClassVar

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.db import transaction
from app.core.errors import Conflict, NotFound
from app.core.outbox import OutboxMail
from app.core.tasks import run_job
from app.openings.models import Opening
from app.placements.models import Placement
from app.planning import tasks
from app.planning.models import LeftWithout, PlanLine, PlanRun
from app.planning.queries.inputs import last_plan_id
from app.planning.services import ask_for_plan, hand_over, leave_line, propose_lines
from app.planning.workflow import LineEvent, LineState, NotNow, PlanState, next_line_state
from app.policy.actor import CLOCK, OrganisationKind, Role
from app.training.models import TrainingSession
from app.youth.models import Youth, YouthStatus
from tests.factories.accounts import make_organisation, make_user, sign_in
from tests.factories.youth import make_youth
from tests.helpers.swap import parse
from tests.planning.conftest import BRITTANY, Region, computed

pytestmark = pytest.mark.usefixtures("frozen")


def lines_of(session: Session, run: PlanRun) -> list[PlanLine]:
    return list(
        session.scalars(select(PlanLine).where(PlanLine.plan_id == run.id).order_by(PlanLine.id))
    )


def handed(session: Session, region: Region) -> PlanLine:
    """The one line of a computed plan, in the adviser's list."""
    run = computed(session, region)
    with transaction() as writing:
        hand_over(writing, region.acting(writing, region.coordinator), plan_id=run.id)
    session.expire_all()
    return lines_of(session, run)[0]


def test_a_plan_gives_one_seat_to_one_youth_and_says_why_the_other_is_without(
    session: Session, region: Region
) -> None:
    run = computed(session, region)

    (line,) = lines_of(session, run)
    (without,) = session.scalars(select(LeftWithout).where(LeftWithout.plan_id == run.id))
    assert {line.youth_id, without.youth_id} == {one.id for one in region.youth}
    assert without.reason == "both_taken"
    assert run.state is PlanState.DONE
    assert run.figures["served"] == 1
    assert run.figures["served_first_come"] == 1
    assert (run.value or 0) <= (run.bound or 0) + 1e-9


def test_where_only_a_change_with_more_room_would_help_both_are_told(
    session: Session, client: FlaskClient, region: Region
) -> None:
    """The one bakery is some fifty kilometres away, farther than this youth goes, and it is taken."""
    with transaction() as writing:
        mission, adviser = (writing.merge(one) for one in (region.mission, region.adviser))
        far = make_youth(writing, mission, adviser, commune_code="29024", radius_km=45)
        far_id, code = far.id, far.public_code

    run = computed(session, region)
    shown = sign_in(client, region.coordinator).get(f"/plan/{run.id}/sans?raison=no_triple")

    (without,) = session.scalars(select(LeftWithout).where(LeftWithout.youth_id == far_id))
    assert (without.reason, without.lever, without.lever_room) == ("no_triple", "FARTHER", "both")
    row = next(one for one in parse(shown).select("tbody tr") if code in one.text)
    assert "km de plus, et un poste et une place de plus" in row.text
    assert run.figures["with_pair"] == 1


def test_a_plan_takes_nothing_and_tells_no_party(session: Session, region: Region) -> None:
    run = computed(session, region)
    with transaction() as writing:
        hand_over(writing, region.acting(writing, region.coordinator), plan_id=run.id)

    session.expire_all()
    assert session.scalar(select(func.count()).select_from(Placement)) == 0
    assert session.get_one(TrainingSession, region.training.id).seats_taken == 0
    assert session.get_one(Opening, region.opening.id).positions_taken == 0
    assert (
        session.scalar(
            select(func.count()).select_from(OutboxMail).where(OutboxMail.placement_id.is_not(None))
        )
        == 0
    )


def test_nobody_is_left_out_twice_where_it_can_be_helped(session: Session, region: Region) -> None:
    first = computed(session, region)

    second = computed(session, region)

    assert {one.youth_id for one in lines_of(session, first)} != {
        one.youth_id for one in lines_of(session, second)
    }


def test_the_same_region_gives_the_same_plan(session: Session, region: Region) -> None:
    first = computed(session, region)
    for row in session.scalars(select(LeftWithout)):
        session.delete(row)
    session.commit()

    second = computed(session, region)

    def told(run: PlanRun) -> list[tuple[int, int, int, float]]:
        return [
            (one.youth_id, one.opening_id, one.session_id, one.score)
            for one in lines_of(session, run)
        ]

    assert told(first) == told(second)


def test_one_plan_at_a_time(session: Session, region: Region) -> None:
    with transaction() as writing:
        ask_for_plan(writing, CLOCK, region_code=BRITTANY)

    with pytest.raises(Conflict), transaction() as writing:
        ask_for_plan(writing, region.acting(writing, region.coordinator), region_code=BRITTANY)


def test_yesterdays_plan_stays_when_tonights_fails(
    session: Session, region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = computed(session, region).id
    with transaction() as writing:
        run = ask_for_plan(writing, CLOCK, region_code=BRITTANY)
        bad, job_id = run.id, run.job_id

    def power_cut(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(tasks, "compute", power_cut)
    succeeded = run_job(job_id or 0)

    session.expire_all()
    assert not succeeded
    assert session.get_one(PlanRun, bad).state is PlanState.FAILED
    assert last_plan_id(session, BRITTANY) == good


class Watched(tasks.JobContext):
    """A job whose progress is written down."""

    seen: ClassVar[list[int]] = []

    def progress(self, done: int, total: int) -> None:
        self.seen.append(100 * done // total)


def test_the_page_is_told_of_each_round_and_never_goes_back(
    session: Session, region: Region
) -> None:
    with transaction() as writing:
        run = ask_for_plan(writing, CLOCK, region_code=BRITTANY)
        plan_id, job_id = run.id, run.job_id
    Watched.seen.clear()

    tasks.run_plan(Watched(job_id or 0), {"plan_id": plan_id})

    assert sorted(Watched.seen) == Watched.seen
    assert set(tasks.STEPS.values()) <= set(Watched.seen)
    session.expire_all()
    assert session.get_one(PlanRun, plan_id).state is PlanState.DONE


def test_a_task_taken_up_twice_writes_one_plan(session: Session, region: Region) -> None:
    run = computed(session, region)

    tasks.run_plan(tasks.JobContext(run.job_id or 0), {"plan_id": run.id})

    session.expire_all()
    assert len(lines_of(session, run)) == 1


def test_every_night_asks_for_one_plan_a_region(session: Session, region: Region) -> None:
    tasks.plan_every_region()
    tasks.plan_every_region()

    assert session.scalar(select(func.count()).select_from(PlanRun)) == 1


def test_the_adviser_makes_a_line_a_proposal_by_the_ordinary_verb(
    session: Session, region: Region
) -> None:
    line = handed(session, region)

    with transaction() as writing:
        taken = propose_lines(writing, region.acting(writing, region.adviser), line_ids=[line.id])

    session.expire_all()
    placement = session.scalars(select(Placement)).one()
    assert taken.proposed == 1
    assert (placement.youth_id, placement.opening_id) == (line.youth_id, region.opening.id)
    assert session.get_one(PlanLine, line.id).placement_id == placement.id


def test_a_line_whose_youth_found_a_contract_meanwhile_is_gone_and_says_why(
    session: Session, region: Region
) -> None:
    line = handed(session, region)
    with transaction() as writing:
        writing.get_one(Youth, line.youth_id).status = YouthStatus.PLACED

    with transaction() as writing:
        taken = propose_lines(writing, region.acting(writing, region.adviser), line_ids=[line.id])

    session.expire_all()
    assert (taken.proposed, taken.gone) == (0, 1)
    assert "contrat" in taken.words[0]
    assert session.get_one(PlanLine, line.id).state is LineState.GONE


def test_what_a_person_left_is_not_proposed_afterwards(session: Session, region: Region) -> None:
    line = handed(session, region)
    with transaction() as writing:
        leave_line(writing, region.acting(writing, region.adviser), line_id=line.id)

    with pytest.raises(Conflict), transaction() as writing:
        propose_lines(writing, region.acting(writing, region.adviser), line_ids=[line.id])


def test_an_adviser_of_another_house_does_not_know_the_line(
    session: Session, region: Region
) -> None:
    line = handed(session, region)
    with transaction() as writing:
        stranger = make_user(
            writing, make_organisation(writing, OrganisationKind.LOCAL_MISSION), Role.ADVISER
        )

    with pytest.raises(NotFound), transaction() as writing:
        propose_lines(writing, region.acting(writing, stranger), line_ids=[line.id])


def test_a_line_that_nobody_handed_over_is_not_in_the_advisers_reach(
    session: Session, region: Region
) -> None:
    (line,) = lines_of(session, computed(session, region))

    with pytest.raises(NotFound), transaction() as writing:
        propose_lines(writing, region.acting(writing, region.adviser), line_ids=[line.id])


def test_an_older_plan_cannot_be_handed_over_any_more(session: Session, region: Region) -> None:
    old = computed(session, region)
    computed(session, region)

    with pytest.raises(Conflict), transaction() as writing:
        hand_over(writing, region.acting(writing, region.coordinator), plan_id=old.id)


def test_lines_of_another_plan_are_not_found_and_decide_nothing_about_this_one(
    session: Session, region: Region
) -> None:
    waiting = handed(session, region)
    run = computed(session, region)

    with pytest.raises(NotFound), transaction() as writing:
        hand_over(
            writing,
            region.acting(writing, region.coordinator),
            plan_id=run.id,
            line_ids=[waiting.id],
        )

    session.expire_all()
    assert session.get_one(PlanLine, waiting.id).state is LineState.HANDED
    assert lines_of(session, run)[0].state is LineState.COMPUTED


@pytest.mark.parametrize("event", list(LineEvent))
@pytest.mark.parametrize("state", [LineState.PROPOSED, LineState.LEFT, LineState.GONE])
def test_a_decided_line_takes_no_event(state: LineState, event: LineEvent) -> None:
    with pytest.raises(NotNow):
        next_line_state(state, event)
