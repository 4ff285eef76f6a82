"""The places grid and the waiting list: rows, pasted columns, freshness, order."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from bs4 import Tag
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core import clock
from app.core.changes import Changed, PoolChange
from app.core.errors import Forbidden, Invalid, NotFound
from app.policy.actor import OrganisationKind
from app.policy.matrix import can
from app.policy.permissions import Permission
from app.training.models import TrainingSession
from app.training.queries import acts_for, course_facts, queue_of, queue_rank
from app.training.services import (
    hold_seat,
    join_queue,
    leave_queue,
    place_in_queue,
    take_seat,
    update_places,
)
from tests.factories.accounts import (
    actor_of,
    csrf_token,
    make_agreement,
    make_organisation,
    make_user,
    sign_in,
)
from tests.factories.training import make_course, make_training_session
from tests.factories.youth import make_youth
from tests.helpers.swap import assert_same, htmx_headers, parse, swap

pytestmark = pytest.mark.usefixtures("frozen")

K = OrganisationKind
GRID = "/formations/places"


@pytest.fixture
def cfa(session: Session) -> Organisation:
    """A CFA of Quimper."""
    return make_organisation(session, K.TRAINING_CENTRE, name="CFA de Quimper")


@pytest.fixture
def officer(session: Session, client: FlaskClient, cfa: Organisation) -> FlaskClient:
    """The CFA's officer, signed in."""
    return sign_in(client, make_user(session, cfa))


@pytest.fixture
def group(session: Session, cfa: Organisation) -> TrainingSession:
    """A session of twelve seats whose figures are forty days old."""
    return make_training_session(
        session, make_course(session, cfa), checked_on=clock.today() - timedelta(days=40)
    )


def figures(session: Session, group: TrainingSession) -> tuple[int, int, date]:
    """Capacity, declared seats and the day of the last check, read again."""
    session.expire_all()
    row = session.get_one(TrainingSession, group.id)
    return row.capacity, row.seats_declared, row.checked_on


def row_values(app: Flask, officer: FlaskClient, **changes: str) -> dict[str, str]:
    """What the form of a row sends."""
    values = {"version": "1", "capacity": "10", "seats_declared": "3", **changes}
    return {"csrf_token": csrf_token(app, officer, GRID), **values}


def test_old_figures_wear_an_amber_badge(
    session: Session, officer: FlaskClient, group: TrainingSession
) -> None:
    text = officer.get(GRID).text.replace("\u00a0", " ")

    assert '<span class="badge-wait">à vérifier : à jour il y a 40 jours</span>' in text


def test_a_row_is_saved_without_javascript_and_dated_today(
    app: Flask, session: Session, officer: FlaskClient, group: TrainingSession
) -> None:
    answer = officer.post(f"{GRID}/{group.id}", data=row_values(app, officer))

    assert answer.status_code == 303
    assert answer.headers["Location"] == GRID
    assert figures(session, group) == (10, 3, date(2026, 11, 23))
    kinds = [(one.kind, one.row_id) for one in session.query(PoolChange)]
    assert kinds == [(Changed.SESSION, group.id)]


def test_the_grid_after_a_saved_row_is_the_fresh_grid(
    app: Flask, session: Session, officer: FlaskClient, group: TrainingSession
) -> None:
    page = parse(officer.get(GRID))

    answer = officer.post(
        f"{GRID}/{group.id}",
        data=row_values(app, officer),
        headers=htmx_headers("places-grid"),
    )

    assert answer.status_code == 200
    assert_same(swap(page, answer, target="places-grid"), parse(officer.get(GRID)))


@pytest.mark.parametrize("typed", ["douze", "", "-1", "99999", "1.5"])
def test_a_wrong_figure_is_refused_and_kept(
    app: Flask, session: Session, officer: FlaskClient, group: TrainingSession, typed: str
) -> None:
    answer = officer.post(f"{GRID}/{group.id}", data=row_values(app, officer, seats_declared=typed))

    assert answer.status_code == 422
    field = parse(answer).find(id=f"seats_declared-{group.id}")
    assert isinstance(field, Tag)
    assert field["value"] == typed
    assert figures(session, group)[:2] == (12, 0)


