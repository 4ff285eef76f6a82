"""Pages of field agents and regional correspondents."""

from app.outreach.views import day, leads, targets, visits
from app.outreach.views.door import blueprint

__all__ = ["blueprint", "day", "leads", "targets", "visits"]
