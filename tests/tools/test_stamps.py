"""A product is made again when, and only when, its sources changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.stamps import digest, is_current, record


def test_a_recorded_product_is_current_until_a_source_changes(tmp_path: Path) -> None:
    source, stamp = tmp_path / "source", tmp_path / "made" / ".stamp"
    source.write_text("one")
    record(stamp, digest([source, "word"]))

    unchanged = is_current(stamp, digest([source, "word"]))
    source.write_text("two")
    changed = is_current(stamp, digest([source, "word"]))

    assert unchanged
    assert not changed


def test_words_that_run_together_do_not_give_the_same_digest() -> None:
    assert digest(["ab", "c"]) != digest(["a", "bc"])


def test_a_missing_source_is_an_error_and_not_a_digest(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        digest([tmp_path / "nothing"])
