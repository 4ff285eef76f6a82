"""Numbers that come from an address or a field: absurd ones are nothing, never a fault."""

from __future__ import annotations

import pytest

from app.core.forms import ticked, whole_or_none
from app.core.pages import page_number

ABSURD = ["", "-1", "²", "٣²", "1e9", "9" * 30, "1;2", "NaN"]


@pytest.mark.parametrize("text", ABSURD)
def test_an_absurd_number_is_no_number_and_asks_for_the_first_page(text: str) -> None:
    assert whole_or_none(text) is None
    assert page_number(text) == 1


def test_a_number_is_read_with_spaces_around_and_boxes_are_read_once() -> None:
    assert whole_or_none(" 12 ") == 12
    assert page_number("3") == 3
    assert ticked(["7", "3", "²", "7"]) == [3, 7]
