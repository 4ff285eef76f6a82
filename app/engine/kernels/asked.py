"""What a compiled search is given: the ground, the youths who ask, and where results go."""

from __future__ import annotations

from typing import NamedTuple

from app.engine.pool.columns import (
    Bytes,
    Floats,
    Ints,
    Links,
    Longs,
    Near,
    OpeningKinds,
    Openings,
    Rules,
    SessionKinds,
    Sessions,
    Shelves,
    Singles,
    Texts,
    Times,
    Ways,
    Youths,
)


class Ground(NamedTuple):
    """Everything of a pool but the youths, and what a plan charges for places."""

    openings: Openings
    shelves: Shelves
    sessions: Sessions
    opening_kinds: OpeningKinds
    session_kinds: SessionKinds
    links: Links
    ways: Ways
    rules: Rules
    opening_price: Floats
    session_price: Floats


class Query(NamedTuple):
    """Who asks, with what their wishes, communes and agreements mean in the pool.

    ``floor`` is a score a youth: no triple below it is of interest. ``opening`` and ``session``
    name one row alone, or are -1 for all. ``allowed[m, a]`` says
    whether members of organisations ``m`` may be shown to audience ``a``.
    """

    youths: Youths
    texts: Texts
    near: Near
    times: Times
    allowed: Bytes
    floor: Floats
    opening: int
    session: int


class Top(NamedTuple):
    """The best triples so far: row indices and scores, best first; shape (k,)."""

    opening: Ints
    session: Ints
    score: Floats


class Marks(NamedTuple):
    """How many groups and session kinds a search marked, and how many sessions it hung."""

    groups: int
    kinds: int
    sessions: int


class Columns(NamedTuple):
    """Triples kept for a plan: shapes (youths, slots), of which ``used[y]`` are filled."""

    opening: Ints
    session: Ints
    value: Floats
    used: Ints


class Listed(NamedTuple):
    """Columns one after the other: those of the youth ``order[row]`` are ``start[row]:start[row + 1]``.

    Values are single precision: they lead a walk, they prove nothing. Where each stands in
    :class:`Columns` is looked for when it is wanted: tens of millions of numbers would be kept for the
    few that a plan takes.
    """

    order: Ints
    start: Longs
    opening: Ints
    session: Ints
    value: Singles


class Places(NamedTuple):
    """One number an opening and one a session: prices, room left, or use made."""

    openings: Floats
    sessions: Floats


class Holders(NamedTuple):
    """Who holds the places of each opening and session, -1 for free ones; ragged."""

    opening_start: Longs
    opening: Ints
    session_start: Longs
    session: Ints
