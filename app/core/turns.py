"""A fair queue for those who want to write, where the database lets one write at a time.

SQLite lets a writer that finds the file locked sleep and try again, up to 100 ms later: whoever comes at the right
moment passes, and out of 64 the unluckiest can wait for a quarter of a minute and be refused. Here the threads of a
process stand in line instead, each called by the one before it, so that only one of them ever asks SQLite. Other
processes (the worker, a command) still meet at the file, two or three at a time: one that writes piece after piece
gives way, or people who save meanwhile are refused (2 of 7, measured; with the pause none, within half a second).
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

GIVE_WAY_AFTER = 0.5
"""Seconds of writing after which a process that gives way pauses before it writes again."""
GIVE_WAY_SECONDS = 0.11
"""A little longer than the longest sleep of SQLite between two tries."""


class TurnNeverCame(Exception):
    """Others were still before this one when its patience ended; it has done nothing."""


class Line:
    """One thread at a time, first come first served; the thread whose turn it is may ask again.

    Attributes:
        gives_way: from time to time nobody writes for a moment, so that other processes find the file free.
    """

    def __init__(self, *, gives_way: bool = False) -> None:
        self.gives_way = gives_way
        self._written = 0.0
        self._guard = threading.Lock()
        self._is_taken = False
        self._holder: int | None = None
        self._waiting: deque[threading.Event] = deque()

    @contextmanager
    def turn(self, patience: float) -> Iterator[None]:
        """Wait for one's turn, and call the next at the end, however it ends.

        Args:
            patience: seconds.

        Raises:
            TurnNeverCame: the turn did not come in time.
        """
        me = threading.get_ident()
        if self._holder == me:
            yield
            return
        self._take(patience)
        self._holder = me
        if self.gives_way and self._written >= GIVE_WAY_AFTER:
            time.sleep(GIVE_WAY_SECONDS)
            self._written = 0.0
        began = time.monotonic()
        try:
            yield
        finally:
            self._written += time.monotonic() - began
            self._holder = None
            self._pass_on()

    def _take(self, patience: float) -> None:
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return
            called = threading.Event()
            self._waiting.append(called)
        try:
            if called.wait(patience):
                return
        except BaseException:
            self._leave(called)
            raise
        self._leave(called)
        raise TurnNeverCame

    def _leave(self, called: threading.Event) -> None:
        """Step out of the line; who was called at that very moment passes the turn on."""
        with self._guard:
            if not called.is_set():
                self._waiting.remove(called)
                return
        self._pass_on()

    def _pass_on(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._is_taken = False
