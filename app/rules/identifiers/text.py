"""Cleaning of typed codes. A code is always text: leading zeros, 2A and 2B must survive."""

from __future__ import annotations

import re
import unicodedata

# Every blank of Unicode, dots, underscores, slashes, and every kind of hyphen.
_SEPARATORS = re.compile(r"[\s.\-_/'’\u00ad\u2010-\u2015\u2212\ufeff\u200b-\u200d\u2060]+")


def compact(text: str) -> str:
    """``text`` in capitals, without blanks (NBSP included), dots or hyphens.

    Full-width digits become plain ones.
    """
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()


def group(text: str, *sizes: int) -> str:
    """``text`` cut in groups of the given sizes, separated by non-breaking spaces."""
    parts: list[str] = []
    position = 0
    for size in sizes:
        parts.append(text[position : position + size])
        position += size
    parts.append(text[position:])
    return "\u00a0".join(part for part in parts if part)
