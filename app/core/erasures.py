"""Who was erased, kept outside the database: a restored backup is older than the erasures that followed it.

One line a person in `instance/erasures.jsonl`: the number of the row and a keyed fingerprint of its code, written after
the commit. Neither tells who it was; both together find the row again in a copy that still knows.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask import current_app

from app.core import clock
from app.core.db import after_commit
from app.core.tokens import keyed_digest

FILE_NAME = "erasures.jsonl"


@dataclass(frozen=True, slots=True)
class Erased:
    """One line of the file."""

    youth_id: int
    fingerprint: str

    def is_of(self, public_code: str) -> bool:
        """True when the row with this code is the person who was erased."""
        return self.fingerprint == fingerprint(public_code)


def fingerprint(public_code: str) -> str:
    """What stands for a code that must not be kept."""
    return keyed_digest("erased", public_code)


def note_erased(youth_id: int, public_code: str) -> None:
    """Remember the erasure once it is committed: in a transaction only."""
    line = json.dumps(
        {
            "youth_id": youth_id,
            "fingerprint": fingerprint(public_code),
            "at": clock.now().isoformat(),
        }
    )
    path = erasures_path()

    def append() -> None:
        with path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())

    after_commit(append)


def erasures_path() -> Path:
    """Where the lines are."""
    return Path(current_app.instance_path) / FILE_NAME


def noted_erasures() -> Iterator[Erased]:
    """The persons who were erased, oldest first; a line cut by a crash is passed over."""
    path = erasures_path()
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            values = json.loads(line)
            yield Erased(int(values["youth_id"]), str(values["fingerprint"]))
        except (ValueError, KeyError, TypeError):
            continue
