"""Pages of training through a browser without JavaScript, and with htmx."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core.db import db
from app.policy.actor import OrganisationKind
from app.training.models import Course, SessionStatus, TrainingSession
from tests.factories.accounts import (
    csrf_token,
    make_agreement,
    make_organisation,
    make_site,
    make_user,
    sign_in,
)
from tests.factories.reference import make_commune, make_trade
from tests.factories.training import make_course, make_training_session
from tests.helpers.swap import assert_same, htmx_headers, parse, swap

pytestmark = pytest.mark.usefixtures("frozen")

K = OrganisationKind


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement sent meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, text: str, *_rest: object) -> None:
        if text.lstrip().upper().startswith(("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")):
            sent.append(text)

    engine = db.engine.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def cfa(session: Session) -> Organisation:
    """A CFA of Quimper."""
    return make_organisation(session, K.TRAINING_CENTRE, name="CFA de Quimper")


@pytest.fixture
def officer(session: Session, client: FlaskClient, cfa: Organisation) -> FlaskClient:
    """The CFA's officer, signed in."""
    return sign_in(client, make_user(session, cfa))


@pytest.fixture
def adviser(session: Session, client: FlaskClient) -> FlaskClient:
    """An adviser of a mission locale, signed in."""
    return sign_in(client, make_user(session, make_organisation(session)))


@pytest.fixture
def point_a(session: Session, client: FlaskClient, cfa: Organisation) -> FlaskClient:
    """The officer of a point A that acts for the CFA."""
    organisation = make_organisation(session, K.POINT_A)
    make_agreement(session, organisation, cfa, shares_youth=False)
    return sign_in(client, make_user(session, organisation))


def course_values(**changes: str) -> dict[str, str]:
    """What a person types for a course."""
    return {
        "title": "CAP Boulanger",
        "rncp_code": "RNCP37537",
        "cfd_code": "50022142",
        "duration_months": "24",
        "rhythm": "one_two",
        "has_boarding": "yes",
        "for_apprenticeship": "y",
        "trade": "boulanger",
        **changes,
    }


def test_everybody_who_is_signed_in_reads_the_list(session: Session, adviser: FlaskClient) -> None:
    make_training_session(session)

    answer = adviser.get("/formations/")

    assert answer.status_code == 200
    assert "CAP Boulanger" in answer.text
    assert "12 places libres" in answer.text.replace("\u00a0", " ")


def test_the_list_asks_for_a_session(client: FlaskClient, session: Session) -> None:
    answer = client.get("/formations/")

    assert answer.status_code == 303
    assert "/compte/connexion" in answer.headers["Location"]


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("words=boulanger", True),
        ("words=boulengerie", True),
        ("words=menuisier", False),
        ("commune=Quimper&km=10", True),
        ("commune=Rennes&km=50", False),
        ("month=11/2026", True),
        ("month=2026-12", False),
        ("free=y", True),
        ("boarding=y", True),
        ("cfa=quimper", True),
        ("cfa=brest", False),
        ("sort=-free&page=99999", True),
        ("km=x&month=13/2026&sort=zzz&page=a", True),
    ],
)
def test_each_filter_narrows_the_list(
    session: Session, adviser: FlaskClient, cfa: Organisation, query: str, is_found: bool
) -> None:
    make_commune(session, "35238")
    make_trade(session, "H2206")
    make_training_session(session, make_course(session, cfa))

    answer = adviser.get(f"/formations/?{query}")

    assert answer.status_code == 200
    assert ("CAP Boulanger</a>" in answer.text) is is_found


def test_full_past_closed_and_withdrawn_sessions_are_left_out(
    session: Session, adviser: FlaskClient
) -> None:
    make_training_session(session, make_course(session, title="Pleine"), capacity=0)
    make_training_session(session, make_course(session, title="Close"), status=SessionStatus.CLOSED)
    make_training_session(session, make_course(session, title="Passée"), starts_on=date(2026, 9, 1))
    make_training_session(
        session,
        make_course(session, title="Permanente"),
        starts_on=date(2026, 9, 1),
        has_rolling_entry=True,
    )
    make_training_session(session, make_course(session, title="Retirée", is_archived=True))

    text = adviser.get("/formations/?free=y").text

    shown = [one for one in ("Pleine", "Close", "Passée", "Permanente", "Retirée") if one in text]
    assert shown == ["Permanente"]


def test_an_unclear_commune_asks_which_one_and_keeps_the_list(
    session: Session, adviser: FlaskClient
) -> None:
    make_commune(session, "23008")
    make_commune(session, "61011")
    make_training_session(session)

    text = adviser.get("/formations/?commune=Aubusson").text

    assert "Plusieurs communes sont possibles" in text
    assert "CAP Boulanger" in text


