"""Pages of training: the list of sessions, courses, sessions, the places grid, waiting lists."""

from app.training.views import courses, places, queue, sessions
from app.training.views.door import blueprint

__all__ = ["blueprint", "courses", "places", "queue", "sessions"]
