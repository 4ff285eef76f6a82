"""Whole stories of the dossier, through the rules alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from app.rules.age import AgeExemptions, check_age, is_minor
from app.rules.aids import AidCase, employer_aids
from app.rules.contract_sheet import (
    TRAINEE_BEFORE_CONTRACT,
    Registers,
    SheetFacts,
    check_sheet,
)
from app.rules.dates import (
    ContractDates,
    check_date_order,
    completed_months,
    deposit_deadline,
    trainee_window,
)
from app.rules.identifiers import is_valid_nir, is_valid_siren, is_valid_siret, is_valid_uai
from app.rules.law import ContractKind, Level, ToConfirm, blocking
from app.rules.local_mission import AdviserNetwork, adviser_networks, check_local_mission_age
from app.rules.minors import asks_regulated_work, daily_rest_hours, is_night_work
from app.rules.opco import opco_hint
from app.rules.pay import PayCase, Qualification, minimum_pay, pay_schedule
from app.rules.tutor import TutorFacts
from app.rules.wording import find_forbidden

APPRENTICESHIP = ContractKind.APPRENTICESHIP
PROFESSIONALISATION = ContractKind.PROFESSIONALISATION

ENORA = SheetFacts(
    kind=APPRENTICESHIP,
    dates=ContractDates(
        start=date(2026, 11, 30),
        end=date(2028, 8, 31),
        conclusion=date(2026, 11, 27),
        practical_start=date(2026, 11, 30),
        course_start=date(2026, 9, 7),
    ),
    birth_date=date(2011, 11, 2),
    sex="F",
    nir="211112902400170",
    birth_department="29",
    legal_representative_known=True,
    legal_representative_signs=True,
    exemptions=AgeExemptions(finished_lower_secondary=True),
    derogation="11",
    weekly_minutes=35 * 60,
    tutors=(TutorFacts(practice_years=Decimal(10)),),
    registers=Registers(siret="00000092700012", idcc="0843"),
    rome="D1102",
    trainee_since=date(2026, 11, 2),
)


def test_story_1_enora_may_start_at_fifteen_with_the_question_of_machines() -> None:
    found = check_sheet(ENORA)

    assert blocking(found) == []
    assert [item.rule_id for item in found] == ["MIN-15", "AGE-03"]
    assert completed_months(ENORA.dates.start, date(2028, 8, 31)) == 21
    assert is_valid_uai("0299901E")
    assert is_valid_siret("00000092700012")


def test_story_1_enora_is_paid_504_10_and_protected_at_night() -> None:
    birth, start = date(2011, 11, 2), date(2026, 11, 30)
    pay = pay_schedule(PayCase(APPRENTICESHIP, birth, start, date(2028, 8, 31), idcc="0843"))

    assert pay.periods[0].amount == Decimal("504.10")
    assert "PAY-16" in [item.rule_id for item in pay.findings]
    assert is_night_work(birth, start, 22 * 60)
    assert is_night_work(birth, start, 4 * 60)
    assert daily_rest_hours(birth, start) == 14
    assert asks_regulated_work(birth, start, "D1102")


def test_story_1_enora_opens_the_single_aid_and_a_deposit_by_5_december() -> None:
    start = date(2026, 11, 30)
    aids = employer_aids(AidCase(APPRENTICESHIP, start, employer_size=4, diploma_level=3))
    hint = opco_hint("0843")

    assert aids.state_amount == 5000
    assert [line.aid_id for line in aids.state_lines] == ["AUEA-2025"]
    assert deposit_deadline(start, APPRENTICESHIP).legal_day == date(2026, 12, 5)
    assert hint is not None
    assert hint.opco == "OPCO EP"


def test_story_1_traps_are_refused() -> None:
    typed_2012 = replace(ENORA, birth_date=date(2012, 11, 2), nir=None)
    too_early = replace(ENORA, dates=replace(ENORA.dates, start=date(2026, 11, 1)))
    nobody = replace(ENORA, legal_representative_known=None)

    for facts, rule_id in ((typed_2012, "AGE-03"), (too_early, "AGE-03"), (nobody, "FORM-08")):
        assert rule_id in [item.rule_id for item in blocking(check_sheet(facts))]


SEBASTIEN = date(1993, 5, 14)
RECOGNISED = AgeExemptions(disabled_worker=True, disabled_until=date(2028, 3, 31))


def test_story_2_sebastien_goes_to_cap_emploi_and_has_no_age_limit() -> None:
    start = date(2026, 12, 1)

    found = check_age(SEBASTIEN, start, APPRENTICESHIP, RECOGNISED)

    assert [(item.rule_id, item.code) for item in found] == [("AGE-05", "12")]
    assert adviser_networks(SEBASTIEN, start, disabled_worker=True) == (AdviserNetwork.CAP_EMPLOI,)
    assert blocking(check_local_mission_age(SEBASTIEN, start, disabled_worker=True))
    assert is_valid_nir("193058708500179")
    assert is_valid_siren("000000935")


def test_story_2_sebastien_earns_the_smic_and_opens_6000_euros() -> None:
    start = date(2026, 12, 1)
    pay = minimum_pay(PayCase(APPRENTICESHIP, SEBASTIEN, start, date(2027, 11, 30)), start)
    case = AidCase(APPRENTICESHIP, start, employer_size=320, diploma_level=4, disabled=True)

    assert pay.amount == Decimal("1867.02")
    assert employer_aids(case).state_amount == 6000
    assert deposit_deadline(start, APPRENTICESHIP).legal_day == date(2026, 12, 7)


def test_story_2_traps_agreement_withdrawn_start_in_2027_proof_expired() -> None:
    start = date(2026, 12, 1)
    silent = AidCase(APPRENTICESHIP, start, employer_size=320, diploma_level=4)
    later = replace(silent, start=date(2027, 1, 4), disabled=True)
    expired = replace(RECOGNISED, disabled_until=date(2026, 10, 31))

    assert employer_aids(silent).state_amount == 2000
    assert isinstance(employer_aids(later).state_amount, ToConfirm)
    assert blocking(check_age(SEBASTIEN, start, APPRENTICESHIP))
    assert blocking(check_age(SEBASTIEN, start, APPRENTICESHIP, expired))


def test_story_6_sami_has_until_5_january_to_find_another_employer() -> None:
    window = trainee_window(date(2026, 10, 5))

    assert window.end == date(2027, 1, 5)
    assert window.days_left(date(2026, 11, 26)) == 40
    assert window.alerts[75] == date(2026, 12, 19)
    assert TRAINEE_BEFORE_CONTRACT == "7"


def test_story_6_samis_pay_and_aid_of_2027_are_said_with_their_doubt() -> None:
    start, signed = date(2027, 1, 4), date(2026, 12, 30)
    case = PayCase(
        APPRENTICESHIP, date(2008, 3, 11), start, date(2028, 7, 7), conclusion=signed, idcc="1979"
    )
    aids = employer_aids(
        AidCase(APPRENTICESHIP, start, conclusion=signed, employer_size=20, diploma_level=3)
    )

    first = pay_schedule(case).periods[0]

    assert (int(first.pct), first.amount, first.provisional) == (43, Decimal("802.82"), True)
    assert isinstance(aids.state_amount, ToConfirm)
    assert deposit_deadline(start, APPRENTICESHIP).legal_day == date(2027, 1, 9)


def test_story_6_starting_on_6_january_asks_the_cfa_and_refuses_nothing() -> None:
    facts = SheetFacts(
        kind=APPRENTICESHIP,
        dates=ContractDates(date(2027, 1, 6), date(2028, 7, 7), course_start=date(2026, 10, 5)),
        birth_date=date(2008, 3, 11),
        tutors=(TutorFacts(practice_years=Decimal(5)),),
        trainee_since=date(2026, 10, 5),
    )

    found = check_sheet(facts)

    assert blocking(found) == []
    assert {item.rule_id for item in found} == {"CFA-02", "DUR-08"}
    assert all(item.level is Level.WARN for item in found)
    assert check_date_order(ContractDates(date(2027, 1, 5), course_start=date(2026, 10, 5))) == []


def test_story_12_anna_maria_earns_1493_62_without_any_state_premium() -> None:
    birth, start, end = date(2003, 8, 17), date(2026, 12, 1), date(2027, 11, 30)
    pay = minimum_pay(
        PayCase(
            PROFESSIONALISATION,
            birth,
            start,
            end,
            qualification=Qualification.PROFESSIONAL_LEVEL_4,
        ),
        start,
    )
    aids = employer_aids(
        AidCase(PROFESSIONALISATION, start, employer_size=60, birth_date=birth, jobseeker=False)
    )

    assert pay.amount == Decimal("1493.62")
    assert aids.state_amount == 0
    assert not any("AGEFIPH" in line.row.label for line in aids.lines)
    assert is_valid_nir("203082B03300153")
    assert not is_minor(birth, start)


def test_story_12_both_readings_of_the_deposit_are_kept_and_the_note_is_refused() -> None:
    deadline = deposit_deadline(date(2026, 12, 1), PROFESSIONALISATION)

    assert (deadline.legal_day, deadline.other_reading) == (date(2026, 12, 6), date(2026, 12, 7))
    assert deadline.reminder_day == date(2026, 12, 4)
    assert find_forbidden("personne valide")
