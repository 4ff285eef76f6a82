"""A line typed by a youth may hold several trades."""

from __future__ import annotations

import re

from app.engine.text.fold import ENDINGS, GENDER_MARK, fold, plain

_SEPARATOR = re.compile(
    r"\s*[,;|\n•]\s*|\s*(/|&)\s*|\s+\+\s+|\s+(?:ou|ou bien|ou alors|sinon|puis)\s+", re.IGNORECASE
)
_ENDING_ALONE = re.compile(rf"(?:{ENDINGS})s?")
_EMPTY = re.compile(r"\(\s*\)")
_MARK = re.compile(GENDER_MARK.pattern, re.IGNORECASE)


def split_wishes(text: str) -> list[str]:
    """Return the trades of one line, in the order typed, without repeats.

    ``boulangerie/pâtisserie`` holds two; ``Vendeur / Vendeuse``, ``serveur/euse`` and ``H/F`` do
    not part a title. ``et`` and the hyphen part nothing: too many trades are named with them.
    """
    parts = _SEPARATOR.split(_MARK.sub(" ", text))
    wishes = [parts[0]]
    for joint, part in zip(parts[1::2], parts[2::2], strict=True):
        if joint == "/" and _continues(wishes[-1], part):
            wishes[-1] = f"{wishes[-1]} / {part}"
        else:
            wishes.append(part)
    kept: dict[str, str] = {}
    for wish in wishes:
        bare = " ".join(_EMPTY.sub(" ", wish).strip(" \t-–.").split())
        if fold(bare):
            kept.setdefault(fold(bare), bare)
    return list(kept.values())


def _continues(left: str, right: str) -> bool:
    """Tell whether what follows a slash is the other gender of what stands before it."""
    if _ENDING_ALONE.fullmatch(plain(right).strip()):
        return True
    first = fold(right).split(" ", 1)[0]
    return bool(first) and first in fold(left).split()
