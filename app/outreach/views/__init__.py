"""Pages of field agents and regional correspondents."""

from app.outreach.views import agents, contacts, day, leads, targets, visits
from app.outreach.views.door import blueprint

__all__ = ["agents", "blueprint", "contacts", "day", "leads", "targets", "visits"]
