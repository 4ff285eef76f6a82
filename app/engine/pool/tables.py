"""Tables that a pool computes once: what leads to what, what is like what."""

from __future__ import annotations

import numpy as np

from app.engine.parts import level_value
from app.engine.pool.columns import (
    Bytes,
    Near,
    Rules,
    SessionKinds,
    Times,
    frozen,
)
from app.engine.pool.compressed import compressed
from app.engine.pool.words import Words, YouthWords
from app.engine.similarity import Neighbours
from app.engine.travel_times import TravelTimes
from app.engine.weights import Weights


def session_kinds(words: Words) -> SessionKinds:
    """The numbered kinds of sessions as columns."""
    kinds = list(words.sessions.numbers)
    starts = np.cumsum([0, *(len(trades) for _, trades, _ in kinds)], dtype=np.int32)
    trades = np.array([t for _, row, _ in kinds for t in row], dtype=np.int32)
    title = np.array([kind[0] for kind in kinds], dtype=np.int32)
    level = np.array([kind[2] for kind in kinds], dtype=np.int8)
    return frozen(SessionKinds(title, level, starts, trades))


def times_of(own: YouthWords, words: Words, times: TravelTimes) -> Times:
    """Known minutes from the homes of a batch to the communes of the pool."""
    homes, communes = own.homes.numbers, words.communes.numbers
    stops = times.stops(communes) if homes else np.zeros(0, np.int32)
    rows = [times.reached(home, communes, stops) for home in homes]
    none = (np.zeros(0, np.int32), np.zeros(0))
    return frozen(
        Times(
            np.cumsum([0, *(len(row) for row, _ in rows)], dtype=np.int64),
            np.concatenate([each[0] for each in (none, *rows)]),
            np.concatenate([each[1] for each in (none, *rows)]),
        )
    )


def allowed_of(own: YouthWords, words: Words) -> Bytes:
    """Whether each membership of a batch may be shown to each audience of the pool."""
    table = np.zeros((len(own.memberships), len(words.audiences)), dtype=np.int8)
    for members, m in own.memberships.numbers.items():
        for audience, a in words.audiences.numbers.items():
            table[m, a] = audience is None or not audience.isdisjoint(members)
    table.flags.writeable = False
    return table


def near_of(own: YouthWords, neighbours: Neighbours) -> Near:
    """CSR of the trades of the pool near each trade a batch wishes."""
    return frozen(Near(*compressed(map(neighbours.near, own.trades.numbers))))


def rules_of(weights: Weights) -> Rules:
    """The weights as the searches read them."""
    w = weights.parts
    known = [None, *range(15)]
    levels = np.array(
        [
            level_value(held, aimed, given, weights)
            for held in known
            for aimed in known
            for given in known
        ]
    )
    levels.flags.writeable = False
    return Rules(
        wish_opening=w.wish_opening,
        wish_course=w.wish_course,
        opening_course=w.opening_course,
        company=w.journeys * weights.company_share,
        site=w.journeys * (1.0 - weights.company_share),
        dates=w.dates,
        level=w.level,
        fixed=1.0,
        doubt_cost=weights.doubt_cost,
        far_hours=weights.far_hours,
        unlimited_km=weights.unlimited_km,
        minutes_slack=weights.minutes_slack,
        boarding_km=weights.boarding_km,
        boarding_value=weights.boarding_value,
        dates_days=weights.dates_days,
        unknown_journey=weights.unknown_journey,
        unknown_dates=weights.unknown_dates,
        fastest_kmh=weights.fastest_kmh,
        levels=levels,
    )
