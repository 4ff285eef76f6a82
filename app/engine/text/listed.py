"""Closed word lists, written as running text."""

from __future__ import annotations


def listed(text: str) -> frozenset[str]:
    """Return the words of a text parted by white space."""
    return frozenset(text.split())


def listed_phrases(text: str) -> frozenset[tuple[str, ...]]:
    """Return the phrases of a text parted by commas, each as its words."""
    return frozenset(tuple(phrase.split()) for phrase in text.split(","))


def listed_pairs(text: str) -> dict[str, str]:
    """Return the pairs ``left:right`` of a text parted by white space."""
    return {left: right for left, _, right in (pair.partition(":") for pair in text.split())}
