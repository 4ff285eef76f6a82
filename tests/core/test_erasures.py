"""The memory of erasures: whole lines from several processes, kept after a crash."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from app.core.db import transaction
from app.core.erasures import append_line, erasures_path, note_erased, noted_acts

WRITERS, LINES = 4, 20
WRITER = """
import sys
from pathlib import Path
from app.core.erasures import append_line
for rank in range(int(sys.argv[2])):
    append_line(Path(sys.argv[1]), '{"writer": %s, "rank": %d, "filler": "%s"}' % (sys.argv[3], rank, "x" * 200))
"""


def test_several_processes_write_whole_lines_and_lose_none(tmp_path: Path) -> None:
    path = tmp_path / "erasures.jsonl"

    running = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), str(LINES), str(writer)])
        for writer in range(WRITERS)
    ]
    codes = [one.wait(timeout=120) for one in running]

    found = [json.loads(one) for one in path.read_text(encoding="utf-8").splitlines()]
    assert codes == [0] * WRITERS
    assert {(one["writer"], one["rank"]) for one in found} == {
        (writer, rank) for writer in range(WRITERS) for rank in range(LINES)
    }
    assert len(found) == WRITERS * LINES
    assert path.stat().st_mode & 0o077 == 0


def test_a_line_that_a_crash_cut_short_swallows_no_other(tmp_path: Path) -> None:
    path = tmp_path / "erasures.jsonl"
    path.write_text('{"youth_id": 1, "fing', encoding="utf-8")

    append_line(path, '{"youth_id": 2}')

    assert path.read_text(encoding="utf-8").splitlines()[1] == '{"youth_id": 2}'


def cut_short() -> None:
    """An erasure whose process stops before the commit."""
    with transaction():
        note_erased(7, "ABCD2345")
        raise KeyboardInterrupt


def test_the_line_is_there_before_the_commit_so_that_no_crash_forgets_an_erasure(
    app: Flask,
) -> None:
    with app.app_context():
        path = erasures_path()
        path.unlink(missing_ok=True)
        try:
            with pytest.raises(KeyboardInterrupt):
                cut_short()
            noted = [
                (one.youth_id, one.is_of("ABCD2345"), one.is_of("ABCD2346")) for one in noted_acts()
            ]
        finally:
            path.unlink(missing_ok=True)

    assert noted == [(7, True, False)]
