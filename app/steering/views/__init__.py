"""The region's pages: the gap, the indicators, their pictures and exports, the public page."""

from app.steering.views import details, gap, indicators, monthly, partnerships, public
from app.steering.views.blueprint import blueprint

__all__ = ["blueprint", "details", "gap", "indicators", "monthly", "partnerships", "public"]
