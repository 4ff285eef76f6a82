"""Pages of rights: what each one shows, to whom, and what it leaves in the journal."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.models import Organisation
from app.core import clock
from app.core.access import (
    AccessPurpose,
    AccessRecord,
    ExportFormat,
    NamedExport,
    note_export,
    note_reading,
)
from app.core.db import transaction
from app.core.errors import NotFound
from app.core.links import write_link
from app.core.tasks import Job, run_queued_jobs
from app.policy.actor import Actor, Link, LinkSubject, OrganisationKind, Role
from app.privacy.models import CorrectionRequest, ErasureRequest
from app.privacy.queries import readings_of, rights_mark
from app.privacy.services import ask_erasure
from app.privacy.services.retaining import note_night
from app.privacy.tasks import run_night
from app.youth.models import Youth
from app.youth.queries import youth_facts
from app.youth.services import update_identity
from tests.factories.accounts import make_organisation, make_user, sign_in
from tests.factories.placements import Triple, make_placement, make_triple, say_yes
from tests.factories.privacy import link_in, mails, make_officer, own_path, youth_actor
from tests.factories.youth import make_youth
from tests.helpers.statements import watched


@pytest.fixture
def triple(session: Session) -> Triple:
    with transaction() as writing:
        found = make_triple(writing)
        say_yes(writing, found, make_placement(writing, found), "youth")
    return found


def send(client: FlaskClient, page: str, path: str, **values: Any) -> TestResponse:
    """Fill a form of that page and send it."""
    text = client.get(page).get_data(as_text=True)
    found = re.search(r'name="[^"]*csrf_token"[^>]*value="([^"]+)"', text)
    assert found, text[:500]
    return client.post(path, data={"csrf_token": found.group(1), **values})


def text_of(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def readings(session: Session, youth_id: int) -> list[str]:
    query = select(AccessRecord.page).where(AccessRecord.youth_id == youth_id)
    return list(session.scalars(query.order_by(AccessRecord.id)))


# The youth's own page


def test_the_youth_sees_agreements_and_who_received_the_name(
    client: FlaskClient, triple: Triple
) -> None:
    page = text_of(client, own_path(triple.youth))

    assert f"Nom donné à {triple.employer.organisation.name}" in page
    assert f"Nom donné à {triple.cfa.organisation.name}" in page
    assert "Prénom et initiale du nom" in page


def test_opening_the_link_changes_nothing_and_no_cache_keeps_it(
    client: FlaskClient, session: Session, triple: Triple
) -> None:
    answer = client.get(own_path(triple.youth))

    assert answer.headers["Cache-Control"] == "no-store"
    assert youth_facts(session, triple.youth.id).is_listed


def test_one_click_stops_everything(client: FlaskClient, session: Session, triple: Triple) -> None:
    path = own_path(triple.youth)

    answer = send(client, path, f"{path}/stop")

    assert answer.status_code == 303
    assert not youth_facts(session, triple.youth.id).is_listed
    assert "montré à personne" in text_of(client, path)


def test_the_youth_reads_who_saw_the_file(client: FlaskClient, triple: Triple) -> None:
    cfa = sign_in(client.application.test_client(), triple.cfa.user)
    cfa.get("/propositions")

    page = text_of(client, own_path(triple.youth, "/lectures"))

    assert triple.cfa.organisation.name in page
    assert "liste des propositions" in page
    assert "pour une " in page


def test_the_copy_holds_everything_in_both_forms(
    client: FlaskClient, session: Session, triple: Triple
) -> None:
    page = text_of(client, own_path(triple.youth, "/copie"))
    answer = client.get(own_path(triple.youth, "/copie.json"))

    data = json.loads(answer.data)
    tables = data["tables"]
    assert triple.youth.email in page
    assert tables["youth"]["lignes"][0]["family_name"] == triple.youth.family_name
    assert {"wish", "consent_record", "placement", "journal_event", "leaf_answer"} <= set(tables)
    assert data["textes_des_accords"]["reveal-2026-11"]["texte"]
    assert "attachment" in answer.headers["Content-Disposition"]


def test_a_copy_that_leaves_is_registered(
    client: FlaskClient, session: Session, triple: Triple
) -> None:
    client.get(own_path(triple.youth, "/copie.json"))

    export = session.scalars(select(NamedExport)).one()
    assert (export.kind, export.file_format, export.names) == (
        "privacy.export",
        ExportFormat.JSON,
        1,
    )
    assert readings_of(session, triple.youth.id).rows[0].who == "Le jeune, par son lien"


def test_a_correction_reaches_the_adviser_and_comes_back_done(
    client: FlaskClient, session: Session, triple: Triple
) -> None:
    path = own_path(triple.youth)
    send(client, path, f"{path}/correction", words="Mon téléphone a changé")
    row = session.scalars(select(CorrectionRequest)).one()
    adviser = sign_in(client.application.test_client(), triple.adviser.user)
    staff = f"/donnees/jeunes/{triple.youth.id}"

    before = text_of(adviser, staff)
    send(adviser, staff, f"{staff}/corrections/{row.id}/faite")

    assert "Mon téléphone a changé" in before
    assert "fait le" in text_of(client, path)
    assert [mail.recipient for mail in mails(session, "privacy_request")] == [
        triple.adviser.user.email
    ]


def test_an_empty_correction_is_refused_next_to_its_field(
    client: FlaskClient, triple: Triple
) -> None:
    path = own_path(triple.youth)

    answer = send(client, path, f"{path}/correction", words="  ")

    assert answer.status_code == 422
    assert "Écrivez ce qui est à corriger." in answer.get_data(as_text=True)


def test_the_youth_asks_for_erasure_and_changes_their_mind(
    client: FlaskClient, session: Session, triple: Triple
) -> None:
    path = own_path(triple.youth)
    send(client, path, f"{path}/effacement")
    asked = text_of(client, path)

    send(client, path, f"{path}/effacement/annuler")

    assert "mercredi 23 décembre 2026" in asked
    assert session.scalars(select(ErasureRequest.state)).one().value == "kept"


def test_after_a_stop_the_youth_may_still_ask_for_the_erasure_and_the_register_tells_them_apart(
    app: Flask, client: FlaskClient, triple: Triple
) -> None:
    path, register = own_path(triple.youth), "/donnees/effacements"
    officer = officer_at(app.test_client())
    send(client, path, f"{path}/stop")
    stopped, by_stop = text_of(client, path), text_of(officer, register)

    send(client, path, f"{path}/effacement")

    asked, on_demand = text_of(client, path), text_of(officer, register)
    assert [f'action="{path}/effacement"' in one for one in (stopped, asked)] == [True, False]
    assert ["seule votre parole l’annule" in one for one in (stopped, asked)] == [False, True]
    assert ["avec un stop" in one for one in (by_stop, on_demand)] == [True, False]


@pytest.mark.parametrize(
    "link",
    [
        Link(LinkSubject.YOUTH, "answer", 1),
        Link(LinkSubject.EMPLOYER, "rights", 1),
        Link(LinkSubject.TUTOR, "rights", 1),
        Link(LinkSubject.YOUTH, "rights", 999_999),
    ],
)
def test_a_link_of_another_kind_opens_nothing(
    client: FlaskClient, triple: Triple, link: Link
) -> None:
    token = write_link(link, about=rights_mark(triple.youth), good_for=timedelta(days=1))

    assert "plus valable" in text_of(client, f"/mes-donnees/{token}", 404)


def test_a_link_ends_after_two_weeks(
    client: FlaskClient, triple: Triple, frozen: time_machine.Traveller
) -> None:
    path = own_path(triple.youth)
    frozen.shift(timedelta(days=14, seconds=1))

    assert "plus valable" in text_of(client, path, 404)


def test_a_link_ends_when_another_house_follows_the_youth(
    client: FlaskClient, session: Session, triple: Triple
) -> None:
    path = own_path(triple.youth)
    with transaction() as writing:
        triple.youth.organisation_id = make_organisation(writing).id
        writing.merge(triple.youth)

    assert client.get(path).status_code == 404


def test_a_link_that_went_to_a_wrong_address_ends_when_the_address_is_corrected(
    client: FlaskClient, session: Session, triple: Triple
) -> None:
    path = own_path(triple.youth)
    before = client.get(path).status_code
    with transaction() as writing:
        update_identity(
            writing,
            triple.adviser.actor,
            youth_id=triple.youth.id,
            values={"email": "enora.juste@exemple.fr"},
        )

    assert (before, client.get(path).status_code) == (200, 404)
    assert client.get(own_path(session.get_one(Youth, triple.youth.id))).status_code == 200


def test_the_answer_is_the_same_whether_the_address_is_known(
    client: FlaskClient, session: Session, triple: Triple
) -> None:
    known = send(client, "/mes-donnees", "/mes-donnees", email=str(triple.youth.email).upper())
    unknown = send(client, "/mes-donnees", "/mes-donnees", email="personne@exemple.fr")
    query = select(Job.payload).where(Job.name == "privacy.own_link")
    waiting = [str(one) for one in session.scalars(query)]
    before = mails(session, "privacy_rights_link")
    session.commit()
    run_queued_jobs()

    strip = re.compile(r'value="[^"]+"')
    first, second = (strip.sub("", one.get_data(as_text=True)) for one in (known, unknown))
    assert (known.status_code, unknown.status_code) == (200, 200)
    assert first == second
    assert (len(waiting), before) == (2, [])
    assert "@" not in "".join(waiting)
    assert len(mails(session, "privacy_rights_link")) == 1


def test_two_youth_with_one_address_receive_a_link_each(
    client: FlaskClient, session: Session, triple: Triple
) -> None:
    with transaction() as writing:
        make_youth(writing, email=triple.youth.email, given_name="Malo")

    send(client, "/mes-donnees", "/mes-donnees", email=triple.youth.email)
    session.commit()
    run_queued_jobs()

    pages = [text_of(client, link_in(one)) for one in mails(session, "privacy_rights_link")]
    assert ["Malo" in page for page in pages] == [False, True]
    for _ in range(3):
        send(client, "/mes-donnees", "/mes-donnees", email=triple.youth.email)
        session.commit()
        run_queued_jobs()
    assert len(mails(session, "privacy_rights_link")) == 6  # three an hour for each of the two


def test_an_address_is_not_asked_for_without_end(client: FlaskClient, triple: Triple) -> None:
    answers = [
        send(client, "/mes-donnees", "/mes-donnees", email="a@exemple.fr").status_code
        for _ in range(9)
    ]

    assert answers == [200] * 8 + [429]


# The adviser and the officer


def test_the_adviser_reaches_the_page_from_the_file_and_the_reading_is_noted(
    client: FlaskClient, session: Session, triple: Triple
) -> None:
    sign_in(client, triple.adviser.user)
    path = f"/donnees/jeunes/{triple.youth.id}"

    file = text_of(client, f"/jeunes/{triple.youth.id}")
    page = text_of(client, path)

    assert f'href="{path}"' in file
    assert triple.youth.full_name in page
    assert readings(session, triple.youth.id)[-1] == "privacy.file"


def test_the_adviser_stops_on_the_word_of_the_youth(
    client: FlaskClient, session: Session, triple: Triple
) -> None:
    sign_in(client, triple.adviser.user)
    path = f"/donnees/jeunes/{triple.youth.id}"

    send(client, path, f"{path}/stop")

    assert not youth_facts(session, triple.youth.id).is_listed
    assert mails(session, "privacy_stopped") == []


def test_the_adviser_sends_the_youth_the_link(
    client: FlaskClient, session: Session, triple: Triple
) -> None:
    sign_in(client, triple.adviser.user)
    path = f"/donnees/jeunes/{triple.youth.id}"

    send(client, path, f"{path}/lien")

    (mail,) = mails(session, "privacy_rights_link")
    assert mail.recipient == triple.youth.email
    assert triple.youth.given_name in text_of(client.application.test_client(), link_in(mail))


@pytest.mark.parametrize("person", ["employer", "cfa"])
def test_a_partner_has_no_page_of_rights(client: FlaskClient, triple: Triple, person: str) -> None:
    sign_in(client, getattr(triple, person).user)

    for rest in ("", "/lectures", "/copie", "/copie.json"):
        assert client.get(f"/donnees/jeunes/{triple.youth.id}{rest}").status_code == 404


def test_the_adviser_of_another_house_has_none(client: FlaskClient, triple: Triple) -> None:
    other = make_triple_elsewhere()
    sign_in(client, other)

    assert client.get(f"/donnees/jeunes/{triple.youth.id}").status_code == 404


def make_triple_elsewhere() -> Any:
    """An adviser of another mission locale."""
    with transaction() as writing:
        return make_user(writing, make_organisation(writing))


def officer_at(client: FlaskClient, organisation_id: int | None = None) -> FlaskClient:
    """A browser of the platform's officer, or of that organisation's."""
    with transaction() as writing:
        house = None
        if organisation_id:
            house = writing.get_one(Organisation, organisation_id)
        officer = make_officer(writing, house)
    return sign_in(client, officer)


def test_the_officer_finds_a_file_by_its_whole_name_and_it_is_noted(
    client: FlaskClient, session: Session, triple: Triple
) -> None:
    officer = officer_at(client)
    whole = f"{triple.youth.given_name} {triple.youth.family_name}"

    by_part = text_of(officer, f"/donnees?q={triple.youth.given_name}")
    by_name = text_of(officer, f"/donnees?q={whole}")

    path = f"/donnees/jeunes/{triple.youth.id}"
    assert path not in by_part
    assert path in by_name
    assert readings(session, triple.youth.id) == ["privacy.file"]


def test_the_officer_of_another_organisation_finds_nothing(
    client: FlaskClient, session: Session, triple: Triple
) -> None:
    with transaction() as writing:
        other = make_organisation(writing).id
    officer = officer_at(client, other)

    page = text_of(officer, f"/donnees?q={triple.youth.public_code}")

    assert f"/donnees/jeunes/{triple.youth.id}" not in page
    assert officer.get(f"/donnees/jeunes/{triple.youth.id}").status_code == 404


def test_the_register_tells_who_took_which_list(
    client: FlaskClient, session: Session, triple: Triple
) -> None:
    officer = officer_at(client)
    note_export(
        triple.cfa.actor,
        kind="placements.list",
        file_format=ExportFormat.CSV,
        youth_ids=[triple.youth.id],
        filters={"étape": "en cours"},
        page="placements.list_placements",
    )

    page = text_of(officer, "/donnees/exports")

    assert triple.cfa.organisation.name in page
    assert "Liste de propositions, fichier CSV" in page
    assert "étape : en cours" in page


def test_the_certificate_is_found_with_the_name_and_the_birth_date(
    client: FlaskClient, session: Session, triple: Triple, frozen: time_machine.Traveller
) -> None:
    names = (triple.youth.family_name, triple.youth.given_name)
    with transaction() as writing:
        ask_erasure(writing, youth_actor(triple.youth), youth_id=triple.youth.id)
    frozen.shift(timedelta(days=30))
    run_night()
    officer = officer_at(client)

    path = "/donnees/effacements"
    asked = {"nom": names[0], "prenom": names[1], "naissance": "2008-03-14"}
    found = send(officer, path, path, **asked).get_data(as_text=True)
    by_address = text_of(officer, f"{path}?nom={names[0]}&prenom={names[1]}&naissance=2008-03-14")
    stranger = send(officer, path, path, **{**asked, "prenom": "Autre"}).get_data(as_text=True)
    cut = send(officer, path, path, **{**asked, "naissance": "hier"})
    number = session.scalars(select(ErasureRequest.id)).one()
    certificate = text_of(officer, f"/donnees/effacements/{number}")

    assert f"certificat n° {number}" in found
    assert "Oui, le" not in by_address
    assert "Aucun effacement sous ce nom" in stranger
    assert (cut.status_code, names[0] in cut.get_data(as_text=True)) == (422, True)
    assert "le certificat est intact" in certificate
    assert names[0] not in certificate


def test_the_officer_reads_what_the_nights_did_in_words(
    client: FlaskClient, session: Session
) -> None:
    officer = officer_at(client)
    with transaction() as writing:
        note_night(writing, {"anonymised": 2, "nir": 1})
        note_night(writing, {"a kind that is no more": 3})

    found = text_of(officer, "/donnees/conservation")

    assert "dossiers rendus anonymes : 2, Numéro de sécurité sociale : 1" in found
    assert "a kind that is no more : 3" in found


def test_the_officer_changes_a_duration(client: FlaskClient, session: Session) -> None:
    officer = officer_at(client)

    wrong = send(
        officer,
        "/donnees/conservation",
        "/donnees/conservation/access_journal",
        **{"access_journal-days": "0"},
    )
    right = send(
        officer,
        "/donnees/conservation",
        "/donnees/conservation/access_journal",
        **{"access_journal-days": "200"},
    )

    assert (wrong.status_code, right.status_code) == (422, 303)
    assert "200 jours après la lecture" in text_of(officer, "/donnees/conservation")


def test_the_coordination_opens_the_page_of_equality(client: FlaskClient, session: Session) -> None:
    with transaction() as writing:
        house = make_organisation(writing, OrganisationKind.REGIONAL_COORDINATION)
        user = make_user(writing, house, Role.REGIONAL_COORDINATOR)
    sign_in(client, user)

    assert "Mineurs et majeurs" in text_of(client, "/egalite?mois=3")


@pytest.mark.parametrize(
    "path", ["/comment-trefle-propose", "/confidentialite", "/accessibilite", "/mes-donnees"]
)
def test_words_for_everybody_need_no_account(client: FlaskClient, path: str) -> None:
    assert "<h1>" in text_of(client, path)


# Support, and the weight of the journal


def test_support_acting_for_somebody_reads_no_name(app: Flask, triple: Triple) -> None:
    support: Actor = replace(triple.adviser.actor, impersonated_by=1)
    ids, purpose = [triple.youth.id], AccessPurpose.FOLLOW_UP

    with pytest.raises(NotFound):
        note_reading(support, youth_ids=ids, purpose=purpose, page="youth.show")


def test_support_acting_for_somebody_takes_no_list_out(app: Flask, triple: Triple) -> None:
    support: Actor = replace(triple.adviser.actor, impersonated_by=1)
    taken: dict[str, Any] = {"kind": "youth.list", "filters": {}, "page": "youth.list_youth"}

    with pytest.raises(NotFound):
        note_export(support, file_format=ExportFormat.CSV, youth_ids=[triple.youth.id], **taken)


def test_a_long_journal_is_read_page_by_page_with_the_same_statements(
    client: FlaskClient, session: Session, triple: Triple
) -> None:
    with transaction() as writing:
        writing.add_all(
            AccessRecord(
                youth_id=triple.youth.id,
                user_id=triple.cfa.user.id,
                organisation_id=triple.cfa.organisation.id,
                read_at=clock.now() - timedelta(minutes=minute),
                purpose="admission",
                page="placements.show",
            )
            for minute in range(60)
        )
    path = own_path(triple.youth, "/lectures")

    with watched(session) as statements:
        first = text_of(client, path)
    last = text_of(client, f"{path}?page=3")

    assert len(statements.budget) <= 8
    assert "sur 60" in first
    assert "Page 3 sur 3" in last
