"""Processes that stay small: one memory arena, memory given back, and a worker that shares what was loaded once."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

M_ARENA_MAX = -8  # <malloc.h> of glibc
PATIENCE_SECONDS = 10.0
TICK_SECONDS = 0.05


def keep_memory_small() -> None:
    """Let all threads allocate from one arena; to be called before the first thread starts.

    glibc gives each thread an arena of its own, which keeps what it once held: nine threads made a web process of
    210 MB one of 280. Python's own lock lets one thread allocate at a time anyway. Elsewhere nothing happens.
    """
    library = _glibc()
    if library is not None:
        library.mallopt(M_ARENA_MAX, 1)


def keep_machine_code(*, beside: Path, otherwise: Path) -> None:
    """Let compiled searches be kept from one start to the next, also where the program may not be written.

    numba keeps them beside their source; where it cannot, each start would compile for a minute, or fail. It only
    looks at the file of the function that is called first: after a change in any other, what is kept goes.
    """
    kept = beside
    if not os.access(beside, os.W_OK):
        kept = Path(os.environ.setdefault("NUMBA_CACHE_DIR", str(otherwise)))
    indexes = list(kept.rglob("*.nbi"))
    compiled_at = min((when for one in indexes if (when := _changed_at(one))), default=None)
    if compiled_at is not None and any(
        _changed_at(source) > compiled_at for source in beside.rglob("*.py")
    ):
        for one in indexes:
            one.unlink(missing_ok=True)


def _changed_at(path: Path) -> float:
    """When a file was written, in seconds; nought for one that another process has just removed."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


@contextmanager
def without_collecting() -> Iterator[None]:
    """Keep the collector away from what is built to stay: at the start it took a tenth of the time, for nothing."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def give_memory_back() -> None:
    """Return to the system what a big piece of work has freed."""
    gc.collect()
    library = _glibc()
    if library is not None:
        library.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None


@dataclass(slots=True)
class Companion:
    """The child that `start_companion` made, as its parent sees it."""

    process_id: int
    # Held open as long as the parent lives: its end is what tells the child to stop.
    lifeline: int
    ended: threading.Event = field(default_factory=threading.Event)
    exit_code: int = 0

    def stop(self) -> bool:
        """End the child: gently, so that a running task finishes, then firmly. False when it had failed by itself."""
        signal.signal(
            signal.SIGINT, signal.SIG_IGN
        )  # one Ctrl-C reaches both, and each tells the other
        if self.ended.is_set():
            return self.exit_code == 0
        for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.kill(self.process_id, ending)
            if self.ended.wait(PATIENCE_SECONDS):
                break
        return True


def start_companion(work: Callable[[], None]) -> Companion:
    """Run `work` in a child that shares this process's memory until one of the two writes to it.

    They live and die together: a portal without its worker would take mails and never send them. When the parent
    ends, however it ends, the child is interrupted as by Ctrl-C; when the child ends first, the parent is. To be
    called before the first thread starts and before a database is opened.
    """
    # A shell that starts us with "&" has interruptions ignored, and they are how the two end together.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    reading, writing = os.pipe()
    # What exists now is never collected: the collector would write on pages that both could share.
    gc.collect()
    gc.freeze()
    process_id = os.fork()
    if process_id == 0:
        os.close(writing)
        _start(lambda: _interrupt_at_the_end_of(reading))
        os._exit(_code_of(work))
    os.close(reading)
    companion = Companion(process_id, writing)
    _start(lambda: _interrupt_without(companion))
    return companion


def _code_of(work: Callable[[], None]) -> int:
    """Run the child's work; its exit code. An error is told as Python tells it."""
    try:
        work()
    except (KeyboardInterrupt, SystemExit):
        return 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def _start(watch: Callable[[], None]) -> None:
    threading.Thread(target=watch, daemon=True).start()


def _interrupt_at_the_end_of(lifeline: int) -> None:
    """Block until the other end of the pipe is closed, which the system does for a process that dies."""
    os.read(lifeline, 1)
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(PATIENCE_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


def _interrupt_without(companion: Companion) -> None:
    _, status = os.waitpid(companion.process_id, 0)
    companion.exit_code = os.waitstatus_to_exitcode(status)
    companion.ended.set()
    os.kill(os.getpid(), signal.SIGINT)
