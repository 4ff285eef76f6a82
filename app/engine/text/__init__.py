"""Text of trade titles: folding, splitting, comparing. Pure and deterministic."""

from __future__ import annotations

from app.engine.text.fold import fold
from app.engine.text.wishes import split_wishes

__all__ = ["fold", "split_wishes"]
