"""What all builders share: the territory, its towns, the day, and how much of everything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.accounts.models import Organisation, Site
from app.demo.chance import Chance
from app.demo.territory import Territory, Town

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Scale:
    """How many of each, in the proportions of a region with 2,000 young people waiting."""

    youth: int
    openings: int
    sessions: int
    companies: int
    cfas: int
    missions: int

    @classmethod
    def for_youth(cls, youth: int) -> Scale:
        """600 openings, 250 sessions, 450 companies and 25 CFAs for 2,000 youth."""
        return cls(
            youth=youth,
            openings=max(6, round(youth * 0.3)),
            sessions=max(4, round(youth * 0.125)),
            companies=max(4, round(youth * 0.225)),
            cfas=max(3, round(youth / 80)),
            missions=6 if youth >= 600 else 4,
        )


@dataclass(slots=True)
class Scene:
    """The stage under construction; builders add what the next ones need."""

    db_session: Session
    seed: int
    territory: Territory
    towns: list[Town]
    scale: Scale
    today: date
    now: datetime
    password_hash: str
    tell: Tell
    missions: list[Organisation] = field(default_factory=list)
    cap_emploi: list[Organisation] = field(default_factory=list)
    points_a: list[Organisation] = field(default_factory=list)
    cfas: list[Organisation] = field(default_factory=list)
    companies: list[Organisation] = field(default_factory=list)
    sites: dict[int, list[tuple[Site, Town]]] = field(default_factory=dict)
    # User numbers by organisation: who follows youth there, and who answers for it. Numbers, since
    # rows lose what they hold at the end of a transaction.
    advisers: dict[int, list[int]] = field(default_factory=dict)
    officers: dict[int, int] = field(default_factory=dict)
    shown_adviser: int = 0
    sirens_used: int = 0
    phones_used: int = 0
    people_made: int = 0

    def chance(self, subject: str) -> Chance:
        """The stream of random numbers of a subject."""
        return Chance(self.seed, subject)

    def add(self, *rows: object) -> None:
        """Put rows in, and give them their numbers."""
        self.db_session.add_all(rows)
        self.db_session.flush()

    def next_phone(self) -> int:
        """The rank of the next telephone number."""
        self.phones_used += 1
        return self.phones_used