def test_an_outdated_row_shows_the_truth_and_writes_nothing(
    app: Flask, session: Session, officer: FlaskClient, group: TrainingSession
) -> None:
    answer = officer.post(f"{GRID}/{group.id}", data=row_values(app, officer, version="0"))

    assert answer.status_code == 409
    assert "modifiée entre-temps" in answer.text
    assert figures(session, group)[:2] == (12, 0)


def test_a_capacity_below_what_is_promised_shows_overbooking_and_cancels_nobody(
    app: Flask, session: Session, officer: FlaskClient, group: TrainingSession
) -> None:
    values = row_values(app, officer, capacity="2", seats_declared="5")

    answer = officer.post(f"{GRID}/{group.id}", data=values, headers=htmx_headers("places-grid"))

    assert "surréservation : 3 de trop" in answer.text
    assert figures(session, group)[:2] == (2, 5)


def test_an_overbooked_session_says_who_is_concerned_and_what_to_do_to_those_who_answer_for_it(
    app: Flask, session: Session, officer: FlaskClient, group: TrainingSession
) -> None:
    youth = [make_youth(session), make_youth(session), make_youth(session)]
    for days, one in zip((9, 3, None), youth, strict=True):
        if days is None:
            take_seat(session, session_id=group.id, youth_id=one.id)
        else:
            until = clock.today() + timedelta(days=days)
            hold_seat(session, session_id=group.id, youth_id=one.id, hold_until=until)
    codes = [one.public_code for one in youth]
    adviser = sign_in(app.test_client(), make_user(session, make_organisation(session)))
    page = f"/formations/sessions/{group.id}"

    calm = officer.get(page)
    officer.post(f"{GRID}/{group.id}", data=row_values(app, officer, capacity="1"))
    grid, told, other = officer.get(GRID), officer.get(page), adviser.get(page)

    assert "Qui est concerné" not in calm.text
    assert f"{page}#concerned" in grid.text
    listed = [one.get_text(strip=True) for one in parse(told.text).select("tbody th")]
    assert listed == [codes[1], codes[0], codes[2]]
    assert "remonter la capacité" in told.text
    assert not [one for one in youth if one.family_name in told.text]
    assert "surréservation" in other.text
    assert not [code for code in codes if code in other.text]
    session.expire_all()
    assert (group.capacity, group.seats_taken) == (1, 3)


def test_everything_is_said_to_be_right_after_a_question_that_needs_no_script(
    session: Session, officer: FlaskClient, group: TrainingSession
) -> None:
    foreign = make_training_session(session, checked_on=date(2026, 1, 1))

    page = parse(officer.get(GRID))
    (form,) = page.find_all("form", {"action": f"{GRID}/a-jour"})
    asked = form.find_parent("details", class_="ask-first")
    sent = {str(one["name"]): str(one["value"]) for one in form.find_all("input")}
    answer = officer.post(f"{GRID}/a-jour", data=sent)

    assert asked is not None
    assert "1 session" in " ".join(form.get_text(" ").split()).replace("\u00a0", " ")
    assert form.button.get_text(strip=True) == "Oui, tout est à jour"
    assert not page.select("[hx-confirm]")
    assert answer.status_code == 303
    assert figures(session, group)[2] == date(2026, 11, 23)
    assert figures(session, foreign)[2] == date(2026, 1, 1)


