"""Stems: the part that ``boulanger`` and ``boulangerie``, ``soudeur`` and ``soudage`` share."""

from __future__ import annotations

from functools import lru_cache

from app.engine.text.listed import listed

_SHORTEST_WORD = 5
_SHORTEST_STEM = 4

# Longest first. -iste is left out on purpose: a cuisiniste sells kitchens and does not cook.
_SUFFIXES = tuple(
    sorted(
        listed(
            """
    isation isateur ation ateur ition iteur tion teur euse eur age ement ment erie ier ique
    icien icite isme ien ure ance ence ant ent if el al ial iel able abilite aire ariat oir
    er e
    """
        ),
        key=lambda suffix: (-len(suffix), suffix),
    )
)


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Return the stem of a folded word; the word itself when it is short or bears no suffix."""
    if len(word) < _SHORTEST_WORD:
        return word
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST_STEM:
            word = word[: -len(suffix)]
            break
    if len(word) > _SHORTEST_STEM and word[-1] == word[-2]:
        word = word[:-1]
    return word
