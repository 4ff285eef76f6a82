"""How near two ROME codes are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.similarity import trade_proximity

codes = st.from_regex(r"[A-N][1-3][0-9]{3}", fullmatch=True) | st.just("")


def test_narrower_common_prefixes_are_nearer() -> None:
    steps = [trade_proximity("D1102", other) for other in ("D1102", "D1104", "D1202", "D2102")]

    assert steps == [1.0, 0.75, 0.1, 0.1]
    assert trade_proximity("D1102", "D1112") == 0.5
    assert trade_proximity("D1102", "G1602") == 0.0


@pytest.mark.parametrize(("one", "other"), [("", "D1102"), ("D1102", ""), ("", "")])
def test_an_unknown_code_is_near_nothing(one: str, other: str) -> None:
    assert trade_proximity(one, other) == 0.0


def test_a_known_relation_wins_in_both_orders_when_it_is_nearer() -> None:
    related = {("D1102", "H2102"): 0.6, ("D1102", "D1104"): 0.2}

    assert trade_proximity("H2102", "D1102", related) == 0.6
    assert trade_proximity("D1102", "H2102", related) == 0.6
    assert trade_proximity("D1102", "D1104", related) == 0.75


@given(codes, codes)
def test_proximity_is_symmetric_and_between_nothing_and_one(one: str, other: str) -> None:
    assert trade_proximity(one, other) == trade_proximity(other, one)
    assert 0.0 <= trade_proximity(one, other) <= 1.0
