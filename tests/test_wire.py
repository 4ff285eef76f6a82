"""What travels on the wire."""

from __future__ import annotations

import gzip

import pytest
from flask.testing import FlaskClient

from app.core.security import inside_or, is_inside
from tests.helpers.swap import parse


def test_a_page_is_compressed_for_who_can_read_it(client: FlaskClient) -> None:
    plain = client.get("/compte/connexion").get_data()

    answer = client.get("/compte/connexion", headers={"Accept-Encoding": "gzip"})

    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.get_data()) < len(plain) / 2
    assert b"Se connecter" in gzip.decompress(answer.get_data())


def test_the_length_of_a_compressed_page_tells_nothing(client: FlaskClient) -> None:
    lengths = {
        len(client.get("/compte/connexion", headers={"Accept-Encoding": "gzip"}).get_data())
        for _ in range(12)
    }

    assert len(lengths) > 3


def test_our_stylesheet_is_compressed_and_may_be_kept(client: FlaskClient) -> None:
    answer = client.get("/static/css/trefle.css?v=1", headers={"Accept-Encoding": "gzip"})

    assert b"--paper" in gzip.decompress(answer.get_data())
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "",
        None,
        "/a\nb",
    ],
)
def test_a_redirection_never_leaves_the_site(target: str | None) -> None:
    assert not is_inside(target)
    assert inside_or(target, "/") == "/"


@pytest.mark.parametrize("path", ["/static//css", "/jeunes//1", "/compte//connexion?x=//y"])
def test_a_redirection_of_the_router_names_no_host(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Host": "evil.example"})

    assert answer.status_code == 308
    assert answer.headers["Location"].startswith("/")
    assert is_inside(answer.headers["Location"])
    assert "evil.example" not in answer.text


def test_a_redirection_inside_the_site_is_kept() -> None:
    assert inside_or("/jeunes?page=2", "/") == "/jeunes?page=2"


@pytest.mark.parametrize(
    "body", ['{"email": "a@exemple.fr"}', '{"email": 5}', "5", "[[1, 2, 3]]", "[" * 100_000, "{bad"]
)
def test_a_body_of_json_fills_no_form_and_breaks_none(client: FlaskClient, body: str) -> None:
    token = str(parse(client.get("/mes-donnees")).select_one("[name=csrf_token]")["value"])  # type: ignore[index]

    answer = client.post(
        "/mes-donnees", data=body, content_type="application/json", headers={"X-CSRFToken": token}
    )

    assert answer.status_code == 422


def test_a_form_without_its_token_is_refused_in_french(client: FlaskClient) -> None:
    answer = client.post("/compte/connexion", data={"email": "a@exemple.fr", "password": "x"})

    assert answer.status_code == 400
    assert "Rechargez la page" in answer.get_data(as_text=True)


def test_an_unknown_address_answers_with_a_page_in_french(client: FlaskClient) -> None:
    answer = client.get("/nulle-part")

    assert answer.status_code == 404
    assert "Page introuvable" in answer.get_data(as_text=True)


def test_an_error_of_an_htmx_request_lands_in_the_toasts(client: FlaskClient) -> None:
    answer = client.get("/nulle-part", headers={"HX-Request": "true", "HX-Target": "triple-list"})

    assert answer.headers["HX-Retarget"] == "#toasts"
    assert 'id="toasts"' in answer.get_data(as_text=True)


def test_a_number_longer_than_any_id_is_an_unknown_page(client: FlaskClient) -> None:
    answer = client.get("/jeunes/99999999999999999999")

    assert answer.status_code == 404
