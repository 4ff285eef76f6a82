"""Timetables: no conflict ever, nothing better exists, and nobody forgotten without need."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from random import Random

import pytest

from app.engine.timetable import Event, Meeting, Wanted, conflicts, timetable

SEEDS = range(25)


def random_event(seed: int, youths: int = 3, companies: int = 3, slots: int = 2) -> Event:
    random = Random(seed)
    pairs = [(y, c) for y in range(youths) for c in range(companies) if random.random() < 0.8]
    return Event(
        wanted=tuple(Wanted(youth=y, company=c, value=random.randint(1, 9) / 10) for y, c in pairs),
        slots=slots,
        tables={c: random.choice([1, 1, 2]) for c in range(companies)},
        most_meetings=random.choice([None, 1, 2]),
        first_bonus=random.choice([0.0, 5.0]),
    )


def with_absences(event: Event, seed: int) -> Event:
    random = Random(seed)
    away = [
        {(each, slot) for each in ids for slot in range(event.slots) if random.random() < 0.25}
        for ids in ({w.youth for w in event.wanted}, {w.company for w in event.wanted})
    ]
    return replace(event, youths_away=away[0], companies_away=away[1])


def every_day(event: Event) -> Iterator[list[tuple[int, int, int]]]:
    """Every way to send each youth to a company, or nowhere, in each slot."""
    youths = sorted({each.youth for each in event.wanted})
    companies = [None, *sorted({each.company for each in event.wanted})]
    for choice in product(companies, repeat=len(youths) * event.slots):
        yield [
            (youths[place // event.slots], company, place % event.slots)
            for place, company in enumerate(choice)
            if company is not None
        ]


def best_value(event: Event) -> float:
    """The value of the best day, by trying all of them."""
    worth = {(each.youth, each.company): each.value for each in event.wanted}
    best = 0.0
    for day in every_day(event):
        taken: dict[tuple[int, int], int] = {}
        meetings = []
        for youth, company, slot in day:
            table = taken[company, slot] = taken.get((company, slot), -1) + 1
            meetings.append(Meeting(slot, company, table, youth))
        if not conflicts(event, meetings):
            met = len({m.youth for m in meetings})
            value = sum(worth[m.youth, m.company] for m in meetings) + event.first_bonus * met
            best = max(best, value)
    return best


@pytest.mark.parametrize("seed", SEEDS)
def test_no_timetable_is_better_when_everybody_is_there_all_day(seed: int) -> None:
    event = random_event(seed)

    day = timetable(event)

    assert conflicts(event, day.meetings) == ()
    assert day.value == pytest.approx(best_value(event))
    assert day.gap == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_timetable_is_better_when_some_are_away(seed: int) -> None:
    event = with_absences(random_event(seed), seed)

    day = timetable(event)

    assert conflicts(event, day.meetings) == ()
    assert day.value == pytest.approx(best_value(event))
    assert day.bound == pytest.approx(day.value)


@pytest.mark.parametrize("seed", range(4))
def test_a_day_of_eighty_youths_is_held_without_conflict_and_proved(seed: int) -> None:
    event = random_event(seed, youths=80, companies=15, slots=10)

    day = timetable(event)

    assert conflicts(event, day.meetings) == ()
    assert day.gap == pytest.approx(0.0, abs=1e-9)


def test_slots_are_filled_one_by_one_when_the_programme_would_be_too_large() -> None:
    event = with_absences(random_event(3, youths=12, companies=5, slots=4), 3)

    day = timetable(event, largest=0)

    assert conflicts(event, day.meetings) == ()
    assert 0.0 < day.value <= day.bound
    assert day.gap < 0.2


def test_a_bonus_for_the_first_meeting_leaves_nobody_at_the_door() -> None:
    wanted = (
        Wanted(youth=1, company=7, value=0.9),
        Wanted(youth=1, company=8, value=0.9),
        Wanted(youth=2, company=7, value=0.1),
    )

    usual = timetable(Event(wanted=wanted, slots=1))
    kind = timetable(Event(wanted=wanted, slots=1, first_bonus=1.0))
    short = timetable(Event(wanted=wanted[::2], slots=1))

    assert len(usual.meetings) == 2
    assert kind.without == ()
    assert short.without == (2,)


def test_two_tables_receive_two_youths_at_once() -> None:
    wanted = tuple(Wanted(youth=y, company=7, value=0.5) for y in (1, 2, 3))

    day = timetable(Event(wanted=wanted, slots=1, tables={7: 2}))

    assert [(m.slot, m.table) for m in day.meetings] == [(0, 0), (0, 1)]
    assert len(day.without) == 1


def test_an_event_without_wishes_or_slots_is_an_empty_day() -> None:
    wanted = (Wanted(youth=1, company=7, value=0.5),)

    nothing = timetable(Event(wanted=(), slots=3))
    no_time = timetable(Event(wanted=wanted, slots=0))
    all_away = timetable(Event(wanted=wanted, slots=1, youths_away={(1, 0)}))

    assert (nothing.meetings, nothing.gap) == ((), 0.0)
    assert (no_time.meetings, no_time.without) == ((), (1,))
    assert (all_away.meetings, all_away.value) == ((), 0.0)


@pytest.mark.parametrize(
    "change",
    [
        {"wanted": (Wanted(youth=1, company=7, value=0.5),) * 2},
        {"wanted": (Wanted(youth=1, company=7, value=0.0),)},
        {"slots": -1},
        {"tables": {7: -1}},
        {"most_meetings": -2},
        {"first_bonus": -1.0},
    ],
)
def test_an_event_that_cannot_be_meant_is_refused(change: dict[str, object]) -> None:
    plain: dict[str, object] = {"wanted": (), "slots": 2}

    with pytest.raises(ValueError, match=r"\w"):
        Event(**(plain | change))  # type: ignore[arg-type]


def test_the_checker_names_every_conflict() -> None:
    event = Event(
        wanted=(Wanted(youth=1, company=7, value=0.5), Wanted(youth=2, company=7, value=0.5)),
        slots=2,
        youths_away={(1, 1)},
        companies_away={(7, 1)},
        most_meetings=1,
    )

    faults = conflicts(
        event,
        [
            Meeting(0, 7, 0, 1),
            Meeting(0, 7, 0, 2),
            Meeting(1, 7, 1, 1),
            Meeting(5, 9, 0, 3),
        ],
    )

    told = "\n".join(faults)
    for words in (
        "is not wanted",
        "is in no slot",
        "is at no table",
        "misses its youth",
        "misses its company",
        "table and slot (7, 0, 0)",
        "pair (1, 7)",
        "youth (1,)",
    ):
        assert words in told
