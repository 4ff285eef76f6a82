"""Lists of young people: age, duplicates, what is never kept, and no consent."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import journal
from app.imports.models import Decision, ImportKind, ImportRow, RowState
from app.imports.queries import rows_given_back
from app.imports.services import choose, decide_row
from app.youth.models import ConsentRecord, DisabilityRecognition, Wish, Youth
from tests.factories.reference import make_commune
from tests.factories.youth import make_youth
from tests.imports.conftest import Person, bring, counts, rows_of, write

HEADERS = [
    "Nom",
    "Prénom",
    "Date de naissance",
    "Téléphone",
    "Email",
    "Code postal",
    "Ville",
    "Métier souhaité",
]
ENORA = [
    "LE BIHAN",
    "Enora",
    "14/03/2008",
    "639980001",
    "Enora@Exemple.fr",
    "29000",
    "Quimper",
    "boulangère; pâtissière",
]
YANN = ["Guillou", "Yann", "2007-01-02", "06 39 98 00 02", "", "29000", "QUIMPER", ""]
YOUTH = ImportKind.YOUTH


@pytest.fixture
def quimper(session: Session) -> None:
    make_commune(session, "29232")


def youths(session: Session) -> list[Youth]:
    return list(session.scalars(select(Youth).order_by(Youth.family_name)))


@pytest.mark.usefixtures("quimper")
def test_good_rows_become_files_of_the_house(session: Session, adviser: Person) -> None:
    batch = bring(session, adviser.actor, YOUTH, [HEADERS, ENORA, YANN])

    found = write(session, adviser.actor, batch)

    yann, enora = youths(session)
    assert found == {"created": 2}
    assert (enora.family_name, enora.birth_date) == ("Le Bihan", date(2008, 3, 14))
    assert (enora.phone, enora.email) == ("+33639980001", "enora@exemple.fr")
    assert (enora.commune_code, yann.commune_code) == ("29232", "29232")
    assert enora.organisation_id == adviser.organisation.id
    assert enora.adviser_id == adviser.user.id
    wishes = session.scalars(select(Wish.raw_text).where(Wish.youth_id == enora.id))
    assert sorted(wishes) == ["boulangère", "pâtissière"]


@pytest.mark.usefixtures("quimper")
def test_an_import_lists_nobody(session: Session, adviser: Person) -> None:
    batch = bring(session, adviser.actor, YOUTH, [HEADERS, ENORA])

    write(session, adviser.actor, batch)

    assert session.scalar(select(func.count()).select_from(ConsentRecord)) == 0


@pytest.mark.usefixtures("quimper")
def test_importing_the_same_file_twice_changes_nothing(session: Session, adviser: Person) -> None:
    write(session, adviser.actor, bring(session, adviser.actor, YOUTH, [HEADERS, ENORA, YANN]))

    batch = bring(session, adviser.actor, YOUTH, [HEADERS, ENORA, YANN])
    found = write(session, adviser.actor, batch)

    assert found == {"same": 2}
    assert len(youths(session)) == 2


@pytest.mark.usefixtures("quimper")
def test_somebody_who_looks_known_waits_for_a_person(session: Session, adviser: Person) -> None:
    known = make_youth(
        session,
        adviser.organisation,
        adviser.user,
        given_name="Enorah",
        family_name="Le Bihan",
        phone=None,
    )

    batch = bring(session, adviser.actor, YOUTH, [HEADERS, ENORA])
    row = rows_of(session, batch)[0]

    assert row.state is RowState.DUPLICATE
    assert row.target_id == known.id
    assert "Même date de naissance" in (row.resembles or "")
    found = write(session, adviser.actor, batch)
    assert found == {"skipped": 1}
    assert len(youths(session)) == 1


@pytest.mark.usefixtures("quimper")
@pytest.mark.parametrize(
    ("decision", "state", "files"),
    [(Decision.NEW, "created", 2), (Decision.UPDATE, "updated", 1), (Decision.SKIP, "skipped", 1)],
)
def test_a_person_decides_of_somebody_who_looks_known(
    session: Session, adviser: Person, decision: Decision, state: str, files: int
) -> None:
    known = make_youth(
        session, adviser.organisation, adviser.user, given_name="Enora", family_name="Le Bihan",
        phone=None, email="deja@exemple.fr",
    )  # fmt: skip
    known_id = known.id
    batch = bring(session, adviser.actor, YOUTH, [HEADERS, ENORA])
    row = rows_of(session, batch)[0]

    decide_row(session, adviser.actor, batch_id=batch.id, row_id=row.id, decision=decision)
    found = write(session, adviser.actor, batch)

    assert found == {state: 1}
    assert len(youths(session)) == files
    kept = session.get_one(Youth, known_id)
    assert kept.email == "deja@exemple.fr"
    assert kept.phone == ("+33639980001" if decision is Decision.UPDATE else None)


@pytest.mark.usefixtures("quimper")
def test_the_same_person_twice_in_a_file_is_shown(session: Session, adviser: Person) -> None:
    batch = bring(session, adviser.actor, YOUTH, [HEADERS, ENORA, YANN, ENORA])

    states = [row.state for row in rows_of(session, batch)]

    assert states == [RowState.GOOD, RowState.GOOD, RowState.DUPLICATE]
    assert rows_of(session, batch)[2].resembles == "La ligne 2 de ce fichier dit la même chose."


@pytest.mark.parametrize(
    ("born", "words"),
    [("14/03/2013", "avant 15 ans"), ("14/03/1990", "25 ans"), ("14/03/2030", "année surprend")],
)
def test_an_age_that_the_house_does_not_follow_is_given_back(
    session: Session, adviser: Person, born: str, words: str
) -> None:
    batch = bring(session, adviser.actor, YOUTH, [HEADERS[:3], ["A", "B", born]])

    row = rows_of(session, batch)[0]

    assert row.state is RowState.BAD
    assert words in row.problems["birth_date"]


@pytest.mark.usefixtures("quimper")
def test_a_column_that_may_not_be_kept_is_not_stored_even_for_the_time_of_the_import(
    session: Session, adviser: Person
) -> None:
    headers = [*HEADERS[:3], "RQTH", "Sexe", "Nationalité", "NIR", "INE", "Commentaire"]
    row = ["Le Bihan", "Enora", "14/03/2008", "OUI", "F", "secrète", "2 08 03 29 232 001 23", "1234567890A",
           "numéro 208032923200123 donné par la mère"]  # fmt: skip

    batch = bring(session, adviser.actor, YOUTH, [headers, row])
    write(session, adviser.actor, batch)

    kept = " ".join(session.scalars(select(ImportRow)).one().cells)
    assert set(batch.left_out) == {"RQTH", "Sexe", "Nationalité", "NIR", "INE"}
    assert not re.search(r"OUI|secrète|1234567890A|2 08 03", kept)
    assert session.scalar(select(func.count()).select_from(DisabilityRecognition)) == 0


@pytest.mark.usefixtures("quimper")
def test_a_social_security_number_in_any_cell_is_taken_out(
    session: Session, adviser: Person
) -> None:
    rows = [[*HEADERS[:3], "Divers"], ["Le Bihan", "Enora", "14/03/2008", "2 11 11 29 024 001 70"]]

    batch = bring(session, adviser.actor, YOUTH, rows)

    assert rows_of(session, batch)[0].cells == ["Le Bihan", "Enora", "14/03/2008", ""]
    assert "sécurité sociale" in batch.left_out["Divers"]


def test_a_town_with_a_twin_waits_for_a_person(session: Session, adviser: Person) -> None:
    make_commune(session, "23008")
    make_commune(session, "61011")
    rows = [["Nom", "Prénom", "Né le", "Ville"], ["Le Bihan", "Enora", "14/03/2008", "Aubusson"]]

    batch = bring(session, adviser.actor, YOUTH, rows)
    row = rows_of(session, batch)[0]
    assert row.state is RowState.CHOICE
    assert {one[0] for one in row.proposals["city"]} == {"23008", "61011", "-"}

    choose(session, adviser.actor, batch_id=batch.id, row_id=row.id, field="city", code="23008")
    write(session, adviser.actor, batch)

    assert youths(session)[0].commune_code == "23008"


@pytest.mark.usefixtures("quimper")
def test_bad_rows_come_back_under_their_headers_and_pass_once_corrected(
    session: Session, adviser: Person
) -> None:
    bad = ["=HYPERLINK(1)", "Enora", "31/02/2008", *ENORA[3:]]
    batch = bring(session, adviser.actor, YOUTH, [HEADERS, bad, YANN])
    write(session, adviser.actor, batch)

    returned = list(rows_given_back(session, batch))
    returned[1][0], returned[1][2] = "Le Bihan", "14/03/2008"
    found = write(session, adviser.actor, bring(session, adviser.actor, YOUTH, returned))

    assert returned[0] == [*HEADERS, "Motif du refus"]
    assert "31/02/2008" in returned[1][-1]
    assert found == {"created": 1}
    assert len(youths(session)) == 2


def test_a_file_without_birth_dates_comes_back_with_a_column_to_fill(
    session: Session, adviser: Person
) -> None:
    from io import BytesIO

    from app.imports.services import open_batch, read_file

    read = read_file(BytesIO(b"Nom;Prenom;Age\nLe Bihan;Enora;18\n"), YOUTH)
    batch = open_batch(session, adviser.actor, kind=YOUTH, file_name="a", read=read)

    headers = next(rows_given_back(session, batch))

    assert headers == ["Nom", "Prenom", "Age", "Date de naissance", "Motif du refus"]


@pytest.mark.usefixtures("quimper")
def test_the_journal_says_that_files_came_in_and_names_nobody(
    session: Session, adviser: Person
) -> None:
    write(session, adviser.actor, bring(session, adviser.actor, YOUTH, [HEADERS, ENORA]))

    events = session.scalars(
        select(journal.JournalEvent).where(journal.JournalEvent.subject_kind == "import")
    ).all()

    assert [one.event for one in events] == ["import_uploaded", "import_started", "import_done"]
    assert "Bihan" not in str([one.details for one in events])
    assert events[-1].details["created"] == 1


def test_counts_start_unread(session: Session, adviser: Person) -> None:
    batch = bring(session, adviser.actor, YOUTH, [HEADERS[:3], ["A", "B", "14/03/2008"]])

    assert counts(session, batch.id) == {"good": 1}
