"""Pages of openings and companies."""

from app.openings.views import companies, openings, records
from app.openings.views.door import blueprint

__all__ = ["blueprint", "companies", "openings", "records"]
