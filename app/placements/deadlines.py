"""Delays of the clover, in calendar days: choices of the portal after the dossier (workflow, steps 8, 11, 13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.placements.workflow import Leaf


@dataclass(frozen=True, slots=True)
class AnswerDelay:
    """When an answer is due, and when the ladder of reminders ends, both counted from the question."""

    due: int
    last: int


ANSWER_DELAYS: Mapping[Leaf, AnswerDelay] = MappingProxyType(
    {
        Leaf.YOUTH: AnswerDelay(due=7, last=14),
        Leaf.EMPLOYER: AnswerDelay(due=7, last=14),
        Leaf.CFA: AnswerDelay(due=15, last=22),
    }
)
HOLD_ALERT_DAYS = 3  # before a promise ends
SECOND_REMINDER_DAYS = 4  # after the due date
ESCALATION_DAYS = 6  # the adviser is told while a call can still help
TALK_DAYS = 7  # "parlons-en" moves the due date once
HOLD_DAYS = 14  # a seat or a position is promised for two weeks, prolonged once by as much
OFFER_HOURS = 72  # for the first of the waiting list, when a seat becomes free
LINK_DAYS = 30  # an answering link outlives the ladder
