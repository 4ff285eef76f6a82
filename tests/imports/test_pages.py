"""The pages of an import, without JavaScript and as htmx asks for them."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.core.access import AccessRecord
from app.core.tasks import MAX_ATTEMPTS, Job, JobState, sweep
from app.imports.models import ImportBatch, ImportKind, ImportRow, ImportState
from app.policy.actor import OrganisationKind
from app.youth.models import Youth
from tests.factories.reference import make_commune
from tests.factories.youth import make_youth
from tests.helpers.swap import assert_same, parse, swap
from tests.imports.conftest import Desk, Person, bring, person, work

YOUTH = ImportKind.YOUTH
GOOD = "Nom;Prénom;Date de naissance;Ville\nLe Bihan;Enora;14/03/2008;Quimper\n"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
ENTER = {"family_name": "0", "given_name": "1", "birth_date": "2", "city": "3"}
ROWS = [line.split(";") for line in GOOD.strip().splitlines()]


@pytest.fixture(autouse=True)
def quimper(session: Session) -> None:
    make_commune(session, "29232")


def zipped(book: bytes, sheet: bytes) -> bytes:
    """What calls itself a workbook, with these two parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/workbook.xml", book)
        made.writestr("xl/worksheets/sheet1.xml", sheet)
    return target.getvalue()


def batch_of(session: Session) -> ImportBatch:
    session.expire_all()
    return session.scalars(select(ImportBatch).order_by(ImportBatch.id.desc())).first()  # type: ignore[return-value]


def columns(**changes: str) -> dict[str, str]:
    names = (
        "family_name", "given_name", "birth_date", "usage_name", "phone", "email", "address",
        "postal_code", "city", "wishes", "level",
    )  # fmt: skip
    return {**dict.fromkeys(names, "-1"), **ENTER, **changes}


def test_a_whole_import_works_without_javascript(session: Session, desk: Desk) -> None:
    uploaded = desk.upload(GOOD.encode("cp1252"))
    url = uploaded.headers["Location"]
    confirmed = desk.post(f"{url}/colonnes", columns())
    work(session)
    preview = desk.get(url).get_data(as_text=True)
    started = desk.post(f"{url}/importer")
    work(session)
    result = desk.get(url).get_data(as_text=True)

    assert [answer.status_code for answer in (uploaded, confirmed, started)] == [303, 303, 303]
    assert "1\u00a0bonne ligne" in preview
    assert "C’est fait" in result
    assert session.scalar(select(func.count()).select_from(Youth)) == 1


