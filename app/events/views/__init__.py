"""Pages of operations."""

from app.events.views import answering, door, inviting, lists, preparing, timetables
from app.events.views.blueprint import blueprint

__all__ = ["answering", "blueprint", "door", "inviting", "lists", "preparing", "timetables"]
