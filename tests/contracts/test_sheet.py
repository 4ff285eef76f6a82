"""The sheet of a placement: who fills which part, what each reader sees, and what the law says of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session
from time_machine import Traveller

from app.contracts import services
from app.contracts.models import ContractSheet
from app.contracts.queries.page import sheet_page
from app.contracts.queries.projection import Part
from app.contracts.queries.sheet import SheetPage
from app.contracts.services.retention import drop_nir, empty_sheets
from app.contracts.workflow import SheetEvent, SheetState
from app.core import clock
from app.core.db import db
from app.core.errors import Conflict, Forbidden, Invalid, NotFound, WrongState
from app.core.journal import JournalEvent
from app.placements import services as placements
from app.placements.workflow import Stage
from app.rules.contract_sheet import Holder
from app.youth.models import DisabilityRecognition
from tests.factories.accounts import actor_of, make_organisation, make_user
from tests.factories.contracts import fill_all, make_agreed
from tests.factories.placements import Triple, make_placement, make_triple

pytestmark = pytest.mark.usefixtures("frozen")

NIR = "208032900012345"


def valid_nir(thirteen: str = "2080329001002") -> str:
    """A number whose key is right for the factory's youth: a girl of March 2008 born in Finistère."""
    return f"{thirteen}{97 - int(thirteen) % 97:02d}"


def page_for(writing: Session, triple: Triple, placement_id: int, party: str) -> SheetPage:
    return sheet_page(writing, getattr(triple, party).actor, placement_id)


def shown(page: SheetPage) -> dict[str, str | None]:
    return {row.field.field_id: row.value for rows in page.sections.values() for row in rows}


def recognise(writing: Session, triple: Triple, valid_until: date | None = None) -> None:
    writing.add(
        DisabilityRecognition(
            youth_id=triple.youth.id,
            proof_seen_on=clock.today(),
            valid_until=valid_until,
            agreed_at=clock.now(),
        )
    )
    writing.flush()


def test_no_sheet_before_three_yes(writing: Session) -> None:
    triple = make_triple(writing)
    placement = make_placement(writing, triple)

    with pytest.raises(NotFound, match="ont dit oui"):
        page_for(writing, triple, placement.id, "adviser")


def test_an_agreed_placement_is_prefilled_and_says_who_has_the_rest(writing: Session) -> None:
    triple, placement = make_agreed(writing)

    page = page_for(writing, triple, placement.id, "employer")

    values = shown(page)
    assert values["employer_name"] == triple.employer.organisation.name
    assert values["employer_headcount"] == "4"
    assert values["first_given_name"] == triple.youth.given_name
    assert values["target_title"] == "CAP Boulanger"
    assert values["contract_type"] == "Premier contrat"
    assert page.version is not None
    assert page.version.number == "10103*14"
    assert {one.holder for one in page.missing} == {
        Holder.EMPLOYER,
        Holder.YOUTH,
        Holder.ADVISER,
        Holder.TRAINING_CENTRE,
    }
    assert [one.holder for one in page.missing if one.is_mine] == [Holder.EMPLOYER]
    assert not page.is_ready


def test_each_side_fills_its_own_part_and_no_other(writing: Session) -> None:
    triple, placement = make_agreed(writing)
    parties = {Part.EMPLOYER: triple.employer, Part.CENTRE: triple.cfa, Part.YOUTH: triple.adviser}

    for part, party in parties.items():
        page = sheet_page(writing, party.actor, placement.id)
        assert page.parts == (part,)
        for other in set(Part) - {part}:
            with pytest.raises(Forbidden):
                services.fill_part(
                    writing, party.actor, placement_id=placement.id, part=other, values={}
                )


def test_a_stranger_finds_no_sheet(writing: Session) -> None:
    _, placement = make_agreed(writing)
    stranger = actor_of(writing, make_user(writing, make_organisation(writing)))

    with pytest.raises(NotFound):
        sheet_page(writing, stranger, placement.id)
    with pytest.raises(NotFound):
        services.fill_part(writing, stranger, placement_id=placement.id, part=Part.YOUTH, values={})


