"""The pool: rows, columns, and the changes between one version and the next."""

from __future__ import annotations

from app.engine.pool.pool import Pool

__all__ = ["Pool"]
