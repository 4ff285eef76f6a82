"""What a field keeps of what was typed."""

from __future__ import annotations

import pytest

from app.core.forms import strip


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Lucie ", "Lucie"),
        ("Lu\0cie\x0b\x1b[31m", "Lucie[31m"),
        ("Neu\u202eve", "Neuve"),
        ("une ligne\r\nune autre\tici", "une ligne\r\nune autre\tici"),
        ("12\u00a0000", "12 000"),
        ("\u202e \0", None),
        (None, None),
    ],
)
def test_signs_that_hide_or_turn_others_round_are_cut(typed: str | None, kept: str | None) -> None:
    assert strip(typed) == kept
