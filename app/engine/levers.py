"""The changes a lever may make to a row: small, real, and within somebody's power."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Generic, TypeVar

from app.engine.model import (
    BOTH_KINDS,
    ContractKind,
    OpeningInput,
    SessionInput,
    Wish,
    YouthInput,
)
from app.engine.parts import Likeness
from app.engine.reasons import Value
from app.engine.weights import Weights

Row = TypeVar("Row", YouthInput, OpeningInput, SessionInput)

MONTH_DAYS = 30
MORE_KM = 10.0
MORE_MINUTES = 15.0
ROLLING_DAYS = 90
NEIGHBOUR_FLOOR = 0.5
MOST_NEIGHBOURS = 3


class LeverCode(Enum):
    """What could change; values are meanings, names are the stable codes."""

    LICENCE = "the youth gets the driving licence"
    FARTHER = "the youth travels farther (km= or minutes= more)"
    BOARDING = "the youth accepts boarding, or the site offers it"
    START_EARLIER = "the youth is free, or the opening starts, a month earlier (days=)"
    START_LATER = "the youth is free, or the opening starts, a month later (days=)"
    LEVEL_HIGHER = "the youth also prepares a diploma one level higher (level=)"
    LEVEL_LOWER = "the youth also prepares a diploma one level lower (level=)"
    NEIGHBOUR_TRADE = "the youth also looks at a neighbouring trade (trade=)"
    OTHER_CONTRACT = "the other kind of contract is accepted too"
    PAPER = "a missing paper of the checklist is brought (paper=)"
    ACCEPT_MINORS = "the employer says that minors can do this job"
    WITHOUT_LICENCE = "the employer takes apprentices without a driving licence"
    ANY_LEVEL = "the employer takes apprentices of every diploma level"
    ENTRY_LOWER = "the centre admits one level lower (level=)"
    ROLLING_ENTRY = "the centre admits newcomers for three months more (days=)"
    ONE_MORE_SEAT = "the centre opens one more seat"
    ONE_MORE_POSITION = "the employer opens one more position"


@dataclass(frozen=True, slots=True)
class Change(Generic[Row]):
    """A lever on one row: what it is called, with which values, and the row it makes."""

    code: LeverCode
    values: Mapping[str, Value]
    make: Callable[[Row], Row]


def youth_changes(
    youth: YouthInput, trades: Iterable[str], likeness: Likeness, weights: Weights
) -> Iterator[Change[YouthInput]]:
    """Levers of a youth; ``trades`` are the ROME codes met in the pool."""
    if not youth.licence:
        yield Change(LeverCode.LICENCE, {}, lambda row: replace(row, licence=True))
    yield from _farther(youth)
    if not youth.boarding:
        yield Change(LeverCode.BOARDING, {}, lambda row: replace(row, boarding=True))
    yield from _youth_dates(youth)
    yield from _levels(youth)
    yield from _neighbours(youth, trades, likeness, weights)
    if youth.kinds is not None and youth.kinds != BOTH_KINDS:
        yield Change(LeverCode.OTHER_CONTRACT, {}, lambda row: replace(row, kinds=BOTH_KINDS))
    for paper, gain in youth.missing_papers:
        yield Change(LeverCode.PAPER, {"paper": paper}, _with_paper(gain))


def _farther(youth: YouthInput) -> Iterator[Change[YouthInput]]:
    if youth.limit_km is not None:
        km = youth.limit_km + MORE_KM
        yield Change(LeverCode.FARTHER, {"km": MORE_KM}, lambda row: replace(row, limit_km=km))
    elif youth.limit_minutes is not None:
        minutes = youth.limit_minutes + MORE_MINUTES
        values = {"minutes": MORE_MINUTES}
        yield Change(LeverCode.FARTHER, values, lambda row: replace(row, limit_minutes=minutes))


def _youth_dates(youth: YouthInput) -> Iterator[Change[YouthInput]]:
    values = {"days": MONTH_DAYS}
    if youth.available_from is not None:
        first = youth.available_from - MONTH_DAYS
        yield Change(
            LeverCode.START_EARLIER, values, lambda row: replace(row, available_from=first)
        )
    if youth.available_to is not None:
        last = youth.available_to + MONTH_DAYS
        yield Change(LeverCode.START_LATER, values, lambda row: replace(row, available_to=last))


def _levels(youth: YouthInput) -> Iterator[Change[YouthInput]]:
    if youth.levels_wanted:
        for code, level in (
            (LeverCode.LEVEL_HIGHER, max(youth.levels_wanted) + 1),
            (LeverCode.LEVEL_LOWER, min(youth.levels_wanted) - 1),
        ):
            yield Change(code, {"level": level}, _with_level(level))


def _with_level(level: int) -> Callable[[YouthInput], YouthInput]:
    return lambda row: replace(row, levels_wanted=(row.levels_wanted or frozenset()) | {level})


def _with_paper(gain: float) -> Callable[[YouthInput], YouthInput]:
    return lambda row: replace(row, readiness=min(1.0, (row.readiness or 0.0) + gain))


def _neighbours(
    youth: YouthInput, trades: Iterable[str], likeness: Likeness, weights: Weights
) -> Iterator[Change[YouthInput]]:
    """The trades nearest to the wishes that are not yet counted as the same."""
    wanted = [wish.trade for wish in youth.wishes if wish.trade is not None]
    near = (
        (max((likeness.trade(own, code) for own in wanted), default=0.0), code) for code in trades
    )
    found = sorted(
        (pair for pair in near if NEIGHBOUR_FLOOR <= pair[0] < weights.trade_floor),
        key=lambda pair: (-pair[0], pair[1]),
    )
    for _, code in found[:MOST_NEIGHBOURS]:
        yield Change(LeverCode.NEIGHBOUR_TRADE, {"trade": code}, _with_wish(code))


def _with_wish(code: str) -> Callable[[YouthInput], YouthInput]:
    def make(row: YouthInput) -> YouthInput:
        rank = max((wish.rank for wish in row.wishes), default=0) + 1
        return replace(row, wishes=(*row.wishes, Wish(rank=rank, text="", trade=code)))

    return make


def opening_changes(opening: OpeningInput) -> Iterator[Change[OpeningInput]]:
    """Levers of an employer."""
    if not opening.minors_possible:
        yield Change(LeverCode.ACCEPT_MINORS, {}, lambda row: replace(row, minors_possible=True))
    if opening.licence_needed is not False:
        yield Change(LeverCode.WITHOUT_LICENCE, {}, lambda row: replace(row, licence_needed=False))
    if opening.levels is not None:
        yield Change(LeverCode.ANY_LEVEL, {}, lambda row: replace(row, levels=None))
    yield from _other_contract(opening.kinds)
    values = {"days": MONTH_DAYS}
    if opening.start_from is not None:
        first = opening.start_from - MONTH_DAYS
        yield Change(LeverCode.START_EARLIER, values, lambda row: replace(row, start_from=first))
    if opening.start_to is not None:
        last = opening.start_to + MONTH_DAYS
        yield Change(LeverCode.START_LATER, values, lambda row: replace(row, start_to=last))
    if opening.positions_free == 0:
        yield Change(LeverCode.ONE_MORE_POSITION, {}, lambda row: replace(row, positions_free=1))


def session_changes(session: SessionInput) -> Iterator[Change[SessionInput]]:
    """Levers of a training centre."""
    if not session.boarding:
        yield Change(LeverCode.BOARDING, {}, lambda row: replace(row, boarding=True))
    if session.entry_level is not None:
        level = session.entry_level - 1
        yield Change(
            LeverCode.ENTRY_LOWER, {"level": level}, lambda row: replace(row, entry_level=level)
        )
    if session.start_to is not None and session.contract_to is not None:
        last, lawful = session.start_to + ROLLING_DAYS, session.contract_to + ROLLING_DAYS
        yield Change(
            LeverCode.ROLLING_ENTRY,
            {"days": ROLLING_DAYS},
            lambda row: replace(row, start_to=last, contract_to=lawful),
        )
    yield from _session_contract(session.kinds)
    if session.seats_free == 0:
        yield Change(LeverCode.ONE_MORE_SEAT, {}, lambda row: replace(row, seats_free=1))


def _other_contract(kinds: ContractKind | None) -> Iterator[Change[OpeningInput]]:
    if kinds is not None and kinds != BOTH_KINDS:
        yield Change(LeverCode.OTHER_CONTRACT, {}, lambda row: replace(row, kinds=BOTH_KINDS))


def _session_contract(kinds: ContractKind | None) -> Iterator[Change[SessionInput]]:
    if kinds is not None and kinds != BOTH_KINDS:
        yield Change(LeverCode.OTHER_CONTRACT, {}, lambda row: replace(row, kinds=BOTH_KINDS))
