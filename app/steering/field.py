"""What field agents do and what comes of it: companies met, offers, who fills them, mailings. Pure.

Contacts and offers are rows that nobody rewrites, each with its day, so that a day gone by gives the same figures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.steering.life import Life, Period, Readiness, Share

NETWORKS_OF_2009 = ("cci", "cma", "opco")
"""The three networks of the founding note: chambers of commerce, chambers of trades, OPCA (OPCO since 2019)."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact with a company; `company` is its SIREN, else its record."""

    company: str
    network: str
    happened_on: date
    is_visit: bool = False
    is_mailing: bool = False
    came_back: bool = False


@dataclass(frozen=True, slots=True)
class Post:
    """A field agent in post that day; `is_financed`: a fund pays a part of it."""

    network: str
    is_financed: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """One opening: where it counts, when it was published, and when it was closed as filled outside of Trèfle.

    Attributes:
        in_region: the work place lies in the region.
        agent: the field agent who raised it; None when the company wrote it alone.
    """

    opening_id: int
    employer_id: int
    company: str
    written_on: date
    published_on: date | None = None
    closed_filled_on: date | None = None
    in_region: bool = True
    agent: int | None = None
    sector: str = ""
    zone: str = ""
    family: str = ""
    headcount: int | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class FieldWork:
    """What happened on the ground up to a day.

    Attributes:
        offers: by opening.
        kinds: kind of contract by placement, where the contract's sheet says it.
        levels: level prepared by session.
    """

    contacts: Sequence[Contact] = ()
    posts: Sequence[Post] = ()
    offers: Mapping[int, Offer] = field(default_factory=dict)
    kinds: Mapping[int, str] = field(default_factory=dict)
    levels: Mapping[int, int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class History:
    """What happened in a region up to a day.

    Attributes:
        of_missions: youth followed by a mission locale or a PAIO.
        houses: the advising organisation of each youth.
        employers: the company of each opening.
        cfas: the CFA of each session.
        work: what field agents did, and the offers.
    """

    on: date
    lives: list[Life]
    readiness: list[Readiness]
    of_missions: frozenset[int]
    houses: dict[int, int]
    employers: dict[int, int]
    cfas: dict[int, int]
    work: FieldWork = field(default_factory=FieldWork)


def companies_met(
    contacts: Iterable[Contact], network: str, period: Period, *, visits_only: bool
) -> int:
    """Distinct companies that a network met in the period (I1, I2); a mailing alone is no meeting."""
    return len(
        {
            one.company
            for one in contacts
            if one.network == network
            and period.holds(one.happened_on)
            and (one.is_visit if visits_only else not one.is_mailing)
        }
    )


@dataclass(frozen=True, slots=True)
class Moved:
    """Companies that wrote an offer, and companies that signed, after a visit (I5)."""

    convinced: frozenset[str]
    helped: frozenset[str]


def moved_by_visits(work: FieldWork, lives: Iterable[Life], period: Period) -> Moved:
    """Companies visited on that day or before, whose offer or contract came in the period."""
    visited: dict[str, date] = {}
    for one in work.contacts:
        if one.is_visit:
            visited[one.company] = min(one.happened_on, visited.get(one.company, one.happened_on))

    def after_a_visit(company: str, day: date | None) -> bool:
        return (
            day is not None and period.holds(day) and company in visited and day >= visited[company]
        )

    convinced = frozenset(
        one.company for one in work.offers.values() if after_a_visit(one.company, one.written_on)
    )
    signed = ((work.offers.get(life.opening_id or 0), life.signed_on) for life in lives)
    helped = frozenset(
        offer.company
        for offer, day in signed
        if offer is not None and after_a_visit(offer.company, day)
    )
    return Moved(convinced, helped)


def filled_days(work: FieldWork, lives: Iterable[Life]) -> dict[int, date]:
    """The day each opening was filled: the first contract signed for it, or closed as filled elsewhere."""
    days: dict[int, list[date]] = defaultdict(list)
    for life in lives:
        if life.opening_id is not None and life.signed_on is not None:
            days[life.opening_id].append(life.signed_on)
    for offer in work.offers.values():
        if offer.closed_filled_on is not None:
            days[offer.opening_id].append(offer.closed_filled_on)
    return {opening: min(found) for opening, found in days.items()}


def offers_raised(work: FieldWork, period: Period) -> list[Offer]:
    """Openings of the region published in the period (I7)."""
    return [one for one in work.offers.values() if one.in_region and period.holds(one.published_on)]


def offers_filled(work: FieldWork, lives: Iterable[Life], period: Period) -> Share:
    """Of the openings published in the period: those filled since."""
    filled = filled_days(work, lives)
    raised = offers_raised(work, period)
    return Share(sum(one.opening_id in filled for one in raised), len(raised))


def days_to_fill(work: FieldWork, lives: Iterable[Life], period: Period) -> list[float]:
    """From publication to the day an opening was filled, for those filled in the period."""
    return [
        float(max(0, (day - work.offers[opening].published_on).days))  # type: ignore[operator]
        for opening, day in filled_days(work, lives).items()
        if opening in work.offers
        and work.offers[opening].in_region
        and work.offers[opening].published_on is not None
        and period.holds(day)
    ]


def kind_of(work: FieldWork, life: Life) -> str:
    """The kind that the contract's sheet says, else the only kind that the offer allows; empty when neither does."""
    offer = work.offers.get(life.opening_id or 0)
    return work.kinds.get(life.placement_id) or (offer.kind if offer else "")


def first_contracts(work: FieldWork, lives: Iterable[Life]) -> frozenset[int]:
    """Placements that are the first contract their company signs in Trèfle."""
    first: dict[str, tuple[date, int]] = {}
    for life in lives:
        offer = work.offers.get(life.opening_id or 0)
        if offer is not None and life.signed_on is not None:
            mine = (life.signed_on, life.placement_id)
            first[offer.company] = min(mine, first.get(offer.company, mine))
    return frozenset(placement for _, placement in first.values())


def mailings(contacts: Iterable[Contact], period: Period) -> Share:
    """Letters and mails of the period, of which those that came back undelivered (I11)."""
    sent = [one for one in contacts if one.is_mailing and period.holds(one.happened_on)]
    return Share(sum(one.came_back for one in sent), len(sent))


def first_days(
    contacts: Iterable[Contact], networks: frozenset[str], period: Period, *, visits_only: bool
) -> list[date]:
    """The day each company was first met in the period, in order: a count against a pace is how many came by a day."""
    found: dict[str, date] = {}
    for one in contacts:
        if (
            one.network in networks
            and period.holds(one.happened_on)
            and (one.is_visit or not visits_only)
        ):
            found[one.company] = min(one.happened_on, found.get(one.company, one.happened_on))
    return sorted(found.values())
