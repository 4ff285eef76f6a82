"""A process and its companion live and die together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from app.core.processes import keep_machine_code
from config import ROOT

PROGRAM = """
import os, sys, time
from app.core.processes import keep_memory_small, start_companion

def work():
    print("child", os.getpid(), flush=True)
    {work}

keep_memory_small()
companion = start_companion(work)
try:
    time.sleep(30)
except KeyboardInterrupt:
    pass
finally:
    survived = companion.stop()
print("stopped well" if survived else "stopped badly", flush=True)
"""


@contextmanager
def parent_of(work: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A parent whose child does this work, and the child's id; started as a shell does with ``&``."""
    command = [sys.executable, "-c", PROGRAM.format(work=work)]
    with subprocess.Popen(
        ["sh", "-c", "trap '' INT; exec \"$@\"", "sh", *command],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        child_id = int(parent.stdout.readline().split()[1])
        try:
            yield parent, child_id
        finally:
            parent.kill()
            with suppress(ProcessLookupError):
                os.kill(child_id, signal.SIGKILL)


def test_machine_code_is_kept_in_the_instance_where_the_program_may_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    keep_machine_code(beside=tmp_path, otherwise=tmp_path / "kept")
    where_one_may_write = os.environ.get("NUMBA_CACHE_DIR")

    keep_machine_code(beside=tmp_path / "nowhere", otherwise=tmp_path / "kept")

    assert where_one_may_write is None
    assert os.environ["NUMBA_CACHE_DIR"] == str(tmp_path / "kept")
    monkeypatch.delenv("NUMBA_CACHE_DIR")


def test_machine_code_older_than_any_source_of_the_engine_is_compiled_again(tmp_path: Path) -> None:
    called, helper, index = (tmp_path / name for name in ("search.py", "legs.py", "search.nbi"))
    for age, one in ((300, called), (300, helper), (200, index)):
        one.touch()
        os.utime(one, (time.time() - age,) * 2)
    keep_machine_code(beside=tmp_path, otherwise=tmp_path)
    is_kept_while_nothing_changed = index.exists()

    helper.touch()
    keep_machine_code(beside=tmp_path, otherwise=tmp_path)

    assert is_kept_while_nothing_changed
    assert not index.exists()


def is_alive(process_id: int) -> bool:
    try:
        with open(f"/proc/{process_id}/stat", encoding="ascii") as status:
            return status.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize(
    ("work", "last_words"),
    [("time.sleep(1)", "stopped well"), ("time.sleep(1); os._exit(3)", "stopped badly")],
)
def test_a_parent_ends_with_its_child_and_says_whether_the_child_failed(
    work: str, last_words: str
) -> None:
    with parent_of(work) as (parent, _):
        told, _ = parent.communicate(timeout=20)

    assert told.strip() == last_words


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_a_child_ends_with_its_parent_however_that_one_ends(ending: signal.Signals) -> None:
    with parent_of("time.sleep(30)") as (parent, child_id):
        parent.send_signal(ending)
        parent.wait(timeout=20)
        deadline = time.monotonic() + 15
        while is_alive(child_id) and time.monotonic() < deadline:
            time.sleep(0.05)

        assert not is_alive(child_id)
