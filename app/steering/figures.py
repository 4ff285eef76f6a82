"""Every indicator of a region for a period and a day, from one history. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from app.steering.life import (
    BreakWithin,
    History,
    Life,
    Period,
    Share,
    Side,
    Spread,
    answered_in_time,
    broken_within,
    days_to_answer,
    days_to_first_proposal,
    days_to_signature,
    insertion,
    ready_without_answer,
    spread,
)

BREAKS = {
    "I9-45": BreakWithin.DAYS_45,
    "I9-3": BreakWithin.MONTHS_3,
    "I9-9": BreakWithin.MONTHS_9,
    "I9-18": BreakWithin.MONTHS_18,
}
_FOUR_DAYS = timedelta(days=4)
STEP_CODE, MONTH_CODE = "step-", "signed-"
FEWEST = 5
"""An organisation's percentiles are shown from so many questions on: fewer say nothing of it."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: a share (`count` of `total`), a number, or how days are spread."""

    count: int
    total: int | None = None
    spread: Spread | None = None

    @property
    def share(self) -> float | None:
        """Between 0 and 1, None when there is no total or it is nothing."""
        return self.count / self.total if self.total else None


def year_to_date(on: date) -> Period:
    """From the first of January to the day."""
    return Period(date(on.year, 1, 1), on)


def twelve_months(on: date) -> Period:
    """The year that ends on the day."""
    first = (
        on.replace(year=on.year - 1) if (on.month, on.day) != (2, 29) else date(on.year - 1, 2, 28)
    )
    return Period(date.fromordinal(first.toordinal() + 1), on)


def all_figures(
    history: History, period: Period, *, regional_contracts: int | None = None
) -> dict[str, Figure]:
    """Each indicator by its code.

    Args:
        regional_contracts: all contracts of the region in the year of the period's last day, when a source says it.
    """
    lives = history.lives
    signed = [life for life in lives if period.holds(life.signed_on)]
    of_missions = sum(life.youth_id in history.of_missions for life in signed)
    figures = {
        "I6": Figure(
            of_missions, len(signed) if regional_contracts is None else regional_contracts
        ),
        "I10": _share(ready_without_answer(history.readiness, lives, history.on)),
        "V1": _spread(days_to_first_proposal(history.readiness, lives, period)),
        "V4": _spread(days_to_signature(lives, period)),
        "V5": _share(insertion(lives, period)),
        "V6": Figure(sum(period.holds(life.suggested_at) for life in lives)),
        "V7": Figure(len(signed)),
    }
    for place, count in enumerate(funnel(lives, period)):
        figures[f"{STEP_CODE}{place}"] = Figure(count)
    for month, count in signed_by_month(lives, twelve_months(history.on)):
        figures[f"{MONTH_CODE}{month}"] = Figure(count)
    for code, within in BREAKS.items():
        figures[code] = _share(broken_within(lives, within, period, history.on))
    for side in Side:
        figures[f"V2-{side}"] = _spread(days_to_answer(lives, side, period))
        figures[f"V3-{side}"] = _share(answered_in_time(lives, side, period, history.on))
    return figures


def _share(found: Share) -> Figure:
    return Figure(found.count, found.total)


def _spread(days: list[float]) -> Figure:
    return Figure(len(days), spread=spread(days))


@dataclass(frozen=True, slots=True)
class OrganisationFigures:
    """How one organisation answers, or how long its youth wait for a signature."""

    organisation_id: int
    answers: Spread
    in_time: Share


def by_organisation(history: History, side: Side, period: Period) -> list[OrganisationFigures]:
    """Days to answer and answers in time of each organisation with enough questions, the quickest median first."""
    owners: Mapping[int, int] = {
        Side.YOUTH: history.houses,
        Side.EMPLOYER: history.employers,
        Side.CFA: history.cfas,
    }[side]
    groups: dict[int, list[Life]] = defaultdict(list)
    for life in history.lives:
        owner = owners.get(_object_of(life, side) or 0)
        if owner is not None:
            groups[owner].append(life)
    found = [
        OrganisationFigures(
            owner,
            spread(days_to_answer(lives, side, period)),
            answered_in_time(lives, side, period, history.on),
        )
        for owner, lives in groups.items()
    ]
    return sorted(
        (one for one in found if one.in_time.total >= FEWEST),
        key=lambda one: (
            one.answers.median is None,
            one.answers.median or 0.0,
            one.organisation_id,
        ),
    )


def _object_of(life: Life, side: Side) -> int | None:
    return {
        Side.YOUTH: life.youth_id,
        Side.EMPLOYER: life.opening_id,
        Side.CFA: life.session_id,
    }[side]


STEPS = (
    "Propositions",
    "Au moins une réponse",
    "Trois réponses",
    "Contrats signés",
    "Contrats commencés",
    "Toujours en cours ou menés à terme",
)


def funnel(lives: Iterable[Life], period: Period) -> list[int]:
    """How far the proposals of a period came, one number for each of `STEPS`."""
    reached = [0] * len(STEPS)
    for life in lives:
        if not period.holds(life.suggested_at):
            continue
        signed, started = life.signed_on is not None, life.started_on is not None
        passed = (
            True,
            bool(life.answered),
            len(life.answered) == len(Side),
            signed,
            started,
            started and life.broken_on is None,
        )
        reached = [count + step for count, step in zip(reached, passed, strict=True)]
    return reached


def signed_by_month(lives: Iterable[Life], period: Period) -> list[tuple[str, int]]:
    """Contracts signed each month of the period, months without any included: `("2026-11", 12)`."""
    counted: dict[str, int] = defaultdict(int)
    for life in lives:
        if life.signed_on is not None and period.holds(life.signed_on):
            counted[life.signed_on.strftime("%Y-%m")] += 1
    months, day = [], period.first.replace(day=1)
    while day <= period.last:
        months.append(day.strftime("%Y-%m"))
        day = (day.replace(day=28) + _FOUR_DAYS).replace(day=1)
    return [(month, counted[month]) for month in months]


@dataclass(frozen=True, slots=True)
class DayFigures:
    """The figures of a region for a period, and whether a night kept them."""

    on: date
    period: Period
    figures: dict[str, Figure]
    is_kept: bool

    @property
    def steps(self) -> list[tuple[str, int]]:
        """Each step of the funnel with its number."""
        return [
            (label, self.figures[f"{STEP_CODE}{place}"].count) for place, label in enumerate(STEPS)
        ]

    @property
    def months(self) -> list[tuple[str, int]]:
        """`("2026-11", contracts signed)` of the last twelve months, the oldest first."""
        return [
            (code.removeprefix(MONTH_CODE), self.figures[code].count)
            for code in sorted(self.figures)
            if code.startswith(MONTH_CODE)
        ]
