"""The parts of a score in plain Python: each function is one row of the table in docs/engine.md."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple, Protocol

from app.engine.model import ContractKind, OpeningInput, SessionInput, Window, YouthInput
from app.engine.weights import Weights

FOREVER = 10_000_000
"""A day later than every date; ``-FOREVER`` is earlier than every date."""


class Likeness(Protocol):
    """What the engine asks about words and trades; both answers lie between 0 and 1."""

    def text(self, query: str, title: str) -> float:
        """Similarity of a typed wish, or of an opening's title, to a title."""
        ...

    def trade(self, code_a: str, code_b: str) -> float:
        """Proximity of two ROME codes."""
        ...


class WishFit(NamedTuple):
    """The best wish for a title: value with its rank counted, the rank, the bare similarity."""

    value: float
    rank: int
    similarity: float


class DatesFit(NamedTuple):
    """How the dates meet: the part, and the days between contract and course start if known."""

    value: float
    days: int | None


def wish_fit(
    youth: YouthInput, title: str, trades: Iterable[str], likeness: Likeness, weights: Weights
) -> WishFit:
    """``max`` over the wishes of ``rank factor × max(text, trade)``, each below its floor being 0.

    The trade counts from ``trade_floor`` on, the text from ``wish_floor`` on.
    """
    best = WishFit(0.0, 0, 0.0)
    codes = tuple(trades)
    for wish in youth.wishes:
        similarity = likeness.text(wish.text, title)
        similarity = similarity if similarity >= weights.wish_floor else 0.0
        if wish.trade is not None:
            for code in codes:
                near = likeness.trade(wish.trade, code)
                similarity = max(similarity, near if near >= weights.trade_floor else 0.0)
        value = rank_factor(wish.rank, weights) * similarity
        if value > best.value:
            best = WishFit(value, wish.rank, similarity)
    return best


def rank_factor(rank: int, weights: Weights) -> float:
    """Factor of a wish's rank; the last factor serves every later rank."""
    return weights.rank_factors[min(max(rank, 1), len(weights.rank_factors)) - 1]


def opening_wish(
    youth: YouthInput, opening: OpeningInput, likeness: Likeness, weights: Weights
) -> WishFit:
    """Wish ↔ opening."""
    trades = () if opening.trade is None else (opening.trade,)
    return wish_fit(youth, opening.title, trades, likeness, weights)


def course_link(
    opening: OpeningInput, session: SessionInput, likeness: Likeness, weights: Weights
) -> float:
    """Opening ↔ course: ROME codes decide where both sides have one, the titles elsewhere.

    0 below ``trade_floor``, or ``course_floor`` for titles: the course does not lead to this job.
    """
    if opening.trade is None or not session.trades:
        link = likeness.text(opening.title, session.title)
        return link if link >= weights.course_floor else 0.0
    link = max(likeness.trade(opening.trade, trade) for trade in session.trades)
    return link if link >= weights.trade_floor else 0.0


def level_value(held: int | None, aimed: int | None, given: int | None, weights: Weights) -> float:
    """Mean of the step made and of the nearness to the level aimed at, or the step alone.

    Steps from the level held (levels 1 and 2 are "no diploma"): one up is worth 1, two .7, the
    same level .5, three or more .3, down .2. Nearness is ``1 - |given - aimed| / 4``.
    """
    if given is None:
        return weights.unknown_level
    step = weights.unknown_level if held is None else _step(given - max(held, 2))
    if aimed is None:
        return step
    return 0.5 * step + 0.5 * max(0.0, 1.0 - abs(given - aimed) / 4.0)


def _step(levels: int) -> float:
    if levels < 0:
        return 0.2
    return (0.5, 1.0, 0.7)[levels] if levels <= 2 else 0.3


@lru_cache(maxsize=64)
def common_kinds(
    youth: ContractKind | None, opening: ContractKind | None, session: ContractKind | None
) -> tuple[ContractKind, ...]:
    """Kinds all three allow; an unknown kind allows every kind."""
    both = ContractKind.APPRENTICESHIP | ContractKind.PROFESSIONALISATION
    for each in (youth, opening, session):
        both &= both if each is None else each
    return tuple(both)


def youth_window(youth: YouthInput, kind: ContractKind) -> Window:
    """Days on which a contract of this kind may start as far as the youth is concerned."""
    apprenticeship = kind is ContractKind.APPRENTICESHIP
    lawful = youth.apprenticeship_starts if apprenticeship else youth.professionalisation_starts
    return meet(opened(youth.available_from, youth.available_to), lawful or (-FOREVER, FOREVER))


def opened(first: int | None, last: int | None) -> Window:
    """A window whose unknown sides are open."""
    return -FOREVER if first is None else first, FOREVER if last is None else last


def meet(a: Window, b: Window) -> Window:
    """Intersection of two windows."""
    return max(a[0], b[0]), min(a[1], b[1])


def holds(window: Window) -> bool:
    """Whether the window has a day."""
    return window[0] <= window[1]


def opening_window(youth: YouthInput, opening: OpeningInput, kind: ContractKind) -> Window:
    """Days on which this youth may start at this opening; a job barred to minors waits for 18."""
    window = meet(youth_window(youth, kind), opened(opening.start_from, opening.start_to))
    if opening.minors_possible is False and youth.adult_from is not None:
        window = meet(window, (youth.adult_from, FOREVER))
    return window


def session_window(session: SessionInput) -> Window:
    """Days on which a contract for this session may start."""
    window = opened(session.contract_from, session.contract_to)
    return meet(window, opened(None, session.certified_until))


def dates_fit(
    youth: YouthInput, opening: OpeningInput, session: SessionInput, weights: Weights
) -> DatesFit | None:
    """How near contract start and course start can be, over the kinds all three allow.

    ``1 - days / dates_days``, not below 0; a fixed value when a start is unknown; ``None`` when
    no day is lawful for all.
    """
    best: int | None = None
    for kind in common_kinds(youth.kinds, opening.kinds, session.kinds):
        window = meet(opening_window(youth, opening, kind), session_window(session))
        if holds(window):
            first, last = opened(session.start_from, session.start_to)
            days = max(0, first - window[1], window[0] - last)
            best = days if best is None else min(best, days)
    if best is None:
        return None
    if start_unknown(opening) or start_unknown(session):
        return DatesFit(weights.unknown_dates, None)
    return DatesFit(max(0.0, 1.0 - best / weights.dates_days), best)


def start_unknown(row: OpeningInput | SessionInput) -> bool:
    """Whether neither side of the start is known."""
    return row.start_from is None and row.start_to is None


def calm(live: int, places: int | None) -> float:
    """Exposure of one row: ``1 / (1 + live proposals / places)``, at least one place."""
    return 1.0 / (1.0 + live / max(1, 1 if places is None else places))