def test_a_pasted_column_is_shown_before_it_is_written(
    app: Flask, session: Session, officer: FlaskClient, cfa: Organisation
) -> None:
    course = make_course(session, cfa)
    groups = [
        make_training_session(session, course, starts_on=date(2027, month, 4))
        for month in (1, 2, 3)
    ]
    token = csrf_token(app, officer, GRID)
    paste = {"csrf_token": token, "column": "seats_declared", "numbers": "4\n\n1 1\n"}

    preview = officer.post(f"{GRID}/coller", data=paste)
    untouched = [figures(session, one)[1] for one in groups]
    lines = [str(one["value"]) for one in parse(preview).find_all("input", {"name": "change"})]
    answer = officer.post(
        f"{GRID}/coller/appliquer",
        data={"csrf_token": token, "column": "seats_declared", "change": lines},
    )

    assert preview.status_code == 200
    assert untouched == [0, 0, 0]
    assert answer.status_code == 303
    assert [figures(session, one)[1] for one in groups] == [4, 0, 11]


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ("4\ndouze", "La ligne 2 n’est pas un nombre"),
        ("1\n2\n3", "3 lignes pour 1 session"),
        ("5000", "de 0 à 2000"),
        (" ", "Collez au moins un nombre"),
    ],
)
def test_a_wrong_column_is_refused_and_kept(
    app: Flask,
    session: Session,
    officer: FlaskClient,
    group: TrainingSession,
    numbers: str,
    message: str,
) -> None:
    token = csrf_token(app, officer, GRID)

    answer = officer.post(
        f"{GRID}/coller",
        data={"csrf_token": token, "column": "capacity", "numbers": numbers},
    )

    assert answer.status_code == 422
    assert message in answer.text
    kept = parse(answer).find(id="numbers")
    assert kept is not None
    assert numbers.strip() in kept.text


def test_a_forged_or_outdated_preview_writes_no_row_at_all(
    app: Flask, session: Session, officer: FlaskClient, group: TrainingSession
) -> None:
    foreign = make_training_session(session)
    token = csrf_token(app, officer, GRID)
    statuses = []
    for lines in (
        [f"{group.id}:1:5", f"{foreign.id}:1:5"],
        [f"{group.id}:1:5", f"{group.id}:1:6"],
        ["x:1:5"],
        [f"{group.id}:0:5"],
    ):
        data = {"csrf_token": token, "column": "capacity", "change": lines}
        statuses.append(officer.post(f"{GRID}/coller/appliquer", data=data).status_code)

    assert statuses == [403, 409, 422, 409]
    assert figures(session, group)[0] == 12
    assert figures(session, foreign)[0] == 12


def test_only_those_who_act_for_a_cfa_change_its_figures(session: Session) -> None:
    group = make_training_session(session)
    other = make_organisation(session, K.TRAINING_CENTRE)
    stranger = actor_of(session, make_user(session, other))

    with pytest.raises(Forbidden):
        update_places(
            session, stranger, session_id=group.id, version=1, capacity=1, seats_declared=0
        )
    assert group.capacity == 12


def test_the_grid_holds_exactly_the_cfas_that_the_policy_lets_change(session: Session) -> None:
    cfas = [make_organisation(session, K.TRAINING_CENTRE) for _ in range(3)]
    courses = [make_course(session, one) for one in cfas]
    point_a = make_organisation(session, K.POINT_A)
    make_agreement(session, cfas[1], point_a)
    make_agreement(session, point_a, cfas[2], shares_places=False)
    people = [
        actor_of(session, make_user(session, one))
        for one in (
            *cfas,
            point_a,
            make_organisation(session),
            make_organisation(session, K.COMPANY),
        )
    ]

    for actor in people:
        door = {
            course.cfa_id
            for course in courses
            if can(actor, Permission.SESSION_EDIT, course_facts(session, course.id))
        }

        assert acts_for(actor) & {one.id for one in cfas} == door


def test_the_waiting_list_puts_complete_files_first_then_the_earliest(session: Session) -> None:
    group = make_training_session(session)
    early, late, complete = (make_youth(session) for _ in range(3))
    now = clock.now()
    for youth, complete_at in ((early, None), (complete, now), (late, None)):
        join_queue(session, session_id=group.id, youth_id=youth.id, complete_at=complete_at)

    ranks = [
        queue_rank(session, session_id=group.id, youth_id=one.id) for one in (complete, early, late)
    ]

    assert ranks == [1, 2, 3]


