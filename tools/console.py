"""What a person sees while the tools work: numbered steps, in French, one line each."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class ToolFailure(Exception):
    """A step cannot go on; the message tells the reader, in French, what to do."""


def say(text: str = "") -> None:
    """Print one line at once, even when the output is a pipe."""
    print(text, flush=True)


def complain(text: str) -> None:
    """Print one line on the error output."""
    print(text, file=sys.stderr, flush=True)


def seconds(duration: float) -> str:
    """Write a duration as French readers do: `3,2 s`, `4 min 05 s`."""
    if duration < 60:
        return f"{duration:.1f} s".replace(".", ",")
    whole = round(duration)
    return f"{whole // 60} min {whole % 60:02d} s"


class Steps:
    """A counter of announced steps: « [2/7] Paquets Python… »."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0

    @contextmanager
    def step(self, label: str) -> Iterator[None]:
        """Announce a step, then say how long it took when that is worth a line."""
        self.done += 1
        say(f"[{self.done}/{self.total}] {label}…")
        started = time.monotonic()
        yield
        elapsed = time.monotonic() - started
        if elapsed >= 1:
            say(f"      fait en {seconds(elapsed)}")
