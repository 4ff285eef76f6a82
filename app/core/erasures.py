"""Who was erased and who said stop, kept outside the database: a restored backup is older than what followed it.

One line an act in a file of its own: the number of the row and a keyed fingerprint of its code. Neither tells who it
was; both together find the row again in a copy that still knows.

The line is on the disk before the act is committed: a crash between the two leaves a line too many, for a person
whose erasure was due and is done again the next night, or who may say yes again; never a person whom a restore would
bring back. Several processes may write: each takes the lock of the file and appends a whole line in one call.
"""

from __future__ import annotations

import enum
import fcntl
import json
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import current_app

from app.core import clock
from app.core.settings import current_settings
from app.core.tokens import keyed_digest

FILE_NAME = "erasures.jsonl"
log = logging.getLogger(__name__)


class Act(enum.StrEnum):
    """What a line remembers."""

    ERASED = "erased"
    STOPPED = "stopped"  # every agreement ended
    MARKED = "marked"  # a stop left the mark of an erasure
    ASKED = "asked"  # the erasure itself was asked for
    KEPT = "kept"  # the youth keeps the file after all


@dataclass(frozen=True, slots=True)
class Noted:
    """One line of the file."""

    act: Act
    youth_id: int
    fingerprint: str
    at: datetime

    def is_of(self, public_code: str) -> bool:
        """True when the row with this code is the person of the line."""
        return self.fingerprint == fingerprint(public_code)


def fingerprint(public_code: str) -> str:
    """What stands for a code that must not be kept."""
    return keyed_digest("erased", public_code)


def note_erased(youth_id: int, public_code: str) -> None:
    """Remember the erasure that the caller's transaction is about to commit.

    Raises:
        OSError: it cannot be written; nobody is erased whom a restore would bring back.
    """
    append_line(erasures_path(), _line(Act.ERASED, youth_id, public_code))


def note_word(act: Act, youth_id: int, public_code: str) -> None:
    """Remember what the youth, or somebody for them, has just said; no stop is refused for want of this file."""
    try:
        append_line(erasures_path(), _line(act, youth_id, public_code))
    except OSError:
        log.exception("what a youth said could not be remembered outside the database")


def _line(act: Act, youth_id: int, public_code: str) -> str:
    return json.dumps(
        {
            "act": act.value,
            "youth_id": youth_id,
            "fingerprint": fingerprint(public_code),
            "at": clock.now().isoformat(),
        }
    )


def append_line(path: Path, line: str) -> None:
    """One whole line at the end of the file, on the disk when this returns; readable by the owner only."""
    is_new = not path.exists()
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        size = os.fstat(handle).st_size
        # A line that a crash cut short must not swallow this one.
        was_cut = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
        os.write(handle, (("\n" if was_cut else "") + line + "\n").encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    if is_new:
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def erasures_path() -> Path:
    """Where the lines are: one file for all machines, on a disk that outlives the database."""
    return current_settings().erasures_path or Path(current_app.instance_path) / FILE_NAME


def noted_acts() -> Iterator[Noted]:
    """What was noted, oldest first; a line cut by a crash is passed over."""
    path = erasures_path()
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            values = json.loads(line)
            yield Noted(
                Act(values.get("act", Act.ERASED)),  # the first lines named no act
                int(values["youth_id"]),
                str(values["fingerprint"]),
                datetime.fromisoformat(values["at"]),
            )
        except (ValueError, KeyError, TypeError):
            continue
