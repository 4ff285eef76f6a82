"""Every indicator of a region for a period and a day, from one history. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.steering.after import after_end, still_there
from app.steering.field import (
    NETWORKS_OF_2009,
    History,
    companies_met,
    days_to_fill,
    first_contracts,
    kind_of,
    mailings,
    moved_by_visits,
    offers_filled,
    offers_raised,
)
from app.steering.life import (
    BreakWithin,
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
from app.steering.suppression import SMALL_CELL, hidden_in_line

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
    figures = _of_the_field(history, signed, period) | {
        "I6": Figure(
            of_missions, len(signed) if regional_contracts is None else regional_contracts
        ),
        "I10": _share(ready_without_answer(history.readiness, lives, history.on)),
        "V1": _spread(days_to_first_proposal(history.readiness, lives, period)),
        "V4": _spread(days_to_signature(lives, period)),
        "V5": _share(insertion(lives, period)),
        "V6": Figure(sum(is_proposed_in(life, period) for life in lives)),
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


def _of_the_field(history: History, signed: list[Life], period: Period) -> dict[str, Figure]:
    """Companies met, agents in post, offers, kinds of contracts, mailings, and what follows a contract."""
    work, lives = history.work, history.lives
    moved = moved_by_visits(work, lives, period)
    of_fund = [post for post in work.posts if post.network == "opco"]
    raised, first = offers_raised(work, period), first_contracts(work, lives)
    kinds = [kind_of(work, life) for life in signed]
    after = after_end(lives, period, history.on)
    found = {
        "I3": Figure(sum(post.is_financed for post in of_fund), len(of_fund)),
        "I4": Figure(sum(post.network in NETWORKS_OF_2009 for post in work.posts)),
        "I5": Figure(len(moved.convinced | moved.helped)),
        "I5-offer": Figure(len(moved.convinced)),
        "I5-contract": Figure(len(moved.helped)),
        "I7": Figure(len(raised)),
        "I7-filled": _share(offers_filled(work, lives, period)),
        "I7-days": _spread(days_to_fill(work, lives, period)),
        "I8-pro": Figure(sum(kind == "professionalisation" for kind in kinds), len(signed)),
        "I8-unknown": Figure(sum(not kind for kind in kinds), len(signed)),
        "I8-first": Figure(sum(life.placement_id in first for life in signed), len(signed)),
        "I11": _share(mailings(work.contacts, period)),
        "V8": _share(still_there(lives, period, history.on)),
        "V9": _share(after.again),
        "V10": _share(after.unknown),
    }
    for code, network in (("I1", "cci"), ("I2", "cma")):
        for suffix, visits_only in (("", True), ("-contact", False)):
            met = companies_met(work.contacts, network, period, visits_only=visits_only)
            found[code + suffix] = Figure(met)
    return found


def _share(found: Share) -> Figure:
    return Figure(found.count, found.total)


def _spread(days: list[float]) -> Figure:
    return Figure(len(days), spread=spread(days))


OF_COMPANIES = frozenset({"I1", "I2", "I3", "I4", "I5", "I7", "I11"})
"""Indicators that count companies, agents or offers; all others count youth."""


def is_small(code: str, figure: Figure) -> bool:
    """Whether a figure rests on fewer than five youth, or leaves fewer than five outside: not for other eyes."""
    if code.split("-", maxsplit=1)[0] in OF_COMPANIES:
        return False
    rest = 0 if figure.total is None else figure.total - figure.count
    return 0 < figure.count < SMALL_CELL or 0 < rest < SMALL_CELL


def steps_for_all(steps: Sequence[tuple[str, int]]) -> list[tuple[str, int | None]]:
    """A funnel for other eyes: a step is hidden when it, or what it loses since the last step shown, is under five."""
    shown: list[tuple[str, int | None]] = []
    before: int | None = None
    for label, value in steps:
        lost = 0 if before is None else before - value
        hidden = 0 < value < SMALL_CELL or 0 < lost < SMALL_CELL
        shown.append((label, None if hidden else value))
        before = before if hidden else value
    return shown


def months_for_all(months: Sequence[tuple[str, int]]) -> list[tuple[str, int | None]]:
    """Months for other eyes: those under five are hidden, with one more where the sum would give them back."""
    *flags, _ = hidden_in_line([value for _, value in months])
    return [
        (label, None if flag else value) for (label, value), flag in zip(months, flags, strict=True)
    ]


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


def is_proposed_in(life: Life, period: Period) -> bool:
    """Whether somebody proposed it in the period; the search that follows a break is no new proposal."""
    return not life.taken_over and period.holds(life.suggested_at)


def funnel(lives: Iterable[Life], period: Period) -> list[int]:
    """How far the proposals of a period came, one number for each of `STEPS`."""
    reached = [0] * len(STEPS)
    for life in lives:
        if not is_proposed_in(life, period):
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
