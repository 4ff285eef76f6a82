"""Folding: every way of writing one trade title becomes one string."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "’": "'", "–": "-", "—": "-"})
_GENDER_MARK = re.compile(r"\(?\b[hfmx]\s*[/-]\s*[hfmx](?:\s*[/-]\s*[hfmxd])?\b\)?")
_ENDING = re.compile(r"(?<=[a-z])\s?[(·./-](?:e|ere|iere|euse|se|rice|trice|ne|nne|te|tte|le|lle|ve)s?\b\)?")
_WORD = re.compile(r"[a-z0-9+#]+")
_STOP = frozenset("a au aux d de des du en et l la le les ou par pour sur un une dans".split())
_NOISE = frozenset("apprenti alternance alternant apprentissage contrat cap bts bep bp cdi cdd".split())


@lru_cache(maxsize=65_536)
def _token(word: str) -> str:
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    for feminine, masculine in (("trice", "teur"), ("euse", "eur"), ("iere", "ier"), ("ienne", "ien")):
        if len(word) > len(feminine) + 2 and word.endswith(feminine):
            return word[: -len(feminine)] + masculine
    return word


def fold(text: str) -> str:
    """Return the canonical form of a title: ASCII words of one gender and number."""
    text = unicodedata.normalize("NFKD", text.translate(_LIGATURES).casefold())
    text = "".join(c for c in text if not unicodedata.combining(c))
    text = _ENDING.sub("", _GENDER_MARK.sub(" ", text))
    kept: list[str] = []
    for word in _WORD.findall(text):
        token = _token(word)
        if token not in _STOP and token not in _NOISE and token not in kept:
            kept.append(token)
    return " ".join(kept)
