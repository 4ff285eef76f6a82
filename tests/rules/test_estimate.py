"""One contract in a glance: years, dates and bands say the same as the month by month."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from app.rules.dates.arithmetic import ONE_DAY, add_months
from app.rules.estimate import ContractTerms, by_age, estimate, likely_dates, summary
from app.rules.law import ContractKind, ToConfirm

APPRENTICESHIP = ContractKind.APPRENTICESHIP
TODAY = date(2026, 11, 23)
ENORA = ContractTerms(
    APPRENTICESHIP,
    birth_date=date(2011, 11, 2),
    start=date(2026, 11, 30),
    end=date(2028, 8, 31),
    employer_size=4,
    diploma_level=3,
    idcc="0843",
    department="29",
)


def test_enoras_two_years_are_paid_27_then_39_per_cent_and_aided_the_first() -> None:
    found = estimate(ENORA)

    first, second = found.years
    assert (first.lowest, first.highest, first.pcts) == (Decimal("504.10"),) * 2 + ((27,),)
    assert (second.lowest, second.pcts) == (Decimal("728.14"), (39,))
    assert (first.aid, second.aid) == (5000, 0)
    assert first.net == first.gross - 5000
    assert found.provisional


def test_a_birthday_inside_a_year_gives_a_range() -> None:
    turns_18_in_march = replace(ENORA, birth_date=date(2009, 2, 10))

    first = estimate(turns_18_in_march).years[0]

    assert (first.lowest, first.highest) == (Decimal("504.10"), Decimal("802.82"))
    assert first.pcts == (27, 43)


def test_an_unknown_size_leaves_the_aid_and_the_net_cost_to_confirm() -> None:
    first = estimate(replace(ENORA, employer_size=None)).years[0]

    assert isinstance(first.aid, ToConfirm)
    assert "effectif" in str(first.aid)
    assert isinstance(first.net, ToConfirm)
    assert first.gross > 0


def test_a_start_in_2027_keeps_the_pay_and_leaves_the_aid_to_confirm() -> None:
    found = estimate(replace(ENORA, start=date(2027, 1, 4)))

    assert isinstance(found.aid, ToConfirm)
    assert found.years[0].lowest == Decimal("504.10")
    assert found.years[0].provisional


def test_mayotte_has_its_own_smic_and_overseas_the_aid_up_to_level_5() -> None:
    mayotte = replace(ENORA, department="976", start=date(2026, 12, 1))
    reunion = replace(ENORA, department="974", start=date(2026, 12, 1), diploma_level=5)

    assert estimate(mayotte).years[0].lowest == Decimal("391.48")
    assert isinstance(estimate(reunion).aid, ToConfirm)
    assert estimate(replace(reunion, department="29")).aid == 4500


def test_no_summary_where_the_law_has_no_figure() -> None:
    assert summary(replace(ENORA, birth_date=date(2012, 11, 2))) is None
    assert summary(replace(ENORA, end=date(2026, 11, 1))) is None
    assert summary(ENORA) is not None


def test_bands_of_age_never_read_the_birth_date() -> None:
    bands = by_age(ENORA)

    assert by_age(replace(ENORA, birth_date=date(1990, 1, 1))) == bands
    assert [(one.age_from, one.age_to) for one in bands] == [
        (16, 17),
        (18, 20),
        (21, 25),
        (26, None),
    ]
    assert [one.estimate.years[0].lowest for one in bands] == [
        Decimal("504.10"),
        Decimal("802.82"),
        Decimal("989.52"),
        Decimal("1867.02"),
    ]


def test_the_contract_starts_on_the_employers_day_when_the_course_follows_within_three_months() -> (
    None
):
    found = likely_dates(
        APPRENTICESHIP,
        TODAY,
        opening_from=date(2026, 12, 1),
        course_starts=date(2027, 2, 1),
        course_ends=date(2028, 6, 30),
    )

    assert (found.start, found.end, found.supposed) == (date(2026, 12, 1), date(2028, 6, 30), False)


def test_a_course_too_far_away_moves_the_start_to_its_first_day() -> None:
    found = likely_dates(
        APPRENTICESHIP,
        TODAY,
        opening_from=date(2026, 12, 1),
        course_starts=date(2027, 9, 1),
        course_months=24,
    )

    assert (found.start, found.end) == (date(2027, 9, 1), date(2029, 8, 31))


def test_without_a_course_a_year_is_supposed_and_said_to_be() -> None:
    found = likely_dates(APPRENTICESHIP, TODAY)

    assert (found.start, found.end, found.supposed) == (TODAY, date(2027, 11, 22), True)


def test_a_passed_day_never_starts_a_contract() -> None:
    found = likely_dates(
        APPRENTICESHIP, TODAY, opening_from=date(2026, 9, 1), course_starts=date(2026, 9, 7)
    )

    assert found.start == TODAY


@given(
    start=st.dates(min_value=date(2020, 1, 1), max_value=date(2028, 12, 31)),
    days=st.integers(min_value=30, max_value=1095),
    age=st.integers(min_value=16, max_value=29),
)
def test_years_follow_one_another_and_their_aids_never_pass_the_maximum(
    start: date, days: int, age: int
) -> None:
    terms = replace(
        ENORA,
        start=start,
        end=start + timedelta(days=days),
        birth_date=add_months(start, -12 * age - 3),
    )

    found = estimate(terms)

    assert found.years[0].first_day == terms.start
    assert found.years[-1].last_day == terms.end
    for earlier, later in zip(found.years, found.years[1:], strict=False):
        assert later.first_day == earlier.last_day + ONE_DAY
    if isinstance(found.aid, Decimal):
        aids = [year.aid for year in found.years]
        assert sum(one for one in aids if isinstance(one, Decimal)) <= found.aid
        assert sum(m.aid for m in found.cost.months if isinstance(m.aid, Decimal)) <= found.aid
