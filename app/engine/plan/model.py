"""What a plan is: who gets what, its value, the proved bound, and who is left without and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Assigned:
    """One youth with the opening and session proposed, and the score of the triple."""

    youth: int
    opening: int
    session: int
    score: float


class LeftOutReason(Enum):
    """Why a youth is without proposal in a plan."""

    NO_TRIPLE = "no opening and session fit this youth at all (see unlock)"
    POSITIONS_TAKEN = "every fitting opening went to youths for whom it is worth more"
    SEATS_TAKEN = "positions are left, but every fitting session is full"
    BOTH_TAKEN = "every fitting opening and every fitting session is full"
    APART = "openings and sessions have room, but none that fit this youth and each other"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A youth without proposal, why, and whether it was so in the plan before."""

    youth: int
    reason: LeftOutReason
    again: bool


@dataclass(frozen=True, slots=True)
class MissionShare:
    """One mission locale: its youths in the pool and those placed. Reported, never constrained."""

    local_mission: int | None
    youths: int
    placed: int


@dataclass(frozen=True, slots=True)
class Prices:
    """Dual prices: what one more position or seat is worth. Ids ascending, prices ≥ 0."""

    opening_ids: NDArray[np.int64]
    openings: NDArray[np.float64]
    session_ids: NDArray[np.int64]
    sessions: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stability:
    """Blocking triples, looked for among the best triples of each youth (twenty at most).

    A triple blocks when the youth would rather have it and its opening and session each have room
    or hold somebody of a lower score. ``youths`` counts those with one, ``examples`` lists ten.
    """

    youths: int
    examples: tuple[Assigned, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A feasible plan with its proof.

    ``value`` is the sum of the scores (plus ``bonus`` for each youth who was left out before and
    is placed now), ``bound`` no plan can exceed, over *all* triples, ``gap = 1 - value / bound``.
    ``best_possible``: a mixed-integer programme over every triple found nothing better.
    """

    assigned: tuple[Assigned, ...]
    value: float
    bound: float
    gap: float
    left_out: tuple[LeftOut, ...]
    shares: tuple[MissionShare, ...]
    prices: Prices
    stability: Stability
    bonus: float
    rounds: int
    pool_version: int
    weights_version: str
    best_possible: bool = False
