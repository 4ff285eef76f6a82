"""Pages of the regional plan: the plan, its lines, the adviser's morning, what-ifs."""

from app.planning.views import morning, plans, scenarios
from app.planning.views.blueprint import blueprint

__all__ = ["blueprint", "morning", "plans", "scenarios"]
