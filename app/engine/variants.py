"""One opening, or one session, in several variants, asked of everybody at once.

The variants stand beside each other in place of the real row. Only youths with a wish that leads
there are asked, and of the other leaf only rows that the row has links with are looked at, so that
a page can try twenty changes of an opening on a whole region.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from app.engine import search
from app.engine.concerned import interested, leading_to, with_openings
from app.engine.kernels.asked import Ground
from app.engine.kernels.scratch import new_scratch
from app.engine.model import OpeningInput, SessionInput
from app.engine.pool import Pool
from app.engine.pool.columns import OpeningKinds
from app.engine.pool.pack import level_mask, pack_openings, pack_sessions
from app.engine.pool.ways import ways_of
from app.engine.pool.words import Numbering


def youths_matched_by_openings(pool: Pool, variants: Sequence[OpeningInput]) -> list[int]:
    """How many youths would have a triple with each variant of one opening of the pool."""
    ground = pool.ground
    original = pool.openings[variants[0].id]
    place = search.row_index(ground.openings.id, original.id)
    kind = ground.openings.kind[place]
    row = ground.opening_kinds.row[ground.opening_kinds.group[kind]]
    words = replace(ground.words, openings=Numbering())
    packed = pack_openings(variants, words, pool.weights)
    numbers = np.arange(len(variants), dtype=np.int32)
    levels = np.array([level_mask(each.levels) for each in variants], dtype=np.int32)
    kinds = OpeningKinds(numbers, np.full(len(variants), row, np.int32), levels)
    given = search.ground_for(pool)._replace(opening_kinds=kinds)
    changed = with_openings(given, packed._replace(kind=numbers), np.zeros(len(variants)))
    return _matched(pool, changed, search.counting().count_by_opening, len(variants))


def youths_matched_by_sessions(pool: Pool, variants: Sequence[SessionInput]) -> list[int]:
    """How many youths would have a triple with each variant of one session of the pool."""
    ground = pool.ground
    place = search.row_index(ground.sessions.id, variants[0].id)
    given = leading_to(search.ground_for(pool), int(ground.sessions.kind[place]))
    sessions, free = pack_sessions(variants, ground.words, pool.weights), np.zeros(len(variants))
    changed = given._replace(
        sessions=sessions,
        ways=ways_of(sessions, ground.session_kinds, ground.links, free, ground.rules),
        session_price=free,
    )
    return _matched(pool, changed, search.counting().count_by_session, len(variants))


def _matched(pool: Pool, ground: Ground, count: Callable[..., None], variants: int) -> list[int]:
    batch = pool.whole_batch()
    counts, stamps = np.zeros(variants, np.int32), np.full(variants, -1, np.int32)
    sizes = pool.ground.sizes()._replace(
        openings=len(ground.openings.id),
        sessions=len(ground.sessions.id),
        groups=len(ground.opening_kinds.row),
    )
    count(
        ground,
        search.query_for(batch),
        interested(batch.youths, batch.texts, batch.near, ground.openings),
        counts,
        stamps,
        new_scratch(sizes),
    )
    return [int(count) for count in counts]
