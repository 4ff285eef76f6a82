"""A pool that changed a hundred times equals, bit for bit, the one built from the rows that are left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from random import Random

import numpy as np
import pytest

from app.engine.model import OpeningInput, SessionInput, YouthInput
from app.engine.pool import Pool
from app.engine.travel_times import NO_TIMES
from app.engine.triples import all_triples, best_triples, count_triples
from tests.engine.plain_rows import baker, bakery, bakery_course
from tests.engine.random_pools import (
    COMMUNES,
    position,
    random_opening,
    random_rows,
    random_session,
    random_times,
    random_youth,
)
from tests.engine.text.small_world import small_knowledge

KNOWLEDGE = small_knowledge()
"""With knowledge, as the portal always has it, a likeness does not depend on the other titles of the pool. Without it,
rarity is counted in the pool at hand, and a pool that grew keeps the count it began with."""
STEPS = 60
Opening = Callable[[Random, OpeningInput], OpeningInput]
Session = Callable[[Random, SessionInput], SessionInput]


def moved(random: Random, row: OpeningInput) -> OpeningInput:
    """Another address: another cell, another commune."""
    lat, lon = position(random)
    return replace(row, lat=lat, lon=lon, commune=random.choice(COMMUNES))


OPENING_CHANGES: tuple[Opening, ...] = (
    moved,
    lambda _r, row: replace(row, positions_free=0),  # filled
    lambda _r, row: replace(row, positions_free=2),  # free again
    lambda r, row: random_opening(r, row.id),  # rewritten: title, trade, levels, audience
    lambda _r, row: replace(row, live_proposals=row.live_proposals + 1),
    lambda r, row: replace(row, title=f"Luthier {r.randint(1, 9)}", trade=f"B150{r.randint(1, 9)}"),
)
SESSION_CHANGES: tuple[Session, ...] = (
    lambda _r, row: replace(row, seats_free=0),
    lambda _r, row: replace(row, seats_free=3),
    lambda r, row: random_session(r, row.id),
    lambda r, row: replace(
        row, title=f"CAP Lutherie {r.randint(1, 9)}", trades=(f"B150{r.randint(1, 9)}",)
    ),
    lambda r, row: replace(row, lat=(row.lat or 45.0) + r.uniform(-1, 1), lon=(row.lon or 5.0)),
)


class Life:
    """The rows as they ought to be, and the pool that followed them change by change."""

    def __init__(self, seed: int) -> None:
        youths, openings, sessions = random_rows(seed, youths=10, openings=24, sessions=18)
        self.random = Random(seed)
        self.youths = {row.id: row for row in youths}
        self.openings = {row.id: row for row in openings}
        self.sessions = {row.id: row for row in sessions}
        self.times = NO_TIMES
        self.pool = Pool.build(youths, openings, sessions, knowledge=KNOWLEDGE)

    def step(self) -> None:
        """One change of one kind, as the change log brings them: alone, or several at once."""
        random = self.random
        youths: list[YouthInput] = []
        openings: list[OpeningInput] = []
        sessions: list[SessionInput] = []
        gone: dict[str, list[int]] = {"gone_youths": [], "gone_openings": [], "gone_sessions": []}
        for _ in range(random.choice([1, 1, 1, 3])):
            what = random.randrange(9)
            if what < 3 and self.openings:
                row = self.openings[random.choice(list(self.openings))]
                openings.append(random.choice(OPENING_CHANGES)(random, row))
            elif what < 5 and self.sessions:
                course = self.sessions[random.choice(list(self.sessions))]
                sessions.append(random.choice(SESSION_CHANGES)(random, course))
            elif what == 5:
                openings.append(random_opening(random, random.randint(1, 40)))
            elif what == 6:
                sessions.append(random_session(random, random.randint(1, 30)))
            elif what == 7:
                youths.append(random_youth(random, random.randint(1, 90), 24, 18))
            else:
                kind = random.choice(list(gone))
                gone[kind].append(random.randint(1, 30))
        self._apply(youths, openings, sessions, gone)

    def _apply(
        self,
        youths: list[YouthInput],
        openings: list[OpeningInput],
        sessions: list[SessionInput],
        gone: dict[str, list[int]],
    ) -> None:
        # The last word on an id counts; an id that leaves is not given in the same change.
        new_openings = {row.id: row for row in openings if row.id not in gone["gone_openings"]}
        new_sessions = {row.id: row for row in sessions if row.id not in gone["gone_sessions"]}
        new_youths = {row.id: row for row in youths if row.id not in gone["gone_youths"]}
        self.pool = self.pool.changed(
            youths=new_youths.values(),
            openings=new_openings.values(),
            sessions=new_sessions.values(),
            gone_youths=gone["gone_youths"],
            gone_openings=gone["gone_openings"],
            gone_sessions=gone["gone_sessions"],
        )
        self.youths |= new_youths
        self.openings |= new_openings
        self.sessions |= new_sessions
        for name, rows in (
            ("youths", self.youths),
            ("openings", self.openings),
            ("sessions", self.sessions),
        ):
            for row_id in gone[f"gone_{name}"]:
                rows.pop(row_id, None)
        if self.random.random() < 0.1:
            self.times = random_times(self.random.randrange(99))
            self.pool = self.pool.with_times(self.times)

    def afresh(self) -> Pool:
        """The pool of another process, which starts now."""
        return Pool.build(
            self.youths.values(),
            self.openings.values(),
            self.sessions.values(),
            knowledge=KNOWLEDGE,
            times=self.times,
        )


def assert_same(lived: Pool, fresh: Pool) -> None:
    """Same rows, same triples with the same scores, reasons and doubts, same counts."""
    assert dict(lived.youths) == dict(fresh.youths)
    assert dict(lived.openings) == dict(fresh.openings)
    assert dict(lived.sessions) == dict(fresh.sessions)
    lived_table, table = all_triples(lived, 12), all_triples(fresh, 12)
    for field in fields(table):
        assert np.array_equal(getattr(lived_table, field.name), getattr(table, field.name))
    for youth in fresh.youths:
        assert best_triples(lived, youth, 12) == best_triples(fresh, youth, 12)
        assert count_triples(lived, youth) == count_triples(fresh, youth)


@pytest.mark.parametrize("seed", range(6))
def test_a_pool_that_lived_through_many_changes_equals_one_built_afresh(seed: int) -> None:
    life = Life(seed)

    for step in range(STEPS):
        life.step()
        if step % 10 == 9:
            assert_same(life.pool, life.afresh())


def test_changes_of_one_territory_leave_the_pool_of_another_one_and_the_earlier_versions_alone() -> (
    None
):
    here, there = Life(21), Life(22)
    before, earlier = best_triples(there.pool, next(iter(there.pool.youths)), 9), here.pool
    told = [best_triples(earlier, youth, 9) for youth in earlier.youths]

    for _ in range(STEPS):
        here.step()

    assert best_triples(there.pool, next(iter(there.pool.youths)), 9) == before
    assert [best_triples(earlier, youth, 9) for youth in earlier.youths] == told
    assert here.pool.version > earlier.version


def test_a_pool_that_began_with_nothing_and_one_that_meets_a_barred_trade_equal_those_built_afresh() -> (
    None
):
    youths, openings, sessions = random_rows(3, youths=12, openings=20, sessions=16)
    barred = openings[0].trade or "D1102"
    youths = [
        replace(row, barred_trades=frozenset({barred} if row.id % 2 else ())) for row in youths
    ]
    others = [row for row in openings if row.trade != barred]
    pools = [Pool.build(youths, [], [], knowledge=KNOWLEDGE)]
    pools.append(
        Pool.build(
            youths, others, [s for s in sessions if barred not in s.trades], knowledge=KNOWLEDGE
        )
    )
    for pool in pools:
        all_triples(pool, 3)

    for pool in pools:
        grown = pool.changed(openings=openings, sessions=sessions)

        assert_same(grown, Pool.build(youths, openings, sessions, knowledge=KNOWLEDGE))


def test_an_id_given_twice_or_given_and_gone_is_refused() -> None:
    pool = Pool.build([baker(1)], [bakery(7)], [bakery_course(9)])

    with pytest.raises(ValueError, match="an id was given twice, or given and gone"):
        pool.changed(openings=(bakery(7, positions_free=3), bakery(7)))
    with pytest.raises(ValueError, match="an id was given twice, or given and gone"):
        pool.changed(sessions=(bakery_course(9),), gone_sessions=(9,))


def test_the_trades_of_a_pool_are_those_of_the_rows_it_has_now() -> None:
    baking, other = (bakery(7), bakery_course(9)), (bakery(8, trade="F1610"), bakery_course(10))
    pool = Pool.build([baker(1)], [baking[0], other[0]], [baking[1], other[1]])
    taught = pool.replace_session(bakery_course(10, title="CAP Charpentier", trades=("F1501",)))

    assert taught.trades() == ["D1102", "F1501", "F1610"]
    assert taught.remove_session(10).trades() == ["D1102", "F1610"]
    assert taught.remove_opening(8).remove_session(10).trades() == ["D1102"]
