"""Start the portal, say that it is open, stop it.

`trefle serve --with-worker` is two processes, the web server and the worker, that live and die
together. Ctrl-C, or SIGTERM, stops both: first gently, so that a running task finishes, then firmly
after ten seconds.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType
from urllib.request import urlopen

from tools.console import complain, say

SERVE = [sys.executable, "-m", "flask", "--app", "wsgi", "trefle", "serve", "--with-worker"]
COMMANDS = {"portail": SERVE}
PATIENCE_SECONDS = 10.0
START_SECONDS = 60.0
TICK_SECONDS = 0.2


class Stop(Exception):
    """Somebody asked for the end: a signal arrived."""


class Family:
    """The processes that live and die together, each the first of a group of its own."""

    def __init__(self, commands: dict[str, list[str]]) -> None:
        # A session of their own: the terminal's Ctrl-C reaches this program only, which passes it
        # on once.
        self.members = {
            name: subprocess.Popen(words, start_new_session=True)
            for name, words in commands.items()
        }

    def first_dead(self) -> tuple[str, int] | None:
        """Return the name and exit code of a member that has ended, or None."""
        for name, process in self.members.items():
            if (code := process.poll()) is not None:
                return name, code
        return None

    def stop(self) -> None:
        """End every member: gently, then firmly, then at once."""
        for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            alive = [process for process in self.members.values() if process.poll() is None]
            for process in alive:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, ending)
            if _all_ended(alive, PATIENCE_SECONDS):
                return


def main(arguments: Sequence[str]) -> int:
    """Serve until a signal (0) or until the portal ends by itself (1).

    `arguments`: the address to print, and the file that lists the demonstration's accounts.
    """
    address, accounts = arguments[0], Path(arguments[1])
    signal.signal(signal.SIGTERM, _ask_to_stop)
    signal.signal(signal.SIGINT, _ask_to_stop)
    family = Family(COMMANDS)
    try:
        if _wait_until_it_answers(address, family):
            _announce(address, accounts)
        while (dead := family.first_dead()) is None:
            time.sleep(TICK_SECONDS)
    except Stop:
        say("\nArrêt du portail…")
        return 0
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        family.stop()
    name, code = dead
    complain(f"Le processus « {name} » s'est arrêté (code {code}) : le portail est fermé.")
    return 1


def _wait_until_it_answers(address: str, family: Family) -> bool:
    """Ask `/healthz` until it answers; False when a process ended or too much time has passed."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and family.first_dead() is None:
        try:
            with urlopen(f"{address}/healthz", timeout=2):  # noqa: S310 - our own address
                return True
        except OSError:
            time.sleep(TICK_SECONDS)
    return False


def _announce(address: str, accounts: Path) -> None:
    say(f"\n  Trèfle est ouvert : {address}\n")
    if accounts.is_file() and (listing := accounts.read_text(encoding="utf-8").rstrip()):
        say(f"{listing}\n")
    say("  Ctrl-C pour arrêter.")


def _all_ended(processes: Sequence[subprocess.Popen[bytes]], patience: float) -> bool:
    deadline = time.monotonic() + patience
    while any(process.poll() is None for process in processes):
        if time.monotonic() > deadline:
            return False
        time.sleep(TICK_SECONDS / 4)
    return True


def _ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
    raise Stop


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
