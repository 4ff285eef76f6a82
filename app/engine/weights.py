"""The published rules of the score: one frozen, versioned object. Quoted by ``docs/engine.md``."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import NamedTuple


class Parts(NamedTuple):
    """The ten parts of a score, each between 0 and 1."""

    wish_opening: float
    wish_course: float
    opening_course: float
    journeys: float
    dates: float
    level: float
    readiness: float
    shortage: float
    answering: float
    exposure: float


DEFAULT_PARTS = Parts(
    wish_opening=0.22,
    wish_course=0.14,
    opening_course=0.14,
    journeys=0.18,
    dates=0.09,
    level=0.09,
    readiness=0.04,
    shortage=0.03,
    answering=0.04,
    exposure=0.03,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Weights, floors, values when unknown and bounds; ``version`` names the whole.

    ``parts`` sum to one. ``rank_factors[r - 1]`` multiplies the similarity of the wish of rank
    ``r`` (the last one serves every later rank). Each doubt costs ``doubt_cost``.
    """

    version: str = "2026-11"
    parts: Parts = DEFAULT_PARTS
    rank_factors: tuple[float, ...] = (1.0, 0.9, 0.8, 0.7, 0.6)
    wish_floor: float = 0.2
    """Similarity of a wish below which it counts as none at all."""
    trade_floor: float = 0.8
    """Proximity of two ROME codes below which they count as strangers (neighbours are a lever)."""
    course_floor: float = 0.55
    """Similarity of the titles of a job and a course, where a ROME code is missing, below which
    there is no triple."""
    doubt_cost: float = 0.005
    company_share: float = 0.6
    """Share of the daily journey in the part ``journeys``; the training site has the rest."""
    far_hours: float = 1.5
    """Effort, in estimated hours one way, at which a journey is worth nothing."""
    unlimited_km: float = 80.0
    """Bound used when the youth gave no limit: beyond it nothing is proposed."""
    minutes_slack: float = 2.5
    """A limit in minutes without known times masks only beyond this many times the limit."""
    boarding_km: float = 200.0
    """Farthest site proposed with boarding."""
    boarding_value: float = 0.5
    """Worth of a boarding site next door; it falls to half of that at ``boarding_km``."""
    blocks_factor: float = 0.7
    """Whole weeks at the site make fewer journeys: the effort counts this much."""
    dates_days: float = 92.0
    """Gap between contract and course start at which the part ``dates`` is worth nothing."""
    unknown_journey: float = 0.4
    unknown_dates: float = 0.4
    unknown_level: float = 0.5
    unknown_readiness: float = 0.5
    unknown_answering: float = 0.5
    fastest_kmh: float = 150.0
    """No known travel time may imply a greater speed as the crow flies."""

    def __post_init__(self) -> None:
        """Refuse weights that do not make a score between 0 and 1 (``ValueError``)."""
        if abs(sum(self.parts) - 1.0) > 1e-9 or min(self.parts) < 0.0:
            raise ValueError("the weights of the parts must be positive and sum to one")
        if list(self.rank_factors) != sorted(self.rank_factors, reverse=True):
            raise ValueError("a later wish cannot count more than an earlier one")
        for name in (
            "wish_floor",
            "trade_floor",
            "course_floor",
            "company_share",
            "boarding_value",
            "unknown_journey",
            "unknown_dates",
            "unknown_level",
            "unknown_readiness",
            "unknown_answering",
        ):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ValueError(f"{name} must lie between 0 and 1")
        if min(self.far_hours, self.dates_days, self.boarding_km) <= 0.0:
            raise ValueError("far_hours, dates_days and boarding_km must be positive")
        if any(getattr(self, f.name) < 0 for f in fields(self) if f.type == "float"):
            raise ValueError("bounds and costs cannot be negative")


DEFAULT = Weights()