def test_a_part_keeps_only_its_fields_and_only_what_differs_from_the_file(writing: Session) -> None:
    triple, placement = make_agreed(writing)

    sheet = services.fill_part(
        writing,
        triple.employer.actor,
        placement_id=placement.id,
        part=Part.EMPLOYER,
        values={
            "employer_headcount": "4",
            "weekly_hours": "35:00",
            "birth_name": "Volé",
            "nir": NIR,
        },
    )

    assert sheet.typed == {"weekly_hours": "35:00"}


def test_an_emptied_field_goes_back_to_what_the_portal_knows(writing: Session) -> None:
    triple, placement = make_agreed(writing)

    def fill(value: str | None) -> str | None:
        services.fill_part(
            writing,
            triple.employer.actor,
            placement_id=placement.id,
            part=Part.EMPLOYER,
            values={"employer_headcount": value},
        )
        return shown(page_for(writing, triple, placement.id, "employer"))["employer_headcount"]

    assert fill("320") == "320"
    assert fill(None) == "4"


def test_a_forbidden_wording_is_refused_beside_its_field(writing: Session) -> None:
    triple, placement = make_agreed(writing)

    with pytest.raises(Invalid) as refused:
        services.fill_part(
            writing,
            triple.employer.actor,
            placement_id=placement.id,
            part=Part.EMPLOYER,
            values={"tutor_job": "encadre une personne valide"},
        )

    assert refused.value.field == "tutor_job"


def test_a_whole_sheet_waits_for_the_number_last_then_can_be_signed(writing: Session) -> None:
    triple, placement = make_agreed(writing)
    before = page_for(writing, triple, placement.id, "adviser")

    fill_all(writing, triple, placement)
    after = page_for(writing, triple, placement.id, "adviser")

    left = {field.field_id for one in after.missing for field in one.fields}
    assert not before.nir_is_due
    assert after.nir_is_due
    assert left == {
        "nir",
        "conclusion_date",
        "signing_place",
        "centre_visa",
        "documents_attested",
        *({"legal_rep_name", "legal_rep_address"} & left),
    }
    assert [one.rule_id for one in after.findings if one.is_blocking] == []


def test_pay_aid_papers_and_deposit_follow_the_dates_of_the_sheet(writing: Session) -> None:
    triple, placement = make_agreed(writing)
    fill_all(writing, triple, placement)

    page = page_for(writing, triple, placement.id, "employer")

    assert page.estimate is not None
    assert str(page.estimate.years[0].lowest) == "802.82"
    assert page.estimate.aid == 5000
    assert page.deadline.legal_day == date(2026, 12, 5)
    assert page.recipient.startswith("OPCO EP")
    assert {paper.code for paper in page.papers} >= {"training_agreement", "pre_hire_declaration"}


def test_a_pay_under_the_minimum_blocks_with_its_rule(writing: Session) -> None:
    triple, placement = make_agreed(writing)
    fill_all(writing, triple, placement)
    services.fill_part(
        writing,
        triple.employer.actor,
        placement_id=placement.id,
        part=Part.EMPLOYER,
        values={"gross_at_start": "500"},
    )

    page = page_for(writing, triple, placement.id, "employer")

    assert "PAY-01" in {one.rule_id for one in page.findings if one.is_blocking}


# --- The number ------------------------------------------------------------------------------


def test_the_number_is_sealed_in_the_database_and_opened_for_its_readers_only(
    writing: Session,
) -> None:
    triple, placement = make_agreed(writing)
    fill_all(writing, triple, placement)

    services.save_nir(writing, triple.adviser.actor, placement_id=placement.id, nir=valid_nir())

    kept = writing.scalar(text("select nir_sealed from contract_sheet"))
    assert kept
    assert valid_nir()[:13] not in kept
    for party in (triple.adviser, triple.employer):
        opened = services.read_nir(writing, party.actor, placement_id=placement.id)
        assert "".join(opened.split()) == valid_nir()
    with pytest.raises(Forbidden):
        services.read_nir(writing, triple.cfa.actor, placement_id=placement.id)


