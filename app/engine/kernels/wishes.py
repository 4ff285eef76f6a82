"""What a youth wishes, bars and knows of times, as dense tables."""

from __future__ import annotations

from app.engine.kernels.asked import Query
from app.engine.kernels.compiled import compiled
from app.engine.kernels.scratch import Scratch
from app.engine.pool.columns import SessionKinds

WISHED, LISTED = 1, 2
"""A title or trade that somebody wishes, and one whose shelf is on the list of this search."""


@compiled
def spread(query: Query, i: int, work: Scratch) -> None:
    """Write wishes, barred trades and known minutes of youth ``i`` into the dense tables."""
    youths, texts, near, times = query.youths, query.texts, query.near, query.times
    for wish in range(youths.wish_start[i], youths.wish_start[i + 1]):
        factor, text = youths.wish_factor[wish], youths.wish_text[wish]
        for place in range(texts.start[text], texts.start[text + 1]):
            title = texts.title[place]
            work.by_title[title] = max(work.by_title[title], factor * texts.value[place])
            work.title_hit[title] = WISHED
        trade = youths.wish_trade[wish]
        if trade >= 0:
            for place in range(near.start[trade], near.start[trade + 1]):
                code = near.trade[place]
                work.by_trade[code] = max(work.by_trade[code], factor * near.value[place])
                work.trade_hit[code] = WISHED
    for place in range(youths.barred_start[i], youths.barred_start[i + 1]):
        work.barred[youths.barred[place]] = 1
    commune = youths.commune[i]
    if commune >= 0:
        for place in range(times.start[commune], times.start[commune + 1]):
            work.minutes[times.commune[place]] = times.minutes[place]


@compiled
def wipe(query: Query, i: int, work: Scratch) -> None:
    """Undo :func:`spread`."""
    youths, texts, near, times = query.youths, query.texts, query.near, query.times
    for wish in range(youths.wish_start[i], youths.wish_start[i + 1]):
        text = youths.wish_text[wish]
        for place in range(texts.start[text], texts.start[text + 1]):
            work.by_title[texts.title[place]] = 0.0
            work.title_hit[texts.title[place]] = 0
        trade = youths.wish_trade[wish]
        if trade >= 0:
            for place in range(near.start[trade], near.start[trade + 1]):
                work.by_trade[near.trade[place]] = 0.0
                work.trade_hit[near.trade[place]] = 0
    for place in range(youths.barred_start[i], youths.barred_start[i + 1]):
        work.barred[youths.barred[place]] = 0
    commune = youths.commune[i]
    if commune >= 0:
        for place in range(times.start[commune], times.start[commune + 1]):
            work.minutes[times.commune[place]] = -1.0


@compiled
def wish_of_course(kinds: SessionKinds, kind: int, work: Scratch) -> float:
    """Wish ↔ course of a kind: the best of title and trades."""
    wish = work.by_title[kinds.title[kind]]
    for place in range(kinds.start[kind], kinds.start[kind + 1]):
        wish = max(wish, work.by_trade[kinds.trades[place]])
    return float(wish)
