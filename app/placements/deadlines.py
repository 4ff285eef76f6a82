"""Delays of the clover as data: ladders of reminders, with the portal's defaults after the dossier (workflow, E).

A ladder belongs to the organisation whose people it helps: that of the adviser sets the ladders of the youth's and of
the employer's answers, the CFA those of its own answer, of its seats, of the two windows without employer and of the
end of contracts. An organisation that has set nothing follows `DEFAULTS`. Pure: days in, days out.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from app.placements.workflow import Leaf
from app.rules.dates import AFTER_BREAK_ALERT_DAYS, TRAINEE_ALERT_DAYS

TALK_DAYS = 7  # "parlons-en" moves the due date once
OFFER_HOURS = 72  # for the first of the waiting list, when a seat becomes free
LINK_DAYS = 90  # an answering link outlives the longest ladder
MEETING_ALERT_DAYS = 1  # the day before a meeting


class LadderKind(enum.StrEnum):
    """What a ladder counts down.

    Its days are counted from the question, the promise, the first day of a window or the last day of a contract.
    """

    YOUTH_ANSWER = "youth_answer"
    EMPLOYER_ANSWER = "employer_answer"
    CFA_ANSWER = "cfa_answer"
    POSITION_HOLD = "position_hold"
    SEAT_HOLD = "seat_hold"
    TRAINEE = "trainee"  # three months without employer (CFA-02)
    AFTER_BREAK = "after_break"  # six months after a break (TER-05)
    CONTRACT_END = "contract_end"  # the CFA is asked how a contract ended, from its last day


class Escalation(enum.StrEnum):
    """The person who is told when two reminders stayed without answer; the adviser is told as well."""

    ADVISER = "adviser"
    MANAGER = "manager"
    POINT_A = "point_a"
    FIELD_AGENT = "field_agent"


@dataclass(frozen=True, slots=True)
class Ladder:
    """Days of the rungs, ascending.

    Of an answer: first reminder (the due date), second reminder, escalation, end. Of a promise: reminder, end. Of a
    window: its alerts; the end of a window is the law's and no setting moves it. Of the end of a contract: those of an
    answer, the last being the day after which the portal notes that the contract is over.
    """

    kind: LadderKind
    days: tuple[int, ...]
    escalates_to: Escalation | None = None

    @property
    def due(self) -> int:
        """When an answer is due, and the first reminder leaves."""
        return self.days[0]

    @property
    def last(self) -> int:
        """Days until the end of the question or of the promise."""
        return self.days[-1]


DEFAULTS: Mapping[LadderKind, Ladder] = MappingProxyType(
    {
        one.kind: one
        for one in (
            Ladder(LadderKind.YOUTH_ANSWER, (7, 11, 13, 14), Escalation.MANAGER),
            Ladder(LadderKind.EMPLOYER_ANSWER, (7, 11, 13, 14), Escalation.FIELD_AGENT),
            Ladder(LadderKind.CFA_ANSWER, (15, 19, 21, 22), Escalation.POINT_A),
            Ladder(LadderKind.POSITION_HOLD, (11, 14)),
            Ladder(LadderKind.SEAT_HOLD, (11, 14)),
            Ladder(LadderKind.TRAINEE, tuple(TRAINEE_ALERT_DAYS)),
            Ladder(LadderKind.AFTER_BREAK, tuple(AFTER_BREAK_ALERT_DAYS)),
            # The dossier has no figure: time for results of exams, and less than the months that the file stays.
            Ladder(LadderKind.CONTRACT_END, (7, 30, 60, 90)),
        )
    }
)
ANSWERS: Mapping[Leaf, LadderKind] = MappingProxyType(
    {
        Leaf.YOUTH: LadderKind.YOUTH_ANSWER,
        Leaf.EMPLOYER: LadderKind.EMPLOYER_ANSWER,
        Leaf.CFA: LadderKind.CFA_ANSWER,
    }
)
HOLDS: Mapping[Leaf, LadderKind] = MappingProxyType(
    {Leaf.EMPLOYER: LadderKind.POSITION_HOLD, Leaf.CFA: LadderKind.SEAT_HOLD}
)
OF_THE_HOUSE = (LadderKind.YOUTH_ANSWER, LadderKind.EMPLOYER_ANSWER, LadderKind.POSITION_HOLD)
OF_THE_CFA = (
    LadderKind.CFA_ANSWER,
    LadderKind.SEAT_HOLD,
    LadderKind.TRAINEE,
    LadderKind.AFTER_BREAK,
    LadderKind.CONTRACT_END,
)
# A silence of two months is no delay any more; a window has the length that the law gives it.
LONGEST: Mapping[LadderKind, int] = MappingProxyType(
    {
        **dict.fromkeys(ANSWERS.values(), 60),
        **dict.fromkeys(HOLDS.values(), 60),
        LadderKind.TRAINEE: 89,
        LadderKind.AFTER_BREAK: 180,
        LadderKind.CONTRACT_END: 180,
    }
)


class BadLadder(ValueError):
    """These days make no ladder.

    Attributes:
        place: which rung is wrong, from 0.
    """

    def __init__(self, place: int, message: str) -> None:
        self.place = place
        super().__init__(message)


def checked_days(kind: LadderKind, days: Sequence[int | None]) -> tuple[int, ...]:
    """Days that make a ladder of this kind.

    Raises:
        BadLadder: one is missing, not above the one before, or beyond the longest delay.
    """
    before = 0
    found: list[int] = []
    for place in range(len(DEFAULTS[kind].days)):
        day = days[place] if place < len(days) else None
        if day is None:
            raise BadLadder(place, "Écrivez un nombre de jours.")
        if day <= before:
            raise BadLadder(place, f"Écrivez un nombre au-dessus de {before}.")
        if day > LONGEST[kind]:
            raise BadLadder(place, f"{LONGEST[kind]} jours au plus.")
        found.append(day)
        before = day
    return tuple(found)
