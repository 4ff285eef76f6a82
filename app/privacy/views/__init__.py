"""Pages of rights and of the life of data."""

from __future__ import annotations

from app.privacy.views import fairness, files, officer, own, representative, words
from app.privacy.views.blueprint import blueprint

__all__ = ["blueprint", "fairness", "files", "officer", "own", "representative", "words"]
