"""Diplomas held: written, taken out, and what they say of the level reached."""

from __future__ import annotations

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.youth.models import YouthDiploma
from tests.factories.accounts import csrf_token, make_organisation, make_user, sign_in
from tests.factories.youth import make_youth
from tests.helpers.swap import htmx_headers, parse, swap


def _visit(client: FlaskClient, session: Session, level: int = 2) -> tuple[int, str, str]:
    mission = make_organisation(session)
    adviser = make_user(session, mission)
    youth = make_youth(session, mission, adviser, level=level)
    sign_in(client, adviser)
    page = f"/jeunes/{youth.id}"
    return youth.id, page, csrf_token(client.application, client, page)


def _text(page: BeautifulSoup) -> str:
    section = page.select_one("#section-diplomas ul")
    return section.get_text(" ", strip=True) if section else ""


def test_a_diploma_raises_the_level_reached(client: FlaskClient, session: Session) -> None:
    youth_id, page, token = _visit(client, session)

    answer = client.post(
        f"{page}/diplomes",
        data={"title": "CAP Cuisine", "diploma_level": "3", "csrf_token": token},
    )

    session.expire_all()
    diploma = session.scalars(select(YouthDiploma)).one()
    assert answer.status_code == 303
    assert (diploma.youth_id, diploma.title, diploma.level) == (youth_id, "CAP Cuisine", 3)
    assert "CAP Cuisine, niveau 3" in _text(parse(client.get(page)))


def test_a_diploma_without_a_name_is_refused_beside_its_field(
    client: FlaskClient, session: Session
) -> None:
    _youth_id, page, token = _visit(client, session)

    answer = client.post(f"{page}/diplomes", data={"title": "  ", "csrf_token": token})

    assert answer.status_code == 422
    assert "Écrivez le nom du diplôme." in answer.get_data(as_text=True)


def test_the_page_with_the_swapped_diplomas_is_the_page_loaded_anew(
    client: FlaskClient, session: Session
) -> None:
    _youth_id, page, token = _visit(client, session)
    before = parse(client.get(page))

    answer = client.post(
        f"{page}/diplomes",
        data={"title": "Bac pro Cuisine", "diploma_level": "4", "csrf_token": token},
        headers=htmx_headers("section-diplomas"),
    )

    after = _text(swap(before, answer, target="section-diplomas"))
    assert after == _text(parse(client.get(page)))
    assert "Bac pro Cuisine" in after


def test_a_diploma_is_taken_out_by_its_house_and_by_nobody_else(
    client: FlaskClient, session: Session
) -> None:
    _youth_id, page, token = _visit(client, session)
    client.post(
        f"{page}/diplomes", data={"title": "CAP Cuisine", "diploma_level": "", "csrf_token": token}
    )
    diploma_id = session.scalars(select(YouthDiploma.id)).one()

    client.post(f"/jeunes/diplomes/{diploma_id}/retirer", data={"csrf_token": token})

    assert session.scalar(select(YouthDiploma.id)) is None
    assert (
        client.post("/jeunes/diplomes/99999/retirer", data={"csrf_token": token}).status_code == 404
    )


def test_a_stranger_s_house_cannot_take_a_diploma_out(
    client: FlaskClient, session: Session
) -> None:
    youth = make_youth(session)
    diploma = YouthDiploma(youth_id=youth.id, title="CAP Cuisine")
    session.add(diploma)
    session.flush()
    _youth_id, _page, token = _visit(client, session)

    answer = client.post(f"/jeunes/diplomes/{diploma.id}/retirer", data={"csrf_token": token})

    assert answer.status_code == 404
