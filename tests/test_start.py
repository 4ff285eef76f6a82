"""The house opens its doors."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.policy.actor import OrganisationKind
from config import ConfigurationError, load_settings
from tests.factories.accounts import PASSWORD, csrf_token, make_organisation, make_user, sign_in

LOGIN = "/compte/connexion"


def test_the_process_says_that_it_is_alive(client: FlaskClient) -> None:
    answer = client.get("/healthz")

    assert answer.json == {"status": "ok"}


def test_a_visitor_is_sent_to_the_sign_in_page_and_back(client: FlaskClient) -> None:
    answer = client.get("/?page=2")

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/compte/connexion?next=/?page%3D2"


def test_a_person_signs_in_with_the_right_password(client: FlaskClient, session: Session) -> None:
    mission = make_organisation(session, name="Mission locale de Quimper")
    make_user(session, mission, email="adviser@exemple.fr", password=PASSWORD)
    token = csrf_token(client.application, client, LOGIN)

    answer = client.post(
        LOGIN, data={"email": "Adviser@exemple.fr", "password": PASSWORD, "csrf_token": token}
    )

    assert answer.status_code == 303
    assert "Mission locale de Quimper" in client.get("/").get_data(as_text=True)


@pytest.mark.parametrize("email", ["adviser@exemple.fr", "personne@exemple.fr"])
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    client: FlaskClient, session: Session, email: str
) -> None:
    make_user(session, make_organisation(session), email="adviser@exemple.fr", password=PASSWORD)
    token = csrf_token(client.application, client, LOGIN)

    answer = client.post(
        LOGIN, data={"email": email, "password": "autre chose", "csrf_token": token}
    )

    assert answer.status_code == 422
    assert "Adresse ou mot de passe inconnus" in answer.get_data(as_text=True)


def test_every_answer_carries_the_security_headers(client: FlaskClient) -> None:
    answer = client.get(LOGIN)

    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_a_person_with_two_organisations_changes_hats(
    client: FlaskClient, session: Session
) -> None:
    mission = make_organisation(session, name="Mission locale A")
    company = make_organisation(session, OrganisationKind.COMPANY, name="Boulangerie B")
    user = make_user(session, mission)
    from tests.factories.accounts import DEFAULT_ROLE, make_membership

    make_membership(session, user, company, DEFAULT_ROLE[OrganisationKind.COMPANY])
    sign_in(client, user, mission)
    token = csrf_token(client.application, client, "/compte/organisations")

    client.post(f"/compte/organisations/{company.id}", data={"csrf_token": token})

    assert "Vous agissez pour : </span>Boulangerie B" in client.get("/").get_data(as_text=True)


def test_production_refuses_to_start_without_its_secrets() -> None:
    with pytest.raises(ConfigurationError, match="SECRET_KEY, DATABASE_URL, TREFLE_BASE_URL"):
        load_settings({"TREFLE_ENV": "production"})
