"""Pages of field agents and regional correspondents, and the saved searches of employers."""

from app.outreach.views import (
    agents,
    alerts,
    campaigns,
    contacts,
    day,
    leads,
    targets,
    visits,
)
from app.outreach.views.door import blueprint

__all__ = [
    "agents",
    "alerts",
    "blueprint",
    "campaigns",
    "contacts",
    "day",
    "leads",
    "targets",
    "visits",
]
