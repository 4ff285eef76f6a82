"""Pages of openings and companies."""

from app.openings.views import companies, lifetime, openings, records
from app.openings.views.door import blueprint

__all__ = ["blueprint", "companies", "lifetime", "openings", "records"]
