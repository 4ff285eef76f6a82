"""Two decorators for compiled functions; with NUMBA_DISABLE_JIT=1 they run as plain Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
R = TypeVar("R")


def entry(function: Callable[P, R]) -> Callable[P, R]:
    """Compile on first call, keep the machine code on disk, run without the interpreter's lock.

    Strict floating point (no ``fastmath``): results are equal to the plain ones to the last bit.
    """
    return cast("Callable[P, R]", numba.njit(cache=True, nogil=True)(function))


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """The same for a function that only compiled functions call: no way in from Python is built.

    Half of the compile time of a function is the unpacking of its arguments from Python.
    """
    made = numba.njit(cache=True, nogil=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)(
        function
    )
    return cast("Callable[P, R]", made)
