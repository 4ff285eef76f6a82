"""The contract sheet: fields and their holders, closed lists, the control list."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from app.rules.age import AgeExemptions
from app.rules.contract_sheet import (
    CONTRACT_TYPES,
    DEROGATIONS,
    FORM_VERSIONS,
    HOLDER_LABELS,
    SITUATIONS_BEFORE,
    Certification,
    Condition,
    EmployerAnswers,
    FieldKind,
    Form,
    Holder,
    Registers,
    SheetFacts,
    Signatory,
    asks_previous_contract,
    check_sheet,
    field_form,
    form_for,
    form_version,
    is_rider,
    missing_by_holder,
    missing_fields,
    papers,
    sheet_fields,
    signatories,
    suggested_derogation,
)
from app.rules.dates import ContractDates, DurationCase
from app.rules.law import ContractKind, Finding, Level, NoRuleInForce, finding
from app.rules.minors import RegulatedWork
from app.rules.pay import PayCase
from app.rules.tutor import TutorFacts
from tests.conftest import SHARED

APPRENTICESHIP = ContractKind.APPRENTICESHIP
PROFESSIONALISATION = ContractKind.PROFESSIONALISATION
BLOCK, WARN, INFO = Level.BLOCK, Level.WARN, Level.INFO
START, END = date(2026, 12, 1), date(2028, 8, 31)
TUTOR = TutorFacts(practice_years=Decimal(5))
ADULT = SheetFacts(
    kind=APPRENTICESHIP,
    dates=ContractDates(START, END),
    birth_date=date(2006, 3, 11),
    tutors=(TUTOR,),
)
MINOR = replace(
    ADULT,
    birth_date=date(2010, 3, 11),
    legal_representative_known=True,
    legal_representative_signs=True,
)


def clauses(found: list[Finding]) -> list[tuple[str, Level]]:
    return [(item.rule_id, item.level) for item in found]


# --- Fields ---------------------------------------------------------------------------------


def test_each_form_has_its_kind_and_its_edition() -> None:
    assert form_for(APPRENTICESHIP) is Form.FA13
    assert form_for(PROFESSIONALISATION) is Form.EJ20
    assert form_version(Form.EJ20, START).number == "12434*03"


@pytest.mark.parametrize(
    ("day", "number"),
    [
        (date(2023, 4, 20), "10103*10"),
        (date(2024, 6, 1), "10103*12"),
        (date(2025, 6, 30), "10103*13"),
        (date(2025, 7, 1), "10103*14"),
        (date(2027, 1, 1), "10103*14"),
    ],
)
def test_the_edition_of_the_form_depends_on_the_day(day: date, number: str) -> None:
    assert form_version(Form.FA13, day).number == number


def test_before_the_first_known_edition_none_is_invented() -> None:
    assert len(FORM_VERSIONS) == 5
    with pytest.raises(NoRuleInForce):
        form_version(Form.FA13, date(2023, 4, 19))


@pytest.mark.parametrize("form", list(Form))
def test_fields_are_unique_labelled_and_have_a_holder(form: Form) -> None:
    fields = sheet_fields(form, list(Condition))

    assert len({field.field_id for field in fields}) == len(fields)
    assert all(field.label and field.holder in HOLDER_LABELS for field in fields)


def test_a_minor_brings_the_legal_representative_onto_the_sheet() -> None:
    adult = {field.field_id for field in sheet_fields(Form.FA13, ADULT.conditions())}
    minor = {field.field_id for field in sheet_fields(Form.FA13, MINOR.conditions())}

    assert minor - adult == {"legal_rep_name", "legal_rep_address", "legal_rep_email"}


def test_a_rider_of_a_public_employer_asks_more() -> None:
    facts = replace(
        ADULT,
        contract_type="36",
        public_employer=True,
        derogation="60",
        tutors=(TUTOR, TUTOR),
        course_is_elsewhere=True,
        registered_jobseeker=True,
        employer_answers=EmployerAnswers(specific="2"),
    )

    assert facts.conditions() == {
        Condition.SECOND_TUTOR,
        Condition.PLACE_ELSEWHERE,
        Condition.JOBSEEKER,
        Condition.USER_COMPANY,
        Condition.RIDER,
        Condition.PREVIOUS_CONTRACT,
        Condition.PUBLIC,
        Condition.DEROGATION,
    }


def test_missing_fields_say_whom_to_ask() -> None:
    values: dict[str, object] = {
        field.field_id: "x" for field in sheet_fields(Form.FA13) if field.field_id != "pay_lines"
    }
    values |= {"nir": "  ", "centre_visa": None, "high_level_athlete": False, "pay_lines": []}

    missing = missing_by_holder(Form.FA13, values)

    assert {holder: [f.field_id for f in fields] for holder, fields in missing.items()} == {
        Holder.YOUTH: ["nir"],
        Holder.COMPUTED: ["pay_lines"],
        Holder.TRAINING_CENTRE: ["centre_visa"],
    }


def test_an_optional_field_is_never_missing() -> None:
    missing = {field.field_id for field in missing_fields(Form.FA13, {})}

    assert "usage_name" not in missing
    assert "disabled_worker" not in missing
    assert "birth_name" in missing


def test_closed_lists_hold_the_codes_of_the_form() -> None:
    assert list(DEROGATIONS) == ["11", "12", "21", "22", "50", "60"]
    assert len(CONTRACT_TYPES) == 12
    assert (SITUATIONS_BEFORE["7"], SITUATIONS_BEFORE["8"]) == (
        "Stagiaire au CFA avant le contrat (3 mois)",
        "Stagiaire au CFA après une rupture (6 mois)",
    )


@pytest.mark.parametrize(
    ("code", "rider", "previous"),
    [
        ("11", False, False),
        ("21", False, True),
        ("23", False, True),
        ("38", True, True),
        ("39", False, False),
    ],
)
def test_types_of_contract_tell_riders_and_previous_numbers(
    code: str, rider: bool, previous: bool
) -> None:
    assert is_rider(code) is rider
    assert asks_previous_contract(code) is previous


# --- Controls -------------------------------------------------------------------------------


def test_a_complete_adult_sheet_has_nothing_to_say() -> None:
    assert check_sheet(ADULT) == []


def test_a_complete_minor_sheet_has_nothing_to_say() -> None:
    assert check_sheet(MINOR) == []


def test_an_empty_sheet_asks_for_a_tutor_and_stays_silent_on_the_rest() -> None:
    facts = SheetFacts(kind=APPRENTICESHIP, dates=ContractDates(START))

    assert clauses(check_sheet(facts)) == [("MA-01", WARN)]


def test_findings_come_with_the_blocking_ones_first() -> None:
    facts = replace(MINOR, legal_representative_known=None, tutors=(), rome="F1703")

    levels = [item.level for item in check_sheet(facts)]

    assert levels == sorted(levels, key=[BLOCK, WARN, INFO].index)
    assert levels[0] is BLOCK


@pytest.mark.parametrize(
    ("nir", "sex", "department", "expected"),
    [
        ("2060329024001", "F", "29", []),
        ("2060329024001", "M", "29", [("FORM-02", BLOCK)]),
        ("2060329024001", "F", "35", [("FORM-02", BLOCK)]),
        ("206032902400199", "F", "29", [("ID-01", BLOCK)]),
        ("", "F", "29", []),
    ],
)
def test_control_2_compares_the_nir_with_the_file(
    nir: str, sex: str, department: str, expected: list[tuple[str, Level]]
) -> None:
    facts = replace(ADULT, nir=nir, sex=sex, birth_department=department)

    assert clauses(check_sheet(facts)) == expected


def test_a_right_nir_without_birth_date_has_nothing_to_compare() -> None:
    facts = replace(ADULT, birth_date=None, nir="2060329024001")

    assert check_sheet(facts) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"dates": ContractDates(START, END, conclusion=date(2026, 12, 2))}, [("FORM-03", BLOCK)]),
        (
            {"dates": ContractDates(START, date(2031, 6, 1))},
            [("DUR-01", BLOCK), ("FORM-04", BLOCK)],
        ),
        ({"dates": ContractDates(START, date(2031, 6, 1), open_ended=True)}, [("DUR-01", BLOCK)]),
        ({"training_months": 5}, [("FORM-04", BLOCK)]),
        ({"training_months": 49}, [("FORM-04", BLOCK)]),
        ({"training_months": 24}, []),
        ({"duration": DurationCase(cycle_months=24)}, [("DUR-03", WARN)]),
        ({"trainee_since": date(2026, 9, 1)}, []),
        ({"trainee_since": date(2026, 8, 31)}, [("CFA-02", WARN)]),
    ],
)
def test_controls_3_and_4_look_at_dates(
    changes: dict[str, object], expected: list[tuple[str, Level]]
) -> None:
    facts = replace(ADULT, **changes)  # type: ignore[arg-type]

    assert clauses(check_sheet(facts)) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (replace(ADULT, weekly_minutes=2100), []),
        (replace(ADULT, weekly_minutes=2460), [("DUR-11", WARN)]),
        (replace(MINOR, weekly_minutes=2340), [("MIN-03", WARN)]),
        (replace(ADULT, training_hours=0), [("FORM-05", BLOCK)]),
        (replace(ADULT, training_hours=10_000), [("FORM-05", BLOCK)]),
        (replace(ADULT, training_hours=100), []),
        (replace(ADULT, training_hours=100, contract_hours=1600), [("DUR-10", WARN)]),
    ],
)
def test_control_5_looks_at_hours(facts: SheetFacts, expected: list[tuple[str, Level]]) -> None:
    assert clauses(check_sheet(facts)) == expected


@pytest.mark.parametrize(
    ("registers", "expected"),
    [
        (Registers(siret="00000091900019", idcc="0843", naf="10.71C"), []),
        (Registers(siret="00000091900018"), [("ID-01", BLOCK)]),
        (Registers(siret_is_active=False), [("FORM-06", BLOCK)]),
        (Registers(idcc="0843", idcc_exists=False), [("FORM-06", BLOCK)]),
        (Registers(naf="boulangerie"), [("ID-01", BLOCK)]),
    ],
)
def test_control_6_looks_at_codes(registers: Registers, expected: list[tuple[str, Level]]) -> None:
    assert clauses(check_sheet(replace(ADULT, registers=registers))) == expected


@pytest.mark.parametrize(
    ("birth", "derogation", "expected"),
    [
        (date(2006, 3, 11), "11", [("FORM-07", BLOCK)]),
        (date(2006, 3, 11), "12", [("FORM-07", BLOCK)]),
        (date(1990, 3, 11), "12", [("AGE-05", INFO)]),
        (date(1990, 3, 11), "50", [("AGE-05", INFO)]),
        (date(1990, 3, 11), "", [("FORM-07", BLOCK), ("AGE-05", INFO)]),
    ],
)
def test_control_7_matches_the_derogation_with_the_age(
    birth: date, derogation: str, expected: list[tuple[str, Level]]
) -> None:
    exemptions = AgeExemptions(business_project=True)
    facts = replace(ADULT, birth_date=birth, derogation=derogation, exemptions=exemptions)

    assert clauses(check_sheet(facts)) == expected


def test_the_derogation_to_write_follows_from_the_findings() -> None:
    under_16 = finding("AGE-03", START, "…", level=INFO, code="11")
    shorter = finding("DUR-03", START, "…", code="21")
    refused = finding("AGE-03", START, "…", code="12")

    assert suggested_derogation([]) == ""
    assert suggested_derogation([under_16, refused]) == "11"
    assert suggested_derogation([under_16, shorter]) == "50"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"legal_representative_known": None}, [("FORM-08", BLOCK)]),
        ({"legal_representative_known": False}, [("FORM-08", BLOCK)]),
        ({"legal_representative_signs": False}, [("FORM-08", BLOCK)]),
        ({"legal_representative_known": None, "emancipated": True}, []),
    ],
)
def test_control_8_asks_the_representative_of_a_minor(
    changes: dict[str, object], expected: list[tuple[str, Level]]
) -> None:
    facts = replace(MINOR, **changes)  # type: ignore[arg-type]

    assert clauses(check_sheet(facts)) == expected


@pytest.mark.parametrize(
    ("answers", "word"),
    [
        (EmployerAnswers(mode="3", specific="0"), "Entreprise de travail temporaire"),
        (EmployerAnswers(mode="1", specific="3"), "Activités saisonnières"),
        (EmployerAnswers(kind="13", social_regime="2"), "MSA"),
        (EmployerAnswers(previous_contract_no="2922-12-1"), "département sur trois caractères"),
    ],
)
def test_answers_of_the_employer_go_together(answers: EmployerAnswers, word: str) -> None:
    found = check_sheet(replace(ADULT, employer_answers=answers))

    assert clauses(found) == [("FORM-10", WARN)]
    assert word in found[0].message
    right = EmployerAnswers("3", "13", "1", "1", "02B 2022 12 00045")
    assert check_sheet(replace(ADULT, employer_answers=right)) == []


def test_every_tutor_is_checked() -> None:
    child = TutorFacts(practice_years=Decimal(5), birth_date=date(2010, 1, 1))

    assert clauses(check_sheet(replace(ADULT, tutors=(TUTOR, child)))) == [("MA-01", BLOCK)]


@pytest.mark.parametrize(
    ("gross", "expected"), [("952.18", []), ("802.82", []), ("800.00", [("PAY-01", BLOCK)])]
)
def test_the_pay_is_compared_with_the_minimum(
    gross: str, expected: list[tuple[str, Level]]
) -> None:
    pay = PayCase(APPRENTICESHIP, date(2006, 3, 11), START, END)
    facts = replace(ADULT, pay=pay, gross_at_start=Decimal(gross))

    assert clauses(check_sheet(facts)) == expected


@pytest.mark.parametrize(
    ("certification", "expected"),
    [
        (Certification(rncp_code="RNCP37537", active_until=date(2026, 12, 1)), []),
        (Certification(rncp_code="RS5801"), [("DIP-01", BLOCK)]),
        (Certification(rncp_code="RNCP"), [("ID-01", BLOCK)]),
        (Certification(is_registered=False), [("DIP-01", BLOCK)]),
        (Certification(open_to_apprenticeship=False), [("DIP-01", BLOCK)]),
        (Certification(active_until=date(2026, 6, 30)), [("DIP-02", BLOCK)]),
        (
            Certification(active_until=date(2026, 6, 30), follows_broken_contract=True),
            [("DIP-02", INFO)],
        ),
        (Certification(centre_is_qualified=False), [("DIP-04", WARN)]),
    ],
)
def test_the_certification_is_registered_open_and_active(
    certification: Certification, expected: list[tuple[str, Level]]
) -> None:
    assert clauses(check_sheet(replace(ADULT, certification=certification))) == expected


def test_a_minor_in_an_exposed_trade_is_asked_about_regulated_work() -> None:
    asked = check_sheet(replace(MINOR, rome="F1703"))
    answered = check_sheet(
        replace(MINOR, rome="F1703", regulated_work=RegulatedWork(concerned=False))
    )

    assert clauses(asked) == [("MIN-15", WARN)]
    assert answered == []


@pytest.mark.parametrize(
    ("facts", "speaks_of_18"),
    [
        (replace(ADULT, needs_work_permit_check=True), False),
        (replace(MINOR, needs_work_permit_check=True), True),
        (
            replace(
                MINOR,
                needs_work_permit_check=True,
                dates=ContractDates(START, date(2027, 8, 31)),
            ),
            False,
        ),
    ],
)
def test_the_right_to_work_is_checked_and_again_at_eighteen(
    facts: SheetFacts, speaks_of_18: bool
) -> None:
    (found,) = check_sheet(facts)

    assert (found.rule_id, found.level) == ("DIP-09", WARN)
    assert ("18 ans" in found.message) is speaks_of_18


def test_a_contrat_pro_has_its_own_controls() -> None:
    facts = SheetFacts(
        kind=PROFESSIONALISATION,
        dates=ContractDates(START, date(2027, 11, 30)),
        birth_date=date(2003, 8, 17),
        weekly_minutes=1200,
        training_hours=300,
        contract_hours=1600,
        certification=Certification(rncp_code="RS5801"),
        derogation="12",
    )

    assert clauses(check_sheet(facts)) == [("PRO-06", WARN)]
    assert check_sheet(replace(facts, tutors=(TUTOR,))) == []


def test_a_public_employer_signs_apprentices_and_no_contrat_pro() -> None:
    employee = SheetFacts(
        kind=PROFESSIONALISATION,
        dates=ContractDates(START, date(2027, 11, 30)),
        public_employer=True,
        tutors=(TUTOR,),
    )

    assert clauses(check_sheet(employee)) == [("PRO-02", BLOCK)]
    assert check_sheet(replace(ADULT, public_employer=True)) == []


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (ADULT, [Signatory.EMPLOYER, Signatory.YOUTH, Signatory.TRAINING_CENTRE]),
        (
            MINOR,
            [
                Signatory.EMPLOYER,
                Signatory.YOUTH,
                Signatory.LEGAL_REPRESENTATIVE,
                Signatory.TRAINING_CENTRE,
            ],
        ),
        (
            replace(MINOR, emancipated=True, kind=PROFESSIONALISATION),
            [Signatory.EMPLOYER, Signatory.YOUTH],
        ),
    ],
)
def test_who_signs_depends_on_age_and_kind(facts: SheetFacts, expected: list[Signatory]) -> None:
    assert signatories(facts) == expected


@pytest.mark.parametrize(
    ("facts", "extra"),
    [
        (ADULT, []),
        (replace(ADULT, duration=DurationCase(cycle_months=24)), ["duration_agreement"]),
        (
            replace(
                ADULT,
                birth_date=date(1990, 1, 1),
                derogation="12",
                exemptions=AgeExemptions(business_project=True),
            ),
            ["age_exception"],
        ),
        (replace(MINOR, birth_date=date(2011, 11, 2), derogation="11"), ["end_of_3e"]),
        (replace(MINOR, regulated_work=RegulatedWork(concerned=True)), ["regulated_work"]),
        (replace(ADULT, needs_work_permit_check=True), ["work_permit"]),
    ],
)
def test_papers_follow_from_the_sheet_and_its_findings(facts: SheetFacts, extra: list[str]) -> None:
    asked = [paper.code for paper in papers(facts, check_sheet(facts))]

    assert asked == ["pre_hire_declaration", "training_agreement", *extra]


def test_a_contrat_pro_joins_the_agreement_and_the_programme() -> None:
    facts = replace(ADULT, kind=PROFESSIONALISATION)

    assert [paper.code for paper in papers(facts, [])] == [
        "pre_hire_declaration",
        "training_agreement",
        "training_programme",
    ]


@pytest.mark.parametrize("form", list(Form))
def test_every_field_says_how_it_is_written(form: Form) -> None:
    is_pro = form is Form.EJ20

    for field in sheet_fields(form, frozenset(Condition)):
        written = field_form(field.field_id, is_professionalisation=is_pro)

        assert (written.choices is not None) == (written.kind is FieldKind.CHOICE), field.field_id
        assert (written.identifier is not None) == (written.kind is FieldKind.CODE), field.field_id
        assert written.choices is None or all(written.choices.values())


def test_the_two_forms_have_their_own_types_of_contract() -> None:
    apprenticeship = field_form("contract_type").choices
    professionalisation = field_form("contract_type", is_professionalisation=True).choices

    assert apprenticeship is not None
    assert professionalisation is not None
    assert "23" in apprenticeship
    assert set(professionalisation) == {"1", "2", "3", "4", "5"}


# The dossier tells the fields of EJ20 in sentences (cerfa.md, 4): each of its words with the fields that answer it.
EJ20_WORDS = {
    "Employer": {
        "name": ("employer_name",),
        "address": ("employer_address",),
        "SIRET": ("employer_siret",),
        "NAF": ("employer_naf",),
        "headcount": ("employer_headcount",),
        "IDCC": ("employer_idcc",),
        "supplementary pension": ("supplementary_pension",),
        "phone": ("employer_phone",),
        "e-mail": ("employer_email",),
        "boxes: temp agency / employers' group": ("employer_specific",),
    },
    "Employee": {
        "name": ("birth_name", "usage_name", "first_given_name"),
        "address": ("address",),
        "birth date": ("birth_date",),
        "sex": ("sex",),
        "phone": ("phone",),
        "e-mail": ("email",),
        "disabled worker": ("disabled_worker",),
        "registered jobseeker": ("registered_jobseeker", "jobseeker_number", "jobseeker_months"),
        "situation before": ("situation_before",),
        "minimum-income recipient": ("minimum_income",),
        "former subsidised contract": ("former_subsidised_contract",),
        "highest diploma": ("highest_diploma",),
        "NIR on recent versions": ("nir",),
    },
    "Tutor": {
        "company tutor": ("tutor_birth_name", "tutor_given_name", "tutor_birth_date", "tutor_job"),
        "and": (),
        "for temp agencies/groups": (),
        "user-company tutor": (
            "user_tutor_birth_name",
            "user_tutor_given_name",
            "user_tutor_birth_date",
            "user_tutor_job",
        ),
    },
    "Contract": {
        "nature": ("contract_nature",),
        "type": ("contract_type", "rider_effect_date"),
        "job held": ("job_title",),
        "classification of the agreement": ("classification",),
        "level": ("classification_level",),
        "weekly hours": ("weekly_hours",),
        "trial period": ("trial_period",),
        "start": ("start_date",),
        "end": ("end_date",),
        "gross pay at start": ("gross_at_start",),
        "dates": ("conclusion_date",),
    },
    "Training": {
        "training body": ("body_name", "body_siret", "body_nda"),
        "sort of qualification": ("qualification_kind",),
        "code": ("rncp_code",),
        "title": ("target_title",),
        "total hours of training": ("training_hours",),
        "general-teaching share": ("general_hours",),
        "follow-up hours": ("follow_up_hours",),
        "start and end of action": ("training_start_date", "training_end_date"),
        "financing forfait": ("funding_rate",),
    },
    "Annex": {"training programme": ("training_programme",)},
}


def test_every_field_that_the_dossier_names_is_on_the_sheet_of_a_contrat_pro() -> None:
    ours = {one.field_id for one in sheet_fields(Form.EJ20, frozenset(Condition))}
    named = {name for part in EJ20_WORDS.values() for names in part.values() for name in names}

    assert named - ours == set()
    # Beyond the form: other work places, a representative who signs, experience, and the protection of minors.
    assert ours - named == {
        "other_workplaces",
        "legal_rep_name",
        "legal_rep_address",
        "legal_rep_email",
        "tutor_practice_years",
        "tutor_apprentices",
        "dangerous_work",
        "regulated_declared_on",
        "regulated_medical_opinion",
    }


@pytest.mark.skipif(
    not SHARED.is_dir(), reason="the field dossier is not on this machine (TREFLE_SHARED)"
)
@pytest.mark.parametrize("part", list(EJ20_WORDS))
def test_the_words_of_the_dossier_on_the_contrat_pro_are_all_answered(part: str) -> None:
    text = (SHARED / "domain" / "cerfa.md").read_text(encoding="utf-8")
    found = re.search(rf"^- \*\*{part}\*\*: (.+)$", text[text.index("## 4. EJ20") :], re.M)
    assert found is not None
    sentence = re.sub(r"\([^)]*\)", "", found[1]).rstrip(".")

    words = [word.strip() for word in re.split(r"[,;]", sentence) if word.strip()]

    if part == "Annex":
        words = words[:1]
    if part == "Tutor":
        words = [piece for word in words for piece in re.split(r"\b(and)\b", word)]
    assert {" ".join(word.split()) for word in words} - {""} == set(EJ20_WORDS[part])