def test_the_list_is_the_same_swapped_or_fresh(session: Session, adviser: FlaskClient) -> None:
    make_training_session(session)
    page = parse(adviser.get("/formations/"))

    answer = adviser.get("/formations/?free=y", headers=htmx_headers("session-list"))

    assert answer.text.lstrip().startswith('<section id="session-list"')
    swapped = swap(page, answer, target="session-list")
    assert_same(swapped, parse(adviser.get("/formations/?free=y")))


@pytest.mark.parametrize("path", ["/formations/", "/formations/places"])
def test_a_list_sends_the_same_few_statements_whatever_its_rows(
    app: Flask, session: Session, officer: FlaskClient, cfa: Organisation, path: str
) -> None:
    counts = []
    for _ in range(2):
        for _ in range(5):
            make_training_session(session, make_course(session, cfa))
        session.flush()
        officer.get(path)
        with statements() as sent:
            officer.get(path)
        counts.append(len(sent))

    assert counts[0] == counts[1]
    assert counts[0] <= 8


def test_a_session_page_shows_seats_and_hides_buttons_from_others(
    session: Session, adviser: FlaskClient
) -> None:
    group = make_training_session(session, capacity=3, seats_declared=5)

    text = adviser.get(f"/formations/sessions/{group.id}").text

    assert "surréservation : 2 de trop" in text
    assert "Modifier la session" not in text


def test_what_does_not_exist_is_not_found(session: Session, officer: FlaskClient) -> None:
    statuses = [
        officer.get(path).status_code
        for path in (
            "/formations/999",
            "/formations/sessions/999",
            "/formations/999/modifier",
            "/formations/sessions/999/attente",
        )
    ]

    assert statuses == [404, 404, 404, 404]


@pytest.mark.parametrize(
    "path",
    [
        "/formations/{course}/modifier",
        "/formations/{course}/sessions/nouvelle",
        "/formations/sessions/{group}/modifier",
        "/formations/sessions/{group}/attente",
    ],
)
def test_another_cfa_sees_the_course_but_not_its_forms(
    session: Session, officer: FlaskClient, path: str
) -> None:
    group = make_training_session(session)

    answer = officer.get(path.format(course=group.course_id, group=group.id))

    assert answer.status_code == 403


@pytest.mark.parametrize(
    "path", ["/formations/nouvelle", "/formations/places", "/formations/sessions/1/attente"]
)
def test_an_adviser_finds_no_page_of_the_cfa(
    session: Session, adviser: FlaskClient, path: str
) -> None:
    answer = adviser.get(path)

    assert answer.status_code == 404


def test_a_course_is_created_without_javascript(
    app: Flask, session: Session, officer: FlaskClient, cfa: Organisation
) -> None:
    make_trade(session)
    token = csrf_token(app, officer, "/formations/nouvelle")

    answer = officer.post(
        "/formations/nouvelle",
        data=course_values(csrf_token=token, cfa_id=str(cfa.id), entry_level="0"),
    )

    assert answer.status_code == 303
    course = session.scalars(select(Course).where(Course.cfa_id == cfa.id)).one()
    assert (course.level, course.entry_level, course.entry_level_known) == (3, None, True)
    assert officer.get(answer.headers["Location"]).status_code == 200


def test_the_same_form_sent_twice_creates_one_course(
    app: Flask, session: Session, officer: FlaskClient, cfa: Organisation
) -> None:
    make_trade(session)
    token = csrf_token(app, officer, "/formations/nouvelle")
    values = course_values(csrf_token=token, cfa_id=str(cfa.id), request_key="k" * 20)

    statuses = [officer.post("/formations/nouvelle", data=values).status_code for _ in range(2)]

    assert statuses == [303, 409]
    assert session.scalar(select(func.count()).select_from(Course)) == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rncp_code": "RS1234"}, "Un code RS ne peut pas"),
        ({"rncp_code": "boulanger"}, "n’est pas complet"),
        ({"cfd_code": "12"}, "huit caractères"),
        ({"trade": ""}, "au moins un métier"),
        ({"trade": "zzzzqqqq"}, "Aucun métier connu"),
        ({"trades": "D1102\0 et plus long"}, "n’est pas au répertoire ROME"),
        ({"for_apprenticeship": ""}, "au moins un type de contrat"),
        ({"title": " "}, "Écrivez l’intitulé"),
        ({"duration_months": "99"}, "de 1 à 48"),
    ],
)
def test_a_wrong_course_is_refused_and_what_was_typed_is_kept(
    app: Flask,
    session: Session,
    officer: FlaskClient,
    cfa: Organisation,
    changes: dict[str, str],
    message: str,
) -> None:
    make_trade(session)
    token = csrf_token(app, officer, "/formations/nouvelle")
    values = course_values(
        csrf_token=token, cfa_id=str(cfa.id), **{"duration_months": "23", **changes}
    )
    if not values["for_apprenticeship"]:
        del values["for_apprenticeship"]

    answer = officer.post("/formations/nouvelle", data=values)

    assert answer.status_code == 422
    assert message in answer.text
    assert f'value="{values["duration_months"]}"' in answer.text
    assert session.scalar(select(func.count()).select_from(Course)) == 0


