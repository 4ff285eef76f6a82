"""Memory a search writes on: allocated once a thread, left clean by every search."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.engine.pool.columns import Bytes, Floats, Ints, Sizes

RUNS = 2048
"""More rows than the grid has, so that the runs of any circle fit.

The runs of shelves fit too: there are two lists of openings, and a run of a long shelf holds one at least.
"""


STRETCHES = 24
"""Into how many stretches the days ahead of a youth are cut (see ``ahead``)."""


class Scratch(NamedTuple):
    """Dense tables by title, trade, commune and kind, and lists of what was found.

    Clean means: ``by_*``, ``*_hit``, ``*_seen``, ``barred``, ``head`` and ``tail`` zero, ``minutes``
    -1. Tables by trade have one slot more, always zero, which -1 ("no trade") reads. The sessions of
    kind ``c`` on the list are ``sessions[head[c]:tail[c]]``; a row of ``days`` says what dates must
    meet: contract kinds, first and last day of contracts, first and last day of starts.
    """

    by_title: Floats
    by_trade: Floats
    title_hit: Bytes
    trade_hit: Bytes
    barred: Bytes
    minutes: Floats
    group_seen: Bytes
    groups: Ints
    group_bound: Floats
    group_own: Floats
    group_ahead: Floats
    kind_seen: Bytes
    kinds: Ints
    best: Floats
    asking: Floats
    ahead: Floats
    head: Ints
    tail: Ints
    openings: Ints
    own: Floats
    bound: Floats
    heap: Ints
    sessions: Ints
    part: Floats
    reach: Floats
    days: Ints
    begin: Ints
    end: Ints


def new_scratch(sizes: Sizes) -> Scratch:
    """Clean scratch for a pool of these sizes."""
    runs = RUNS + sizes.titles + sizes.trades + 2 * sizes.openings
    return Scratch(
        by_title=np.zeros(sizes.titles),
        by_trade=np.zeros(sizes.trades + 1),
        title_hit=np.zeros(sizes.titles, np.int8),
        trade_hit=np.zeros(sizes.trades + 1, np.int8),
        barred=np.zeros(sizes.trades + 1, np.int8),
        minutes=np.full(sizes.communes, -1.0),
        group_seen=np.zeros(sizes.groups, np.int8),
        groups=np.zeros(sizes.groups, np.int32),
        group_bound=np.zeros(sizes.groups),
        group_own=np.zeros(sizes.groups),
        group_ahead=np.zeros((sizes.groups, STRETCHES)),
        kind_seen=np.zeros(sizes.session_kinds, np.int8),
        kinds=np.zeros(sizes.session_kinds, np.int32),
        best=np.zeros(sizes.session_kinds),
        asking=np.zeros(sizes.session_kinds),
        ahead=np.zeros((sizes.session_kinds, STRETCHES)),
        head=np.zeros(sizes.session_kinds, np.int32),
        tail=np.zeros(sizes.session_kinds, np.int32),
        openings=np.zeros(sizes.openings, np.int32),
        own=np.zeros(sizes.openings),
        bound=np.zeros(sizes.openings),
        heap=np.zeros(sizes.openings, np.int32),
        sessions=np.zeros(sizes.sessions, np.int32),
        part=np.zeros(sizes.sessions),
        reach=np.zeros(sizes.sessions),
        days=np.zeros((sizes.sessions, 5), np.int32),
        begin=np.zeros(runs, np.int32),
        end=np.zeros(runs, np.int32),
    )
