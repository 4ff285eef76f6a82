"""Pages of field agents and regional correspondents."""

from app.outreach.views import visits
from app.outreach.views.door import blueprint

__all__ = ["blueprint", "visits"]
