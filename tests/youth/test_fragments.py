"""With htmx: what is swapped, what never is, and that the page then reads like a fresh one."""

from __future__ import annotations

from datetime import date

import pytest
from bs4 import BeautifulSoup, Tag
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.policy.actor import Role
from app.youth.models import DisabilityRecognition, Wish
from tests.factories.accounts import make_user
from tests.factories.reference import make_trade
from tests.factories.youth import make_youth
from tests.helpers.statements import watched
from tests.helpers.swap import assert_same, htmx_headers, parse, swap
from tests.youth.conftest import Desk, House, desk_of

MOBILITY = {
    "travel_means": "bicycle",
    "radius_km": "5",
    "minutes": "",
    "driving_licence_b": "no",
    "boarding_accepted": "yes",
}


def type_into(page: BeautifulSoup, values: dict[str, str]) -> None:
    """Put values into the controls of a parsed page, as fingers would."""
    for name, value in values.items():
        for control in page.select(f'#content [name="{name}"]'):
            if control.name == "select":
                for option in control.find_all("option"):
                    _mark(option, "selected", option.get("value") == value)
            elif control.get("type") in {"radio", "checkbox"}:
                _mark(control, "checked", control.get("value") == value)
            else:
                control["value"] = value


def _mark(tag: Tag, name: str, is_on: bool) -> None:
    if is_on:
        tag[name] = ""
    elif name in tag.attrs:
        del tag[name]


def test_an_automatic_saving_answers_with_the_state_and_no_field(
    desk: Desk, session: Session, house: House
) -> None:
    youth = make_youth(session, house.organisation, house.adviser)

    answer = desk.swap_post(f"/jeunes/{youth.id}/mobilite", "saved-mobility", MOBILITY)

    part = parse(answer)
    assert answer.status_code == 200
    assert part.select_one("#saved-mobility input[name=seen]") is not None
    assert part.select("input[name=radius_km]") == []


@pytest.mark.parametrize("radius", ["5", "loin"])
def test_typed_words_survive_a_saving_that_succeeds_or_not(
    desk: Desk, session: Session, house: House, radius: str
) -> None:
    youth = make_youth(session, house.organisation, house.adviser)
    page = parse(desk.get(f"/jeunes/{youth.id}"))
    type_into(page, {"own_words": "pas encore envoyé", "radius_km": radius})

    answer = desk.swap_post(
        f"/jeunes/{youth.id}/mobilite", "saved-mobility", {**MOBILITY, "radius_km": radius}
    )
    swap(page, answer, target="saved-mobility")

    field = page.select_one("#section-mobility input[name=radius_km]")
    assert field is not None
    assert field["value"] == radius
    assert answer.status_code == (200 if radius == "5" else 422)


def test_the_page_after_an_automatic_saving_is_a_fresh_page(
    desk: Desk, session: Session, house: House
) -> None:
    youth = make_youth(session, house.organisation, house.adviser)
    page = parse(desk.get(f"/jeunes/{youth.id}"))
    type_into(page, MOBILITY)

    answer = desk.swap_post(f"/jeunes/{youth.id}/mobilite", "saved-mobility", MOBILITY)

    swapped = swap(page, answer, target="saved-mobility")
    assert_same(swapped, parse(desk.get(f"/jeunes/{youth.id}")))


@pytest.mark.parametrize(
    ("address", "target", "data"),
    [
        ("{id}/souhaits", "section-wishes", {"wish": "boulengerie"}),
        ("souhaits/{wish}/confirmer", "section-wishes", {"rome_code": "D1104"}),
        ("souhaits/{wish}/descendre", "section-wishes", {}),
        ("souhaits/{wish}/retirer", "section-wishes", {}),
        ("{id}/accord", "section-consent", {"text_version": "listing-2026-11", "channel": "phone"}),
        ("{id}/statut", "section-follow-up", {"status": "withdrawn"}),
        ("{id}/contact", "section-follow-up", {}),
        ("{id}/notes", "section-notes", {"text": "Appel.", "was_contact": "y"}),
        ("{id}/pret", "saved-readiness", {}),
    ],
)
def test_the_page_after_each_button_is_a_fresh_page(
    desk: Desk,
    session: Session,
    house: House,
    address: str,
    target: str,
    data: dict[str, str],
) -> None:
    youth = make_youth(
        session, house.organisation, house.adviser, wishes=(("patisserie", None), ("vente", None))
    )
    make_trade(session, "D1104")
    wish = session.scalars(select(Wish).order_by(Wish.rank)).first()
    assert wish is not None
    url = "/jeunes/" + address.format(id=youth.id, wish=wish.id)
    page = parse(desk.get(f"/jeunes/{youth.id}"))

    answer = desk.swap_post(url, target, data)

    swapped = swap(page, answer, target=target)
    assert answer.status_code == 200
    assert_same(swapped, parse(desk.get(f"/jeunes/{youth.id}")))


