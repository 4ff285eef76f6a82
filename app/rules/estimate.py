"""One contract in a glance: its likely dates, its pay by year, its aid, its cost month by month.

The screens that show a proposal (a triple, a placement, a simulator, a sheet) all ask this module, so
that one contract never has two figures.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from app.rules.aids import AidCase, AidReport, employer_aids
from app.rules.cost import CostSchedule, cost_months, employer_cost, total
from app.rules.dates.arithmetic import ONE_DAY, add_months, anniversary
from app.rules.dates.duration import longest_months
from app.rules.law import ContractKind, NoRuleInForce, ToConfirm
from app.rules.pay import (
    PayCase,
    PaySchedule,
    Qualification,
    Territory,
    pay_schedule,
)

MAYOTTE = "976"
OVERSEAS = ("97", "98")
# Without a session nobody knows the length: a year is shown, and said to be supposed.
_SUPPOSED_MONTHS = 12
_COURSE_BEFORE_CONTRACT_MONTHS = 3


@dataclass(frozen=True, slots=True)
class ContractTerms:
    """What one estimate depends on; None means "nobody has said".

    ``employer_size`` counts the employees of the SIREN, ``diploma_level`` is the level prepared,
    ``department`` the INSEE code of the workplace. ``disabled`` only when the youth agreed to tell
    the reader of this very estimate.
    """

    kind: ContractKind
    birth_date: date
    start: date
    end: date
    conclusion: date | None = None
    employer_size: int | None = None
    diploma_level: int | None = None
    idcc: str | None = None
    department: str = ""
    public_employer: bool = False
    disabled: bool = False
    after_break: bool = False
    same_level_related: bool = False
    weekly_hours: Decimal = Decimal(35)
    conventional_minimum: Decimal | None = None
    qualification: Qualification = Qualification.UNKNOWN

    def pay_case(self) -> PayCase:
        """The same contract as the pay grids read it."""
        return PayCase(
            kind=self.kind,
            birth_date=self.birth_date,
            start=self.start,
            end=self.end,
            conclusion=self.conclusion,
            territory=Territory.MAYOTTE if self.department == MAYOTTE else Territory.FRANCE,
            idcc=self.idcc,
            public_employer=self.public_employer,
            conventional_minimum=self.conventional_minimum,
            weekly_hours=self.weekly_hours,
            same_level_related=self.same_level_related,
            qualification=self.qualification,
        )

    def aid_case(self) -> AidCase:
        """The same contract as the aids read it."""
        return AidCase(
            kind=self.kind,
            start=self.start,
            conclusion=self.conclusion,
            employer_size=self.employer_size,
            diploma_level=self.diploma_level,
            birth_date=self.birth_date,
            disabled=self.disabled,
            overseas=self.department.startswith(OVERSEAS),
            public_employer=self.public_employer,
            after_break=self.after_break,
        )


@dataclass(frozen=True, slots=True)
class ContractYear:
    """One year of the contract.

    ``lowest`` and ``highest`` are gross euros a month at least: they differ when a birthday or the
    SMIC moves the pay inside the year. ``pcts`` are the percentages met, in order, of ``base``.
    ``gross``, ``aid`` and ``net`` are totals of the year, ``net`` before contributions.
    """

    number: int
    first_day: date
    last_day: date
    lowest: Decimal
    highest: Decimal
    pcts: tuple[Decimal, ...]
    base: str
    gross: Decimal
    aid: Decimal | ToConfirm
    net: Decimal | ToConfirm
    provisional: bool


@dataclass(frozen=True, slots=True)
class Estimate:
    """The whole answer about one contract; every part keeps its rules, sources and marks."""

    terms: ContractTerms
    pay: PaySchedule
    aids: AidReport
    cost: CostSchedule
    years: tuple[ContractYear, ...]

    @property
    def aid(self) -> Decimal | ToConfirm:
        """State aid of the first year, at most."""
        return self.aids.state_amount

    @property
    def provisional(self) -> bool:
        """Whether a part of the pay stands on a SMIC that may still change."""
        return any(year.provisional for year in self.years)


@lru_cache(maxsize=4096)
def estimate(terms: ContractTerms) -> Estimate:
    """Pay, aids and cost of one contract.

    Raises ``NoRuleInForce`` when a grid has no row for its dates or age (under 15, before 2008),
    ``ValueError`` when it ends before it starts.
    """
    case, aids = terms.pay_case(), employer_aids(terms.aid_case())
    schedule = pay_schedule(case)
    return Estimate(
        terms=terms,
        pay=schedule,
        aids=aids,
        cost=employer_cost(case, aids),
        years=_years(terms, schedule, aids),
    )


def summary(terms: ContractTerms) -> Estimate | None:
    """The estimate for a compact display, None where the law has no figure for it."""
    try:
        return estimate(terms)
    except (NoRuleInForce, ValueError):
        return None


def _years(
    terms: ContractTerms, schedule: PaySchedule, aids: AidReport
) -> tuple[ContractYear, ...]:
    years: list[ContractYear] = []
    first = terms.start
    while first <= terms.end:
        number = len(years) + 1
        last = min(add_months(terms.start, 12 * number) - ONE_DAY, terms.end)
        periods = [one for one in schedule.periods if one.start <= last and first <= one.end]
        months = cost_months(schedule, aids, start=terms.start, first=first, last=last)
        years.append(
            ContractYear(
                number=number,
                first_day=first,
                last_day=last,
                lowest=min(one.amount for one in periods),
                highest=max(one.amount for one in periods),
                pcts=tuple(dict.fromkeys(one.pct for one in periods)),
                base=periods[-1].base,
                gross=sum((month.gross for month in months), Decimal(0)),
                aid=total(month.aid for month in months),
                net=total(month.net for month in months),
                provisional=any(one.provisional for one in periods),
            )
        )
        first = last + ONE_DAY
    return tuple(years)


@dataclass(frozen=True, slots=True)
class LikelyDates:
    """Dates of a contract that nobody has fixed yet; ``supposed`` when its length is a guess."""

    start: date
    end: date
    supposed: bool


def likely_dates(
    kind: ContractKind,
    today: date,
    *,
    opening_from: date | None = None,
    course_starts: date | None = None,
    course_ends: date | None = None,
    course_months: int | None = None,
) -> LikelyDates:
    """The dates to estimate with: the employer's day if the law lets it meet the course (DUR-07).

    Without any day the contract starts today; without a course it lasts a supposed year; it never
    passes the longest lawful duration.
    """
    start = max(opening_from or course_starts or today, today)
    if course_starts is not None and course_starts > add_months(
        start, _COURSE_BEFORE_CONTRACT_MONTHS
    ):
        start = course_starts
    end = course_ends
    if end is None and course_starts is not None and course_months:
        end = add_months(max(course_starts, start), course_months) - ONE_DAY
    supposed = end is None or end <= start
    if end is None or end <= start:
        end = add_months(start, _SUPPOSED_MONTHS) - ONE_DAY
    longest = add_months(start, longest_months(kind, start)) - ONE_DAY
    if kind is ContractKind.APPRENTICESHIP:
        end = min(end, longest)
    return LikelyDates(start, end, supposed)


@dataclass(frozen=True, slots=True)
class BandEstimate:
    """The same contract for one age at its start, when nothing may be known of the person.

    ``age_from`` and ``age_to`` are the ages at the start; None is "and above".
    """

    age_from: int
    age_to: int | None
    estimate: Estimate


_BANDS = ((16, 17), (18, 20), (21, 25), (26, None))


def by_age(terms: ContractTerms) -> tuple[BandEstimate, ...]:
    """Estimates by age band, for an employer who sees profiles without birth dates.

    Each stands on the youngest person of the band who keeps it longest: pay may rise on a birthday.
    ``terms.birth_date`` is not read.
    """
    bands = []
    for low, high in _BANDS:
        birth = anniversary(terms.start, -low)
        found = summary(replace(terms, birth_date=birth))
        if found is not None:
            bands.append(BandEstimate(low, high, found))
    return tuple(bands)
