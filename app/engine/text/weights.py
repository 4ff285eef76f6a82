"""Weights and floors of the score of two titles; its definition is in ``index.py``."""

from __future__ import annotations

ALIGNMENT, SURFACE, MEANING = 0.57, 0.29, 0.14
NGRAM_FLOOR = 0.2
ALIGNMENT_FLOOR = 0.4
# Scores are rounded here so that the order of additions never decides between two titles.
DECIMALS = 6
