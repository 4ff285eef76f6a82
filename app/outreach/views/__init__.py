"""Pages of field agents and regional correspondents."""

from app.outreach.views import day, visits
from app.outreach.views.door import blueprint

__all__ = ["blueprint", "day", "visits"]
