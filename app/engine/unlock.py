"""Which single change, or pair of changes, would add how many triples ("ce qui débloquerait").

A lever is an ordinary change of one row. Its effect is found by really making the change and
counting again, so it is exact by construction; only levers that help are returned.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from app.engine.levers import (
    Change,
    LeverCode,
    Row,
    opening_changes,
    session_changes,
    youth_changes,
)
from app.engine.pool import Pool
from app.engine.reasons import Value
from app.engine.search import count_many
from app.engine.triples import (
    Triple,
    YouthOrId,
    best_of_each,
    row_of,
)
from app.engine.variants import youths_matched_by_openings, youths_matched_by_sessions

Named = tuple[LeverCode, frozenset[tuple[str, Value]]]
"""A change: two of the same code differ in their values (one trade or another, one paper or another)."""


@dataclass(frozen=True, slots=True)
class Lever:
    """One change, or two, and what they bring.

    ``added`` counts triples for a youth, and youths for an opening or a session. ``best`` is the
    best triple of the youth after the change and ``gain`` the rise of the best score.
    """

    codes: tuple[LeverCode, ...]
    values: tuple[Mapping[str, Value], ...]
    added: int
    best: Triple | None = None
    gain: float = 0.0


def unlock(pool: Pool, youth: YouthOrId) -> list[Lever]:
    """Levers of a youth, singly and in pairs, most triples first.

    A pair is kept only when it adds more than its two changes do one by one.
    """
    row = row_of(pool, youth)
    sets = list(_sets(list(youth_changes(row, pool.trades(), pool.likeness, pool.weights))))
    rows = [row, *(_made(row, changes) for changes in sets)]
    counts, bests = count_many(pool, rows), best_of_each(pool, rows)
    top = _score(bests[0])
    alone: dict[Named, int] = {}
    levers = []
    for changes, count, best in zip(sets, counts[1:], bests[1:], strict=True):
        lever = Lever(*_named(changes), count - counts[0], best, _score(best) - top)
        if _helps(lever, alone):
            levers.append(lever)
    return sorted(levers, key=_rank)


def unlock_opening(pool: Pool, opening_id: int) -> list[Lever]:
    """Levers of an employer, singly and in pairs: how many more youths could have this opening."""
    row = pool.openings[opening_id]
    sets = list(_sets(list(opening_changes(row))))
    variants = [row, *(_made(row, changes) for changes in sets)]
    return _levers(sets, youths_matched_by_openings(pool, variants))


def unlock_session(pool: Pool, session_id: int) -> list[Lever]:
    """Levers of a centre, singly and in pairs: how many more youths could have this session."""
    row = pool.sessions[session_id]
    sets = list(_sets(list(session_changes(row))))
    variants = [row, *(_made(row, changes) for changes in sets)]
    return _levers(sets, youths_matched_by_sessions(pool, variants))


def _levers(sets: Sequence[tuple[Change[Row], ...]], counts: Sequence[int]) -> list[Lever]:
    """Levers of a row whose variants match so many youths; the first is the row as it is."""
    levers, alone = [], dict[Named, int]()
    for changes, count in zip(sets, counts[1:], strict=True):
        lever = Lever(*_named(changes), count - counts[0])
        if _helps(lever, alone):
            levers.append(lever)
    return sorted(levers, key=_rank)


def _sets(changes: Sequence[Change[Row]]) -> Iterator[tuple[Change[Row], ...]]:
    """Every change alone, then every pair of different codes."""
    yield from ((change,) for change in changes)
    for one, other in combinations(changes, 2):
        if one.code is not other.code:
            yield one, other


def _made(row: Row, changes: Sequence[Change[Row]]) -> Row:
    for change in changes:
        row = change.make(row)
    return row


def _named(
    changes: Sequence[Change[Row]],
) -> tuple[tuple[LeverCode, ...], tuple[Mapping[str, Value], ...]]:
    return tuple(change.code for change in changes), tuple(change.values for change in changes)


def _helps(lever: Lever, alone: dict[Named, int]) -> bool:
    """Whether a lever adds triples or score; a pair must add more than its parts do apart.

    ``alone`` keeps what each change adds by itself, never less than nothing.
    """
    parts = [
        (code, frozenset(values.items()))
        for code, values in zip(lever.codes, lever.values, strict=True)
    ]
    if len(parts) == 1:
        alone[parts[0]] = max(lever.added, 0)
        return lever.added > 0 or lever.gain > 0.0
    return lever.added > sum(alone[part] for part in parts)


def _score(best: Triple | None) -> float:
    return 0.0 if best is None else best.score


def _rank(lever: Lever) -> tuple[int, int, float, tuple[str, ...], str]:
    names = tuple(code.name for code in lever.codes)
    return -lever.added, len(names), -lever.gain, names, repr(lever.values)
