"""How softly youths choose at prices: close to the exponential, without its cost."""

from __future__ import annotations

import math

import pytest

from app.engine.kernels.market import FAINT, faded

plain = getattr(faded, "py_func", faded)


@pytest.mark.parametrize("behind", [0.0, -0.01, -0.5, -1.0, -3.0, -7.0, -11.99])
def test_a_column_behind_the_best_weighs_what_the_exponential_says(behind: float) -> None:
    assert plain(behind) == pytest.approx(math.exp(behind), rel=4e-3)


def test_a_column_too_far_behind_weighs_nothing() -> None:
    assert plain(-FAINT) == 0.0
    assert plain(-1e9) == 0.0