def test_a_number_that_comes_before_the_rest_is_refused_and_one_that_is_kept_may_always_be_dropped(
    writing: Session,
) -> None:
    triple, placement = make_agreed(writing)
    save = partial(services.save_nir, writing, triple.adviser.actor, placement_id=placement.id)
    with pytest.raises(Conflict, match="se demande en dernier"):
        save(nir=valid_nir())
    assert writing.scalar(text("select nir_sealed from contract_sheet")) is None

    fill_all(writing, triple, placement)
    save(nir=valid_nir())
    services.fill_part(
        writing,
        triple.employer.actor,
        placement_id=placement.id,
        part=Part.EMPLOYER,
        values={"weekly_hours": None},
    )

    assert not page_for(writing, triple, placement.id, "adviser").nir_is_due
    with pytest.raises(Conflict, match="se demande en dernier"):
        save(nir=valid_nir())
    assert save(nir=None).nir_sealed is None


def test_each_opening_of_the_number_is_journalled_without_it(writing: Session) -> None:
    triple, placement = make_agreed(writing)
    fill_all(writing, triple, placement)
    services.save_nir(writing, triple.employer.actor, placement_id=placement.id, nir=valid_nir())

    services.read_nir(writing, triple.employer.actor, placement_id=placement.id)

    rows = list(
        writing.scalars(
            select(JournalEvent)
            .where(JournalEvent.event.startswith("contract_nir"))
            .order_by(JournalEvent.id)
        )
    )
    assert [row.event for row in rows] == ["contract_nir_written", "contract_nir_read"]
    assert all(valid_nir() not in str(row.details) for row in rows)


@pytest.mark.parametrize(
    ("nir", "words"),
    [
        ("208032900100299", "Vérifiez ce code"),
        (valid_nir("2090329001002"), "année"),
        (valid_nir("2080429001002"), "mois"),
    ],
)
def test_a_wrong_number_or_one_of_somebody_else_is_refused_and_never_repeated(
    writing: Session, nir: str, words: str
) -> None:
    triple, placement = make_agreed(writing)
    fill_all(writing, triple, placement)

    with pytest.raises(Invalid) as refused:
        services.save_nir(writing, triple.adviser.actor, placement_id=placement.id, nir=nir)

    assert words in refused.value.message
    assert nir not in refused.value.message
    assert refused.value.field == "nir"


def test_the_number_and_the_sheet_go_thirty_days_after_the_deposit(
    writing: Session, frozen: Traveller
) -> None:
    triple, placement = make_agreed(writing)
    fill_all(writing, triple, placement)
    services.save_nir(writing, triple.adviser.actor, placement_id=placement.id, nir=valid_nir())
    placements.sign(writing, triple.cfa.actor, placement_id=placement.id)
    services.note_deposit(writing, triple.employer.actor, placement_id=placement.id)
    deposited = clock.now()

    early = drop_nir(writing, deposited - timedelta(hours=1))
    dropped = drop_nir(writing, deposited + timedelta(days=1))
    emptied = empty_sheets(writing, deposited + timedelta(days=1))
    writing.expire_all()

    sheet = writing.get_one(ContractSheet, placement.id)
    assert (early, dropped, emptied) == (0, 1, 1)
    assert (sheet.nir_sealed, sheet.typed) == (None, {})
    assert sheet.deposited_on == date(2026, 11, 23)


# --- Disability ------------------------------------------------------------------------------


def test_nothing_of_a_disability_shows_until_the_youth_tells_this_employer(
    writing: Session,
) -> None:
    triple, placement = make_agreed(writing)
    recognise(writing, triple)

    for party in ("employer", "cfa"):
        page = page_for(writing, triple, placement.id, party)
        assert not {"disabled_worker", "youth_equivalence", "boe_extension"} & set(shown(page))
        assert page.disability is None
        assert page.estimate is not None
        assert not any("AGEFIPH" in line.row.label for line in page.estimate.aids.lines)
    house = page_for(writing, triple, placement.id, "adviser")
    assert house.disability is not None
    assert house.disability.told_at is None


def test_telling_the_employer_opens_the_aid_to_it_and_to_nobody_else(writing: Session) -> None:
    triple, placement = make_agreed(writing)
    recognise(writing, triple)

    services.tell_disability(writing, triple.adviser.actor, placement_id=placement.id, tell=True)

    employer = page_for(writing, triple, placement.id, "employer")
    centre = page_for(writing, triple, placement.id, "cfa")
    assert shown(employer)["disabled_worker"] == "oui"
    assert employer.estimate is not None
    assert employer.estimate.aid == 6000
    assert "disabled_worker" not in shown(centre)
    assert centre.estimate is not None
    assert centre.estimate.aid == 5000


