"""Stamps: a product is made again only when what it is made from has changed.

A stamp is one small file beside the product; it holds a digest of the sources. Deleting the product
deletes its stamp, so a half-made folder is never taken for a whole one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


def digest(sources: Iterable[Path | str]) -> str:
    """Digest file contents (`Path`) and plain words (`str`), in the given order.

    Raises:
        FileNotFoundError: a source file is missing.
    """
    total = hashlib.sha256()
    for source in sources:
        content = source.read_bytes() if isinstance(source, Path) else source.encode()
        total.update(hashlib.sha256(content).digest())
    return total.hexdigest()


def is_current(stamp: Path, expected: str) -> bool:
    """Tell whether the stamp says that the product was made from these very sources."""
    return stamp.is_file() and stamp.read_text(encoding="ascii") == expected


def record(stamp: Path, value: str) -> None:
    """Write the stamp; called last, when the product is whole."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(value, encoding="ascii")
