"""The heap of what may still be good, and the list of the best found."""

from __future__ import annotations

from app.engine.kernels.asked import Ground, Top
from app.engine.kernels.compiled import compiled
from app.engine.pool.columns import Floats, Ints


@compiled
def sink(heap: Ints, key: Floats, place: int, size: int) -> None:
    """Restore the order of a heap (largest key first) below one place."""
    item = heap[place]
    while True:
        child = 2 * place + 1
        if child >= size:
            break
        if child + 1 < size and key[heap[child + 1]] > key[heap[child]]:
            child += 1
        if key[heap[child]] <= key[item]:
            break
        heap[place] = heap[child]
        place = child
    heap[place] = item


@compiled
def keep(ground: Ground, o: int, s: int, score: float, top: Top, count: int) -> int:
    """Insert a triple if it is among the best (ties: lowest opening id, then session id)."""
    most = len(top.score)
    place = count if count < most else most - 1
    if count == most and not before(ground, o, s, score, top, most - 1):
        return count
    while place > 0 and before(ground, o, s, score, top, place - 1):
        top.opening[place] = top.opening[place - 1]
        top.session[place] = top.session[place - 1]
        top.score[place] = top.score[place - 1]
        place -= 1
    top.opening[place], top.session[place], top.score[place] = o, s, score
    return min(count + 1, most)


@compiled
def before(ground: Ground, o: int, s: int, score: float, top: Top, place: int) -> bool:
    """Whether a triple ranks before the one kept at a place."""
    if score != top.score[place]:
        return bool(score > top.score[place])
    own, other = ground.openings.id[o], ground.openings.id[top.opening[place]]
    if own != other:
        return bool(own < other)
    return bool(ground.sessions.id[s] < ground.sessions.id[top.session[place]])
