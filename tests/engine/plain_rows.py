"""Rows where everything is known and fits: a baker, a bakery and a course, all in Quimper."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.engine.model import (
    ContractKind,
    Means,
    OpeningInput,
    Rhythm,
    SessionInput,
    Wish,
    YouthInput,
)

TODAY = 740_000
QUIMPER = (47.9960, -4.1024)

_YOUTH = YouthInput(
    id=0,
    wishes=(Wish(rank=1, text="boulanger", trade="D1102"),),
    lat=QUIMPER[0],
    lon=QUIMPER[1],
    limit_km=30.0,
    means=frozenset({Means.MOPED}),
    licence=False,
    boarding=False,
    available_from=TODAY,
    available_to=TODAY + 365,
    kinds=ContractKind.APPRENTICESHIP,
    apprenticeship_starts=(TODAY - 500, TODAY + 3000),
    adult_from=TODAY - 100,
    level_held=2,
    level_aimed=3,
    readiness=0.5,
)
_OPENING = OpeningInput(
    id=0,
    title="Boulanger",
    trade="D1102",
    kinds=ContractKind.APPRENTICESHIP,
    start_from=TODAY + 30,
    start_to=TODAY + 60,
    levels=frozenset({3, 4}),
    positions_free=1,
    licence_needed=False,
    minors_possible=True,
    lat=QUIMPER[0] + 0.05,
    lon=QUIMPER[1],
    answer_rate=0.5,
    shortage=False,
)
_SESSION = SessionInput(
    id=0,
    title="CAP Boulanger",
    trades=("D1102",),
    level=3,
    entry_level=2,
    kinds=ContractKind.APPRENTICESHIP,
    start_from=TODAY + 40,
    start_to=TODAY + 40,
    contract_from=TODAY - 50,
    contract_to=TODAY + 132,
    seats_free=2,
    lat=QUIMPER[0],
    lon=QUIMPER[1] + 0.05,
    boarding=False,
    rhythm=Rhythm.WEEKLY,
    certified_until=TODAY + 2000,
    answer_rate=0.5,
)


def baker(youth_id: int = 1, **changes: Any) -> YouthInput:
    return replace(_YOUTH, id=youth_id, **changes)


def bakery(opening_id: int = 7, **changes: Any) -> OpeningInput:
    return replace(_OPENING, id=opening_id, **changes)


def bakery_course(session_id: int = 9, **changes: Any) -> SessionInput:
    return replace(_SESSION, id=session_id, **changes)
