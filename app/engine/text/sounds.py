"""How a folded French word sounds, roughly: ``informatik`` and ``informatique`` sound alike."""

from __future__ import annotations

import re
from functools import lru_cache

# Applied in order. Only spellings that people mix up are merged; the result is a key, not a
# transcription.
_RULES = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"ph", "f"),
        (r"qu|q|ck|c(?=[^eiyh]|$)", "k"),
        (r"ss|sc(?=[eiy])|c(?=[eiy])|(?<=[a-z])t(?=i[eo])", "s"),
        (r"g(?=[eiy])", "j"),
        (r"gu(?=[eiy])", "g"),
        (r"eau|au", "o"),
        (r"ai|ei|et$|er$|ez$", "e"),
        (r"an|em(?=[bp])|en", "an"),
        (r"y", "i"),
        (r"(?<!c)h", ""),
        (r"z", "s"),
        (r"(.)\1", r"\1"),
        (r"(?<=[a-z]{2})[estdx]$", ""),
    )
)


@lru_cache(maxsize=65_536)
def sound(word: str) -> str:
    """Return the key of a word; words that sound alike share it."""
    for pattern, merged in _RULES:
        word = pattern.sub(merged, word)
    return word
