"""The plan: feasible, between greedy and bound, near the exact one, fair to nobody's row order."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from app.engine.brute import every_triple
from app.engine.certificate import certify
from app.engine.judge import Triple
from app.engine.plan import LeftOutReason, plan
from app.engine.plan.exact import plan_value
from app.engine.pool import Pool
from app.engine.triples import best_triples
from tests.engine.plain_rows import baker, bakery, bakery_course
from tests.engine.random_pools import random_rows, shuffled_rows

SEEDS = range(8)


def pool_of(seed: int) -> Pool:
    return Pool.build(*random_rows(seed, youths=24, openings=26, sessions=20))


def triples_of(pool: Pool) -> list[Triple]:
    return [
        triple
        for youth in pool.youths.values()
        for triple in every_triple(
            youth, pool.openings.values(), pool.sessions.values(), pool.likeness, pool.weights
        )
    ]


def greedy_value(pool: Pool) -> float:
    """What first-best-served would reach."""
    used: Counter[tuple[str, int]] = Counter()
    value = 0.0
    for triple in sorted(triples_of(pool), key=lambda t: (-t.score, t.youth)):
        places = pool.openings[triple.opening].positions_free
        seats = pool.sessions[triple.session].seats_free
        keys = (("y", triple.youth), ("o", triple.opening), ("s", triple.session))
        room = (1, 1 if places is None else places, 1 if seats is None else seats)
        if all(used[key] < most for key, most in zip(keys, room, strict=True)):
            used.update(keys)
            value += triple.score
    return value


@pytest.mark.parametrize("seed", SEEDS)
def test_an_independent_checker_finds_the_plan_sound(seed: int) -> None:
    pool = pool_of(seed)

    certificate = certify(pool, plan(pool))

    assert certificate.sound, certificate.faults


@pytest.mark.parametrize("seed", SEEDS)
def test_the_plan_lies_between_greedy_and_bound_and_meets_the_exact_one(seed: int) -> None:
    pool = pool_of(seed)

    found = plan(pool, target_gap=0.0)

    exact = plan_value(triples_of(pool), pool)
    assert greedy_value(pool) - 1e-9 <= found.value <= exact + 1e-9
    assert exact <= found.bound + 1e-9
    assert found.value == pytest.approx(exact)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_plan_does_not_depend_on_the_order_of_rows_or_threads(seed: int) -> None:
    rows = random_rows(seed, youths=24, openings=26, sessions=20)

    one, other = plan(Pool.build(*rows)), plan(Pool.build(*shuffled_rows(rows)), threads=2)

    assert one.assigned == other.assigned
    assert one.bound == other.bound


@pytest.mark.parametrize("seed", SEEDS)
def test_everybody_is_placed_or_told_why_not(seed: int) -> None:
    pool = pool_of(seed)

    found = plan(pool)

    placed, left = {a.youth for a in found.assigned}, {e.youth: e for e in found.left_out}
    assert placed | set(left) == set(pool.youths)
    assert not placed & set(left)
    for youth, told in left.items():
        assert (told.reason is LeftOutReason.NO_TRIPLE) == (not best_triples(pool, youth, 1))
        assert told.again == pool.youths[youth].left_out_before
    assert sum(share.placed for share in found.shares) == len(placed)
    assert sum(share.youths for share in found.shares) == len(pool.youths)


def test_a_youth_left_out_before_comes_first_when_nobody_may_be_left_out_twice() -> None:
    ready, waiting = baker(1, readiness=0.9), baker(2, readiness=0.1, left_out_before=True)
    pool = Pool.build([ready, waiting], [bakery(7)], [bakery_course(9)])

    usual, kind = plan(pool), plan(pool, not_twice=True)

    assert [a.youth for a in usual.assigned] == [1]
    assert [(e.youth, e.reason, e.again) for e in usual.left_out] == [
        (2, LeftOutReason.POSITIONS_TAKEN, True)
    ]
    assert [a.youth for a in kind.assigned] == [2]


def test_a_false_plan_is_found_out() -> None:
    pool = pool_of(1)
    true = plan(pool)

    twice = replace(true, assigned=(*true.assigned, true.assigned[0]))
    boasted = replace(true, value=true.value + 1.0)
    cheap = replace(true, bound=true.value / 2)

    assert not certify(pool, twice).sound
    assert not certify(pool, boasted).sound
    assert not certify(pool, cheap).sound


def test_a_plan_of_nobody_is_empty() -> None:
    empty = plan(Pool.build([], [], []))

    assert (empty.assigned, empty.value, empty.gap) == ((), 0.0, 0.0)
