"""Erasure: thirty days of grace, a purge over all slices, a certificate, and the same again after a restore."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, inspect, select, text
from sqlalchemy.orm import Session

from app.core import clock
from app.core.erasures import erasures_path, fingerprint
from app.core.errors import Conflict, Invalid, NotFound
from app.core.journal import JournalEvent
from app.core.outbox import OutboxMail
from app.matching.models import SetAsideReason
from app.matching.services import set_aside
from app.placements import services as placements
from app.placements.models import Placement
from app.placements.services.messages import Addressed
from app.placements.workflow import Leaf, Stage
from app.policy.actor import CLOCK
from app.privacy import services
from app.privacy.models import ErasureRequest, ErasureState
from app.privacy.queries.holdings import HOLDINGS, tables_about_people
from app.privacy.services.erasing import certificate_hash
from app.privacy.services.marking import close_overtaken
from app.training.models import TrainingSession
from app.youth.models import (
    ConsentRecord,
    DisabilityRecognition,
    Youth,
    YouthDiploma,
    YouthStatus,
)
from app.youth.queries import youth_facts
from app.youth.services import add_note, give_listing_consent, mark_readiness
from tests.factories.placements import (
    Triple,
    let_end,
    make_pair,
    make_placement,
    make_triple,
    say_yes,
    sign,
)
from tests.factories.privacy import youth_actor
from tests.factories.reference import make_commune
from tests.factories.youth import make_representative

MARK = "xqz"  # stands in every text of the file: nothing with it may be left


@pytest.fixture
def session(writing: Session) -> Session:
    return writing


@pytest.fixture
def triple(session: Session) -> Triple:
    """A youth with something in every table, marked."""
    triple = make_triple(session)
    youth, adviser = triple.youth, triple.adviser.actor
    youth.given_name, youth.family_name, youth.usage_name = f"Ana{MARK}", f"Bo{MARK}", f"Ce{MARK}"
    youth.folded_name, youth.folded_usage_name = f"bo{MARK} ana", f"ce{MARK} ana"
    youth.email, youth.phone, youth.address = f"{MARK}@exemple.fr", f"06{MARK}", f"1 rue {MARK}"
    youth.own_words, youth.last_class = f"J’aime le pain {MARK}", f"3e {MARK}"
    session.add_all(
        [
            YouthDiploma(youth_id=youth.id, title=f"Brevet {MARK}"),
            DisabilityRecognition(youth_id=youth.id, agreed_at=youth.created_at),
        ]
    )
    make_representative(session, youth).name = f"Mme {MARK}"
    session.flush()
    # Mails of one's own rights carry an address and a given name too.
    services.send_link(session, adviser, youth_id=youth.id)
    add_note(session, adviser, youth_id=youth.id, text=f"Vu ce matin {MARK}")
    mark_readiness(session, adviser, youth_id=youth.id, done=frozenset())
    placement = make_placement(session, triple)
    placements.youth_says(
        session,
        adviser,
        placement_id=placement.id,
        answer=placement.youth_leaf.YES,
        words=f"Oui {MARK}",
    )
    placements.write_message(
        session,
        adviser,
        placement_id=placement.id,
        text=f"Bonjour {MARK}",
        to=Addressed(parties=[Leaf.CFA]),
    )
    set_aside(
        session,
        adviser,
        youth_id=youth.id,
        opening_id=triple.opening.id,
        reason=SetAsideReason.NOT_NOW,
    )
    session.flush()
    return triple


def marked_tables(session: Session) -> list[str]:
    """Tables in which the mark can be read anywhere."""
    session.flush()
    found = []
    for table in inspect(session.connection()).get_table_names():
        rows = session.execute(text(f'SELECT * FROM "{table}"')).all()
        if any(MARK in str(row).lower() for row in rows):
            found.append(table)
    return sorted(found)


def asked(session: Session, triple: Triple) -> ErasureRequest:
    return services.ask_erasure(session, youth_actor(triple.youth), youth_id=triple.youth.id)


def after_grace(session: Session, triple: Triple, frozen: time_machine.Traveller) -> ErasureRequest:
    request = asked(session, triple)
    frozen.move_to("2026-12-23 08:00:00+00:00")
    done = services.erase_due(session, request_id=request.id)
    assert done is not None
    return done


def test_everything_stops_the_day_it_is_asked(session: Session, triple: Triple) -> None:
    request = asked(session, triple)

    assert (request.state, request.due_on) == (ErasureState.WAITING, date(2026, 12, 23))
    assert not youth_facts(session, triple.youth.id).is_listed


@pytest.mark.parametrize("day", ["2026-11-24", "2026-12-22"])
def test_nothing_is_erased_before_the_thirty_days(
    session: Session, triple: Triple, frozen: time_machine.Traveller, day: str
) -> None:
    request = asked(session, triple)
    frozen.move_to(f"{day} 12:00:00+00:00")

    assert services.erase_due(session, request_id=request.id) is None
    assert session.get_one(Youth, triple.youth.id).anonymised_at is None


def test_no_word_of_the_person_is_left_in_any_table(
    session: Session, triple: Triple, frozen: time_machine.Traveller
) -> None:
    before = marked_tables(session)

    after_grace(session, triple, frozen)

    assert {"youth", "youth_note", "youth_diploma", "leaf_answer", "placement_message"} <= set(
        before
    )
    assert marked_tables(session) == []


def test_the_counts_stay_and_the_journal_points_to_nobody(
    session: Session, triple: Triple, frozen: time_machine.Traveller
) -> None:
    youth_id = triple.youth.id
    events = select(func.count()).where(JournalEvent.youth_id == youth_id)
    before = session.scalar(events) or 0

    after_grace(session, triple, frozen)

    shell = session.get_one(Youth, youth_id)
    assert (session.scalar(events) or 0) >= before
    assert session.scalar(select(func.count()).select_from(Placement)) == 1
    assert (shell.full_name, shell.birth_date) == ("Dossier anonyme", date(2008, 1, 1))
    assert (shell.status, shell.adviser_id, shell.email) == (YouthStatus.WITHDRAWN, None, None)


def test_the_commune_becomes_the_largest_of_the_departement(
    session: Session, triple: Triple, frozen: time_machine.Traveller
) -> None:
    make_commune(session, "29232").population = 60_000
    make_commune(session, "29024").population = 7_000
    triple.youth.commune_code = "29024"
    session.flush()

    after_grace(session, triple, frozen)

    assert session.get_one(Youth, triple.youth.id).commune_code == "29232"


def test_nobody_finds_the_file_any_more(
    session: Session, triple: Triple, frozen: time_machine.Traveller
) -> None:
    after_grace(session, triple, frozen)

    assert youth_facts(session, triple.youth.id).advising_organisation_id is None
    with pytest.raises(NotFound):
        add_note(session, triple.adviser.actor, youth_id=triple.youth.id, text="Encore")


def test_the_proof_of_agreement_and_withdrawal_stays(
    session: Session, triple: Triple, frozen: time_machine.Traveller
) -> None:
    after_grace(session, triple, frozen)

    rows = session.scalars(
        select(ConsentRecord).where(ConsentRecord.youth_id == triple.youth.id)
    ).all()
    assert len(rows) == 3
    assert all(row.withdrawn_at is not None for row in rows)


def test_what_the_youth_held_is_given_back(
    session: Session, triple: Triple, frozen: time_machine.Traveller
) -> None:
    other = make_triple(session)
    placement = say_yes(session, other, make_pair(session, other), "youth", "cfa")
    request = asked(session, other)
    frozen.move_to("2026-12-23 08:00:00+00:00")

    services.erase_due(session, request_id=request.id)

    training = session.get_one(TrainingSession, other.training.id, populate_existing=True)
    assert training.seats_taken == 0
    assert session.get_one(Placement, placement.id).stage is Stage.EXPIRED


def test_the_certificate_says_what_when_how_many_and_proves_itself(
    session: Session, triple: Triple, frozen: time_machine.Traveller
) -> None:
    done = after_grace(session, triple, frozen)

    removed: dict[str, Any] = done.certificate["removed"]
    assert (removed["youth_note"], removed["youth"]) == (1, 1)
    assert done.certificate["kept"]["consent_record"]
    assert done.certificate_hash == certificate_hash(done.certificate)
    assert certificate_hash({**done.certificate, "removed": {}}) != done.certificate_hash
    assert MARK not in json.dumps(done.certificate)


def test_a_running_contract_makes_the_erasure_wait(
    session: Session, frozen: time_machine.Traveller
) -> None:
    triple = make_triple(session)
    sign(session, triple, make_placement(session, triple))
    request = asked(session, triple)
    frozen.move_to("2026-12-24 08:00:00+00:00")

    assert services.erase_due(session, request_id=request.id) is None


def test_an_erasure_that_waits_for_a_contract_goes_on_once_the_clock_has_ended_it(
    session: Session, frozen: time_machine.Traveller
) -> None:
    triple = make_triple(session)
    placement = sign(session, triple, make_placement(session, triple))
    request = asked(session, triple)
    frozen.move_to("2026-12-24 08:00:00+00:00")
    waits = services.erase_due(session, request_id=request.id)
    let_end(session, placement)

    placements.run_out(session, CLOCK, placement_id=placement.id)
    done = services.erase_due(session, request_id=request.id)

    youth = session.get_one(Youth, triple.youth.id, populate_existing=True)
    assert waits is None
    assert done is not None
    assert done.state is ErasureState.DONE
    assert youth.anonymised_at is not None
    assert session.get_one(Placement, placement.id).contract_ends_on is not None


def test_a_change_of_mind_keeps_the_file_and_needs_a_new_agreement(
    session: Session, triple: Triple, frozen: time_machine.Traveller
) -> None:
    request = asked(session, triple)

    services.keep_after_all(session, youth_actor(triple.youth), youth_id=triple.youth.id)
    frozen.move_to("2026-12-24 08:00:00+00:00")

    assert services.erase_due(session, request_id=request.id) is None
    assert not youth_facts(session, triple.youth.id).is_listed
    give_listing_consent(
        session, triple.adviser.actor, youth_id=triple.youth.id, channel="in_person"
    )
    assert youth_facts(session, triple.youth.id).is_listed


def test_asking_twice_is_told(session: Session, triple: Triple) -> None:
    asked(session, triple)

    with pytest.raises(Conflict, match="déjà demandé"):
        asked(session, triple)


@pytest.mark.parametrize("after_stop", [False, True])
def test_what_was_asked_for_is_undone_by_a_word_and_by_no_agreement(
    session: Session, triple: Triple, frozen: time_machine.Traveller, after_stop: bool
) -> None:
    adviser, youth_id = triple.adviser.actor, triple.youth.id
    if after_stop:
        services.stop(session, youth_actor(triple.youth), youth_id=youth_id)
        frozen.move_to("2026-11-24 08:00:00+00:00")
    request = asked(session, triple)

    frozen.move_to("2026-11-25 08:00:00+00:00")
    with pytest.raises(Invalid, match="a demandé l’effacement"):
        give_listing_consent(session, adviser, youth_id=youth_id, channel="in_person")
    # A row that was written another way (an older copy, a program) cancels nothing either.
    row = session.scalars(select(ConsentRecord).where(ConsentRecord.youth_id == youth_id)).first()
    assert row is not None
    row.given_at = clock.now()
    session.flush()

    assert (close_overtaken(session, youth_id=youth_id), request.is_asked) == (0, True)
    assert request.due_on == date(2026, 12, 23)
    services.keep_after_all(session, adviser, youth_id=youth_id)
    give_listing_consent(session, adviser, youth_id=youth_id, channel="in_person")
    assert youth_facts(session, youth_id).is_listed
    told = session.scalars(select(OutboxMail).where(OutboxMail.kind == "privacy_kept")).one()
    assert told.recipient == triple.youth.email


def line_about(youth_id: int, code: str) -> dict[str, Any]:
    return {
        "act": "erased",
        "youth_id": youth_id,
        "fingerprint": fingerprint(code),
        "at": clock.now().isoformat(),
    }


def test_who_was_erased_is_erased_again_when_a_copy_brings_them_back(
    session: Session, triple: Triple
) -> None:
    line = line_about(triple.youth.id, triple.youth.public_code)
    path = erasures_path()
    path.write_text(json.dumps(line) + "\n{cut by a cra", encoding="utf-8")
    try:
        again = services.erase_again(session)
    finally:
        path.unlink()

    assert again == 1
    assert session.get_one(Youth, triple.youth.id).anonymised_at is not None


def test_a_row_with_the_same_number_but_another_person_is_left_alone(
    session: Session, triple: Triple
) -> None:
    line = line_about(triple.youth.id, "AUTRE001")
    path = erasures_path()
    path.write_text(json.dumps(line) + "\n", encoding="utf-8")
    try:
        again = services.erase_again(session)
    finally:
        path.unlink()

    assert again == 0


def test_every_table_about_a_person_says_what_an_erasure_does_to_it(session: Session) -> None:
    tables = {table.name for table in tables_about_people()}

    assert tables - set(HOLDINGS) == set()
    assert set(HOLDINGS) - tables == set()
