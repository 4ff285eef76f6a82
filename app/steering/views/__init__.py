"""The region's pages: the gap, the indicators, their pictures and exports, the public page."""

from app.steering.views import gap, indicators, monthly, partnerships, public
from app.steering.views.blueprint import blueprint

__all__ = ["blueprint", "gap", "indicators", "monthly", "partnerships", "public"]
