"""``timetable(event)``: choose the way, then tell it in meetings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType

from app.engine.timetable.colouring import coloured
from app.engine.timetable.model import Event, Meeting, Timetable, Wanted

LARGEST = 60_000
"""Columns (pairs times slots) above which pairs and slots are not chosen together."""


def _choice() -> ModuleType:
    """The programmes, and scipy's optimisers with them, loaded by the first timetable."""
    return import_module("app.engine.timetable.choice")


def timetable(event: Event, largest: int = LARGEST) -> Timetable:
    """The meetings of an event, of the highest total value that is found."""
    wanted = tuple(sorted(event.wanted, key=lambda each: (each.youth, each.company)))
    chosen, bound = _choice().best_pairs(wanted, event)
    if not event.youths_away and not event.companies_away:
        return _told(event, wanted, coloured(wanted, chosen, event), bound)
    ways = [_choice().slot_by_slot(wanted, event)]
    if len(wanted) * event.slots <= largest:
        together, proved = _choice().best_together(wanted, event)
        ways.append(together)
        bound = min(bound, proved)
    told = (_told(event, wanted, placed, bound) for placed in ways)
    return max(told, key=lambda each: each.value)


def _told(
    event: Event, wanted: Sequence[Wanted], placed: Sequence[tuple[int, int]], bound: float
) -> Timetable:
    """Meetings with tables, the value, and who is without."""
    taken: Counter[tuple[int, int]] = Counter()
    meetings = []
    for number, slot in sorted(placed):
        company = wanted[number].company
        meetings.append(Meeting(slot, company, taken[company, slot], wanted[number].youth))
        taken[company, slot] += 1
    met = {wanted[number].youth for number, _ in placed}
    value = sum(wanted[number].value for number, _ in placed) + event.first_bonus * len(met)
    without = tuple(sorted({each.youth for each in wanted} - met))
    return Timetable(tuple(sorted(meetings)), value, max(bound, value), without)