def test_informing_the_representative_opens_the_consent_of_the_same_page(
    desk: Desk, session: Session, house: House
) -> None:
    youth = make_youth(
        session, house.organisation, house.adviser, is_listed=False, birth_date=date(2011, 11, 2)
    )
    desk.post(f"/jeunes/{youth.id}/representant", {"representative-name": "Mme Le Bihan"})
    page = parse(desk.get(f"/jeunes/{youth.id}"))

    answer = desk.swap_post(f"/jeunes/{youth.id}/representant/informe", "section-representative")

    swapped = swap(page, answer, target="section-representative")
    assert swapped.select("#section-consent form") != []
    assert_same(swapped, parse(desk.get(f"/jeunes/{youth.id}")))


def test_a_conflict_answers_409_beside_the_fields(
    desk: Desk, session: Session, house: House
) -> None:
    youth = make_youth(session, house.organisation, house.adviser)
    page = parse(desk.get(f"/jeunes/{youth.id}"))
    seen = page.select_one("#saved-mobility input[name=seen]")
    assert seen is not None
    youth.radius_km = 99
    session.flush()

    answer = desk.swap_post(
        f"/jeunes/{youth.id}/mobilite", "saved-mobility", {**MOBILITY, "seen": str(seen["value"])}
    )

    swap(page, answer, target="saved-mobility")
    rows = [one.get_text(" ", strip=True) for one in page.select("#saved-mobility tbody tr")]
    assert answer.status_code == 409
    assert "Distance acceptée 5 99" in rows


def test_words_typed_in_the_wish_field_survive_a_button_of_the_list(
    desk: Desk, session: Session, house: House
) -> None:
    youth = make_youth(session, house.organisation, house.adviser, wishes=(("un", None),))
    wish = session.scalars(select(Wish)).one()

    answer = desk.swap_post(
        f"/jeunes/souhaits/{wish.id}/retirer", "section-wishes", {"wish": "coiffeur peut-être"}
    )

    field = parse(answer).select_one("input#wish")
    assert field is not None
    assert field["value"] == "coiffeur peut-être"
    assert youth.id


def test_the_list_after_a_filter_is_a_fresh_list(
    desk: Desk, session: Session, house: House
) -> None:
    make_youth(session, house.organisation, house.adviser, given_name="Ana")
    make_youth(session, house.organisation, house.adviser, given_name="Bao")
    page = parse(desk.get("/jeunes"))
    address = "/jeunes?q=ana&whose=mine&status=&show=&trade=&commune=&sort=name"

    answer = desk.get(address, headers=htmx_headers("youth-list"))

    swapped = swap(page, answer, target="youth-list")
    assert_same(swapped, parse(desk.get(address)), part="youth-list")
    assert "Bao" not in swapped.select_one("#youth-list").get_text()  # type: ignore[union-attr]


def test_a_file_costs_at_most_twelve_statements(desk: Desk, session: Session, house: House) -> None:
    youth = make_youth(
        session, house.organisation, house.adviser, wishes=(("patisserie", None), ("vente", None))
    )
    desk.get(f"/jeunes/{youth.id}")

    with watched(session) as sent:
        desk.get(f"/jeunes/{youth.id}")

    assert len(sent.budget) <= 12


def test_a_disability_referent_opens_the_restricted_page_and_not_the_file(
    desk: Desk, session: Session, house: House
) -> None:
    youth = make_youth(session, house.organisation, house.adviser)
    referent = desk_of(
        desk.client, make_user(session, house.organisation, Role.DISABILITY_REFERENT)
    )

    with watched(session) as sent:
        restricted = referent.get(f"/jeunes/{youth.id}/handicap")
    file = referent.get(f"/jeunes/{youth.id}")
    saved = referent.post(
        f"/jeunes/{youth.id}/handicap", {"has_agreed": "y", "valid_until": "31/03/2028"}
    )

    assert [restricted.status_code, file.status_code, saved.status_code] == [200, 404, 303]
    assert "youth.disability" in str(sent.parameters_of("insert into access_record"))
    assert session.scalars(select(DisabilityRecognition)).one().valid_until == date(2028, 3, 31)


def test_the_file_does_not_read_the_restricted_row(
    desk: Desk, session: Session, house: House
) -> None:
    youth = make_youth(session, house.organisation, house.adviser)

    with watched(session) as sent:
        desk.get(f"/jeunes/{youth.id}")

    assert not any("disability_recognition" in text for text in sent.budget)