def test_a_course_is_changed_and_an_outdated_form_is_told_so(
    app: Flask, session: Session, officer: FlaskClient, cfa: Organisation
) -> None:
    course = make_course(session, cfa)
    path = f"/formations/{course.id}/modifier"
    token = csrf_token(app, officer, path)
    values = course_values(
        csrf_token=token, cfa_id=str(cfa.id), version="1", title="CAP Boulanger en un an"
    )

    statuses = [officer.post(path, data=values).status_code for _ in range(2)]

    assert statuses == [303, 409]
    session.expire_all()
    assert session.get_one(Course, course.id).title == "CAP Boulanger en un an"


def test_a_point_a_opens_a_session_for_its_cfa(
    app: Flask, session: Session, point_a: FlaskClient, cfa: Organisation
) -> None:
    course, site = make_course(session, cfa), make_site(session, cfa)
    path = f"/formations/{course.id}/sessions/nouvelle"
    token = csrf_token(app, point_a, path)

    answer = point_a.post(
        path,
        data={
            "csrf_token": token,
            "site_id": str(site.id),
            "starts_on": "2027-01-04",
            "capacity": "12",
            "seats_declared": "4",
            "status": "open",
        },
    )

    assert answer.status_code == 303
    group = session.scalars(select(TrainingSession)).one()
    assert (group.seats_free, group.checked_on) == (8, date(2026, 11, 23))


def test_a_session_in_another_commune_opens_a_site_there(
    app: Flask, session: Session, officer: FlaskClient, cfa: Organisation
) -> None:
    course = make_course(session, cfa)
    make_commune(session, "29019")
    path = f"/formations/{course.id}/sessions/nouvelle"
    values = {
        "csrf_token": csrf_token(app, officer, path),
        "commune": "Brest",
        "starts_on": "2027-01-04",
        "capacity": "12",
        "status": "open",
    }

    answer = officer.post(path, data=values)

    assert answer.status_code == 303
    assert "Brest" in officer.get(answer.headers["Location"]).text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"ends_on": "2026-01-01"}, "La fin vient après le début"),
        ({"capacity": ""}, "Écrivez le nombre de places"),
        ({"starts_on": ""}, "Écrivez la date de début"),
        ({"site_id": ""}, "Choisissez un site"),
        ({"site_id": "999999"}, "Not a valid choice|valide"),
    ],
)
def test_a_wrong_session_is_refused(
    app: Flask,
    session: Session,
    officer: FlaskClient,
    cfa: Organisation,
    changes: dict[str, str],
    message: str,
) -> None:
    course, site = make_course(session, cfa), make_site(session, cfa)
    path = f"/formations/{course.id}/sessions/nouvelle"
    values = {
        "csrf_token": csrf_token(app, officer, path),
        "site_id": str(site.id),
        "starts_on": "2027-01-04",
        "capacity": "12",
        "status": "open",
        **changes,
    }

    answer = officer.post(path, data=values)

    assert answer.status_code == 422
    assert any(one in answer.text for one in message.split("|"))
    assert session.scalar(select(func.count()).select_from(TrainingSession)) == 0


def test_a_withdrawn_course_leaves_the_list_and_comes_back(
    app: Flask, session: Session, officer: FlaskClient, cfa: Organisation
) -> None:
    group = make_training_session(session, make_course(session, cfa))
    path = f"/formations/{group.course_id}"
    token = csrf_token(app, officer, path)

    def is_listed() -> bool:
        return "CAP Boulanger</a>" in officer.get("/formations/").text

    officer.post(f"{path}/retirer", data={"csrf_token": token})
    withdrawn = is_listed()
    officer.post(f"{path}/remettre", data={"csrf_token": token})
    restored = is_listed()

    assert (withdrawn, restored) == (False, True)
