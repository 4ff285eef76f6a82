"""Suggestions while one types, as pages and as fragments."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.forms import BaseForm
from app.reference.forms import CommuneFields, TradeFields
from app.reference.queries import resolve_commune, resolve_trade
from tests.factories.accounts import make_organisation, make_user, sign_in
from tests.factories.reference import make_commune, make_trade


class PlaceAndTradeForm(CommuneFields, TradeFields, BaseForm):
    """A form as other slices write it."""


FORM_PAGE = """
{% from "components/commune_field.html" import commune_field with context %}
{% from "components/trade_field.html" import trade_field with context %}
<form method="post" action="/x">{{ commune_field(form, near=(48.27, -3.57), departements=["29", "22"]) }}
{{ trade_field(form) }}</form>
"""


@pytest.fixture
def signed_in(client: FlaskClient, session: Session) -> FlaskClient:
    return sign_in(client, make_user(session, make_organisation(session)))


def fragment(target: str) -> dict[str, str]:
    return {"HX-Request": "true", "HX-Target": target}


def test_the_search_needs_a_session(client: FlaskClient) -> None:
    answer = client.get("/reference/communes?q=Lens")

    assert answer.status_code == 303


def test_the_search_page_of_communes_works_without_javascript(
    signed_in: FlaskClient, session: Session
) -> None:
    make_commune(session, "23008")

    page = BeautifulSoup(signed_in.get("/reference/communes?q=aubuson").text, "lxml")

    assert page.h1 is not None
    assert "code Insee 23008" in page.get_text()


def test_the_fragment_of_communes_offers_radio_buttons_under_the_asking_form_s_name(
    signed_in: FlaskClient, session: Session
) -> None:
    make_commune(session, "23008")
    make_commune(session, "61011")
    url = "/reference/communes?text_name=home&choice_name=home_code&home=Aubusson&dep=61"

    part = BeautifulSoup(
        signed_in.get(url, headers=fragment("commune-choices")).text, "html.parser"
    )

    radios = part.select("#commune-choices input[type=radio][name=home_code]")
    assert [radio["value"] for radio in radios] == ["61011", "23008"]


def test_nearer_homonyms_come_first(signed_in: FlaskClient, session: Session) -> None:
    make_commune(session, "23008")
    make_commune(session, "61011")
    url = "/reference/communes?q=Aubusson&near=48.8,-0.5"

    part = BeautifulSoup(
        signed_in.get(url, headers=fragment("commune-choices")).text, "html.parser"
    )

    assert [radio["value"] for radio in part.select("input")] == ["61011", "23008"]
    assert "km à vol d’oiseau" in part.get_text()


@pytest.mark.parametrize("near", ["", "x,y", "200,3", "1", "nan,nan"])
def test_a_position_that_makes_no_sense_is_ignored(
    signed_in: FlaskClient, session: Session, near: str
) -> None:
    make_commune(session, "62498")

    answer = signed_in.get(f"/reference/communes?q=Lense&near={near}")

    assert "code Insee 62498" in answer.text


def test_a_field_name_that_is_not_one_never_reaches_the_page(
    signed_in: FlaskClient, session: Session
) -> None:
    make_commune(session, "62498")
    url = '/reference/communes?q=Lens&choice_name="><b>'

    part = signed_in.get(url, headers=fragment("commune-choices")).text

    assert 'name="commune_code"' in part


def test_the_fragment_of_trades_offers_submit_buttons_for_wishes(
    signed_in: FlaskClient, session: Session
) -> None:
    make_trade(session, "D1102")
    url = "/reference/metiers?text_name=wish&wish=boulengerie&style=buttons&choice_name=add_trade"

    part = BeautifulSoup(signed_in.get(url, headers=fragment("trade-choices")).text, "html.parser")

    buttons = part.select("button[type=submit][name=add_trade]")
    assert [button["value"] for button in buttons] == ["D1102"]


def test_the_search_page_of_trades_says_when_nothing_is_near(signed_in: FlaskClient) -> None:
    answer = signed_in.get("/reference/metiers?q=zzzz")

    assert "Aucun métier connu" in answer.text


def test_the_fields_show_the_choices_of_a_doubtful_text(app: Flask, session: Session) -> None:
    make_commune(session, "23008")
    make_commune(session, "61011")
    with app.test_request_context("/x", method="POST", data={"commune": "Aubusson"}):
        form = PlaceAndTradeForm(meta={"csrf": False})
        taken = form.take_commune(
            resolve_commune(session, form.commune.data, form.commune_code.data)
        )

        page = BeautifulSoup(render_template_string(FORM_PAGE, form=form), "lxml")

    assert taken is None
    assert [one["value"] for one in page.select("input[name=commune_code]")] == ["23008", "61011"]
    field = page.select_one("#commune")
    assert field is not None
    assert field["aria-invalid"] == "true"
    link = page.select_one("a[hx-target='#commune-choices']")
    assert link is not None
    assert link["href"] == link["hx-get"]
    assert "dep=22,29" in str(link["href"])


def test_a_commune_picked_in_the_list_is_taken(app: Flask, session: Session) -> None:
    make_commune(session, "23008")
    make_commune(session, "61011")
    sent = {"commune": "aubuson", "commune_code": "61011"}
    with app.test_request_context("/x", method="POST", data=sent):
        form = PlaceAndTradeForm(meta={"csrf": False})

        taken = form.take_commune(
            resolve_commune(session, form.commune.data, form.commune_code.data)
        )

    assert taken == "61011"
    assert form.commune.data == "Aubusson (61100)"


def test_a_text_changed_after_the_pick_wins(app: Flask, session: Session) -> None:
    make_commune(session, "23008")
    make_commune(session, "29232")
    sent = {"commune": "Quimper", "commune_code": "23008"}
    with app.test_request_context("/x", method="POST", data=sent):
        form = PlaceAndTradeForm(meta={"csrf": False})

        taken = form.take_commune(
            resolve_commune(session, form.commune.data, form.commune_code.data)
        )

    assert taken == "29232"


def test_a_required_commune_left_empty_is_asked_for(app: Flask, session: Session) -> None:
    with app.test_request_context("/x", method="POST", data={"commune": "  "}):
        form = PlaceAndTradeForm(meta={"csrf": False})

        taken = form.take_commune(resolve_commune(session, form.commune.data), required=True)

    assert taken is None
    assert form.commune.errors == ["Écrivez le nom de la commune ou son code postal."]


def test_a_known_wording_of_one_trade_is_taken_and_a_doubtful_one_is_shown(
    app: Flask, session: Session
) -> None:
    make_trade(session, "D1102")
    make_trade(session, "D1104")
    with app.test_request_context("/x", method="POST", data={"trade": "Boulangère"}):
        sure, doubtful = (PlaceAndTradeForm(meta={"csrf": False}) for _ in range(2))

        taken = sure.take_trade(resolve_trade(session, "Boulangère"))
        shown = doubtful.take_trade(resolve_trade(session, "boulengerie patiserie"))

    assert taken == "D1102"
    assert shown is None
    assert {one.rome_code for one in doubtful.trade_choices} <= {"D1102", "D1104"}
    assert doubtful.trade.errors
