"""Companies, openings of an employer, sessions of a CFA; and rows that fail in ways nobody foresaw."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Membership, Organisation, OrganisationStatus
from app.core.db import transaction
from app.core.errors import Conflict, Forbidden, NotFound
from app.core.tasks import Job, JobContext, JobState, run_queued_jobs
from app.imports import tasks
from app.imports.models import Decision, ImportBatch, ImportKind, ImportRow, ImportState, RowState
from app.imports.services import (
    decide_all,
    forget_batch,
    open_batch,
    purge_old,
    read_file,
    start_writing,
    write_piece,
)
from app.imports.services.kinds import HANDLERS
from app.openings.models import Company, Opening
from app.policy.actor import OrganisationKind, Role
from app.training.models import Course, TrainingSession
from app.youth.models import Youth
from tests.factories.accounts import (
    actor_of,
    make_membership,
    make_site,
    make_territory,
    make_user,
)
from tests.factories.openings import make_company
from tests.factories.reference import make_commune, make_trade
from tests.factories.training import make_course
from tests.imports.conftest import Person, bring, person, rows_of, work, write

SESSIONS, OPENINGS, COMPANIES, YOUTH = (
    ImportKind.SESSIONS,
    ImportKind.OPENINGS,
    ImportKind.COMPANIES,
    ImportKind.YOUTH,
)
SESSION_HEADERS = ["Formation", "Date de début", "Places", "Inscrits", "Code RNCP", "Métier"]
BAKER = ["CAP Boulanger", "30/11/2026", "12", "3", "RNCP37537", "D1102"]
SIRET = "00000091900019"


@pytest.fixture
def cfa(session: Session) -> Person:
    make_trade(session, "D1102")
    return person(session, OrganisationKind.TRAINING_CENTRE, name="CFA de Quimper", uai="0299901E")


@pytest.fixture
def agent(session: Session) -> Person:
    found = person(session, OrganisationKind.FIELD_NETWORK, name="CMA")
    user = make_user(session)
    make_territory(
        session, make_membership(session, user, found.organisation, Role.FIELD_AGENT), "29"
    )
    make_commune(session, "29232")
    make_commune(session, "23008")
    return Person(found.organisation, user, actor_of(session, user))


def test_a_session_comes_in_with_its_course(session: Session, cfa: Person) -> None:
    found = write(session, cfa.actor, bring(session, cfa.actor, SESSIONS, [SESSION_HEADERS, BAKER]))

    group = session.scalars(select(TrainingSession)).one()
    course = session.get_one(Course, group.course_id)
    assert found == {"created": 1}
    assert (course.title, course.rncp_code, course.cfa_id) == (
        "CAP Boulanger", "RNCP37537", cfa.organisation.id,
    )  # fmt: skip
    assert (group.starts_on, group.capacity, group.seats_declared) == (date(2026, 11, 30), 12, 3)


def test_figures_of_a_known_session_change_when_a_person_says_so(
    session: Session, cfa: Person
) -> None:
    write(session, cfa.actor, bring(session, cfa.actor, SESSIONS, [SESSION_HEADERS, BAKER]))
    same = bring(session, cfa.actor, SESSIONS, [SESSION_HEADERS, BAKER])
    assert rows_of(session, same)[0].state is RowState.SAME

    changed = [*BAKER[:3], "5", *BAKER[4:]]
    batch = bring(session, cfa.actor, SESSIONS, [SESSION_HEADERS, changed])
    batch_id = batch.id
    assert rows_of(session, batch)[0].state is RowState.DUPLICATE
    session.commit()
    with transaction() as own:
        decide_all(own, cfa.actor, batch_id=batch_id, decision=Decision.UPDATE)
    found = write(session, cfa.actor, session.get_one(ImportBatch, batch_id))

    assert found == {"updated": 1}
    assert session.scalars(select(TrainingSession)).one().seats_declared == 5


def test_two_sessions_of_one_new_course_share_it(session: Session, cfa: Person) -> None:
    later = ["CAP Boulanger", "01/02/2027", *BAKER[2:]]

    write(session, cfa.actor, bring(session, cfa.actor, SESSIONS, [SESSION_HEADERS, BAKER, later]))

    assert session.scalar(select(func.count()).select_from(Course)) == 1
    assert session.scalar(select(func.count()).select_from(TrainingSession)) == 2


def test_a_session_of_another_cfa_is_given_back(session: Session, cfa: Person) -> None:
    other = person(session, OrganisationKind.TRAINING_CENTRE, uai="0239901M")
    make_course(session, other.organisation)
    rows = [[*SESSION_HEADERS, "CFA"], [*BAKER, "0239901M"], [*BAKER, "299901E"]]

    found = rows_of(session, bring(session, cfa.actor, SESSIONS, rows))

    assert [row.state for row in found] == [RowState.BAD, RowState.GOOD]
    assert "n’est pas un CFA pour lequel vous agissez" in found[0].problems["cfa"]


def test_a_point_a_must_name_the_cfa_of_each_row(session: Session) -> None:
    point_a = person(session, OrganisationKind.POINT_A)
    make_trade(session, "D1102")

    batch = bring(session, point_a.actor, SESSIONS, [SESSION_HEADERS, BAKER])

    assert "UAI ou son SIRET" in rows_of(session, batch)[0].problems["cfa"]


def test_an_employer_brings_its_own_openings_as_drafts(session: Session) -> None:
    employer = person(
        session, OrganisationKind.COMPANY, name="Fournil", siren="000000919", siret=SIRET
    )
    make_trade(session, "D1102")
    rows = [
        ["Intitulé", "Contrat", "Entreprise", "SIRET", "Ville", "Référence"],
        ["Apprenti boulanger", "Apprentissage", "Fournil", SIRET, "Quimper", "A1"],
        ["Apprenti boulanger", "Apprentissage", "Autre", "73282932000074", "Quimper", "A2"],
    ]

    batch = bring(session, employer.actor, OPENINGS, rows)
    found = write(session, employer.actor, batch)

    opening = session.scalars(select(Opening)).one()
    assert found == {"created": 1, "bad": 1}
    assert (opening.rome_code, opening.commune_code) == ("D1102", "29232")
    assert opening.employer_id == employer.organisation.id


def test_the_same_advertisement_is_the_same_and_a_changed_one_waits(
    session: Session, agent: Person
) -> None:
    make_trade(session, "D1102")
    headers = ["Titre", "Contrat", "Entreprise", "Ville", "Identifiant", "Texte"]
    first = ["Apprenti boulanger", "Alternance", "Fournil", "Quimper", "77", "Du pain."]
    write(session, agent.actor, bring(session, agent.actor, OPENINGS, [headers, first]))

    same = rows_of(session, bring(session, agent.actor, OPENINGS, [headers, first]))
    changed = bring(session, agent.actor, OPENINGS, [headers, [*first[:5], "Du pain, du beurre."]])

    assert same[0].state is RowState.SAME
    assert rows_of(session, changed)[0].state is RowState.DUPLICATE


def test_companies_come_in_to_check_or_active_and_outside_the_territory_not_at_all(
    session: Session, agent: Person
) -> None:
    rows = [
        ["Raison sociale", "SIRET", "Ville", "Effectif", "Code APE"],
        ["Fournil de Kerfeunteun", SIRET, "Quimper", "4", "10.71C"],
        ["Garage du Steir", "", "Quimper", "", ""],
        ["Tapisserie", "", "Aubusson", "", ""],
        ["Arrondie", "1,23E+13", "Quimper", "", ""],
    ]

    batch = bring(session, agent.actor, COMPANIES, rows)
    found = write(session, agent.actor, batch)

    made = session.scalars(
        select(Organisation)
        .where(Organisation.kind == OrganisationKind.COMPANY)
        .order_by(Organisation.name)
    ).all()
    reasons = [row.problems for row in rows_of(session, batch)]
    assert found == {"created": 2, "bad": 2}
    assert [(one.name, one.status) for one in made] == [
        ("Fournil de Kerfeunteun", OrganisationStatus.ACTIVE),
        ("Garage du Steir", OrganisationStatus.TO_CHECK),
    ]
    assert session.get_one(Company, made[0].id).naf_code == "1071C"
    assert reasons[2] == {"city": "Cette commune n’est pas dans votre territoire."}
    assert "derniers chiffres sont perdus" in reasons[3]["siret"]


def test_a_known_company_is_completed_never_overwritten(session: Session, agent: Person) -> None:
    known = make_company(session, name="Fournil", siret=SIRET, siren="000000919", headcount=4)
    make_site(session, known)
    known_id = known.id
    rows = [
        ["Raison sociale", "SIRET", "Ville", "Effectif", "Téléphone"],
        ["Le Fournil", SIRET, "Quimper", "9", "06 39 98 00 05"],
    ]
    batch = bring(session, agent.actor, COMPANIES, rows)
    batch_id = batch.id
    session.commit()
    with transaction() as own:
        decide_all(own, agent.actor, batch_id=batch_id, decision=Decision.UPDATE)

    found = write(session, agent.actor, session.get_one(ImportBatch, batch_id))

    company = session.get_one(Organisation, known_id)
    assert found == {"updated": 1}
    assert (company.name, company.phone) == ("Fournil", "+33639980005")
    assert session.get_one(Company, known_id).headcount == 4


def youth_rows(many: int) -> list[list[str]]:
    rows = [["Nom", "Prénom", "Date de naissance"]]
    names = ("Abgrall", "Bescond", "Cariou", "Derrien", "Even", "Floch", "Guivarch")
    for number in range(many):
        day = date(2006, 1, 1) + timedelta(days=number)
        rows.append([names[number % 7], f"Prénom {chr(65 + number % 26)}", day.isoformat()])
    return rows


def test_a_row_that_fails_in_an_unforeseen_way_stays_alone(
    session: Session, adviser: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = bring(session, adviser.actor, YOUTH, youth_rows(3))
    handler: Any = HANDLERS[YOUTH]
    written = handler.write

    def break_on_the_second(db_session: Session, actor: Any, examined: Any, decision: Any) -> Any:
        if examined.values["family_name"] == "Bescond":
            raise ZeroDivisionError
        return written(db_session, actor, examined, decision)

    monkeypatch.setattr(handler, "write", break_on_the_second)
    found = write(session, adviser.actor, batch)

    assert found == {"created": 2, "bad": 1}
    assert "erreur de notre côté" in rows_of(session, batch)[1].problems[""]


def test_pieces_are_written_one_by_one_and_none_twice(session: Session, adviser: Person) -> None:
    batch = bring(session, adviser.actor, YOUTH, youth_rows(450))
    batch_id = batch.id
    found = write(session, adviser.actor, batch)
    job = session.scalars(select(Job).where(Job.name == "imports.run")).one()
    progress = (job.done, job.total, job.state)

    tasks.run(JobContext(job.id), {"batch_id": batch_id})

    assert found == {"created": 450}
    assert progress == (450, 450, JobState.DONE)
    assert session.scalar(select(func.count()).select_from(Youth)) == 450


def test_a_pass_that_dies_is_said_and_taken_up_where_it_stopped(
    session: Session, adviser: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = bring(session, adviser.actor, YOUTH, youth_rows(250))
    batch_id = batch.id
    pieces = iter([True, False])
    real = write_piece

    def die_on_the_second(db_session: Session, *, batch_id: int) -> int:
        if not next(pieces):
            raise MemoryError
        return real(db_session, batch_id=batch_id)

    monkeypatch.setattr(tasks, "write_piece", die_on_the_second)
    write(session, adviser.actor, batch)
    stopped = session.get_one(ImportBatch, batch_id).state
    monkeypatch.undo()
    tasks.run(JobContext(0), {"batch_id": batch_id})
    session.expire_all()

    assert stopped is ImportState.FAILED
    assert session.scalar(select(func.count()).select_from(Youth)) == 250
    assert session.get_one(ImportBatch, batch_id).state is ImportState.DONE


def test_who_lost_the_role_imports_nothing_any_more(session: Session, adviser: Person) -> None:
    batch = bring(session, adviser.actor, YOUTH, youth_rows(1))
    batch_id = batch.id
    session.commit()
    with transaction() as own:
        start_writing(own, adviser.actor, batch_id=batch_id)
        membership = own.scalars(
            select(Membership).where(Membership.user_id == adviser.user.id)
        ).one()
        membership.until = date(2026, 11, 1)
    run_queued_jobs()

    assert session.get_one(ImportBatch, batch_id).state is ImportState.FAILED
    assert session.scalar(select(func.count()).select_from(Youth)) == 0


def test_what_a_house_does_not_write_it_does_not_bring(session: Session, adviser: Person) -> None:
    from io import BytesIO

    read = read_file(BytesIO(b"Nom;SIRET\na;1\n"), ImportKind.TRAINING_CENTRES)

    with pytest.raises(Forbidden):
        open_batch(
            session, adviser.actor, kind=ImportKind.TRAINING_CENTRES, file_name="a", read=read
        )


def test_a_colleague_of_another_house_decides_nothing(session: Session, adviser: Person) -> None:
    batch = bring(session, adviser.actor, YOUTH, youth_rows(1))
    stranger = person(session, OrganisationKind.LOCAL_MISSION)

    with pytest.raises(NotFound):
        decide_all(session, stranger.actor, batch_id=batch.id, decision=Decision.SKIP)
    with pytest.raises(NotFound):
        forget_batch(session, stranger.actor, batch_id=batch.id)


def test_a_running_import_is_not_forgotten(session: Session, adviser: Person) -> None:
    batch = bring(session, adviser.actor, YOUTH, youth_rows(1))
    batch_id = batch.id
    session.commit()
    with transaction() as own:
        start_writing(own, adviser.actor, batch_id=batch_id)

    with pytest.raises(Conflict):
        forget_batch(session, adviser.actor, batch_id=batch_id)


def test_rows_of_files_go_after_thirty_days(
    session: Session, adviser: Person, frozen: time_machine.Traveller
) -> None:
    bring(session, adviser.actor, YOUTH, youth_rows(2))
    frozen.shift(timedelta(days=29))
    kept = purge_old(session)
    frozen.shift(timedelta(days=2))

    gone = purge_old(session)

    assert (kept, gone) == (0, 1)
    assert session.scalar(select(func.count()).select_from(ImportRow)) == 0


def test_the_background_may_be_asked_twice(session: Session, adviser: Person) -> None:
    batch = bring(session, adviser.actor, YOUTH, youth_rows(2))
    batch_id = batch.id

    work(session)
    tasks.check(JobContext(0), {"batch_id": batch_id})

    assert {row.state for row in rows_of(session, batch)} == {RowState.GOOD}
