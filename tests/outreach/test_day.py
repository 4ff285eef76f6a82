"""The page of the day: who is on it, why, in which order, and what never is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import FieldCommune, FieldSector
from app.openings.models import Company
from app.outreach.models import CompanyFollow, VisitKind
from app.outreach.queries.day import Day, plan_day
from app.outreach.services import VisitDetails, record_visit
from app.reference.models import ActivityHiring
from tests.factories.accounts import sign_in
from tests.factories.reference import make_commune, make_trade
from tests.factories.youth import make_youth
from tests.helpers.statements import watched
from tests.helpers.swap import assert_same, htmx_headers, parse, swap
from tests.outreach.conftest import Field, make_agent, make_placed_company

pytestmark = pytest.mark.usefixtures("frozen")

QUIMPER = (47.9960, -4.0970)
TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def hirings(session: Session) -> None:
    """Bakeries hire bakers, and somewhat pastry cooks."""
    for code in ("D1102", "D1104"):
        make_trade(session, code)
    session.add_all(
        [
            ActivityHiring(naf_code="1071C", rome_code="D1102", year=2021, hirings=80),
            ActivityHiring(naf_code="1071C", rome_code="D1104", year=2021, hirings=20),
        ]
    )
    session.flush()


def _day(session: Session, field: Field, **values: object) -> Day:
    given = {
        "start": QUIMPER,
        "radius_km": 50,
        "visits": 10,
        "membership_id": field.seat.id,
        **values,
    }
    return plan_day(session, field.agent, **given)  # type: ignore[arg-type]


def _names(day: Day) -> list[str]:
    return [stop.row.name for stop in day.stops]


def test_the_day_says_how_many_youth_wait_for_what_the_company_hires(
    session: Session, field: Field
) -> None:
    for _ in range(6):
        make_youth(session)
    make_youth(session, is_listed=False)
    make_youth(session, live_placements=1)

    day = _day(session, field)

    assert _names(day) == ["Fournil des Monts"]
    assert day.stops[0].waiting == [("Boulanger / Boulangère", 6)]


def test_who_objects_is_closed_elsewhere_or_followed_by_a_colleague_is_not_on_the_day(
    session: Session, field: Field
) -> None:
    colleague, _, _ = make_agent(session, field.network)
    shy = make_placed_company(session, "Ne pas déranger")
    session.get_one(Company, shy.id).objects_to_prospecting_since = TODAY
    make_placed_company(session, "Rennes", "35238")
    taken = make_placed_company(session, "Suivie")
    session.add(
        CompanyFollow(
            company_id=taken.id,
            organisation_id=field.network.id,
            user_id=colleague.id,
            since=TODAY,
        )
    )
    session.flush()

    assert _names(_day(session, field)) == ["Fournil des Monts"]


def test_sectors_and_communes_of_an_agent_narrow_the_day(session: Session, field: Field) -> None:
    make_commune(session, "29019")
    garage = make_placed_company(session, "Garage")
    session.get_one(Company, garage.id).naf_code = "4520A"
    session.add(FieldSector(membership_id=field.seat.id, naf_division="45"))
    session.flush()
    by_sector = _names(_day(session, field))
    session.add(FieldCommune(membership_id=field.seat.id, insee_code="29019"))
    session.flush()

    assert by_sector == ["Garage"]
    assert _names(_day(session, field)) == []


def test_a_company_met_last_week_steps_back(session: Session, field: Field) -> None:
    for _ in range(5):
        make_youth(session)
    make_placed_company(session, "Autre fournil")
    record_visit(
        session,
        field.agent,
        company_id=field.company.id,
        details=VisitDetails(kind=VisitKind.VISIT, happened_on=TODAY - timedelta(days=6)),
    )

    day = _day(session, field, visits=1)

    assert _names(day) == ["Autre fournil"]


def test_the_page_hides_small_numbers_and_names_nobody(
    session: Session, client: FlaskClient, field: Field
) -> None:
    make_youth(session, given_name="Xanthippe", family_name="Marqueunique")
    sign_in(client, field.user)

    page = client.get("/prospection/").get_data(as_text=True)
    sheet = client.get("/prospection/feuille").get_data(as_text=True)

    assert "moins de cinq jeunes" in page
    assert "Fournil des Monts" in sheet
    assert "Xanthippe" not in page + sheet


def test_the_day_costs_the_same_whatever_the_number_of_companies(
    session: Session, client: FlaskClient, field: Field
) -> None:
    sign_in(client, field.user)
    for number in range(20):
        make_placed_company(session, f"Fournil {number}")
        make_youth(session)
    client.get("/prospection/")

    with watched(session) as sent:
        answer = client.get("/prospection/")

    assert answer.status_code == 200
    assert len(sent.budget) <= 12


def test_another_start_in_place_gives_the_fresh_page(
    session: Session, client: FlaskClient, field: Field
) -> None:
    make_commune(session, "29024")
    sign_in(client, field.user)
    path = "/prospection/?commune=Carhaix-Plouguer&km=100&visits=4"

    page = parse(client.get("/prospection/"))
    answer = client.get(path, headers=htmx_headers("day"))

    assert_same(swap(page, answer, target="day"), parse(client.get(path)))
    assert "Carhaix" in answer.get_data(as_text=True)
