"""The rows that enter the engine: one youth, one opening, one training session.

Rows are frozen and hold numbers only where the law is concerned: ``app.rules`` turns birth dates
and statutes into first and last lawful days, the engine compares. Days are proleptic ordinals
(``date.toordinal()``), distances are kilometres as the crow flies, ``None`` means *unknown* and is
never read as yes or no. Nothing in a youth's row names or describes the person: no name, sex,
birth date, nationality, health or address finer than the commune can be given.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntFlag

Window = tuple[int, int]
"""First and last day of a period, both included; a window whose first day is after its last one
holds no day at all."""


class ContractKind(IntFlag):
    """Kinds of contract, as a mask."""

    APPRENTICESHIP = 1
    PROFESSIONALISATION = 2


BOTH_KINDS = ContractKind.APPRENTICESHIP | ContractKind.PROFESSIONALISATION


class Means(Enum):
    """Means of transport a youth can count on."""

    WALK = "walk"
    CYCLE = "cycle"
    TRANSIT = "transit"
    MOPED = "moped"
    CAR = "car"


class Rhythm(Enum):
    """How often an apprentice goes to the training site."""

    WEEKLY = "weekly"
    """Some days of every week at the site."""
    BLOCKS = "blocks"
    """Whole weeks at the site, whole weeks in the company."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A wanted trade: its rank (1 first), the words typed, and the ROME code when confirmed."""

    rank: int
    text: str
    trade: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class YouthInput:
    """What matching may know of a youth.

    ``kinds`` are the contract kinds the youth accepts. ``apprenticeship_starts`` and
    ``professionalisation_starts`` are the first and last lawful start (age and its exceptions);
    ``None`` when the age is unknown. ``adult_from`` is the eighteenth birthday.
    ``levels_wanted`` are the diploma levels the youth accepts to prepare, ``None`` for any.
    ``organisations`` are those that may know this youth; see ``OpeningInput.audience``.
    ``draw`` comes from the random code, below 2**32, and orders equals in the lists of others: it tells nothing of a
    person.
    ``local_mission`` and ``left_out_before`` are read by the plan only, never by a score.
    """

    id: int
    wishes: tuple[Wish, ...]
    lat: float | None = None
    lon: float | None = None
    commune: str | None = None
    limit_km: float | None = None
    limit_minutes: float | None = None
    means: frozenset[Means] = frozenset()
    licence: bool | None = None
    boarding: bool | None = None
    available_from: int | None = None
    available_to: int | None = None
    kinds: ContractKind | None = None
    apprenticeship_starts: Window | None = None
    professionalisation_starts: Window | None = None
    adult_from: int | None = None
    level_held: int | None = None
    level_expected: int | None = None
    level_aimed: int | None = None
    levels_wanted: frozenset[int] | None = None
    barred_trades: frozenset[str] = frozenset()
    readiness: float | None = None
    missing_papers: tuple[tuple[str, float], ...] = ()
    live_proposals: int = 0
    organisations: frozenset[int] = frozenset()
    set_aside_openings: frozenset[int] = frozenset()
    set_aside_sessions: frozenset[int] = frozenset()
    local_mission: int | None = None
    left_out_before: bool = False
    draw: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningInput:
    """A post an employer wants to fill.

    ``start_from`` and ``start_to`` bound the contract start; when one is ``None`` that side is
    free, when both are the start is unknown. ``levels`` are the diploma levels the employer
    takes, ``None`` when nobody asked. ``audience`` are the organisations it is shared with,
    ``None`` for everybody. ``shortage`` comes from a dated list.
    """

    id: int
    title: str
    trade: str | None = None
    kinds: ContractKind | None = None
    start_from: int | None = None
    start_to: int | None = None
    levels: frozenset[int] | None = None
    positions_free: int | None = None
    licence_needed: bool | None = None
    minors_possible: bool | None = None
    lat: float | None = None
    lon: float | None = None
    commune: str | None = None
    answer_rate: float | None = None
    shortage: bool | None = None
    live_proposals: int = 0
    audience: frozenset[int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionInput:
    """A dated group of a training programme, at one site.

    ``start_from`` and ``start_to`` are equal for a fixed start and apart for rolling entry.
    ``contract_from`` and ``contract_to`` are the first and last lawful contract start for this
    session (three months before and after, DUR-07 and CFA-02), computed by ``app.rules``.
    ``certified_until`` is the last day on which a contract may be signed for this certification.
    """

    id: int
    title: str
    trades: tuple[str, ...] = ()
    level: int | None = None
    entry_level: int | None = None
    kinds: ContractKind | None = None
    start_from: int | None = None
    start_to: int | None = None
    contract_from: int | None = None
    contract_to: int | None = None
    seats_free: int | None = None
    lat: float | None = None
    lon: float | None = None
    commune: str | None = None
    boarding: bool | None = None
    rhythm: Rhythm | None = None
    certified_until: int | None = None
    answer_rate: float | None = None
    live_proposals: int = 0
    audience: frozenset[int] | None = None
