"""Which youths live near enough to an opening or to a session, without looking at anything else."""

from __future__ import annotations

from app.engine.kernels.asked import Ground, Query
from app.engine.kernels.compiled import compiled, entry
from app.engine.kernels.ground import squared_chord
from app.engine.kernels.search import own_radius, site_circle
from app.engine.pool.columns import NOWHERE, Ints, Youths


@compiled
def squared_from(youths: Youths, i: int, x: float, y: float, z: float) -> float:
    """Squared chord, on the unit sphere, between the home of youth ``i`` and a place."""
    dx, dy, dz = youths.x[i] - x, youths.y[i] - y, youths.z[i] - z
    return float(dx * dx + dy * dy + dz * dz)


@compiled
def near_opening(ground: Ground, query: Query, i: int, o: int) -> bool:
    """Whether an opening lies within the circle of youth ``i``, or one of both has no place."""
    youths, openings = query.youths, ground.openings
    if not youths.located[i] or openings.cell[o] == NOWHERE:
        return True
    km = own_radius(youths, i, len(query.times.minutes) > 0, ground.rules)
    away = squared_from(youths, i, openings.x[o], openings.y[o], openings.z[o])
    return bool(away <= squared_chord(km))


@compiled
def near_session(ground: Ground, query: Query, i: int, s: int) -> bool:
    """The same for a session, boarding included."""
    youths, sessions = query.youths, ground.sessions
    if not youths.located[i] or sessions.cell[s] == NOWHERE:
        return True
    away = squared_from(youths, i, sessions.x[s], sessions.y[s], sessions.z[s])
    return bool(away <= site_circle(query, i, ground.rules).widest)


@entry
def within_reach(ground: Ground, query: Query, rows: Ints) -> int:
    """Move the youths near enough to the opening and session named to the front; how many."""
    kept = 0
    for i in rows:
        if query.opening >= 0 and not near_opening(ground, query, i, query.opening):
            continue
        if query.session >= 0 and not near_session(ground, query, i, query.session):
            continue
        rows[kept] = i
        kept += 1
    return kept
