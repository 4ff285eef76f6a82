"""Closed lists: reasons, diplomas, OPCO, targets."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.diplomas import (
    DIPLOMA_CODES,
    LAST_CLASSES,
    LAST_CLASSES_BEFORE_END_OF_3E,
    TUTOR_LEVELS,
    Reach,
    check_reach,
    diploma,
    level_from_cfd,
    level_from_roman,
    level_label,
    reach,
    roman_level,
)
from app.rules.law import Level
from app.rules.opco import NO_AGREEMENT, deposit_recipient, opco_hint, opco_map
from app.rules.reasons import REASONS, Audience, ReasonList, choices, reason
from app.rules.targets import linear_pace
from app.rules.wording import find_forbidden

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("which", "count"),
    [
        (ReasonList.COMPANY_REFUSAL, 16),
        (ReasonList.YOUTH_REFUSAL, 13),
        (ReasonList.CENTRE_REFUSAL, 9),
        (ReasonList.BREAK_REASON, 13),
        (ReasonList.BREAK_CAUSE, 15),
        (ReasonList.DEPOSIT_RETURN, 10),
    ],
)
def test_each_list_is_complete_and_numbered(which: ReasonList, count: int) -> None:
    entries = REASONS[which]

    assert [entry.number for entry in entries] == list(range(1, count + 1))
    assert len({entry.code for entry in entries}) == count
    assert choices(which) == [(entry.code, entry.label) for entry in entries]


def test_a_withdrawn_promise_has_reason_twelve() -> None:
    assert reason(ReasonList.COMPANY_REFUSAL, "post_closed").number == 12
    with pytest.raises(KeyError):
        reason(ReasonList.COMPANY_REFUSAL, "health")


def test_what_partners_read_never_holds_a_forbidden_criterion() -> None:
    shared = [
        entry
        for entries in REASONS.values()
        for entry in entries
        if entry.audience is Audience.PARTIES
    ]

    assert [entry.label for entry in shared if find_forbidden(entry.label)] == []


def test_health_family_and_housing_stay_on_the_youths_side() -> None:
    own = {entry.code for entry in REASONS[ReasonList.YOUTH_REFUSAL]}

    assert {"health", "family", "housing"} <= own
    assert all(entry.audience is Audience.OWN_SIDE for entry in REASONS[ReasonList.YOUTH_REFUSAL])


def test_only_open_reasons_ask_for_a_text() -> None:
    asking = {e.code for entries in REASONS.values() for e in entries if e.needs_text}

    assert asking == {"other", "former_behaviour"}


@pytest.mark.parametrize(
    ("roman", "level"),
    [
        ("V", 3),
        ("niveau IV", 4),
        ("iii", 5),
        ("II", 6),
        ("I", 7),
        ("VI", 1),
        ("V bis", 2),
        ("Vbis", 2),
        ("V-bis", 2),
    ],
)
def test_old_roman_levels_are_read(roman: str, level: int) -> None:
    assert level_from_roman(roman) == level


def test_what_is_no_roman_level_is_refused() -> None:
    with pytest.raises(ValueError, match="Roman"):
        level_from_roman("VII")
    with pytest.raises(ValueError, match="level"):
        roman_level(9)


def test_levels_go_back_to_the_old_scale() -> None:
    assert [roman_level(level) for level in range(9)] == [
        "VI",
        "VI",
        "V BIS",
        "V",
        "IV",
        "III",
        "II",
        "I",
        "I",
    ]
    assert all(level_label(level) for level in range(9))


def test_diploma_codes_of_the_form_are_known() -> None:
    assert len(DIPLOMA_CODES) == 25
    assert (diploma("33").label, diploma("33").level) == ("CAP", 3)
    assert diploma("41").is_professional
    assert not diploma("42").is_professional
    assert {code.level for code in DIPLOMA_CODES} | {0} == {0, 2, 3, 4, 5, 6, 7, 8}
    assert TUTOR_LEVELS == (0, 3, 4, 5, 6, 7, 8)
    with pytest.raises(KeyError):
        diploma("99")


def test_two_last_classes_say_that_3e_is_not_finished() -> None:
    assert set(LAST_CLASSES) > {"41", "42"} == LAST_CLASSES_BEFORE_END_OF_3E


@pytest.mark.parametrize(
    ("cfd", "level"),
    [
        ("50022142", 3),
        ("40022105", 4),
        ("32022310", 5),
        ("25022310", 6),
        ("13522310", 7),
        ("01022103", None),
        ("", None),
    ],
)
def test_the_first_digit_of_a_cfd_tells_the_level(cfd: str, level: int | None) -> None:
    assert level_from_cfd(cfd) == level


@pytest.mark.parametrize(
    ("held", "aimed", "expected"),
    [
        (0, 3, Reach.USUAL),
        (2, 4, Reach.USUAL),
        (3, 3, Reach.USUAL),
        (3, 4, Reach.USUAL),
        (3, 5, Reach.UNUSUAL),
        (5, 3, Reach.USUAL),
        (0, 5, Reach.UNUSUAL),
        (None, 3, Reach.UNKNOWN),
        (3, None, Reach.UNKNOWN),
    ],
)
def test_an_entry_level_is_usual_unusual_or_unknown(
    held: int | None, aimed: int | None, expected: Reach
) -> None:
    assert reach(held, aimed) is expected


def test_an_unusual_or_unknown_level_is_a_doubt_and_never_a_ban() -> None:
    unknown, unusual = check_reach(None, 3, TODAY), check_reach(3, 6, TODAY)

    assert check_reach(3, 4, TODAY) == []
    assert [item.level for item in unknown + unusual] == [Level.WARN, Level.WARN]
    assert "inconnu" in unknown[0].message
    assert "peu courant" in unusual[0].message


@pytest.mark.parametrize(
    ("idcc", "opco"),
    [
        ("0843", "OPCO EP"),
        ("843", "OPCO EP"),
        ("1979", "AKTO"),
        ("1597", "Constructys"),
        ("2190", "Uniformation"),
    ],
)
def test_an_agreement_points_to_its_opco(idcc: str, opco: str) -> None:
    hint = opco_hint(idcc)

    assert hint is not None
    assert hint.opco == opco
    assert hint.stored_on == "2024-11-13"


@pytest.mark.parametrize("idcc", [*sorted(NO_AGREEMENT), "3248", "hello"])
def test_an_unknown_agreement_has_no_opco_rather_than_a_wrong_one(idcc: str) -> None:
    assert opco_hint(idcc) is None


@pytest.mark.parametrize(
    ("idcc", "public", "words"),
    [
        ("0843", False, "OPCO EP"),
        ("9999", False, "à confirmer par le SIRET"),
        (None, False, "à confirmer par le SIRET"),
        ("0843", True, "Celia"),
    ],
)
def test_the_contract_is_sent_to_an_opco_or_to_the_state_for_a_public_employer(
    idcc: str | None, public: bool, words: str
) -> None:
    assert words in deposit_recipient(idcc, public_employer=public)


def test_the_map_names_the_eleven_opco() -> None:
    assert len(opco_map()) == 330
    assert len({hint.opco for hint in opco_map().values()}) == 11


def test_the_pace_of_2009_expects_18_724_companies_at_the_end_of_the_year() -> None:
    pace = linear_pace(date(2009, 7, 2), date(2010, 10, 31), 50_000, date(2009, 12, 31))

    assert pace == 18_724


@given(on=st.dates(min_value=date(2009, 1, 1), max_value=date(2011, 12, 31)))
def test_a_pace_stays_between_zero_and_its_target(on: date) -> None:
    start, end = date(2009, 9, 18), date(2010, 10, 31)

    pace = linear_pace(start, end, 50_000, on)

    assert 0 <= pace <= 50_000
    assert (pace == 0) == (on <= start)
    assert (pace == 50_000) == (on >= end)


@pytest.mark.parametrize(("end", "target"), [(date(2009, 7, 2), 10), (date(2010, 7, 2), -1)])
def test_an_impossible_target_is_refused(end: date, target: int) -> None:
    with pytest.raises(ValueError, match=r"empty|negative"):
        linear_pace(date(2009, 7, 2), end, target, date(2009, 12, 31))
