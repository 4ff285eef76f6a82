"""A visit is recorded once, counted by its kind, seen before the second one, and kept to who may read it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, Invalid, NotFound
from app.openings.models import Company
from app.openings.services import merge_companies
from app.outreach.models import (
    CompanyFollow,
    NextStep,
    Objection,
    Visit,
    VisitKind,
    VisitMeasure,
)
from app.outreach.queries.measures import measures_on
from app.outreach.queries.visits import (
    VisitFilters,
    steps_due,
    visit_list,
    visit_page,
    visits_of,
)
from app.outreach.services import VisitDetails, finish_step, record_visit
from app.policy.actor import Actor, OrganisationKind
from tests.factories.accounts import csrf_token, make_organisation, sign_in
from tests.factories.reference import make_trade
from tests.helpers.swap import assert_same, htmx_headers, parse, swap
from tests.outreach.conftest import Field, make_agent, make_placed_company

pytestmark = pytest.mark.usefixtures("frozen")

TODAY = date(2026, 11, 23)
SHEET = "/prospection/visites/nouvelle"


def _details(**values: object) -> VisitDetails:
    given: dict[str, object] = {"kind": VisitKind.VISIT, "happened_on": TODAY, **values}
    return VisitDetails(**given)  # type: ignore[arg-type]


def test_a_sheet_that_is_sent_twice_is_one_visit(session: Session, field: Field) -> None:
    first = record_visit(
        session, field.agent, company_id=field.company.id, details=_details(), request_key="k1"
    )

    again = record_visit(
        session, field.agent, company_id=field.company.id, details=_details(), request_key="k1"
    )

    assert again.id == first.id
    assert session.scalar(select(func.count(Visit.id))) == 1


def test_measures_are_dated_rows_of_the_aid_table(session: Session, field: Field) -> None:
    known = measures_on(TODAY)[0].aid_id

    visit = record_visit(
        session,
        field.agent,
        company_id=field.company.id,
        details=_details(measures=[known], objections=[Objection.NO_TUTOR]),
    )

    row = session.scalars(select(VisitMeasure)).one()
    assert (row.visit_id, row.aid_id, row.explained_on) == (visit.id, known, TODAY)
    with pytest.raises(Invalid, match="en vigueur"):
        record_visit(
            session,
            field.agent,
            company_id=field.company.id,
            details=_details(measures=["no-such-row"]),
        )


@pytest.mark.parametrize(
    ("changes", "field_name"),
    [
        ({"happened_on": TODAY + timedelta(days=1)}, "happened_on"),
        ({"happened_on": TODAY - timedelta(days=400)}, "happened_on"),
        ({"next_step": NextStep.CALL_BACK}, "next_on"),
        ({"next_step": NextStep.CALL_BACK, "next_on": TODAY - timedelta(days=1)}, "next_on"),
        ({"need": "un jeune homme sans enfant"}, "need"),
    ],
)
def test_what_cannot_be_is_refused_next_to_its_field(
    session: Session, field: Field, changes: dict[str, object], field_name: str
) -> None:
    with pytest.raises(Invalid) as refused:
        record_visit(session, field.agent, company_id=field.company.id, details=_details(**changes))

    assert refused.value.field == field_name


def test_no_mailing_is_noted_for_a_company_that_objects(session: Session, field: Field) -> None:
    session.get_one(Company, field.company.id).objects_to_prospecting_since = TODAY

    with pytest.raises(Invalid, match="s’oppose"):
        record_visit(
            session,
            field.agent,
            company_id=field.company.id,
            details=_details(kind=VisitKind.MAILING),
        )


def test_an_agent_of_elsewhere_records_nothing_and_reads_nothing(
    session: Session, field: Field
) -> None:
    visit = record_visit(session, field.agent, company_id=field.company.id, details=_details())
    _, stranger, _ = make_agent(session, field.network, "35")

    with pytest.raises(NotFound):
        record_visit(session, stranger, company_id=field.company.id, details=_details())
    with pytest.raises(NotFound):
        visit_page(session, stranger, visit.id)
    assert visit_list(session, stranger, VisitFilters(), number=1).total == 0


def test_who_has_visited_is_seen_by_other_networks_without_the_person_met(
    session: Session, field: Field, correspondent: Actor
) -> None:
    visit = record_visit(
        session,
        field.agent,
        company_id=field.company.id,
        details=_details(person_met="Mme Cariou"),
    )

    ours = visit_page(session, field.agent, visit.id)
    theirs = visit_page(session, field.other_agent, visit.id)
    region = visit_page(session, correspondent, visit.id)

    assert ours.person_met == "Mme Cariou"
    assert (theirs.person_met, region.person_met) == (None, None)
    assert [row.network for row in visits_of(session, field.company.id)] == ["Chambre de métiers"]


def test_visits_of_a_merged_record_are_read_from_the_one_that_stands(
    session: Session, field: Field
) -> None:
    double = make_placed_company(session, "fournil des monts")
    record_visit(session, field.agent, company_id=double.id, details=_details())

    merge_companies(session, field.agent, kept_id=field.company.id, merged_id=double.id)

    assert len(visits_of(session, field.company.id)) == 1


def test_a_next_step_is_due_until_it_is_done(session: Session, field: Field) -> None:
    visit = record_visit(
        session,
        field.agent,
        company_id=field.company.id,
        details=_details(next_step=NextStep.CALL_BACK, next_on=TODAY + timedelta(days=2)),
    )
    user_id = field.user.id
    early = steps_due(session, user_id, TODAY)
    due = steps_due(session, user_id, TODAY + timedelta(days=2))

    finish_step(session, field.agent, visit_id=visit.id)

    assert (len(early), len(due)) == (0, 1)
    assert steps_due(session, user_id, TODAY + timedelta(days=2)) == []
    with pytest.raises(Conflict):
        finish_step(session, field.agent, visit_id=visit.id)
    with pytest.raises(NotFound):
        finish_step(session, field.other_agent, visit_id=visit.id)


def test_the_first_visit_of_a_network_makes_its_agent_follow_the_company(
    session: Session, field: Field
) -> None:
    record_visit(session, field.agent, company_id=field.company.id, details=_details())
    record_visit(session, field.other_agent, company_id=field.company.id, details=_details())
    record_visit(session, field.agent, company_id=field.company.id, details=_details())

    rows = session.scalars(select(CompanyFollow).order_by(CompanyFollow.id)).all()

    assert [row.user_id for row in rows] == [field.user.id, field.other_user.id]


def test_the_sheet_is_written_from_a_phone_and_shows_the_earlier_visit(
    app: Flask, session: Session, client: FlaskClient, field: Field
) -> None:
    make_trade(session, "D1102")
    record_visit(session, field.other_agent, company_id=field.company.id, details=_details())
    sign_in(client, field.user)
    path = f"{SHEET}?company={field.company.id}"
    form = {
        "csrf_token": csrf_token(app, client, path),
        "request_key": "from-the-page",
        "company_id": str(field.company.id),
        "kind": "call",
        "happened_on": "2026-11-23",
        "need": "Un apprenti pour janvier",
        "trade": "boulanger",
        "next_step": "call_back",
        "next_in": "7",
    }

    shown = client.get(path).get_data(as_text=True)
    first, second = client.post(SHEET, data=form), client.post(SHEET, data=form)

    assert "Visite aujourd’hui" in shown
    assert "CCI" in shown
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    visit = session.scalars(select(Visit).where(Visit.request_key == "from-the-page")).one()
    assert (visit.kind, visit.rome_code, visit.next_on) == (
        VisitKind.CALL,
        "D1102",
        date(2026, 11, 30),
    )


def test_a_company_that_is_only_named_is_found_and_in_doubt_shown_to_choose(
    app: Flask, session: Session, client: FlaskClient, field: Field
) -> None:
    make_placed_company(session, "Fournil des Abers")
    sign_in(client, field.user)
    form = {
        "csrf_token": csrf_token(app, client, SHEET),
        "kind": "visit",
        "happened_on": "2026-11-23",
        "need": "Rien d’urgent",
        "next_step": "nothing",
    }

    doubtful = client.post(SHEET, data={**form, "company": "fournil"})
    unknown = client.post(SHEET, data={**form, "company": "zzzzzz"})
    sure = client.post(SHEET, data={**form, "company": "furnil des monts"})

    assert (doubtful.status_code, unknown.status_code, sure.status_code) == (422, 422, 303)
    assert "Fournil des Abers" in doubtful.get_data(as_text=True)
    assert "Rien d’urgent" in doubtful.get_data(as_text=True)
    assert "Aucune entreprise de ce nom" in unknown.get_data(as_text=True)


def test_a_sheet_that_names_a_company_of_another_territory_shows_nothing_of_it_however_it_is_filled(
    app: Flask, session: Session, client: FlaskClient, field: Field
) -> None:
    far = make_placed_company(session, "Fournil de Rennes", "35238")
    _, far_agent, _ = make_agent(session, field.other_network, "35")
    record_visit(
        session, far_agent, company_id=far.id, details=_details(need="Deux apprentis en mars")
    )
    sign_in(client, field.user)
    form = {"csrf_token": csrf_token(app, client, SHEET), "company_id": str(far.id)}

    for typed in ({"happened_on": "hier"}, {"kind": "visit", "happened_on": "2026-11-23"}):
        answer = client.post(SHEET, data={**form, **typed})

        assert answer.status_code == 404
        assert far.name not in answer.text
        assert "Deux apprentis en mars" not in answer.text


def test_filtering_visits_in_place_gives_the_fresh_page(
    session: Session, client: FlaskClient, field: Field
) -> None:
    record_visit(session, field.agent, company_id=field.company.id, details=_details())
    record_visit(
        session, field.agent, company_id=field.company.id, details=_details(kind=VisitKind.CALL)
    )
    sign_in(client, field.user)
    path = "/prospection/visites?kind=call&whose=mine"

    page = parse(client.get("/prospection/visites"))
    answer = client.get(path, headers=htmx_headers("visit-list"))

    assert_same(swap(page, answer, target="visit-list"), parse(client.get(path)))
    assert "1\u00a0visite ou contact" in answer.get_data(as_text=True)


def test_the_worker_is_served_where_it_may_keep_the_sheet(client: FlaskClient) -> None:
    answer = client.get("/prospection/hors-ligne.js")

    assert answer.mimetype == "text/javascript"
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]


def test_a_company_of_nowhere_is_nobody_s_territory(session: Session, field: Field) -> None:
    prospect = make_organisation(session, OrganisationKind.COMPANY)

    with pytest.raises(NotFound):
        record_visit(session, field.agent, company_id=prospect.id, details=_details())


def test_the_need_of_a_visit_becomes_a_draft_once(
    app: Flask, session: Session, client: FlaskClient, field: Field
) -> None:
    make_trade(session, "D1102")
    visit = record_visit(
        session,
        field.agent,
        company_id=field.company.id,
        details=_details(rome_code="D1102", need="Un apprenti pour janvier"),
    )
    sign_in(client, field.user)
    path = f"/prospection/visites/{visit.id}"
    token = csrf_token(app, client, path)

    drafted = client.post(f"{path}/offre", data={"csrf_token": token})
    again = client.post(f"{path}/offre", data={"csrf_token": token})

    session.expire_all()
    opening_id = session.get_one(Visit, visit.id).opening_id
    assert (drafted.status_code, again.status_code) == (303, 409)
    assert drafted.location == f"/offres/{opening_id}/modifier"
    assert "Un apprenti pour janvier" in client.get(drafted.location).get_data(as_text=True)


def test_the_page_of_a_company_leads_to_its_visits_and_to_a_new_one(
    session: Session, client: FlaskClient, field: Field
) -> None:
    other = make_placed_company(session, "Garage")
    for company_id in (field.company.id, other.id):
        record_visit(session, field.other_agent, company_id=company_id, details=_details())
    sign_in(client, field.user)

    page = client.get(f"/entreprises/{field.company.id}").get_data(as_text=True)
    listed = client.get(f"/prospection/visites?company={field.company.id}").get_data(as_text=True)

    assert f"/prospection/visites/nouvelle?company={field.company.id}" in page
    assert "Fournil des Monts" in listed
    assert "Garage" not in listed