def test_the_same_form_twice_makes_one_import(session: Session, desk: Desk) -> None:
    first = desk.upload(GOOD.encode(), request_key="a-key")
    second = desk.upload(GOOD.encode(), request_key="a-key")

    assert (first.status_code, second.status_code) == (303, 409)
    assert session.scalar(select(func.count()).select_from(ImportBatch)) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Choisissez un fichier|vide"),
        (b"%PDF-1.7", "ni un CSV"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "ancien format"),
        (b"PK\x03\x04garbage", "abîmé"),
        (b"Nom;Prenom\n", "aucune ligne"),
        (bytes(range(256)) * 4, "ni un CSV"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "ni un CSV"),
        (zipped(b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', b"<c/>"), "abîmé"),
        (zipped(b"<a/>", bytes(120_000_000)), "trop de place"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_and_the_choice_stays(
    desk: Desk, content: bytes, words: str
) -> None:
    answer = desk.upload(content, kind="youth")
    text = answer.get_data(as_text=True)

    assert answer.status_code == 422
    assert re.search(words, text)
    assert parse(answer).find("input", attrs={"name": "kind", "value": "youth", "checked": True})


def test_too_many_rows_are_refused(desk: Desk) -> None:
    answer = desk.upload(b"Nom\n" + b"a\n" * 20_001)

    assert answer.status_code == 422
    assert "Découpez-le" in answer.get_data(as_text=True)


def test_columns_once_confirmed_are_taken_again_for_a_file_of_the_same_shape(
    session: Session, desk: Desk
) -> None:
    odd = "Jeune;Petit nom;Venue au monde\nLe Bihan;Enora;14/03/2008\n"
    mine = {"family_name": "0", "given_name": "1", "birth_date": "2"}
    first = desk.upload(odd.encode()).headers["Location"]
    before = desk.get(first).get_data(as_text=True)
    desk.post(f"{first}/colonnes", columns(**{**mine, "city": "-1"}))
    work(session)

    desk.upload(odd.encode())
    other = desk.upload(odd.replace("Jeune", "Nom").encode()).headers["Location"]
    same = batch_of(session).id - 1

    assert "Aucun titre de colonne n’est reconnu" in before
    assert "elles sont reprises" in desk.get(f"/imports/{same}").get_data(as_text=True)
    assert session.get_one(ImportBatch, same).mapping == {
        name: int(place) for name, place in mine.items()
    }
    assert "elles sont reprises" not in desk.get(other).get_data(as_text=True)


def test_a_file_without_birth_dates_asks_for_each_on_its_row(session: Session, desk: Desk) -> None:
    url = desk.upload(b"Nom;Prenom\nLe Bihan;Enora\n").headers["Location"]
    desk.post(f"{url}/colonnes", columns(birth_date="-1", city="-1"))
    work(session)
    preview = parse(desk.get(url))
    field = preview.select_one("input[type=date][name=code]")
    assert field is not None
    form = field.find_parent("form")
    assert form is not None

    refused = desk.post(str(form["action"]), {"field": "birth_date", "code": "2026-01-01"})
    taken = desk.post(str(form["action"]), {"field": "birth_date", "code": "2008-03-14"})
    desk.post(f"{url}/importer")
    work(session)

    assert (refused.status_code, taken.status_code) == (422, 303)
    assert session.scalars(select(Youth.birth_date)).all() == [date(2008, 3, 14)]


def test_a_wild_file_name_is_only_shown(session: Session, desk: Desk) -> None:
    desk.upload(GOOD.encode(), name="../../etc/<b>pass\x00wd</b>.csv")

    shown = desk.get(f"/imports/{batch_of(session).id}").get_data(as_text=True)

    assert batch_of(session).file_name == "b>.csv"
    assert "<b>" not in shown


def test_a_missing_column_is_refused_and_the_choices_stay(session: Session, desk: Desk) -> None:
    url = desk.upload(GOOD.encode()).headers["Location"]

    answer = desk.post(f"{url}/colonnes", columns(given_name="-1", wishes="2"))

    assert answer.status_code == 422
    assert "choisissez la colonne" in answer.get_data(as_text=True)
    picked = parse(answer).select_one("select[name=wishes] option[selected]")
    assert picked is not None
    assert picked["value"] == "2"
    assert batch_of(session).state is ImportState.UPLOADED


def test_one_column_cannot_say_two_things(desk: Desk) -> None:
    url = desk.upload(GOOD.encode()).headers["Location"]

    answer = desk.post(f"{url}/colonnes", columns(usage_name="0"))

    assert answer.status_code == 422


def test_columns_refused_by_htmx_leave_the_page_as_a_reload_without_script_would(
    desk: Desk,
) -> None:
    url = desk.upload(GOOD.encode()).headers["Location"]
    page = parse(desk.get(url))
    data = columns(given_name="-1")

    swapped = swap(page, desk.swap_post(f"{url}/colonnes", data), target="batch-state")

    assert_same(swapped, parse(desk.post(f"{url}/colonnes", data)), part="batch-state")


def test_the_follow_up_has_three_states_and_stops_by_itself(session: Session, desk: Desk) -> None:
    url = desk.upload(GOOD.encode()).headers["Location"]
    waiting = desk.swap_post(f"{url}/colonnes", columns()).get_data(as_text=True)
    session.execute(update(Job).values(state=JobState.RUNNING, done=3, total=4))
    session.commit()
    running = desk.swap_get(url).get_data(as_text=True)
    session.execute(update(Job).values(state=JobState.QUEUED, done=0))
    work(session)
    done = desk.swap_get(url).get_data(as_text=True)

    assert "En attente" in waiting
    assert 'hx-trigger="every 2s"' in waiting
    assert 'value="75"' in running
    assert "3 lignes sur 4" in running
    assert 'hx-trigger="every' not in done
    assert "Avant d’importer" in done


def test_each_state_swapped_in_equals_the_page_loaded_anew(session: Session, desk: Desk) -> None:
    url = desk.upload(GOOD.encode()).headers["Location"]
    page = parse(desk.get(url))

    swap(page, desk.swap_post(f"{url}/colonnes", columns()), target="batch-state")
    assert_same(page, parse(desk.get(url)))
    work(session)
    swap(page, desk.swap_get(url), target="batch-state")
    assert_same(page, parse(desk.get(url)))
    swap(page, desk.swap_post(f"{url}/importer"), target="batch-state")
    assert_same(page, parse(desk.get(url)))
    work(session)
    swap(page, desk.swap_get(url), target="batch-state")

    assert_same(page, parse(desk.get(url)))


def test_a_decision_swapped_in_equals_the_page_loaded_anew(
    session: Session, desk: Desk, adviser: Person
) -> None:
    make_youth(
        session,
        adviser.organisation,
        adviser.user,
        given_name="Enora",
        family_name="Le Bihan",
        phone=None,
    )
    rows = [[*ROWS[0], "Téléphone"], [*ROWS[1], "0639980001"]]
    batch = bring(session, adviser.actor, YOUTH, rows)
    url, row_id = f"/imports/{batch.id}", session.scalars(select(ImportRow.id)).one()
    page = parse(desk.get(url))

    answer = desk.swap_post(
        f"{url}/lignes/{row_id}/decision?groupe=a-decider&page=1", {"decision": "update"}
    )
    swapped = swap(page, answer, target="batch-state")

    assert "Votre réponse" in swapped.get_text()
    assert_same(swapped, parse(desk.get(url)))


def test_reading_names_of_known_youth_leaves_a_trace(
    session: Session, desk: Desk, adviser: Person
) -> None:
    youth = make_youth(
        session,
        adviser.organisation,
        adviser.user,
        given_name="Enora",
        family_name="Le Bihan",
        phone=None,
    )
    batch = bring(
        session, adviser.actor, YOUTH, [[*ROWS[0], "Téléphone"], [*ROWS[1], "0639980001"]]
    )

    desk.get(f"/imports/{batch.id}")

    assert session.scalars(select(AccessRecord.youth_id)).all() == [youth.id]


@pytest.mark.parametrize("decision", ["merge", ""])
def test_an_answer_that_is_none_is_refused(
    session: Session, desk: Desk, adviser: Person, decision: str
) -> None:
    batch = bring(session, adviser.actor, YOUTH, ROWS)
    row_id = session.scalars(select(ImportRow.id)).one()

    answers = [
        desk.post(f"/imports/{batch.id}/lignes/{row_id}/decision", {"decision": decision}),
        desk.post(f"/imports/{batch.id}/lignes", {"decision": decision}),
        desk.post(f"/imports/{batch.id}/lignes/{row_id}/choix", {"field": "city", "code": ""}),
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 422]


def test_bad_rows_come_back_as_a_file_without_formulas(session: Session, desk: Desk) -> None:
    content = "Nom;Prénom;Date de naissance;Ville\n=1+1;@x;31/02/2008;-3\n"
    url = desk.upload(content.encode()).headers["Location"]
    desk.post(f"{url}/colonnes", columns())
    work(session)
    desk.post(f"{url}/importer")
    work(session)

    answer = desk.get(f"{url}/lignes-a-corriger.csv")
    lines = answer.data.decode("utf-8-sig").splitlines()

    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert lines[0] == "Nom;Prénom;Date de naissance;Ville;Motif du refus"
    assert lines[1].startswith("'=1+1;'@x;31/02/2008;'-3;")


def test_a_pass_whose_workers_died_says_so_and_can_be_taken_up(
    session: Session, desk: Desk
) -> None:
    url = desk.upload(GOOD.encode()).headers["Location"]
    desk.post(f"{url}/colonnes", columns())
    dead = {"state": JobState.RUNNING, "attempts": MAX_ATTEMPTS, "beat_at": LONG_AGO}
    session.execute(update(Job).values(**dead))
    session.commit()
    sweep()
    stopped = desk.get(url).get_data(as_text=True)

    answer = desk.post(f"{url}/reprendre")
    work(session)

    assert "s’est arrêté" in stopped
    assert answer.status_code == 303
    assert batch_of(session).state is ImportState.CHECKED


def test_an_import_can_be_forgotten_with_its_rows(session: Session, desk: Desk) -> None:
    url = desk.upload(GOOD.encode()).headers["Location"]

    answer = desk.post(f"{url}/supprimer")

    assert answer.status_code == 303
    assert session.scalar(select(func.count()).select_from(ImportRow)) == 0
    assert desk.get(url).status_code == 404


def test_starting_twice_is_told_the_truth(session: Session, desk: Desk, adviser: Person) -> None:
    batch = bring(session, adviser.actor, YOUTH, ROWS)

    first = desk.post(f"/imports/{batch.id}/importer")
    second = desk.post(f"/imports/{batch.id}/importer")

    assert (first.status_code, second.status_code) == (303, 409)


PATHS = (
    ("get", ""), ("get", "/lignes-a-corriger.csv"), ("post", "/colonnes"), ("post", "/importer"),
    ("post", "/reprendre"), ("post", "/supprimer"), ("post", "/lignes"),
)  # fmt: skip


@pytest.mark.parametrize("kind", [OrganisationKind.LOCAL_MISSION, OrganisationKind.PLATFORM])
def test_another_house_finds_nothing_the_platform_included(
    session: Session, client: FlaskClient, adviser: Person, kind: OrganisationKind
) -> None:
    batch = bring(session, adviser.actor, YOUTH, ROWS)
    stranger = Desk(client, person(session, kind).user)

    answers = [
        stranger.get(f"/imports/{batch.id}{path}")
        if method == "get"
        else stranger.post(f"/imports/{batch.id}{path}", {"decision": "skip"})
        for method, path in PATHS
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert "liste.csv" not in stranger.get("/imports").get_data(as_text=True)


@pytest.mark.parametrize(
    ("kind", "offered"),
    [
        (OrganisationKind.LOCAL_MISSION, {"youth"}),
        (OrganisationKind.TRAINING_CENTRE, {"sessions"}),
        (OrganisationKind.POINT_A, {"sessions"}),
        (OrganisationKind.COMPANY, {"openings"}),
        (OrganisationKind.FIELD_NETWORK, {"openings", "companies"}),
        (OrganisationKind.PLATFORM, {"companies", "training_centres", "local_missions"}),
    ],
)
def test_each_house_brings_what_it_may_write(
    session: Session, client: FlaskClient, kind: OrganisationKind, offered: set[str]
) -> None:
    desk = Desk(client, person(session, kind).user)

    page = parse(desk.get("/imports/nouveau"))
    found = {str(one["value"]) for one in page.find_all("input", attrs={"name": "kind"})}
    refused = desk.upload(GOOD.encode(), kind=next(iter({"youth", "sessions"} - offered)))

    assert found == offered
    assert refused.status_code == 422


def test_who_imports_nothing_does_not_find_the_page(session: Session, client: FlaskClient) -> None:
    desk = Desk(client, person(session, OrganisationKind.REGIONAL_COORDINATION).user)

    assert desk.get("/imports/nouveau").status_code == 404
    assert desk.post("/imports/nouveau", {}).status_code == 404


def test_a_file_without_the_token_of_the_form_is_refused(desk: Desk) -> None:
    answer = desk.client.post(
        "/imports/nouveau",
        data={"kind": "youth", "file": (io.BytesIO(GOOD.encode()), "a.csv")},
        content_type="multipart/form-data",
    )

    assert answer.status_code == 400


def test_the_list_shows_the_files_of_the_house(
    session: Session, desk: Desk, adviser: Person
) -> None:
    empty = desk.get("/imports").get_data(as_text=True)
    bring(session, adviser.actor, YOUTH, ROWS)

    text = desk.get("/imports").get_data(as_text=True)

    assert "Aucun fichier pour l’instant" in empty
    assert "liste.csv" in text
    assert "à relire" in text
