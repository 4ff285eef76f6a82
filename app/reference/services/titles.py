"""Wordings of a trade: its label, both genders written in full, and the words of our list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from app.core.text import sort_key
from app.reference.models import TitleKind


def genders(label: str) -> tuple[str, ...]:
    """Both forms of an official label, written in full.

    "Conducteur / Conductrice d'engins" → "Conducteur d'engins", "Conductrice d'engins": what
    follows the feminine words belongs to both. A label of another shape gives nothing.
    """
    halves = label.split(" / ")
    if len(halves) != 2 or not all(half.strip() for half in halves):
        return ()
    masculine, feminine = (half.strip() for half in halves)
    shared = feminine.split()[len(masculine.split()) :]
    return " ".join([masculine, *shared]), feminine


def title_rows(
    rome_code: str, titles: Iterable[tuple[str, TitleKind]], source: str
) -> Iterator[dict[str, Any]]:
    """Rows of `trade_title`; of two wordings that fold alike the first one stays."""
    seen: set[str] = set()
    for title, kind in titles:
        folded = sort_key(title)[:250]
        if folded and folded not in seen:
            seen.add(folded)
            yield {
                "rome_code": rome_code,
                "folded": folded,
                "title": title[:250],
                "kind": kind,
                "source": source,
            }
