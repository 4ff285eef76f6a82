"""Pages of openings and companies, with and without htmx; the list shows what the door opens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Membership, Organisation, OrganisationStatus
from app.core.changes import Changed, PoolChange
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotFound
from app.openings.models import MinorsPossible, Opening, OpeningStatus
from app.openings.queries import (
    OpeningFilters,
    find_company,
    opening_facts,
    opening_list,
)
from app.openings.services import CompanyDetails, add_company, create_company
from app.policy.actor import Actor, OrganisationKind
from app.policy.matrix import can
from app.policy.permissions import Permission
from app.reference.models import ShortageMark
from tests.factories.accounts import (
    actor_of,
    csrf_token,
    make_organisation,
    make_territory,
    make_user,
    sign_in,
)
from tests.factories.openings import make_company, make_opening
from tests.factories.reference import make_commune, make_trade
from tests.helpers.swap import assert_same, htmx_headers, parse, swap

pytestmark = pytest.mark.usefixtures("frozen")

K = OrganisationKind
SIRET = "73282932000074"
LA_POSTE = "35600000009075"


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement sent meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, text: str, *_rest: object) -> None:
        if text.lstrip().upper().startswith(("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")):
            sent.append(text)

    engine = db.engine.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def company(session: Session) -> Organisation:
    """A bakery."""
    return make_company(session, name="Boulangerie du Port")


@pytest.fixture
def employer(session: Session, client: FlaskClient, company: Organisation) -> FlaskClient:
    """The baker, signed in."""
    return sign_in(client, make_user(session, company))


@pytest.fixture
def adviser(session: Session, client: FlaskClient) -> FlaskClient:
    """An adviser, signed in."""
    return sign_in(client, make_user(session, make_organisation(session)))


def field_agent(session: Session, *departements: str) -> Actor:
    """An agent who works in these départements."""
    network = make_organisation(session, K.FIELD_NETWORK)
    user = make_user(session, network)
    membership = session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
    make_territory(session, membership, *departements)
    return actor_of(session, user, network)


def values(**changes: str) -> dict[str, str]:
    """What an employer types."""
    return {
        "title": "Apprenti boulanger",
        "trade": "boulanger",
        "commune": "Quimper",
        "apprenticeship": "y",
        "positions": "2",
        "start_from": "2026-12-01",
        "start_until": "2027-01-31",
        "minors_possible": "yes",
        **changes,
    }


def status_of(session: Session, opening_id: int) -> OpeningStatus:
    """The status, read again."""
    session.expire_all()
    return session.get_one(Opening, opening_id).status


def test_an_opening_goes_from_draft_to_published_filled_and_closed_without_javascript(
    app: Flask, session: Session, employer: FlaskClient, company: Organisation
) -> None:
    make_trade(session)
    make_commune(session)
    token = csrf_token(app, employer, "/offres/nouvelle")

    answer = employer.post("/offres/nouvelle", data=values(csrf_token=token))

    assert answer.status_code == 303
    opening = session.scalars(select(Opening)).one()
    assert (opening.status, opening.rome_code, opening.commune_code) == (
        OpeningStatus.DRAFT, "D1102", "29232",
    )  # fmt: skip
    seen = []
    for path in ("etat/publish", "etat/withdraw", "etat/publish", "fermer", "etat/reopen"):
        data = {"csrf_token": token, "outcome": "filled_here"}
        assert employer.post(f"/offres/{opening.id}/{path}", data=data).status_code == 303
        seen.append(status_of(session, opening.id).value)
    assert seen == ["published", "draft", "published", "closed", "draft"]
    kinds = {(one.kind, one.row_id) for one in session.query(PoolChange)}
    assert kinds == {(Changed.OPENING, opening.id)}


def test_a_step_that_the_status_does_not_allow_is_a_conflict(
    app: Flask, session: Session, employer: FlaskClient, company: Organisation
) -> None:
    opening = make_opening(session, company)
    token = csrf_token(app, employer, f"/offres/{opening.id}")

    answer = employer.post(f"/offres/{opening.id}/etat/publish", data={"csrf_token": token})

    assert answer.status_code == 409


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ({"rome_code": None}, "le métier"),
        ({"commune_code": None}, "la commune"),
        ({"start_from": None, "start_until": None}, "le début de la période"),
        ({"start_from": None, "start_until": date(2026, 1, 1)}, "le début de la période"),
        ({"start_from": date(2026, 1, 1), "start_until": date(2026, 2, 1)}, "est passée"),
    ],
)
def test_an_incomplete_opening_is_not_published_and_says_why(
    app: Flask,
    session: Session,
    employer: FlaskClient,
    company: Organisation,
    missing: dict[str, Any],
    message: str,
) -> None:
    opening = make_opening(session, company, status=OpeningStatus.DRAFT)
    for name, value in missing.items():
        setattr(opening, name, value)
    session.flush()
    token = csrf_token(app, employer, f"/offres/{opening.id}")

    answer = employer.post(f"/offres/{opening.id}/etat/publish", data={"csrf_token": token})

    assert answer.status_code == 422
    assert message in answer.text
    assert status_of(session, opening.id) is OpeningStatus.DRAFT


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title": ""}, "Écrivez l’intitulé"),
        ({"apprenticeship": ""}, "au moins un type de contrat"),
        ({"positions": "0"}, "de 1 à 500"),
        ({"start_until": "2026-01-01"}, "vient après son début"),
        ({"level_low": "5", "level_high": "3"}, "sous le plus bas"),
        ({"licence_required": "y"}, "à quoi sert le permis"),
        ({"description": "Nous cherchons un jeune homme motivé"}, "jeune homme"),
        ({"trade": "zzzzqqqq"}, "Aucun métier connu"),
        ({"commune": "Zzzzqqqq"}, "Aucune commune"),
    ],
)
def test_a_wrong_opening_is_refused_and_what_was_typed_is_kept(
    app: Flask, session: Session, employer: FlaskClient, changes: dict[str, str], message: str
) -> None:
    make_trade(session)
    make_commune(session)
    token = csrf_token(app, employer, "/offres/nouvelle")
    typed = {"csrf_token": token, "licence_reason": "", "expires_on": "2027-05-05"}
    sent = {name: text for name, text in {**values(), **typed, **changes}.items() if text}

    answer = employer.post("/offres/nouvelle", data=sent)

    assert answer.status_code == 422
    assert message in answer.text
    assert 'value="2027-05-05"' in answer.text
    assert session.scalar(select(func.count()).select_from(Opening)) == 0


def test_a_licence_with_its_reason_is_accepted(
    app: Flask, session: Session, employer: FlaskClient
) -> None:
    make_trade(session)
    make_commune(session)
    token = csrf_token(app, employer, "/offres/nouvelle")
    data = values(csrf_token=token, licence_required="y", licence_reason="Livraisons en tournée")

    answer = employer.post("/offres/nouvelle", data=data)

    assert answer.status_code == 303
    assert "Livraisons en tournée" in employer.get(answer.headers["Location"]).text


def test_an_outdated_form_is_told_so(
    app: Flask, session: Session, employer: FlaskClient, company: Organisation
) -> None:
    opening = make_opening(session, company)
    path = f"/offres/{opening.id}/modifier"
    data = values(csrf_token=csrf_token(app, employer, path), version="1", positions="3")

    statuses = [employer.post(path, data=data).status_code for _ in range(2)]

    assert statuses == [303, 409]


def test_one_click_makes_one_dated_copy_without_promises(
    app: Flask, session: Session, employer: FlaskClient, company: Organisation
) -> None:
    opening = make_opening(session, company, positions=2, positions_taken=1)
    token = csrf_token(app, employer, f"/offres/{opening.id}")
    data = {"csrf_token": token, "request_key": "k" * 20}

    statuses = [
        employer.post(f"/offres/{opening.id}/dupliquer", data=data).status_code for _ in range(2)
    ]

    assert statuses == [303, 409]
    copy = session.scalars(select(Opening).where(Opening.id != opening.id)).one()
    assert (copy.title, copy.status, copy.positions_taken, copy.published_at) == (
        opening.title, OpeningStatus.DRAFT, 0, None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("words=boulanger", True),
        ("words=boulengerie", True),
        ("words=port", True),
        ("words=menuisier", False),
        ("commune=Quimper&km=10", True),
        ("commune=Rennes&km=50", False),
        ("month=01/2027", True),
        ("month=2027-03", False),
        ("level=3", True),
        ("level=6", False),
        ("minors=y", True),
        ("shortage=y", False),
        ("status=published", True),
        ("status=zzz&km=x&level=x&sort=-zzz&page=999", True),
    ],
)
def test_each_filter_narrows_the_list(
    session: Session, adviser: FlaskClient, company: Organisation, query: str, is_found: bool
) -> None:
    make_commune(session, "35238")
    make_trade(session, "H2206")
    make_opening(session, company, level_low=3, level_high=4)

    answer = adviser.get(f"/offres?{query}")

    assert answer.status_code == 200
    assert ("Apprenti boulanger</a>" in answer.text) is is_found


def test_the_shortage_mark_follows_the_dated_lists(session: Session, adviser: FlaskClient) -> None:
    make_opening(session)
    before = adviser.get("/offres").text
    session.add(
        ShortageMark(
            rome_code="D1102",
            source="test",
            year=2026,
            is_shortage=True,
            valid_from=date(2026, 1, 1),
        )
    )
    session.flush()

    after = adviser.get("/offres?shortage=y").text

    assert "métier en tension</span>" not in before
    assert "métier en tension</span>" in after


def test_the_list_holds_exactly_what_the_door_opens(session: Session) -> None:
    company, other = make_company(session), make_company(session, region_code="75")
    make_commune(session, "23008")
    rows = [
        make_opening(session, employer, status=status, commune_code=commune)
        for employer in (company, other)
        for status in OpeningStatus
        for commune in ("29232", "23008")
    ]
    people = [
        actor_of(session, make_user(session, one))
        for one in (
            company,
            make_organisation(session),
            make_organisation(session, K.POINT_A),
            make_organisation(session, K.TRAINING_CENTRE),
            make_organisation(session, K.REGIONAL_COORDINATION),
            make_organisation(session, K.PLATFORM),
        )
    ]
    people += [field_agent(session, "29"), field_agent(session)]

    for actor in people:
        page = opening_list(session, actor, OpeningFilters(), number=1, size=100)
        door = {
            one.id
            for one in rows
            if can(actor, Permission.OPENING_VIEW, opening_facts(session, one.id))
        }

        assert {row.id for row in page.rows} == door


@pytest.mark.parametrize("path", ["/offres", "/entreprises"])
def test_a_list_sends_the_same_few_statements_whatever_its_rows(
    session: Session, adviser: FlaskClient, path: str
) -> None:
    counts = []
    for _ in range(2):
        for _ in range(5):
            make_opening(session)
        adviser.get(path)
        with statements() as sent:
            adviser.get(path)
        counts.append(len(sent))

    assert counts[0] == counts[1]
    assert counts[0] <= 8


def test_the_lists_are_the_same_swapped_or_fresh(session: Session, adviser: FlaskClient) -> None:
    make_opening(session)
    for path, query, target in (
        ("/offres", "?minors=y", "opening-list"),
        ("/entreprises", "?q=company", "company-list"),
    ):
        page = parse(adviser.get(path))

        answer = adviser.get(path + query, headers=htmx_headers(target))

        assert_same(swap(page, answer, target=target), parse(adviser.get(path + query)))


def test_a_stranger_finds_no_draft_and_no_form(session: Session, adviser: FlaskClient) -> None:
    draft = make_opening(session, status=OpeningStatus.DRAFT)
    published = make_opening(session, minors_possible=MinorsPossible.NO)

    statuses = [
        adviser.get(path).status_code
        for path in (
            f"/offres/{draft.id}",
            f"/offres/{published.id}",
            f"/offres/{published.id}/modifier",
            "/offres/nouvelle",
            f"/entreprises/{published.employer_id}",
            f"/entreprises/{published.employer_id}/modifier",
        )
    ]

    assert statuses == [404, 200, 404, 404, 200, 404]


def test_an_employer_finds_neither_the_company_nor_the_opening_of_another(
    session: Session, employer: FlaskClient
) -> None:
    foreign = make_opening(session)

    statuses = [
        employer.get(path).status_code
        for path in (f"/offres/{foreign.id}", f"/entreprises/{foreign.employer_id}")
    ]

    assert statuses == [404, 404]


def test_a_company_page_shows_codes_and_the_opco_hint(
    session: Session, employer: FlaskClient, company: Organisation
) -> None:
    text = employer.get(f"/entreprises/{company.id}").text

    assert "1071C" in text
    assert "IDCC 0843 (OPCO" in text


@pytest.mark.parametrize(
    ("changes", "status", "message"),
    [
        ({"siret": SIRET}, 303, ""),
        ({"siret": LA_POSTE}, 303, ""),
        ({"siret": "732 829 320 00075"}, 422, "n’est pas juste"),
        ({"naf_code": "boulangerie"}, 422, "NAF"),
        ({"idcc": "abcd"}, 422, "IDCC"),
        ({"headcount": "-3"}, 422, "de 0 à"),
        ({"name": " "}, 422, "Écrivez le nom"),
    ],
)
def test_a_company_is_described_with_checked_codes(
    app: Flask,
    session: Session,
    employer: FlaskClient,
    company: Organisation,
    changes: dict[str, str],
    status: int,
    message: str,
) -> None:
    path = f"/entreprises/{company.id}/modifier"
    data = {
        "csrf_token": csrf_token(app, employer, path),
        "version": "1",
        "name": "Boulangerie du Port",
        "hosts_mission_youth": "yes",
        **changes,
    }

    answer = employer.post(path, data=data)

    assert answer.status_code == status
    assert message in answer.text


def test_a_company_is_found_again_by_siret_siren_or_name(session: Session) -> None:
    make_commune(session)
    known = create_company(session, name="Boulangerie du Port", siret=SIRET, commune_code="29232")

    found = [
        find_company(session, siret=SIRET),
        find_company(session, siren=SIRET[:9]),
        find_company(session, name="BOULANGERIE du port"),
        find_company(session, name="Boulangerie du Port", commune_code="29232"),
    ]
    missed = [
        find_company(session, siret=LA_POSTE, name="Boulangerie du Port"),
        find_company(session, name="Boulangerie du Port", commune_code="29019"),
        find_company(session, name=""),
    ]

    assert found == [known] * 4
    assert missed == [None] * 3


def test_two_companies_of_one_name_are_not_taken_for_each_other(session: Session) -> None:
    for _ in range(2):
        create_company(session, name="Le Fournil")

    assert find_company(session, name="Le Fournil") is None


def test_a_company_without_siret_is_to_be_checked_until_it_has_one(session: Session) -> None:
    prospect = create_company(session, name="Le Fournil")
    registered = create_company(session, name="La Mie", siret=SIRET)

    assert prospect.status is OrganisationStatus.TO_CHECK
    assert registered.status is OrganisationStatus.ACTIVE
    assert registered.siren == SIRET[:9]


def test_a_wrong_siret_creates_nothing(session: Session) -> None:
    with pytest.raises(Invalid):
        create_company(session, name="Le Fournil", siret="73282932000075")

    assert session.scalar(select(func.count()).select_from(Organisation)) == 0


def test_a_field_agent_adds_companies_in_the_territory_and_never_twice(session: Session) -> None:
    make_commune(session, "29232")
    make_commune(session, "23008")
    agent = field_agent(session, "29")

    add_company(session, agent, details=CompanyDetails("Le Fournil", commune_code="29232"))

    with pytest.raises(Conflict, match="déjà dans Trèfle"):
        add_company(session, agent, details=CompanyDetails("le fournil", commune_code="29232"))
    with pytest.raises(NotFound):
        add_company(session, agent, details=CompanyDetails("La Mie", commune_code="23008"))
