"""Employer's cost month by month: the parts add up, and the unknown stays unknown."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.rules.aids import AidCase, AidReport, employer_aids
from app.rules.cost import CostSchedule, employer_cost
from app.rules.law import ContractKind, ToConfirm
from app.rules.pay import PayCase

APPRENTICESHIP = ContractKind.APPRENTICESHIP


def aids(start: date, *, level: int = 3) -> AidReport:
    return employer_aids(AidCase(APPRENTICESHIP, start, employer_size=10, diploma_level=level))


def cost(
    start: date, end: date, *, level: int = 3, birth: date = date(2008, 3, 11)
) -> CostSchedule:
    case = PayCase(APPRENTICESHIP, birth, start, end)
    return employer_cost(case, aids(start, level=level))


def test_a_full_month_costs_its_pay_less_a_twelfth_of_the_aid() -> None:
    schedule = cost(date(2026, 9, 1), date(2026, 12, 31))

    september = schedule.months[0]

    assert september.gross == Decimal("802.82")
    assert september.aid == Decimal("416.67")
    assert september.net == Decimal("386.15")
    assert (september.first_day, september.last_day) == (date(2026, 9, 1), date(2026, 9, 30))


def test_a_part_of_a_month_counts_by_days() -> None:
    schedule = cost(date(2026, 11, 30), date(2028, 8, 31))

    november, december = schedule.months[:2]

    assert (november.first_day, november.last_day) == (date(2026, 11, 30), date(2026, 11, 30))
    assert november.gross == Decimal("26.76")
    assert november.aid == Decimal("13.89")
    assert december.gross == Decimal("802.82")


def test_the_aid_stops_after_twelve_months_and_adds_up_to_its_maximum() -> None:
    schedule = cost(date(2026, 9, 1), date(2028, 8, 31))

    assert [month.aid for month in schedule.months[12:]] == [Decimal(0)] * 12
    assert isinstance(schedule.aid, Decimal)
    assert schedule.aid == 5000


def test_a_short_contract_receives_its_part_only() -> None:
    schedule = cost(date(2026, 3, 9), date(2026, 9, 8))

    assert isinstance(schedule.aid, Decimal)
    assert abs(schedule.aid - 2500) <= 30


def test_an_unknown_aid_makes_the_net_cost_unknown_but_not_the_pay() -> None:
    schedule = cost(date(2027, 1, 4), date(2028, 7, 7))

    assert schedule.gross > 0
    assert isinstance(schedule.aid, ToConfirm)
    assert isinstance(schedule.net, ToConfirm)
    assert isinstance(schedule.months[0].net, ToConfirm)
    assert isinstance(schedule.months[-1].net, Decimal)
    assert all(month.provisional for month in schedule.months)


def test_the_employers_share_falls_once_in_the_first_month() -> None:
    schedule = cost(date(2026, 9, 1), date(2026, 12, 31), level=6)

    assert [month.share for month in schedule.months] == [750, 0, 0, 0]
    assert schedule.months[0].net == Decimal("802.82") + 750 - Decimal("166.67")


def test_a_share_to_confirm_makes_its_month_to_confirm() -> None:
    known_aid = aids(date(2026, 9, 1), level=5)
    unknown_share = next(
        line for line in aids(date(2027, 9, 1), level=6).lines if line.aid_id == "COST-750"
    )
    report = AidReport((*known_aid.lines, unknown_share), known_aid.sentence, known_aid.table_date)
    case = PayCase(APPRENTICESHIP, date(2008, 3, 11), date(2026, 9, 1), date(2026, 10, 31))

    schedule = employer_cost(case, report)

    assert isinstance(schedule.months[0].net, ToConfirm)
    assert isinstance(schedule.months[1].net, Decimal)


def test_contributions_are_left_to_confirm_and_the_label_says_so() -> None:
    schedule = cost(date(2026, 9, 1), date(2026, 12, 31))

    assert isinstance(schedule.contributions, ToConfirm)
    assert "avant cotisations" in schedule.label
    assert "décision de l’ASP" in schedule.label
    assert "23/11/2026" in schedule.label


def test_only_the_months_after_the_known_smic_are_provisional() -> None:
    schedule = cost(date(2026, 11, 1), date(2027, 2, 28))

    assert [month.provisional for month in schedule.months] == [False, False, True, True]


@given(
    start=st.dates(min_value=date(2019, 1, 2), max_value=date(2028, 12, 31)),
    days=st.integers(min_value=0, max_value=1300),
)
def test_months_cover_the_contract_and_their_sums_are_the_totals(start: date, days: int) -> None:
    end = start + timedelta(days=days)

    schedule = cost(start, end, birth=date(2000, 6, 1))

    months = schedule.months
    assert (months[0].first_day, months[-1].last_day) == (start, end)
    for earlier, later in pairwise(months):
        assert later.first_day == earlier.last_day + timedelta(days=1)
        assert later.first_day.day == 1
    assert schedule.gross == sum(month.gross for month in months)
    if isinstance(schedule.net, Decimal):
        assert schedule.net == sum(m.net for m in months if isinstance(m.net, Decimal))
