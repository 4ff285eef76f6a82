"""When chosen pairs meet: an edge colouring of a bipartite graph, by alternating paths."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.engine.timetable.model import Event, Wanted

End = tuple[str, int, int]
"""A youth, or one table of a company."""


@dataclass(slots=True)
class Day:
    """What is held so far: by youth or table, the meeting of each slot; and each meeting's slot."""

    slots: int
    ends: dict[int, tuple[End, End]] = field(default_factory=dict)
    held: dict[End, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    slot_of: dict[int, int] = field(default_factory=dict)

    def free(self, end: End) -> int:
        """The first slot in which nobody is met."""
        return next(slot for slot in range(self.slots) if slot not in self.held[end])

    def put(self, number: int, slot: int) -> None:
        """Hold a meeting in a slot."""
        self.slot_of[number] = slot
        for end in self.ends[number]:
            self.held[end][slot] = number

    def take(self, number: int) -> None:
        """Take a meeting out of its slot."""
        for end in self.ends[number]:
            del self.held[end][self.slot_of[number]]


def coloured(
    wanted: Sequence[Wanted], chosen: Sequence[int], event: Event
) -> list[tuple[int, int]]:
    """A slot for each chosen pair; nobody has more chosen pairs than slots.

    A company of several tables is parted first, so that no table has more meetings than slots.
    """
    met: Counter[int] = Counter()
    day = Day(event.slots)
    for number in chosen:
        company = wanted[number].company
        youth, table = (
            ("youth", wanted[number].youth, 0),
            ("table", company, met[company] // event.slots),
        )
        met[company] += 1
        day.ends[number] = (youth, table)
        slot = day.free(youth)
        if slot in day.held[table]:
            _exchange(day, table, slot, day.free(table))
        day.put(number, slot)
    return sorted(day.slot_of.items())


def _exchange(day: Day, start: End, one: int, other: int) -> None:
    """Free slot ``one`` at a table by exchanging two slots along the path that begins there.

    The path comes to youths through meetings of slot ``one`` only. The youth for whom the slot is
    wanted is free then, so the path never comes back to it.
    """
    path, end, slot = list[int](), start, one
    while slot in day.held[end]:
        number = day.held[end][slot]
        path.append(number)
        youth, table = day.ends[number]
        end = table if end == youth else youth
        slot = other if slot == one else one
    moved: Mapping[int, int] = {one: other, other: one}
    for number in path:
        day.take(number)
    for number in path:
        day.put(number, moved[day.slot_of[number]])
