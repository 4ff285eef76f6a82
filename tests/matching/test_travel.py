"""A table of travel times from the file to the words on a youth's page, and away again."""

from __future__ import annotations

import io
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core.changes import Changed, record_change
from app.core.db import transaction
from app.core.errors import Conflict, Invalid, NotFound
from app.core.tasks import run_queued_jobs
from app.engine.model import Means
from app.engine.travel_times import Home
from app.matching.queries.pool import current_pool
from app.policy.actor import CLOCK, OrganisationKind, Role
from app.reference.models import TravelDepartures, TravelTable, TravelTableState
from app.reference.queries.travel import load_travel_times
from app.reference.services.travel import bring_table, drop_table, use_table
from app.youth.models import Youth
from tests.factories.accounts import actor_of, csrf_token, make_organisation, make_user, sign_in
from tests.factories.reference import make_commune
from tests.helpers.statements import watched
from tests.helpers.swap import assert_same, htmx_headers, parse, swap
from tests.matching.world import World, make_world

pytestmark = pytest.mark.usefixtures("frozen")

PAGE = "/temps-de-trajet"
HEAD = "origine;destination;moyen;minutes\n"
GOOD = HEAD + "29232;29232;transports;14\n29232;29019;transports;70\n"
HOME = Home("29232", frozenset({Means.TRANSIT}), None)
K = OrganisationKind


def _coordinator(session: Session, region: str = "53") -> User:
    house = make_organisation(session, K.REGIONAL_COORDINATION, region_code=region)
    return make_user(session, house, Role.REGIONAL_COORDINATOR)


def _bring(text: str = GOOD, *, source: str = "Distancier breton", region: str = "53") -> int:
    """A file brought by a command, and read."""
    with transaction() as writing:
        table = bring_table(
            writing,
            CLOCK,
            region_code=region,
            source=source,
            valid_from=date(2026, 9, 1),
            file=io.BytesIO(text.encode()),
            file_name="temps.csv",
        )
        table_id = table.id
    run_queued_jobs()
    return table_id


def _use(table_id: int) -> None:
    with transaction() as writing:
        use_table(writing, CLOCK, table_id=table_id)


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    with transaction() as writing:
        made = make_world(writing)
        make_commune(writing, "29019")
    return made


def _post(client: FlaskClient, address: str, **data: object) -> int:
    token = csrf_token(client.application, client, PAGE)
    return client.post(address, data={"csrf_token": token, **data}).status_code


def test_a_coordinator_brings_a_table_reads_what_was_refused_uses_it_and_takes_it_away(
    client: FlaskClient, session: Session, world: World
) -> None:
    sign_in(client, _coordinator(session))
    session.commit()  # the worker rolls back what a test leaves open
    form = parse(client.get(PAGE))
    assert "Aucune table n’a été apportée" in form.get_text()
    content = (GOOD + "29232;99999;transports;5\n").encode()

    status = _post(
        client,
        PAGE,
        region="53",
        source="Distancier breton",
        valid_from="2026-09-01",
        means="",
        file=(io.BytesIO(content), "temps.csv"),
    )
    assert status == 303
    assert "en lecture" in client.get(PAGE).get_data(as_text=True)
    run_queued_jobs()

    page = client.get(PAGE).get_data(as_text=True).replace("\u00a0", " ").replace("\u202f", " ")
    table = session.scalars(select(TravelTable)).one()
    assert table.state is TravelTableState.CHECKED
    assert "2 trajets" in page
    assert "1 ligne refusée" in page
    refused = client.get(f"{PAGE}/{table.id}/lignes-refusees.csv").get_data(as_text=True)
    assert (
        "29232;99999;transports;5;4;la commune d’arrivée n’est pas un code INSEE connu" in refused
    )
    assert not load_travel_times(session)  # read is not used

    assert _post(client, f"{PAGE}/{table.id}/utiliser") == 303
    assert load_travel_times(session).between(HOME, "29019") == 70.0
    assert "utilisée" in client.get(PAGE).get_data(as_text=True)
    assert _post(client, f"{PAGE}/{table.id}/retirer") == 303
    assert not load_travel_times(session)
    assert session.scalar(select(func.count()).select_from(TravelDepartures)) == 0


def test_a_youth_s_page_names_times_with_their_source_and_says_distance_without_a_table(
    client: FlaskClient, session: Session, world: World
) -> None:
    sign_in(client, world.adviser)
    address = f"/jeunes/{world.youth.id}/propositions"
    before = client.get(address).get_data(as_text=True)
    version = current_pool(session).version

    _use(_bring())

    after = client.get(address).get_data(as_text=True).replace("\u00a0", " ")
    assert "de trajet (" not in before
    assert "14 min de trajet" in after
    assert "Distancier breton, valables depuis le mardi 1er septembre 2026" in after
    assert current_pool(session).version > version

    with transaction() as writing:
        row = writing.get_one(Youth, world.youth.id)
        row.minutes, row.radius_km = 10, None
        record_change(writing, Changed.YOUTH, row.id)
    farther = parse(client.get(f"{address}?leviers=1")).select("#levers .lever-best")
    assert farther
    assert all("14 min de trajet (" in one.get_text().replace("\u00a0", " ") for one in farther)


