"""From a pool to the compiled searches and back.

The compiled functions, and numba with them, are loaded by the first search of a process: a worker
that has not matched yet stays small.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

import numpy as np

from app.engine.kernels.asked import Ground, Query
from app.engine.kernels.scratch import Scratch, new_scratch
from app.engine.model import YouthInput
from app.engine.pool import Pool
from app.engine.pool.columns import CELL_LAT, CELL_LON, Floats, Ints, Rules
from app.engine.pool.ground import Batch
from app.engine.pool.ways import priced

ALL = -1
BLOCK = 256
"""Youths given to a thread at a time: many blocks keep all threads busy to the end."""


@dataclass(frozen=True, slots=True)
class Found:
    """Best triples of a batch: shapes (n, k), row ``i`` holds ``count[i]`` triples, best first.

    ``opening`` and ``session`` are row indices of the pool's columns, -1 for none.
    """

    opening: Ints
    session: Ints
    score: Floats
    count: Ints

    def keep(self, rows: Ints, found: Found) -> None:
        """Keep, for some rows, as many of the triples found for them as there is room for."""
        k = self.score.shape[1]
        self.opening[rows], self.session[rows] = found.opening[:, :k], found.session[:, :k]
        self.score[rows], self.count[rows] = found.score[:, :k], np.minimum(found.count, k)


def kernels() -> ModuleType:
    """The compiled searches, loaded now if they were not."""
    return import_module("app.engine.kernels.search")


def counting() -> ModuleType:
    """The compiled counts, loaded now if they were not."""
    return import_module("app.engine.kernels.counting")


def master() -> ModuleType:
    """The compiled steps of a plan, loaded now if they were not."""
    return import_module("app.engine.kernels.master")


def market() -> ModuleType:
    """The compiled answers to prices, loaded now if they were not."""
    return import_module("app.engine.kernels.market")


def ground_for(
    pool: Pool, prices: tuple[Floats, Floats] | None = None, rules: Rules | None = None
) -> Ground:
    """The pool's columns as the compiled searches take them, with the prices of a plan."""
    ground = pool.ground
    opening_price, session_price = ground.free if prices is None else prices
    used = ground.rules if rules is None else rules
    ways = ground.ways
    if prices is not None or rules is not None:
        ways = priced(ways, ground.sessions, ground.links, session_price, used)
    return Ground(
        openings=ground.openings,
        shelves=ground.shelves,
        sessions=ground.sessions,
        opening_kinds=ground.opening_kinds,
        session_kinds=ground.session_kinds,
        links=ground.links,
        ways=ways,
        rules=used,
        opening_price=opening_price,
        session_price=session_price,
    )


def query_for(batch: Batch, opening: int = ALL, session: int = ALL) -> Query:
    """A batch of youths as the compiled searches take it; ``opening``, ``session``: row indices."""
    floor = np.full(len(batch.youths.id), -np.inf)
    return Query(
        batch.youths, batch.texts, batch.near, batch.times, batch.allowed, floor, opening, session
    )


def above(query: Query, floor: float) -> Query:
    """The same question, by people to whom a triple below a score is of no interest."""
    return query._replace(floor=np.full(len(query.floor), floor))


def search(
    pool: Pool,
    ground: Ground,
    query: Query,
    k: int,
    threads: int = 1,
    rows: Ints | None = None,
) -> Found:
    """The best ``k`` triples of every youth of a query, or of some rows of it."""
    whole = room_for(len(query.youths.id), k)
    stream(pool, ground, query, k, whole.keep, threads, rows)
    return whole


def stream(
    pool: Pool,
    ground: Ground,
    query: Query,
    k: int,
    take: Callable[[Ints, Found], None],
    threads: int = 1,
    rows: Ints | None = None,
) -> None:
    """Call ``take`` with some rows of youths and what was found for them, block by block.

    Nothing is kept, so that many triples of a whole country need no memory. Several threads may call at
    once, never for the same youth. Who asks for no triple asks nobody: a search has room for one at least.
    """
    order = neighbours_together(query, rows)

    def run(first: int) -> None:
        block = order[first : first + BLOCK]
        found = room_for(len(block), k)
        places = found.opening, found.session, found.score, found.count
        with pool.ground.bench.lent(scratch_maker(pool)) as work:
            kernels().best_of_many(ground, query, block, *places, work)
        take(block, found)

    in_blocks(run, len(order) if k else 0, threads)


def room_for(youths: int, k: int) -> Found:
    """Nothing found for anybody yet."""
    none = np.full((youths, k), -1, np.int32)
    return Found(none, none.copy(), np.zeros((youths, k)), np.zeros(youths, np.int32))


def neighbours_together(query: Query, rows: Ints | None = None) -> Ints:
    """All rows of youths, or some, by cell of the map, then by first wish.

    Successive searches then read the same memory.
    """
    youths = query.youths
    if rows is None:
        rows = np.arange(len(youths.id), dtype=np.int32)
    cells = np.round(youths.lat[rows] / CELL_LAT), np.round(youths.lon[rows] / CELL_LON)
    first = np.minimum(youths.wish_start[rows], len(youths.wish_text))
    wishes = np.append(youths.wish_text, -1)[first]
    return rows[np.lexsort((wishes, cells[1], cells[0]))]


def in_blocks(run: Callable[[int], None], total: int, threads: int) -> None:
    """Call ``run`` with the first row of every block, on one thread or several."""
    each_of(lambda block: run(block * BLOCK), -(-total // BLOCK), threads)


def each_of(run: Callable[[int], None], count: int, threads: int) -> None:
    """Call ``run`` with every number below ``count``, on one thread or several."""
    if threads == 1:
        for number in range(count):
            run(number)
    else:
        with ThreadPoolExecutor(threads) as executor:
            list(executor.map(run, range(count)))


def scratch_maker(pool: Pool) -> Callable[[], Scratch]:
    """How to make scratch for this pool."""
    return lambda: new_scratch(pool.ground.sizes())


def count_many(pool: Pool, rows: Sequence[YouthInput]) -> list[int]:
    """How many triples each of some youths has."""
    return count_each(pool, query_for(pool.batch(rows)))


def count_each(pool: Pool, query: Query) -> list[int]:
    """How many triples each youth of a query has."""
    ground, total = ground_for(pool), len(query.youths.id)
    with pool.ground.bench.lent(scratch_maker(pool)) as work:
        return [int(counting().count_of(ground, query, i, work)) for i in range(total)]


def openings_for(pool: Pool, row: YouthInput) -> list[int]:
    """Ids of the openings that break no rule with one youth."""
    query = query_for(pool.batch((row,)))
    with pool.ground.bench.lent(scratch_maker(pool)) as work:
        found = kernels().openings_of(ground_for(pool), query, 0, work)
        ids: list[int] = pool.ground.openings.id[work.openings[:found]].tolist()
    return ids


def sessions_for(pool: Pool, row: YouthInput) -> list[int]:
    """Ids of the wished sessions that break no rule with one youth."""
    query = query_for(pool.batch((row,)))
    with pool.ground.bench.lent(scratch_maker(pool)) as work:
        found = kernels().sessions_of(ground_for(pool), query, 0, work)
        ids: list[int] = pool.ground.sessions.id[work.sessions[:found]].tolist()
    return ids


def row_index(ids: np.ndarray[tuple[int], np.dtype[np.int64]], wanted: int) -> int:
    """Row of an id in columns; ``KeyError`` when it is not there."""
    places = np.flatnonzero(ids == wanted)
    if not len(places):
        raise KeyError(wanted)
    return int(places[0])
