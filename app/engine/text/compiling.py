"""The compiled search (``scoring.py``), loaded only when a batch asks for it: numba is heavy."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType

_SEARCH = "app.engine.text.scoring"


def load() -> ModuleType:
    """The compiled search, loaded now if it was not."""
    return import_module(_SEARCH)


def loaded() -> ModuleType | None:
    """The compiled search if this process has loaded it."""
    return sys.modules.get(_SEARCH)