def test_a_youth_waits_once_and_leaves_once(session: Session) -> None:
    group, youth = make_training_session(session), make_youth(session)

    first = join_queue(session, session_id=group.id, youth_id=youth.id)
    again = join_queue(session, session_id=group.id, youth_id=youth.id)
    left = [leave_queue(session, session_id=group.id, youth_id=youth.id) for _ in range(2)]

    assert again is first
    assert left == [True, False]
    assert queue_rank(session, session_id=group.id, youth_id=youth.id) is None


def test_a_fixed_rank_needs_a_reason_that_names_no_forbidden_criterion(
    session: Session, cfa: Organisation, group: TrainingSession
) -> None:
    actor = actor_of(session, make_user(session, cfa))
    first, second = (
        join_queue(session, session_id=group.id, youth_id=make_youth(session).id) for _ in range(2)
    )

    for reason in ("", "candidate enceinte"):
        with pytest.raises(Invalid):
            place_in_queue(
                session, actor, session_id=group.id, entry_id=second.id, rank=1, reason=reason
            )
    place_in_queue(
        session, actor, session_id=group.id, entry_id=second.id, rank=1, reason="Promesse signée"
    )

    assert [one.id for one in queue_of(session, group.id)] == [second.id, first.id]


def test_an_empty_rank_gives_the_public_place_back(
    session: Session, cfa: Organisation, group: TrainingSession
) -> None:
    actor = actor_of(session, make_user(session, cfa))
    first, second = (
        join_queue(session, session_id=group.id, youth_id=make_youth(session).id) for _ in range(2)
    )
    place_in_queue(
        session, actor, session_id=group.id, entry_id=second.id, rank=1, reason="Promesse signée"
    )

    place_in_queue(session, actor, session_id=group.id, entry_id=second.id, rank=None)

    assert [one.id for one in queue_of(session, group.id)] == [first.id, second.id]
    assert second.manual_reason is None


def test_an_entry_of_another_session_is_not_found(
    session: Session, cfa: Organisation, group: TrainingSession
) -> None:
    actor = actor_of(session, make_user(session, cfa))
    foreign = make_training_session(session)
    entry = join_queue(session, session_id=foreign.id, youth_id=make_youth(session).id)

    with pytest.raises(NotFound):
        place_in_queue(session, actor, session_id=group.id, entry_id=entry.id, rank=None)


def test_the_waiting_list_page_shows_codes_and_no_name(
    app: Flask, session: Session, officer: FlaskClient, group: TrainingSession
) -> None:
    youth = make_youth(session, given_name="Zénobie", family_name="Kervella")
    entry = join_queue(session, session_id=group.id, youth_id=youth.id)
    path = f"/formations/sessions/{group.id}/attente"
    page = parse(officer.get(path))
    token = csrf_token(app, officer, path)

    answer = officer.post(
        f"{path}/{entry.id}/complet",
        data={"csrf_token": token},
        headers=htmx_headers("queue"),
    )

    fresh = officer.get(path)
    assert_same(swap(page, answer, target="queue"), parse(fresh))
    assert youth.public_code in fresh.text
    assert not [one for one in ("Zénobie", "Kervella") if one in fresh.text]


def test_a_rank_without_reason_is_refused_on_the_page_and_saved_with_one(
    app: Flask, session: Session, officer: FlaskClient, group: TrainingSession
) -> None:
    entry = join_queue(session, session_id=group.id, youth_id=make_youth(session).id)
    path = f"/formations/sessions/{group.id}/attente"
    token = csrf_token(app, officer, path)
    values = {"csrf_token": token, "rank": "1", "reason": ""}

    refused = officer.post(f"{path}/{entry.id}/rang", data=values)
    saved = officer.post(f"{path}/{entry.id}/rang", data={**values, "reason": "Promesse signée"})

    assert refused.status_code == 422
    assert "Écrivez pourquoi" in refused.text
    assert saved.status_code == 303
    assert "rang 1 : Promesse signée" in officer.get(path).text
