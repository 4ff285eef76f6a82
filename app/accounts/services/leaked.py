"""Passwords that have leaked elsewhere, looked up in a local file: nothing leaves the machine.

The file is the one that haveibeenpwned.com gives as "SHA-1 ordered by hash": lines of forty hexadecimal digits, a colon
and a count, sorted. It is found by halving, a few reads whatever its size. SHA-1 is the file's key, not our protection.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

HEX = 40


def has_leaked(password: str, file: Path | None) -> bool:
    """True when the file knows this password; False without a file, or when it cannot be read."""
    if file is None:
        return False
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    try:
        return _finds(file, wanted)
    except OSError:
        return False


def _finds(path: Path, wanted: bytes) -> bool:
    low, high = 0, path.stat().st_size
    with path.open("rb") as file:
        while low < high:
            middle = (low + high) // 2
            if middle:
                # From one byte before: a line that begins at the middle itself is not passed over.
                file.seek(middle - 1)
                file.readline()
            else:
                file.seek(0)
            start, line = file.tell(), file.readline()
            if not line or start >= high:
                high = middle
                continue
            found = line[:HEX].upper()
            if found == wanted:
                return True
            if found < wanted:
                low = start + len(line)
            else:
                high = middle
    return False
