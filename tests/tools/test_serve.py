"""The two processes of the portal live and die together."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from tools.serve import Family

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]
DEAF_PROGRAM = """
import signal, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(60)
"""
DEAF = [sys.executable, "-c", DEAF_PROGRAM]


def wait_for_a_death(family: Family) -> tuple[str, int]:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if dead := family.first_dead():
            return dead
        time.sleep(0.05)
    pytest.fail("nobody ended")


def test_the_one_that_ended_is_named_with_its_code() -> None:
    family = Family({"short": [sys.executable, "-c", "raise SystemExit(3)"], "long": SLEEPER})

    dead = wait_for_a_death(family)
    family.stop()

    assert dead == ("short", 3)


def test_stopping_ends_everybody() -> None:
    family = Family({"one": SLEEPER, "two": SLEEPER})

    family.stop()

    assert all(process.poll() is not None for process in family.members.values())


def test_a_process_that_ignores_the_gentle_signal_is_ended_firmly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tools.serve.PATIENCE_SECONDS", 0.3)
    family = Family({})
    deaf = subprocess.Popen(DEAF, stdout=subprocess.PIPE, start_new_session=True)
    family.members["deaf"] = deaf
    assert deaf.stdout is not None
    deaf.stdout.readline()

    family.stop()

    assert deaf.poll() is not None
    deaf.stdout.close()
