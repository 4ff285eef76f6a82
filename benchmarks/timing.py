"""Wall seconds, processor seconds and memory as text."""

from __future__ import annotations

import os
import platform
import resource
from collections.abc import Callable
from importlib.metadata import version
from time import perf_counter, process_time
from typing import TypeVar

import numpy as np

Answer = TypeVar("Answer")


def timed(call: Callable[[], Answer]) -> tuple[Answer, str]:
    """The answer, and wall and processor seconds as text."""
    wall, processor = perf_counter(), process_time()
    answer = call()
    return answer, f"{perf_counter() - wall:.2f} s ({process_time() - processor:.2f} s processor)"


def milliseconds(call: Callable[[], object]) -> float:
    """Processor milliseconds of a call."""
    start = process_time()
    call()
    return 1000 * (process_time() - start)


def spread(values: list[float]) -> str:
    """Median and 99th percentile."""
    return f"{np.median(values):.1f} ms, {np.percentile(values, 99):.1f} ms"


def gibibytes() -> float:
    """The most memory that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def machine() -> str:
    """Processor, cores, load and versions."""
    packages = ", ".join(
        f"{name} {version(name)}"
        for name in ("numpy", "numba", "scipy", "rapidfuzz", "scikit-learn")
    )
    load = os.getloadavg()[0]
    return (
        f"{platform.machine()}, {os.cpu_count()} cores, load {load:.1f} at the start; "
        f"Python {platform.python_version()}, {packages}"
    )
