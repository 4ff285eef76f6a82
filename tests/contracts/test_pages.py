"""The sheet as each person meets it: page and swap, files, list, and the doors."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import event, func, select, update
from sqlalchemy.orm import Session
from time_machine import Traveller

from app.contracts.models import ContractSheet
from app.contracts.queries.lists import visible_sheets
from app.contracts.queries.projection import sheet_facts
from app.core.access import AccessRecord, NamedExport
from app.core.db import db, transaction
from app.core.outbox import OutboxMail
from app.openings.models import Opening
from app.placements.models import Placement
from app.placements.tasks import ask_how_it_goes
from app.policy.matrix import can
from app.policy.permissions import Permission
from app.rules.contract_sheet import Form, sheet_fields
from app.rules.law import ContractKind
from tests.contracts.test_sheet import recognise, valid_nir
from tests.factories.accounts import csrf_token, sign_in
from tests.factories.contracts import fill_all, make_agreed
from tests.factories.placements import Triple, make_placement, make_triple
from tests.helpers.swap import assert_same, htmx_headers, parse, swap

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def agreed(session: Session) -> tuple[Triple, int]:
    """Three yes, each part written."""
    with transaction() as writing:
        triple, placement = make_agreed(writing)
        fill_all(writing, triple, placement)
        number = placement.id
    return triple, number


def address(number: int, tail: str = "") -> str:
    return f"/propositions/{number}/contrat{tail}"


def token(client: FlaskClient) -> str:
    return csrf_token(client.application, client, "/contrats")


def words(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.status_code
    return " ".join(parse(answer).get_text(" ").replace("\u00a0", " ").split())


def test_the_employer_reads_the_sheet_and_leaves_a_trace(
    client: FlaskClient, session: Session, agreed: tuple[Triple, int]
) -> None:
    triple, number = agreed
    sign_in(client, triple.employer.user)

    text = words(client, address(number))

    for expected in (
        "Contrat de",
        "Ce qui manque, et qui l’a",
        "CERFA 10103*14",
        "802,82 €",
        "OPCO EP",
        "samedi 5 décembre 2026",
        "APP19-18-1",
    ):
        assert expected in text, expected
    readings = session.scalars(
        select(AccessRecord.page).where(AccessRecord.youth_id == triple.youth.id)
    )
    assert "contracts.sheet" in set(readings)


def test_a_part_saved_by_htmx_is_the_page_loaded_whole(
    client: FlaskClient, agreed: tuple[Triple, int]
) -> None:
    triple, number = agreed
    sign_in(client, triple.employer.user)
    page = parse(client.get(address(number)))
    data = {"csrf_token": token(client), "employer-weekly_hours": "39:00"}

    answer = client.post(
        address(number, "/employeur"), data=data, headers=htmx_headers("contract-sheet")
    )

    assert_same(swap(page, answer, target="contract-sheet"), parse(client.get(address(number))))


def test_without_javascript_a_part_saved_leads_back_to_the_sheet(
    client: FlaskClient, session: Session, agreed: tuple[Triple, int]
) -> None:
    triple, number = agreed
    sign_in(client, triple.cfa.user)
    data = {"csrf_token": token(client), "centre-training_hours": "910"}

    answer = client.post(address(number, "/cfa"), data=data)

    assert (answer.status_code, answer.headers["Location"]) == (303, address(number))
    session.expire_all()
    assert session.get_one(ContractSheet, number).typed["training_hours"] == "910"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("employer_siret", "12345678901234", "Vérifiez ce code"),
        ("tutor_birth_date", "hier", "date"),
        ("weekly_hours", "trente-cinq", "35:00"),
        ("employer_email", "fournil", "prenom@exemple.fr"),
        ("tutor_job", "poste pour personne valide", "handicap"),
    ],
)
def test_a_value_that_cannot_stand_is_refused_beside_its_field_and_nothing_is_lost(
    client: FlaskClient, agreed: tuple[Triple, int], field: str, value: str, message: str
) -> None:
    triple, number = agreed
    sign_in(client, triple.employer.user)
    data = {
        "csrf_token": token(client),
        f"employer-{field}": value,
        "employer-supplementary_pension": "Malakoff",
    }

    answer = client.post(address(number, "/employeur"), data=data)

    page = parse(answer)
    assert answer.status_code == 422
    error = page.select_one(f"#employer-{field}-error")
    assert error is not None
    assert message in error.get_text()
    kept = page.select_one("#employer-supplementary_pension")
    assert kept is not None
    assert kept["value"] == "Malakoff"


def test_a_party_may_read_the_sheet_and_not_write_the_part_of_another(
    client: FlaskClient, agreed: tuple[Triple, int]
) -> None:
    triple, number = agreed
    sign_in(client, triple.employer.user)
    data = {"csrf_token": token(client)}

    answers = {
        tail: client.post(address(number, tail), data=data).status_code
        for tail in ("/jeune", "/cfa", "/dire")
    }

    assert answers == {"/jeune": 403, "/cfa": 403, "/dire": 404}


def test_the_number_is_masked_and_shown_once_on_demand(
    client: FlaskClient, agreed: tuple[Triple, int]
) -> None:
    triple, number = agreed
    sign_in(client, triple.adviser.user)
    mine = token(client)
    typed = {"csrf_token": mine, "nir-nir": valid_nir()}
    client.post(address(number, "/numero"), data=typed)

    masked = words(client, address(number))
    shown = client.post(address(number, "/numero/voir"), data={"csrf_token": mine})

    compact = "".join(parse(shown).get_text().split())
    assert "•••" in masked
    assert valid_nir() not in "".join(masked.split())
    assert valid_nir() in compact
    assert valid_nir() not in "".join(words(client, address(number)).split())


def test_the_number_is_asked_last(client: FlaskClient, session: Session) -> None:
    with transaction() as writing:
        triple, placement = make_agreed(writing)
        number = placement.id
    sign_in(client, triple.adviser.user)

    text = words(client, address(number))
    data = {"csrf_token": token(client), "nir-nir": valid_nir()}
    by_hand = client.post(address(number, "/numero"), data=data)

    assert "Il se demande en dernier" in text
    assert by_hand.status_code == 409
    assert valid_nir() not in "".join(by_hand.text.split())


def test_the_house_sees_what_telling_would_change_and_the_employer_sees_nothing(
    client: FlaskClient, session: Session, agreed: tuple[Triple, int]
) -> None:
    triple, number = agreed
    recognise(session, triple)
    session.commit()
    sign_in(client, triple.adviser.user)
    house = words(client, address(number))
    sign_in(client, triple.employer.user)
    page = parse(client.get(address(number)))
    for option in page.find_all("option"):
        option.decompose()  # the closed lists of the form name every case of the law
    employer = " ".join(page.get_text(" ").replace("\u00a0", " ").split())

    assert "6 000,00 €" in house
    assert "le choix du jeune" in house
    for word in ("handicap", "AGEFIPH", "RQTH", "6 000"):
        place = employer.lower().find(word.lower())
        assert place < 0, employer[place - 80 : place + 80]


# --- Files -----------------------------------------------------------------------------------


def test_the_pdf_holds_the_sheet_without_the_number_and_is_registered(
    client: FlaskClient, session: Session, agreed: tuple[Triple, int]
) -> None:
    triple, number = agreed
    sign_in(client, triple.adviser.user)
    data = {"csrf_token": token(client), "nir-nir": valid_nir()}
    client.post(address(number, "/numero"), data=data)

    answer = client.get(f"/propositions/{number}/contrat.pdf")

    pages = PdfReader(BytesIO(answer.get_data())).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert answer.mimetype == "application/pdf"
    assert "Fiche préparatoire du contrat" in text
    assert "802,82" in text
    assert "APP19-18-1" in text
    assert valid_nir() not in "".join(text.split())
    export = session.scalars(select(NamedExport)).one()
    assert (export.kind, export.file_format.value, export.names) == ("contracts.sheet", "pdf", 1)
    assert f"Document n° {export.id}" in text


def test_without_the_extra_the_pdf_leads_to_the_page_to_print(
    client: FlaskClient, agreed: tuple[Triple, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    triple, number = agreed
    sign_in(client, triple.cfa.user)
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)

    answer = client.get(f"/propositions/{number}/contrat.pdf")
    printed = client.get(answer.headers["Location"])

    assert answer.headers["Location"] == address(number, "/imprimer")
    assert "Fiche préparatoire" in printed.get_data(as_text=True)


def test_the_json_says_what_the_page_says_to_this_reader(
    client: FlaskClient, session: Session, agreed: tuple[Triple, int]
) -> None:
    triple, number = agreed
    recognise(session, triple)
    session.commit()
    sign_in(client, triple.employer.user)

    answer = client.get(f"/propositions/{number}/contrat.json")

    data = json.loads(answer.get_data())
    fields = {key: one for section in data["champs"].values() for key, one in section.items()}
    assert data["formulaire"]["version"] == "10103*14"
    assert fields["weekly_hours"]["valeur"] == "35:00"
    assert data["paie"][0]["brut_mensuel"] == "802.82"
    assert data["depot"]["au_plus_tard"] == "2026-12-05"
    assert "disabled_worker" not in fields
    assert "AGEFIPH" not in answer.get_data(as_text=True)
    assert fields["nir"]["valeur"] is None


def test_a_contrat_pro_has_every_field_of_its_form_on_the_page_and_in_the_json(
    client: FlaskClient, session: Session, agreed: tuple[Triple, int]
) -> None:
    triple, number = agreed
    triple.opening.apprenticeship, triple.opening.professionalisation = False, True
    recognise(session, triple)
    session.execute(update(ContractSheet).values(kind=ContractKind.PROFESSIONALISATION))
    session.commit()
    sign_in(client, triple.adviser.user)

    data = json.loads(client.get(f"/propositions/{number}/contrat.json").get_data())
    shown = words(client, f"/propositions/{number}/contrat")

    fields = {key for section in data["champs"].values() for key in section}
    always = {one.field_id for one in sheet_fields(Form.EJ20)}
    assert data["formulaire"]["version"] == "12434*03"
    assert always - fields == set()
    labels = [one["libelle"] for section in data["champs"].values() for one in section.values()]
    assert [label for label in labels if label not in shown] == []


# --- The list --------------------------------------------------------------------------------


def test_the_list_shows_what_is_to_prepare_and_to_whom(
    client: FlaskClient, agreed: tuple[Triple, int]
) -> None:
    triple, _ = agreed
    texts = {}
    for party in ("adviser", "employer", "cfa"):
        sign_in(client, getattr(triple, party).user)
        texts[party] = words(client, "/contrats")

    assert all("1 contrat" in text for text in texts.values())
    assert "Fournil" in texts["adviser"] or triple.employer.organisation.name in texts["adviser"]


def test_an_empty_list_says_what_opens_a_sheet(client: FlaskClient, session: Session) -> None:
    triple = make_triple(session)
    session.commit()
    sign_in(client, triple.employer.user)

    assert "Une fiche s’ouvre d’elle-même" in words(client, "/contrats")


def test_the_list_and_the_door_agree_for_every_party(session: Session) -> None:
    with transaction() as writing:
        first, agreed_one = make_agreed(writing)
        second = make_triple(writing)
        make_placement(writing, second)
        everyone = [
            getattr(triple, party).actor
            for triple in (first, second)
            for party in ("adviser", "employer", "cfa")
        ]
    for actor in everyone:
        listed = set(session.scalars(select(Placement.id).where(visible_sheets(actor))))

        open_doors = {
            number
            for number in session.scalars(select(Placement.id))
            if number == agreed_one.id
            and can(actor, Permission.CONTRACT_VIEW, sheet_facts(session, number))
        }
        assert listed == open_doors


def test_the_list_costs_the_same_for_one_row_and_for_many(
    client: FlaskClient, session: Session, agreed: tuple[Triple, int]
) -> None:
    triple, _number = agreed
    sign_in(client, triple.employer.user)

    def statements() -> int:
        seen: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
            seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            assert client.get("/contrats").status_code == 200
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    with_one = statements()
    with transaction() as writing:
        for _ in range(4):
            other = make_triple(writing)
            row = make_agreed(writing, other)[1]
            writing.get_one(Opening, row.opening_id).employer_id = triple.employer.organisation.id
    listed = session.scalar(
        select(func.count()).select_from(Placement).where(visible_sheets(triple.employer.actor))
    )

    sign_in(client, triple.employer.user)
    assert listed == 5
    assert statements() <= with_one + 1 <= 12


def test_the_tutor_s_address_written_on_the_sheet_is_the_one_that_the_check_ins_ask(
    client: FlaskClient, session: Session, frozen: Traveller, agreed: tuple[Triple, int]
) -> None:
    triple, number = agreed
    path, field = address(number, "/employeur"), "employer-tutor_email"
    sign_in(client, triple.employer.user)
    wrong = client.post(path, data={"csrf_token": token(client), field: "gaelle sans arobase"})
    kept = client.post(path, data={"csrf_token": token(client), field: "Gaelle@fournil.fr "})
    sign_in(client, triple.cfa.user)
    for act in ("signer", "commencer"):
        client.post(f"/propositions/{number}/{act}", data={"csrf_token": token(client)})
    session.commit()  # the reading ends here, or its rollback would undo what the browser wrote
    frozen.shift(timedelta(days=1))

    ask_how_it_goes()

    mails = session.scalars(select(OutboxMail).where(OutboxMail.kind == "placement_check_in"))
    asked = {one.recipient: one.text_body for one in mails}
    session.commit()
    link = re.search(r"https?://[^/\s]+(/s/\S+)", asked["gaelle@fournil.fr"])
    assert (wrong.status_code, kept.status_code) == (422, 303)
    assert "gaelle sans arobase" in wrong.text
    assert triple.employer.user.email not in asked
    assert link
    assert client.get(link[1]).status_code == 200