def test_a_later_table_replaces_the_former_one_in_one_stroke_and_the_pool_sees_it(
    session: Session, world: World
) -> None:
    _use(_bring())
    assert current_pool(session).times.between(HOME, "29232") == 14.0

    second = _bring(HEAD + "29232;29232;transports;9\n", source="Nouvelle mesure")
    assert current_pool(session).times.between(HOME, "29232") == 14.0
    _use(second)

    assert current_pool(session).times.between(HOME, "29232") == 9.0
    assert current_pool(session).times.between(HOME, "29019") is None
    states = session.scalars(select(TravelTable.state).order_by(TravelTable.id)).all()
    assert states == [TravelTableState.WITHDRAWN, TravelTableState.IN_USE]
    with pytest.raises(Conflict):
        _use(second)


def test_a_file_without_a_good_line_leaves_the_former_table_in_use(
    session: Session, world: World
) -> None:
    _use(_bring())

    bad = _bring(HEAD + "x;y;z;t\n")

    row = session.get_one(TravelTable, bad)
    assert (row.state, row.refused_count, row.content) == (TravelTableState.REFUSED, 1, None)
    assert load_travel_times(session).between(HOME, "29232") == 14.0


def test_the_coordination_of_another_region_neither_sees_nor_touches_the_table(
    client: FlaskClient, session: Session, world: World
) -> None:
    table_id = _bring()
    stranger = _coordinator(session, "75")
    sign_in(client, stranger)

    assert "Distancier breton" not in client.get(PAGE).get_data(as_text=True)
    assert _post(client, f"{PAGE}/{table_id}/utiliser") == 404
    assert client.get(f"{PAGE}/{table_id}/lignes-refusees.csv").status_code == 404
    with pytest.raises(NotFound), transaction() as writing:
        drop_table(writing, actor_of(writing, stranger), table_id=table_id)


def test_a_file_that_is_no_table_of_times_is_refused_beside_the_field_with_nothing_lost(
    client: FlaskClient, session: Session, world: World
) -> None:
    sign_in(client, _coordinator(session))
    token = csrf_token(client.application, client, PAGE)

    answer = client.post(
        PAGE,
        data={
            "csrf_token": token,
            "region": "53",
            "source": "Distancier breton",
            "valid_from": "2026-09-01",
            "means": "",
            "file": (io.BytesIO(b"nom;age\nEnora;18\n"), "temps.csv"),
        },
    )

    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Il manque : origine, destination, minutes, moyen" in text
    assert 'value="Distancier breton"' in text
    assert session.scalar(select(func.count()).select_from(TravelTable)) == 0


def test_the_page_follows_the_reading_by_itself_and_equals_a_fresh_one(
    client: FlaskClient, session: Session, world: World
) -> None:
    sign_in(client, _coordinator(session))
    _use(_bring())
    page = parse(client.get(PAGE))

    fragment = client.get(PAGE, headers=htmx_headers("travel-tables"))

    assert_same(swap(page, fragment, target="travel-tables"), parse(client.get(PAGE)))


def test_all_tables_are_loaded_in_one_statement_and_the_page_needs_few(
    client: FlaskClient, session: Session, world: World
) -> None:
    _use(_bring())
    sign_in(client, _coordinator(session))
    client.get(PAGE)

    with watched(session) as loading:
        load_travel_times(session)
    with watched(session) as page:
        client.get(PAGE)

    assert len(loading.sent) == 1
    assert len(page.budget) <= 8


def test_a_command_loads_a_table_and_takes_it_away(
    app: Flask, session: Session, world: World, tmp_path
) -> None:
    file = tmp_path / "temps.csv"
    file.write_text(GOOD + "29232;99999;transports;5\n", encoding="utf-8")
    run = app.test_cli_runner()
    load = ["trefle", "travel-times", "load", str(file), "--region", "53", "--source", "Distancier"]

    dry = run.invoke(args=[*load, "--valid-from", "2026-09-01", "--dry-run"])
    assert not load_travel_times(session)
    done = run.invoke(args=[*load, "--valid-from", "2026-09-01"])

    assert (dry.exit_code, done.exit_code) == (0, 0)
    assert "2 trajets depuis 1 communes" in done.output
    assert "1 × la commune d’arrivée" in done.output
    assert load_travel_times(session).between(HOME, "29232") == 14.0
    assert run.invoke(args=["trefle", "travel-times", "drop", "53"]).exit_code == 0
    assert not load_travel_times(session)
    assert run.invoke(args=["trefle", "travel-times", "drop", "53"]).exit_code == 1


def test_a_source_must_be_named(session: Session, world: World) -> None:
    with pytest.raises(Invalid) as refused:
        _bring(source="   ")

    assert refused.value.field == "source"


def test_the_menu_marks_the_page_of_travel_times_and_not_its_neighbour_of_the_same_slice(
    client: FlaskClient, session: Session
) -> None:
    sign_in(client, _coordinator(session))

    menu = parse(client.get(PAGE).text).select("nav.site-nav a[aria-current]")

    assert [one.get("href") for one in menu] == [PAGE]


def test_a_region_that_is_not_the_reader_s_or_has_no_commune_yet_breaks_no_page(
    client: FlaskClient, session: Session
) -> None:
    sign_in(client, _coordinator(session, region="11"))

    opened = client.get(PAGE)
    token = csrf_token(client.application, client, PAGE)
    refused = client.post(PAGE, data={"csrf_token": token, "region": "zz", "source": "Distancier"})

    assert opened.status_code == 200
    assert refused.status_code == 422
    assert 'value="Distancier"' in refused.text
