"""A line typed by a youth may hold several trades."""

from __future__ import annotations

import re

_SEPARATOR = re.compile(r"\s*[,;|\n/+&]\s*|\s+(?:ou|ou bien)\s+", re.IGNORECASE)


def split_wishes(text: str) -> list[str]:
    """Return the trades of one line, in the order typed."""
    return [part.strip() for part in _SEPARATOR.split(text) if part.strip()]
