"""The list: narrowed, sorted, searched, and as many statements for ten times the rows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.policy.actor import OrganisationKind
from app.youth.models import ConsentRecord, Youth, YouthStatus
from app.youth.queries import SORTS, Filters, list_youth
from tests.factories.accounts import actor_of, make_agreement, make_organisation, make_user
from tests.factories.youth import make_consent, make_youth
from tests.helpers.statements import watched
from tests.youth.conftest import Desk, House, desk_of


def names(session: Session, house: House, **filters: object) -> list[str | None]:
    found = list_youth(session, house.actor, Filters(**filters))  # type: ignore[arg-type]
    return [row.name for row in found.rows]


def add(session: Session, house: House, name: str, **values: object) -> Youth:
    given, family = name.split(" ", 1)
    return make_youth(
        session,
        house.organisation,
        house.adviser,
        given_name=given,
        family_name=family,
        **values,  # type: ignore[arg-type]
    )


def test_mine_and_the_team(session: Session, house: House) -> None:
    add(session, house, "Ana Roy")
    make_youth(session, house.organisation, given_name="Bao", family_name="Le Gall")
    make_youth(session, given_name="Autre", family_name="Maison")

    assert names(session, house, whose="mine") == ["Ana Roy"]
    assert names(session, house, whose="team") == ["Bao Le Gall", "Ana Roy"]


@pytest.mark.parametrize("typed", ["bihan", "LE BIHAN", "énora", "enrora bihan", "le bihna", "roy"])
def test_a_name_is_found_with_its_typing_errors(session: Session, house: House, typed: str) -> None:
    add(session, house, "Énora Le Bihan", folded_usage_name="roy enora")
    add(session, house, "Mathis Guéguen")

    assert names(session, house, text=typed) == ["Énora Le Bihan"]


def test_a_file_is_found_by_its_code(session: Session, house: House) -> None:
    youth = add(session, house, "Ana Roy")
    add(session, house, "Bao Le Gall")

    assert names(session, house, text=youth.public_code.lower()) == ["Ana Roy"]


def test_filters_by_status_trade_and_commune(session: Session, house: House) -> None:
    add(session, house, "Ana Roy", commune_code="29019", wishes=(("boulangère", None),))
    add(session, house, "Bao Le Gall", status=YouthStatus.PAUSED, wishes=(("pizzas", "G1602"),))

    assert names(session, house, status=YouthStatus.PAUSED) == ["Bao Le Gall"]
    assert names(session, house, trade="Boulangers") == ["Ana Roy"]
    assert names(session, house, trade="cuisin") == ["Bao Le Gall"]
    assert names(session, house, commune="bre") == ["Ana Roy"]
    assert names(session, house, commune="29000") == ["Bao Le Gall"]
    assert names(session, house, commune="29") == ["Bao Le Gall", "Ana Roy"]


def test_ready_without_proposal_means_ready_listed_and_proposed_nowhere(
    session: Session, house: House
) -> None:
    add(session, house, "Ana Libre")
    add(session, house, "Bao Propose", live_placements=1)
    add(session, house, "Cléo Silence", is_listed=False)
    add(session, house, "Dan Pause", status=YouthStatus.PAUSED)

    assert names(session, house, show="without_proposal") == ["Ana Libre"]


def test_what_waits_for_the_adviser_is_filtered_and_said_in_the_same_words(
    session: Session, house: House
) -> None:
    add(session, house, "Ana Calme")
    add(session, house, "Bao Reponse", waiting_answers=2)
    add(session, house, "Cleo Accord", is_listed=False)
    add(session, house, "Dan Souhait", wishes=(("truc", None),))
    add(session, house, "Eva Silence", last_contact_at=clock.now() - timedelta(days=22))
    month_ago = clock.now() - timedelta(days=30)
    add(session, house, "Hugo Jamais", last_contact_at=None, created_at=month_ago)
    ending = add(session, house, "Fred Renouveler", is_listed=False)
    make_consent(session, ending).expires_on = date(2026, 12, 20)
    add(session, house, "Guy Pause", status=YouthStatus.PAUSED, wishes=(("truc", None),))
    session.flush()

    rows = list_youth(session, house.actor, Filters(show="to_do")).rows
    everybody = list_youth(session, house.actor, Filters()).rows

    assert {row.name: row.to_do for row in rows} == {
        "Bao Reponse": ("2 réponses à demander",),
        "Cleo Accord": ("accord à recueillir",),
        "Dan Souhait": ("souhait à préciser",),
        "Eva Silence": ("sans contact récent",),
        "Fred Renouveler": ("accord à renouveler",),
        "Hugo Jamais": ("sans contact récent",),
    }
    assert {row.name for row in everybody if row.to_do} == {row.name for row in rows}


@pytest.mark.parametrize("key", SORTS)
def test_every_column_sorts_both_ways(session: Session, house: House, key: str) -> None:
    for number in range(4):
        add(
            session,
            house,
            f"Jeune {'ABCD'[number]}",
            birth_date=date(2005 + number, 1, 1),
            live_placements=number,
            status=list(YouthStatus)[number],
            commune_code=("29019", "29024", "29232", "23008")[number],
            available_from=date(2026, 12, 1 + number),
            last_contact_at=clock.now() - timedelta(days=number),
        )

    upwards = [row.id for row in list_youth(session, house.actor, Filters(sort=key)).rows]
    downwards = [row.id for row in list_youth(session, house.actor, Filters(sort=f"-{key}")).rows]

    assert len(upwards) == 4
    assert sorted(upwards) == sorted(downwards)
    if key != "adviser":
        assert upwards == downwards[::-1]


def test_pages_hold_twenty_five_rows_and_say_the_total(session: Session, house: House) -> None:
    for number in range(30):
        add(session, house, f"Jeune Numero {number:02d}")

    first = list_youth(session, house.actor, Filters())
    second = list_youth(session, house.actor, Filters(), page=2)

    assert (len(first.rows), len(second.rows), first.total) == (25, 5, 30)
    assert {row.id for row in first.rows}.isdisjoint(row.id for row in second.rows)


@pytest.mark.parametrize(
    "address", ["/jeunes", "/jeunes?q=jeune&show=to_do&trade=boulanger&commune=quimper&whose=team"]
)
def test_ten_times_the_rows_cost_the_same_statements(
    desk: Desk, session: Session, house: House, address: str
) -> None:
    for number in range(25):
        add(session, house, f"Jeune Numero {number:03d}", is_listed=number % 2 == 0)
    with watched(session) as few:
        desk.get(address)
    for number in range(225):
        add(session, house, f"Jeune Suite {number:03d}", is_listed=number % 2 == 0)
    session.flush()

    with watched(session) as many:
        answer = desk.get(address)

    assert answer.status_code == 200
    assert len(many.budget) == len(few.budget) <= 8


def test_a_partner_sees_listed_profiles_without_names_and_cannot_search_by_name(
    session: Session, house: House
) -> None:
    partner = make_organisation(session, OrganisationKind.POINT_A)
    make_agreement(session, house.organisation, partner)
    officer = actor_of(session, make_user(session, partner))
    listed = add(session, house, "Ana Roy")
    named = add(session, house, "Bao Le Gall")
    make_consent(session, named, recipient=partner)
    add(session, house, "Cléo Cachée", is_listed=False)

    rows = list_youth(session, officer, Filters()).rows
    by_name = list_youth(session, officer, Filters(text="roy")).rows
    by_code = list_youth(session, officer, Filters(text=listed.public_code)).rows

    assert {row.id: row.name for row in rows} == {listed.id: None, named.id: "Bao Le Gall"}
    assert [row.birth_date for row in rows] == [None, None]
    assert by_name == []
    assert [row.id for row in by_code] == [listed.id]


def test_hidden_names_do_not_even_order_the_partners_list(session: Session, house: House) -> None:
    partner = make_organisation(session, OrganisationKind.POINT_A)
    make_agreement(session, house.organisation, partner)
    officer = actor_of(session, make_user(session, partner))
    for letter, public_code in (("A", "ZZZZZZZZ"), ("B", "BBBBBBBB")):
        add(session, house, f"Jeune {letter}", public_code=public_code)

    for key in ("name", "age"):
        rows = list_youth(session, officer, Filters(sort=key)).rows
        assert [row.public_code for row in rows] == ["BBBBBBBB", "ZZZZZZZZ"]


def test_a_partners_pages_hold_nothing_that_identifies(
    desk: Desk, session: Session, house: House
) -> None:
    partner = make_organisation(session, OrganisationKind.POINT_A)
    make_agreement(session, house.organisation, partner)
    marks = {
        "given_name": "Zqgiven",
        "family_name": "Zqfamily",
        "usage_name": "Zqusage",
        "email": "zqmail@exemple.fr",
        "phone": "+33639984242",
        "address": "7 rue Zqaddress",
        "birth_date": date(2007, 7, 27),
    }
    youth = make_youth(session, house.organisation, house.adviser, **marks)  # type: ignore[arg-type]
    officer = desk_of(desk.client, make_user(session, partner))

    pages = [officer.get(url) for url in ("/jeunes", f"/jeunes/{youth.id}")]
    closed = [
        officer.get(f"/jeunes/{youth.id}/{part}").status_code for part in ("historique", "handicap")
    ]

    text = " ".join(page.get_data(as_text=True) for page in pages).lower()
    assert [page.status_code for page in pages] == [200, 200]
    assert youth.public_code.lower() in text
    secrets = ("zqgiven", "zqfamily", "zqusage", "zqmail", "zqaddress", "39984242", "2007")
    found = [one for one in secrets if one in text]
    assert found == []
    assert set(closed) <= {403, 404}


def test_a_taken_back_consent_closes_the_partners_page(
    desk: Desk, session: Session, house: House
) -> None:
    partner = make_organisation(session, OrganisationKind.POINT_A)
    make_agreement(session, house.organisation, partner)
    youth = add(session, house, "Ana Roy")
    officer = desk_of(desk.client, make_user(session, partner))
    before = officer.get(f"/jeunes/{youth.id}").status_code

    session.scalars(select(ConsentRecord)).one().withdrawn_at = clock.now()
    session.flush()

    assert (before, officer.get(f"/jeunes/{youth.id}").status_code) == (200, 404)
