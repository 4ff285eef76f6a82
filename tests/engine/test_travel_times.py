"""Known times: whose they are, what they change, and that asking for many at once says the same as asking for one."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from app.engine.brute import brute_best
from app.engine.certificate import certify
from app.engine.journeys import Reach, to_company, to_site
from app.engine.model import Means, YouthInput
from app.engine.plan import plan
from app.engine.pool import Pool
from app.engine.reasons import HardRule, Reason
from app.engine.travel_times import NO_TIMES, Departures, Line, Source, TravelTimes
from app.engine.triples import all_triples, best_triples, check_triple
from app.engine.unlock import unlock
from app.engine.weights import DEFAULT
from tests.engine.plain_rows import QUIMPER, baker, bakery, bakery_course
from tests.engine.random_pools import COMMUNES, random_rows, random_times

HOME, WORK, SCHOOL = "29232", "29019", "29103"
CAR, TRANSIT, MOPED = Means.CAR, Means.TRANSIT, Means.MOPED


def told(means: Means, minutes: int, destination: str = WORK) -> Departures:
    return Departures(HOME, means, {destination: minutes}, Source("Distancier", 739_000))


def at_home(*means: Means, **changes: Any) -> YouthInput:
    return baker(commune=HOME, means=frozenset(means), limit_km=None, **changes)


@pytest.mark.parametrize("seed", range(12))
def test_many_communes_at_once_are_told_what_each_is_told_alone(seed: int) -> None:
    times = random_times(seed)
    communes = {code: number for number, code in enumerate(["99999", *filter(None, COMMUNES)])}

    for youth in random_rows(seed, youths=30)[0]:
        home = times.home(youth)
        if home is not None:
            known, minutes = times.reached(home, communes, times.stops(communes))
            at_once = dict(zip(known.tolist(), minutes.tolist(), strict=True))
            alone = {number: times.between(home, code) for code, number in communes.items()}
            assert at_once == {number: m for number, m in alone.items() if m is not None}


def test_the_times_of_a_youth_are_those_of_the_fastest_means_or_a_better_one_of_theirs() -> None:
    times = TravelTimes.of([told(CAR, 40), told(TRANSIT, 25)])

    def minutes(*means: Means) -> float | None:
        return times.between(times.home(at_home(*means)), WORK)

    assert minutes(CAR) == 40.0
    assert minutes(TRANSIT) == 25.0
    assert minutes(CAR, TRANSIT) == 25.0  # both are told: the better one
    assert minutes(MOPED, TRANSIT) is None  # nobody told how long the moped takes
    assert minutes() is None  # unknown means are not guessed
    assert times.between(times.home(baker(means=frozenset({CAR}))), WORK) is None  # no commune


def test_a_known_time_masks_exactly_and_takes_the_doubt_away() -> None:
    youth = at_home(CAR, limit_minutes=30.0)

    def reach(times: TravelTimes) -> Reach:
        return to_company(youth, QUIMPER[0] + 0.05, QUIMPER[1], WORK, DEFAULT, times).reach

    assert reach(NO_TIMES) is Reach.TO_CONFIRM
    assert reach(TravelTimes.of([told(CAR, 30)])) is Reach.INSIDE
    assert reach(TravelTimes.of([told(CAR, 31)])) is Reach.BEYOND


def test_a_known_time_is_named_and_a_distance_never_becomes_one() -> None:
    pool = Pool.build([at_home(CAR)], [bakery(commune=WORK)], [bakery_course(commune=SCHOOL)])

    before = best_triples(pool, 1, 1)[0]
    after = best_triples(pool.with_times(TravelTimes.of([told(CAR, 9)])), 1, 1)[0]

    ways = {Reason.NEAR_COMPANY, Reason.SHORT_COMPANY, Reason.NEAR_SITE, Reason.SHORT_SITE}
    assert not {Reason.SHORT_COMPANY, Reason.SHORT_SITE} & {r.code for r in before.reasons}
    found = {r.code: r.values for r in after.reasons if r.code in ways}
    assert found.get(Reason.SHORT_COMPANY, {"minutes": 9}) == {"minutes": 9}
    assert after.parts.journeys != before.parts.journeys


def test_a_fast_train_brings_near_what_no_distance_would_allow() -> None:
    """Forty-four kilometres in 25 minutes: search and checker look beyond the circle of an effort."""
    times = TravelTimes.of([Departures(HOME, TRANSIT, {WORK: 25})])
    youth = at_home(TRANSIT, limit_minutes=30.0, boarding=False)
    openings = [bakery(commune=WORK, lat=QUIMPER[0] + 0.4)]
    courses = [bakery_course(commune=WORK, lat=QUIMPER[0] + 0.4)]
    pool = Pool.build([youth], openings, courses, times=times)

    made = plan(pool)

    brute = brute_best(youth, openings, courses, pool.likeness, pool.weights, 3, times)
    assert best_triples(pool, 1, 3) == brute
    assert len(made.assigned) == 1
    assert certify(pool, made).sound
    assert plan(pool.with_times(NO_TIMES)).assigned == ()


def test_no_minute_at_all_is_a_time_that_is_known() -> None:
    youth = at_home(CAR, limit_minutes=30.0)
    pool = Pool.build([youth], [bakery(commune=WORK)], [bakery_course()])
    here = pool.with_times(TravelTimes.of([told(CAR, 0)]))

    triple = best_triples(here, 1, 1)[0]

    assert triple.score > best_triples(pool, 1, 1)[0].score
    assert all_triples(here, 1).scores.tolist() == [[triple.score]]


def test_a_way_too_long_by_its_known_time_says_how_long_it_is_and_a_lever_of_minutes_counts_it() -> (
    None
):
    times = TravelTimes.of([told(CAR, 40), Departures("29103", CAR, {WORK: 5})])
    youth = at_home(CAR, limit_minutes=30.0)
    pool = Pool.build([youth], [bakery(commune=WORK)], [bakery_course()], times=times)

    verdict = check_triple(pool, youth, 7, 9)
    levers = {lever.codes[0].name: lever.added for lever in unlock(pool, youth)}

    assert verdict.broken is not None
    assert verdict.broken.code is HardRule.OPENING_TOO_FAR
    assert verdict.broken.values["minutes"] == 40.0
    assert levers["FARTHER"] == 1


def test_a_table_that_changed_makes_another_version_and_is_seen_by_everybody_s_columns() -> None:
    pool = Pool.build([at_home(CAR)], [bakery(commune=WORK)], [bakery_course()])
    pool.whole_batch()

    changed = pool.with_times(TravelTimes.of([told(CAR, 12)]))

    assert changed.version == pool.version + 1
    assert changed.whole_batch().times.minutes.tolist() == [12.0]
    assert pool.whole_batch().times.minutes.tolist() == []
    assert changed.with_times(NO_TIMES).whole_batch().times.minutes.tolist() == []


def test_the_source_of_a_time_is_that_of_the_table_which_speaks_for_the_youth() -> None:
    times = TravelTimes.of([told(CAR, 40)])

    assert times.source_of(at_home(CAR)) == Source("Distancier", 739_000)
    assert times.source_of(at_home(TRANSIT)) is None
    assert times.source_of(at_home()) is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (10.0, {"walks": 10.0, "drives, untold": 10.0, "drives, 8 told": 8.0, "unknown": 10.0}),
        (16.0, {"walks": 16.0, "drives, untold": None, "drives, 8 told": 8.0, "unknown": 16.0}),
        (35.0, {"walks": 35.0, "drives, untold": None, "drives, 8 told": 8.0, "unknown": None}),
    ],
)
def test_a_line_counts_for_those_whom_it_brings_there_sooner(
    line: float, expected: dict[str, float | None]
) -> None:
    """Ten kilometres: 160 minutes on foot, 14 by car, 28 by transit, which unknown means count as."""
    lines = [Line(HOME, WORK, line, 10.0)]
    untold = NO_TIMES.with_lines(lines)
    known = TravelTimes.of([told(CAR, 8)]).with_lines(lines)

    found = {
        "walks": untold.between(untold.home(at_home(Means.WALK)), WORK),
        "drives, untold": untold.between(untold.home(at_home(CAR)), WORK),
        "drives, 8 told": known.between(known.home(at_home(CAR)), WORK),
        "unknown": untold.between(untold.home(at_home()), WORK),
    }

    assert found == expected


def test_a_line_longer_than_a_youth_accepts_leaves_the_youth_s_own_way_as_it_was() -> None:
    """A line of 50 minutes must not hide from somebody with a limit of 45 what a doubt left open."""
    youth = at_home(Means.CYCLE, limit_minutes=45.0)
    line = NO_TIMES.with_lines([Line(HOME, WORK, 50.0, 10.0)])

    before = to_company(youth, QUIMPER[0] + 0.09, QUIMPER[1], WORK, DEFAULT)
    after = to_company(youth, QUIMPER[0] + 0.09, QUIMPER[1], WORK, DEFAULT, line)

    assert before.reach is Reach.LIKELY_FAR
    assert after == before


@pytest.mark.parametrize("seed", range(4))
def test_a_certificate_holds_with_a_table_and_lines(seed: int) -> None:
    rows = random_rows(seed, youths=24, openings=26, sessions=20)
    pool = Pool.build(*rows, times=random_times(seed))

    made = plan(pool)

    assert certify(pool, made).sound


def test_a_dense_table_of_many_communes_is_exact_against_brute_force() -> None:
    """Forty communes, all means, every youth with minutes to respect: times decide everything."""
    random = Random(7)
    codes = [f"{number:05}" for number in range(40)]
    youths, openings, sessions = random_rows(7, youths=20, openings=40, sessions=30)
    times = TravelTimes.of(
        Departures(home, means, {code: random.randint(1, 70) for code in codes})
        for home in codes
        for means in Means
    )
    youths = [
        replace(row, commune=random.choice(codes), limit_minutes=45.0, limit_km=None)
        for row in youths
    ]
    openings = [replace(row, commune=random.choice(codes)) for row in openings]
    sessions = [replace(row, commune=random.choice(codes)) for row in sessions]
    pool = Pool.build(youths, openings, sessions, times=times)

    for youth in youths:
        expected = brute_best(youth, openings, sessions, pool.likeness, pool.weights, 9, times)
        assert best_triples(pool, youth, 9) == expected
    assert any(youth.means for youth in youths)


@pytest.mark.parametrize("minutes", [-1, 2.5, 70_000, float("nan")])
def test_minutes_that_cannot_be_are_refused(minutes: float) -> None:
    with pytest.raises(ValueError, match="whole number"):
        TravelTimes.of([Departures(HOME, CAR, {WORK: minutes})])


def test_a_line_cannot_arrive_before_it_leaves() -> None:
    with pytest.raises(ValueError, match="negative"):
        NO_TIMES.with_lines([Line(HOME, WORK, -1.0, 3.0)])


def test_a_site_is_reached_by_its_known_time_too() -> None:
    times = TravelTimes.of([told(CAR, 12, SCHOOL)])

    way = to_site(at_home(CAR), bakery_course(commune=SCHOOL), DEFAULT, times)

    assert way.minutes == 12.0
    assert way.reach is Reach.INSIDE


def test_half_a_million_times_are_packed_in_three_megabytes() -> None:
    codes = [f"{number:05}" for number in range(700)]
    minutes = dict.fromkeys(codes, 30)

    times = TravelTimes.of(Departures(code, CAR, minutes) for code in codes)

    packed = sum(leg.minutes.nbytes + leg.destination.nbytes for leg in times.legs.values())
    assert packed == 6 * 700 * 700
