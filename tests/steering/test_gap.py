"""The three columns: what is counted where, what is hidden, what the page shows to whom."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import clock
from app.openings.models import Opening, OpeningStatus
from app.policy.actor import OrganisationKind, Role
from app.steering.cube import Three, build_table, total_of
from app.steering.dimensions import Dimension, Key
from app.steering.queries import editions
from app.steering.queries.behind import Column, rows_behind
from app.steering.queries.closing import closings
from app.steering.queries.editions import decided_now
from app.steering.queries.gap import labels_of, load_cube, zone_towns
from app.steering.services import keep_edition, publish_statistics
from app.training.models import TrainingSession
from app.youth.models import Wish, Youth, YouthStatus
from tests.factories.accounts import make_organisation, make_site, make_user, sign_in
from tests.factories.openings import make_company, make_opening
from tests.factories.reference import make_trade
from tests.factories.training import make_course, make_training_session
from tests.factories.youth import make_youth
from tests.helpers.swap import htmx_headers, parse, swap

BRITTANY = frozenset({"53"})
K = OrganisationKind


@pytest.fixture
def region(session: Session) -> dict[str, Any]:
    """Seven would-be bakers, one cook, two positions and three places for bakers."""
    mission = make_organisation(session, K.LOCAL_MISSION)
    adviser = make_user(session, mission, Role.ADVISER)
    for _ in range(7):
        make_youth(session, mission, adviser, wishes=(("boulanger", "D1102"),))
    make_youth(session, mission, adviser, wishes=(("cuisinier", "G1602"),))
    make_youth(
        session, mission, adviser, wishes=(("boulanger", "D1102"),), status=YouthStatus.PLACED
    )
    make_opening(session, make_company(session), positions=2)
    cfa = make_organisation(session, K.TRAINING_CENTRE)
    site = make_site(session, cfa)
    course = make_course(session, cfa)
    make_training_session(session, course, site_id=site.id, capacity=12, seats_declared=9)
    return {"mission": mission, "cfa": cfa}


def cut(session: Session, **choice: Any) -> Any:
    cube = load_cube(session, BRITTANY)
    labels = labels_of(session, cube, zone_towns(session, BRITTANY))
    asked = {"by": Dimension.TRADE, "across": None, **choice}
    return build_table(cube, labels=labels, youth=decided_now(cube), **asked)


def test_each_column_counts_what_its_definition_says(
    session: Session, region: dict[str, Any]
) -> None:
    table = cut(session)

    bakers = next(line for line in table.lines if line.key == "D1102")
    assert (bakers.total.youth, bakers.total.positions, bakers.total.places) == (None, 2, 3)
    assert table.foot.total.youth == 8


def test_the_cube_equals_a_recount_in_plain_statements(
    session: Session, region: dict[str, Any]
) -> None:
    cube = load_cube(session, BRITTANY)

    total = total_of(cube.values())
    ready = session.scalar(
        select(func.count()).select_from(Youth).where(Youth.status == YouthStatus.READY)
    )
    free = session.scalar(
        select(func.sum(Opening.positions - Opening.positions_taken)).where(
            Opening.status == OpeningStatus.PUBLISHED
        )
    )
    seats = session.scalar(
        select(
            func.sum(
                TrainingSession.capacity
                - TrainingSession.seats_declared
                - TrainingSession.seats_taken
            )
        )
    )
    assert (total.youth, total.positions, total.places) == (ready, free, seats)


def test_a_youth_with_two_first_wishes_is_counted_once(
    session: Session, region: dict[str, Any]
) -> None:
    someone = session.scalars(select(Youth).where(Youth.status == YouthStatus.READY)).first()
    assert someone is not None
    make_trade(session, "D1104")
    session.add(
        Wish(
            youth_id=someone.id, rank=1, raw_text="patissier", folded="patissier", rome_code="D1104"
        )
    )
    session.flush()

    assert total_of(load_cube(session, BRITTANY).values()).youth == 8


def test_another_region_sees_nothing_of_this_one(session: Session, region: dict[str, Any]) -> None:
    assert load_cube(session, frozenset({"84"})) == {}


def test_what_would_close_a_gap_names_the_places_the_course_and_the_town(
    session: Session, region: dict[str, Any]
) -> None:
    mission = region["mission"]
    adviser = make_user(session, mission, Role.ADVISER)
    for _ in range(6):
        make_youth(session, mission, adviser, wishes=(("cuisinier", "G1602"),))
    cube = load_cube(session, BRITTANY)

    towns = zone_towns(session, BRITTANY)
    advice = closings(
        session, cube, labels_of(session, cube, towns), BRITTANY, towns, decided_now(cube)
    )

    only_cooks = closings(
        session,
        cube,
        labels_of(session, cube, towns),
        BRITTANY,
        towns,
        decided_now(cube),
        chosen={Dimension.FAMILY: "G"},
    )

    bakers = next(one for one in advice if one.key == "D1102")
    assert (bakers.places, bakers.positions) == (4, 5)
    assert bakers.course == "CAP Boulanger"
    assert bakers.town
    assert {one.key for one in only_cooks} == {"G1602"}


def test_no_advice_rests_on_a_hidden_figure(session: Session, region: dict[str, Any]) -> None:
    cube = {
        Key(trade="D1102", zone="Z1"): Three(3, 0, 0),
        Key(trade="G1602", zone="Z1"): Three(40, 0, 0),
    }
    labels = labels_of(session, cube, zone_towns(session, BRITTANY))

    advice = closings(session, cube, labels, BRITTANY, {}, decided_now(cube))

    assert [one.key for one in advice if one.key == "D1102"] == []


def test_the_night_decides_and_a_youth_who_comes_by_day_moves_no_figure(
    app: Flask, session: Session, client: FlaskClient, region: dict[str, Any]
) -> None:
    adviser = make_user(session, region["mission"], Role.ADVISER)
    keep_edition(session, region_code="53", on=clock.today())
    coordination(app, session, client)
    before = parse(client.get("/region/ecarts?par=departement")).select_one("tfoot")
    make_youth(session, region["mission"], adviser, wishes=(("boulanger", "D1102"),))

    after = parse(client.get("/region/ecarts?par=departement")).select_one("tfoot")
    keep_edition(session, region_code="53", on=clock.today())
    next_night = parse(client.get("/region/ecarts?par=departement")).select_one("tfoot")

    assert str(before) == str(after)
    assert "9" in str(next_night)


def shown_youth(client: FlaskClient) -> dict[str, str]:
    """Every figure of youth of the pages that a reader may ask, by table and line, and of the public page."""
    tables = [f"/region/ecarts?par={one.value}" for one in Dimension]
    tables += ["/region/ecarts?par=metier&croise=zone", "/region/ecarts?par=famille&croise=niveau"]
    found = {}
    for path in (*tables, "/region/statistiques"):
        for row in parse(client.get(path)).select("tbody tr, tfoot tr"):
            head = row.select_one("th")
            cells = row.select("td[data-label=Jeunes]") or [
                one.contents[0] for one in row.select(".gap-three")
            ]
            for number, cell in enumerate(cells):
                found[f"{path} {head.text if head else ''} {number}"] = cell.get_text(strip=True)
    return found


def test_two_nights_cannot_be_subtracted_outside_the_coordination(
    app: Flask, session: Session, region: dict[str, Any], frozen: time_machine.Traveller
) -> None:
    mission = region["mission"]
    adviser = make_user(session, mission, Role.ADVISER)
    inside, outside = app.test_client(), app.test_client()
    seen: dict[str, list[dict[str, str]]] = {"inside": [], "outside": []}
    for night in ("2026-11-24", "2026-11-25", "2026-12-01", "2026-12-02", "2027-01-01"):
        frozen.move_to(f"{night}T09:00:00+00:00")
        keep_edition(session, region_code="53", on=clock.today())
        publish_statistics(session, on=clock.today() - timedelta(days=1))
        coordination(app, session, inside)
        sign_in(outside, make_user(session, mission, Role.MANAGER))
        seen["inside"].append(shown_youth(inside))
        seen["outside"].append(shown_youth(outside))
        make_youth(session, mission, adviser, wishes=(("boulanger", "D1102"),))

    def difference(who: str, first: int, second: int) -> set[str]:
        """Figures shown both times that differ: what a reader may subtract."""
        one, other = seen[who][first], seen[who][second]
        both = {key for key in one.keys() & other.keys() if (one[key] + other[key]).isdigit()}
        return {key for key in both if one[key] != other[key]}

    # One more baker each night: the nights of the coordination tell it, those of the others do not.
    assert any("niveau" in key for key in difference("inside", 0, 1))
    assert "8" in seen["outside"][0].values()
    # An edition made at the end of November serves December too.
    assert [difference("outside", 0, other) for other in (1, 2, 3)] == [set(), set(), set()]
    assert difference("outside", 0, 4)


def test_no_page_waits_for_a_decision_that_takes_long_and_the_night_brings_the_figures(
    app: Flask,
    session: Session,
    client: FlaskClient,
    region: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(editions, "MOST_DECIDED_IN_A_PAGE", 7)
    coordination(app, session, client)

    waiting = client.get("/region/ecarts")
    keep_edition(session, region_code="53", on=clock.today())
    ready = client.get("/region/ecarts")

    foot = parse(waiting).select_one("tfoot [data-label=Jeunes]")
    assert foot is not None
    assert foot.text == "masqué"
    assert waiting.text.count("demain matin") == 2
    assert "demain matin" not in ready.text


def test_the_rows_behind_a_figure_of_youth_hold_no_identity(
    session: Session, region: dict[str, Any]
) -> None:
    found = rows_behind(session, Column.YOUTH, BRITTANY, {Dimension.TRADE: "D1102"}, number=1)

    assert found.total == 7
    assert {"given_name", "family_name", "commune", "birth_date", "adviser_id"}.isdisjoint(
        found.rows[0]._fields
    )


def coordination(
    app: Flask, session: Session, client: FlaskClient, role: Role = Role.REGIONAL_COORDINATOR
) -> None:
    house = make_organisation(session, K.REGIONAL_COORDINATION, region_code="53")
    sign_in(client, make_user(session, house, role))


def test_the_coordination_reads_the_three_columns_and_goes_behind_them(
    app: Flask, session: Session, client: FlaskClient, region: dict[str, Any]
) -> None:
    coordination(app, session, client)

    listing = client.get("/region/ecarts?par=metier")
    by_zone = client.get("/region/ecarts?par=zone")
    by_departement = client.get("/region/ecarts?par=departement")
    rows = client.get("/region/ecarts/jeunes?metier=D1102")

    assert listing.status_code == 200
    assert "masqué" in listing.text
    assert rows.status_code == 200
    assert "Boulanger" in rows.text
    assert parse(by_zone).select_one("svg.bubble-map title") is not None
    assert parse(by_departement).select_one("svg.tile-map desc") is not None


@pytest.mark.parametrize("month", ["x" * 300, "2027-13", "0000-01", "2027", "2027-1", "٢٠٢٧-٠١"])
def test_a_month_that_is_none_is_left_out_of_the_question(
    app: Flask, session: Session, client: FlaskClient, region: dict[str, Any], month: str
) -> None:
    coordination(app, session, client)

    for path in ("/region/ecarts", "/region/ecarts/jeunes", "/region/ecarts/postes"):
        asked = client.get(path, query_string={"mois": month})
        assert asked.status_code == 200
        said, plain = (parse(one).select_one("main") for one in (asked, client.get(path)))
        assert said is not None
        assert plain is not None
        assert said.text == plain.text


def test_a_correspondent_reads_the_figures_and_no_row_of_a_youth(
    app: Flask, session: Session, client: FlaskClient, region: dict[str, Any]
) -> None:
    coordination(app, session, client, Role.REGIONAL_CORRESPONDENT)

    assert client.get("/region/ecarts").status_code == 200
    assert client.get("/region/ecarts/postes").status_code == 200
    assert client.get("/region/ecarts/jeunes").status_code == 404
    # A plan has a line a youth and exact totals, which would undo what the tables hide.
    assert client.get("/plan/").status_code == 404
    assert "Plan régional" not in client.get("/region/ecarts").text


def test_an_adviser_has_no_page_of_the_region(
    app: Flask, session: Session, client: FlaskClient
) -> None:
    sign_in(client, make_user(session, make_organisation(session, K.LOCAL_MISSION), Role.ADVISER))

    assert client.get("/region/ecarts").status_code == 404


def test_cutting_otherwise_swaps_what_the_page_would_show_afresh(
    app: Flask, session: Session, client: FlaskClient, region: dict[str, Any]
) -> None:
    coordination(app, session, client)
    before = client.get("/region/ecarts")
    address = "/region/ecarts?par=departement&croise=famille"

    fragment = client.get(address, headers=htmx_headers("gap-table"))

    swapped = swap(parse(before), fragment, target="gap-table")
    assert str(swapped.find(id="gap-table")) == str(parse(client.get(address)).find(id="gap-table"))


def test_an_export_holds_what_the_page_shows_with_its_definitions_and_no_formula(
    app: Flask, session: Session, client: FlaskClient, region: dict[str, Any]
) -> None:
    make_trade(session, "D1102").label = "=HYPERLINK(1)"
    coordination(app, session, client)
    shown = parse(client.get("/region/ecarts?par=metier"))

    table = client.get("/region/ecarts.csv?par=metier")
    book = load_workbook(BytesIO(client.get("/region/ecarts.xlsx?par=metier").data))

    rows = [[str(cell.value) for cell in row] for row in book["Écarts"].iter_rows()]
    page = [
        [cell.get_text(strip=True) for cell in row.find_all(["th", "td"])]
        for row in shown.select("#gap-table table tbody tr, #gap-table table tfoot tr")
    ]
    assert table.mimetype == "text/csv"
    lines = csv.reader(StringIO(table.get_data(as_text=True).lstrip("\ufeff")), delimiter=";")
    assert [[cell.lstrip("'") for cell in line] for line in lines] == [
        [cell.lstrip("'") for cell in row] for row in rows
    ]
    assert [[row[1], row[2], row[3]] for row in rows[1:]] == [row[1:4] for row in page]
    assert {row[1] for row in rows[1:]} == {"8", "masqué"}
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert any("HYPERLINK" in row[0] and not row[0].startswith("=") for row in rows)
    words = {row[0].value: row[1].value for row in book["Définitions"].iter_rows()}
    assert {"Jeunes", "Postes", "Places", "Écart", "masqué", "Source", "Date"} <= words.keys()
    assert client.get("/region/ecarts.pdf").status_code == 404
