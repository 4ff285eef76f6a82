"""Scratch lent to searches and taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

Tool = TypeVar("Tool")


class Workbench(Generic[Tool]):
    """Idle scratch of one version of a pool; lists make lending safe between threads."""

    def __init__(self) -> None:
        self._idle: list[Tool] = []

    @contextmanager
    def lent(self, make: Callable[[], Tool]) -> Iterator[Tool]:
        """Scratch for one thread, made when none is idle; lost when the search fails."""
        try:
            tool = self._idle.pop()
        except IndexError:
            tool = make()
        yield tool
        self._idle.append(tool)