def test_the_youth_may_take_it_back_until_the_deposit(writing: Session) -> None:
    triple, placement = make_agreed(writing)
    recognise(writing, triple)
    services.tell_disability(writing, triple.adviser.actor, placement_id=placement.id, tell=True)

    services.tell_disability(writing, triple.adviser.actor, placement_id=placement.id, tell=False)

    employer = page_for(writing, triple, placement.id, "employer")
    assert "disabled_worker" not in shown(employer)
    assert employer.estimate is not None
    assert employer.estimate.aid == 5000
    events = writing.scalars(
        select(JournalEvent.audience).where(
            JournalEvent.event.in_(["contract_told", "contract_untold"])
        )
    )
    assert {one.value for one in events} == {"adviser"}


def test_only_the_house_tells(writing: Session) -> None:
    triple, placement = make_agreed(writing)
    recognise(writing, triple)

    with pytest.raises(Forbidden):
        services.tell_disability(
            writing, triple.employer.actor, placement_id=placement.id, tell=True
        )


# --- Deposit ---------------------------------------------------------------------------------


def test_a_contract_is_deposited_once_signed_then_accepted_with_its_number(
    writing: Session,
) -> None:
    triple, placement = make_agreed(writing)

    with pytest.raises(Invalid, match="signature"):
        services.note_deposit(writing, triple.employer.actor, placement_id=placement.id)
    placements.sign(writing, triple.cfa.actor, placement_id=placement.id)
    services.note_deposit(writing, triple.employer.actor, placement_id=placement.id)
    with pytest.raises(Invalid, match="numéro"):
        services.note_decision(
            writing, triple.cfa.actor, placement_id=placement.id, event=SheetEvent.ACCEPT
        )
    sheet = services.note_decision(
        writing,
        triple.cfa.actor,
        placement_id=placement.id,
        event=SheetEvent.ACCEPT,
        number="029202611000123",
    )

    assert placement.stage is Stage.SIGNED
    assert sheet.state is SheetState.ACCEPTED
    assert sheet.deposit_number == "029202611000123"


def test_a_file_sent_back_is_corrected_and_deposited_again(writing: Session) -> None:
    triple, placement = make_agreed(writing)
    placements.sign(writing, triple.cfa.actor, placement_id=placement.id)
    actor = triple.employer.actor
    services.note_deposit(writing, actor, placement_id=placement.id)

    with pytest.raises(WrongState, match="ne change plus"):
        services.fill_part(writing, actor, placement_id=placement.id, part=Part.EMPLOYER, values={})
    with pytest.raises(Invalid):
        services.note_decision(
            writing, actor, placement_id=placement.id, event=SheetEvent.RETURN, why="humeur"
        )
    sheet = services.note_decision(
        writing, actor, placement_id=placement.id, event=SheetEvent.RETURN, why="tutor"
    )
    services.fill_part(
        writing,
        actor,
        placement_id=placement.id,
        part=Part.EMPLOYER,
        values={"tutor_practice_years": "6"},
    )
    services.note_deposit(writing, actor, placement_id=placement.id)

    assert sheet.state is SheetState.DEPOSITED
    assert sheet.return_reason is None


@pytest.mark.parametrize(
    "verb",
    [
        lambda s, a, p: services.note_deposit(
            s, a, placement_id=p, deposited_on=date(2026, 11, 24)
        ),
        lambda s, a, p: services.note_deposit(s, a, placement_id=p, deposited_on=date(2030, 1, 1)),
    ],
)
def test_a_deposit_to_come_is_refused(
    writing: Session, verb: Callable[[Session, object, int], object]
) -> None:
    triple, placement = make_agreed(writing)
    placements.sign(writing, triple.cfa.actor, placement_id=placement.id)

    with pytest.raises(Invalid, match="à venir"):
        verb(writing, triple.employer.actor, placement.id)


def test_the_page_of_a_sheet_asks_few_statements(writing: Session) -> None:
    triple, placement = make_agreed(writing)
    fill_all(writing, triple, placement)
    writing.expire_all()
    actor, placement_id = triple.employer.actor, placement.id
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        sheet_page(writing, actor, placement_id)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)

    assert len(seen) <= 8
