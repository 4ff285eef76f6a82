"""Simulators open to all: a stranger gets the figures of the law, their sources, and no invented number."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.core.db import db
from tests.helpers.swap import assert_same, htmx_headers, parse, swap

pytestmark = pytest.mark.usefixtures("frozen")

ENORA = "naissance=2011-11-02&debut=2026-11-30&mois=21&idcc=0843"


def text_of(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    text = parse(answer.get_data(as_text=True)).get_text(" ")
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("name", ["", "/paie", "/cout", "/dates"])
def test_a_stranger_opens_every_simulator_and_finds_it_from_the_login_page(
    client: FlaskClient, name: str
) -> None:
    page = client.get(f"/simulateurs{name}")
    login = client.get("/connexion").get_data(as_text=True)

    assert page.status_code == 200
    assert 'href="/simulateurs"' in login


def test_enoras_pay_is_shown_to_the_cent_with_its_text_its_period_and_its_mark(
    client: FlaskClient,
) -> None:
    text = text_of(client, f"/simulateurs/paie?{ENORA}")

    assert "27 % du SMIC 504,10 €" in text
    assert "728,14 €" in text
    assert "APP19-15-1" in text
    assert "depuis le 1 janv. 2019" in text
    assert "texte lu" in text
    assert "dérogation 11" in text
    assert "SMIC à venir" in text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("effectif=4&niveau=3", "5 000,00 €"),
        ("effectif=320&niveau=4&rqth=y", "6 000,00 €"),
        ("effectif=320&niveau=4", "2 000,00 €"),
        ("niveau=3", "il manque : effectif"),
        ("effectif=4&niveau=3&public=y", "DDETS"),
        ("effectif=4&niveau=3&naf=10.71C", "OPCO EP"),
    ],
)
def test_the_cost_follows_the_size_the_level_and_the_disability(
    client: FlaskClient, query: str, words: str
) -> None:
    address = f"/simulateurs/cout?naissance=2008-03-11&debut=2026-12-01&mois=24&{query}"

    assert words in text_of(client, address)


def test_a_start_in_2027_has_no_aid_in_figures(client: FlaskClient) -> None:
    typed = "naissance=2008-03-11&debut=2027-01-04&signature=2026-12-30&mois=18"
    address = f"/simulateurs/cout?{typed}&effectif=20&niveau=3"

    text = text_of(client, address)

    assert "à confirmer (début à partir du 01/01/2027" in text
    assert "5 000,00" not in text


def test_the_dates_of_samis_contract_stand_in_their_order(client: FlaskClient) -> None:
    typed = "debut=2027-01-04&cours=2026-10-05&stagiaire=2026-10-05&signature=2026-12-30"
    address = f"/simulateurs/dates?{typed}&naissance=2008-03-11"

    text = text_of(client, address)

    assert "mardi 5 janvier 2027" in text
    assert "samedi 9 janvier 2027" in text
    assert "rappel au 75e jour : 19/12/2026" in text
    assert text.index("Fin des trois mois") < text.index("Dépôt du contrat au plus tard")


def test_a_minor_reads_the_protections_with_the_dates(client: FlaskClient) -> None:
    text = text_of(client, "/simulateurs/dates?debut=2026-11-30&naissance=2011-11-02")

    assert "Pas de travail entre 20 h et 6 h jusqu'au 01/11/2027" in text
    assert "14 heures de repos" in text


def test_an_age_without_a_grid_is_explained_and_gives_no_amount(client: FlaskClient) -> None:
    text = text_of(client, "/simulateurs/paie?naissance=2012-11-02&debut=2026-11-30&mois=21")

    assert "avant 15 ans" in text
    assert "Brut par mois" not in text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("debut=2026-11-30", "Indiquez la date de naissance"),
        ("naissance=hier&debut=2026-11-30&mois=21", "naissance"),
        ("naissance=2011-11-02&debut=2026-11-30&mois=900", "de 1 à 60 mois"),
        ("naissance=2011-11-02&debut=1999-11-30&mois=20", "mai 2008"),
        (f"{ENORA}x", "Un IDCC a quatre chiffres"),
        (f"{ENORA}&minimum=NaN", "de 0 à 20000 €"),
    ],
)
def test_what_cannot_be_read_is_said_beside_its_field_and_nothing_typed_is_lost(
    client: FlaskClient, query: str, words: str
) -> None:
    answer = client.get(f"/simulateurs/paie?{query}")

    page = parse(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert words in page.get_text()
    assert page.select_one("#debut")["value"] == query.split("debut=")[1][:10]  # type: ignore[index]


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("paie", ENORA),
        ("cout", f"{ENORA}&effectif=4&niveau=3"),
        ("dates", "debut=2026-11-30&cours=2026-09-07"),
    ],
)
def test_the_answer_swapped_in_is_the_page_loaded_whole(
    client: FlaskClient, name: str, query: str
) -> None:
    path, part = f"/simulateurs/{name}", {"paie": "pay", "cout": "cost", "dates": "dates"}[name]
    empty = parse(client.get(path))

    answer = client.get(f"{path}?{query}", headers=htmx_headers(f"{part}-simulator"))

    swapped = swap(empty, answer, target=f"#{part}-simulator", style="outerHTML")
    assert_same(swapped, parse(client.get(f"{path}?{query}")))


def test_a_simulator_asks_the_database_nothing(client: FlaskClient, session: Session) -> None:
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        client.get(f"/simulateurs/cout?{ENORA}&effectif=4&niveau=3")
    finally:
        event.remove(db.engine, "before_cursor_execute", note)

    assert seen == []
