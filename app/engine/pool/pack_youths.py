"""Rows of youths become columns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np

from app.engine.model import ContractKind, Window, YouthInput
from app.engine.paces import hours_per_km
from app.engine.parts import FOREVER, rank_factor
from app.engine.pool.columns import NOWHERE, Bytes, Floats, Ints, Youths, frozen, ragged
from app.engine.pool.pack import (
    answers,
    calm_of,
    days,
    folded,
    ints,
    kinds_of,
    level_mask,
    levels,
    or_unknown,
)
from app.engine.pool.places import stands_of
from app.engine.pool.words import YouthWords
from app.engine.travel_times import TravelTimes
from app.engine.weights import Weights

NO_LIMIT = -1.0
AGE_UNKNOWN = -1


def pack_youths(
    rows: Sequence[YouthInput],
    own: YouthWords,
    pool_trades: Mapping[str, int],
    weights: Weights,
    times: TravelTimes,
) -> Youths:
    """Columns of youths in the order given; ``own`` learns their wishes and names.

    ``pool_trades`` numbers the trades of the pool; barred trades not met there do not matter.
    """
    stands = stands_of([(row.lat, row.lon) for row in rows])
    wishes = [wish for row in rows for wish in row.wishes]
    texts = folded(wish.text for wish in wishes)
    barred_start, barred = ragged(_met(row.barred_trades, pool_trades) for row in rows)
    openings_start, openings = ragged(row.set_aside_openings for row in rows)
    sessions_start, sessions = ragged(row.set_aside_sessions for row in rows)
    columns = Youths(
        id=np.array([row.id for row in rows], dtype=np.int64),
        x=stands.x,
        y=stands.y,
        z=stands.z,
        located=(stands.cell != NOWHERE).astype(np.int8),
        lat=or_unknown((row.lat for row in rows), 0.0),
        lon=or_unknown((row.lon for row in rows), 0.0),
        commune=_homes(rows, own, times),
        limit_km=or_unknown((row.limit_km for row in rows), NO_LIMIT),
        limit_minutes=or_unknown((row.limit_minutes for row in rows), NO_LIMIT),
        hours_per_km=_paces(rows),
        licence=answers(row.licence for row in rows),
        boarding=answers(row.boarding for row in rows),
        first=_windows(rows, 0),
        last=_windows(rows, 1),
        kinds=kinds_of(row.kinds for row in rows),
        adult_from=days((row.adult_from for row in rows), AGE_UNKNOWN),
        held=levels(row.level_held for row in rows),
        expected=levels(row.level_expected for row in rows),
        aimed=levels(row.level_aimed for row in rows),
        wanted=ints(level_mask(row.levels_wanted) for row in rows),
        membership=ints(own.memberships.number(row.organisations) for row in rows),
        fixed=_fixed(rows, weights),
        left_out=np.array([row.left_out_before for row in rows], dtype=np.int8),
        wish_start=_starts(len(row.wishes) for row in rows),
        wish_text=ints(own.wishes.number(texts[wish.text]) for wish in wishes),
        wish_factor=np.array([rank_factor(w.rank, weights) for w in wishes], dtype=np.float64),
        wish_trade=ints(
            -1 if wish.trade is None else own.trades.number(wish.trade) for wish in wishes
        ),
        barred_start=barred_start,
        barred=barred.astype(np.int32),
        aside_openings_start=openings_start,
        aside_openings=openings,
        aside_sessions_start=sessions_start,
        aside_sessions=sessions,
    )
    return frozen(columns)


def _met(codes: frozenset[str], pool_trades: Mapping[str, int]) -> Collection[int]:
    """Numbers of the trades met in the pool."""
    return [pool_trades[code] for code in codes if code in pool_trades] if codes else ()


def _starts(lengths: Iterable[int]) -> Ints:
    return np.cumsum([0, *lengths], dtype=np.int32)


def _homes(rows: Sequence[YouthInput], own: YouthWords, times: TravelTimes) -> Ints:
    if not times:
        return np.full(len(rows), -1, np.int32)
    homes = (times.home(row) for row in rows)
    return ints(-1 if home is None else own.homes.number(home) for home in homes)


def _paces(rows: Sequence[YouthInput]) -> Floats:
    known = {means: hours_per_km(means) for means in {row.means for row in rows}}
    return np.array([known[row.means] for row in rows], dtype=np.float64)


def _windows(rows: Sequence[YouthInput], side: int) -> Ints:
    """First (side 0) or last (side 1) start day by kind, availability and law met; (n, 2)."""
    unknown = (-FOREVER, FOREVER)[side]
    chosen = np.maximum if side == 0 else np.minimum
    free = days((row.available_from if side == 0 else row.available_to for row in rows), unknown)
    windows = (
        [row.apprenticeship_starts for row in rows],
        [row.professionalisation_starts for row in rows],
    )
    lawful = (days((w[side] if w else None for w in each), unknown) for each in windows)
    return np.stack([chosen(column, free) for column in lawful], axis=1)


def _fixed(rows: Sequence[YouthInput], weights: Weights) -> Floats:
    """Column of :func:`app.engine.score.of_youth`."""
    ready = or_unknown((row.readiness for row in rows), weights.unknown_readiness)
    calmness = 0.25 * calm_of([row.live_proposals for row in rows], np.ones(len(rows), np.int32))
    cost = weights.doubt_cost * _doubts(rows)
    return weights.parts.readiness * ready + weights.parts.exposure * calmness - cost


def _doubts(rows: Sequence[YouthInput]) -> Bytes:
    """How many doubts :func:`app.engine.doubts.youth_doubts` finds."""
    return np.array(
        [
            (row.kinds is None)
            + (
                _unknown(row, ContractKind.APPRENTICESHIP, row.apprenticeship_starts)
                or _unknown(row, ContractKind.PROFESSIONALISATION, row.professionalisation_starts)
            )
            for row in rows
        ],
        dtype=np.int8,
    )


def _unknown(row: YouthInput, kind: ContractKind, lawful: Window | None) -> bool:
    return lawful is None and (row.kinds is None or bool(row.kinds & kind))
