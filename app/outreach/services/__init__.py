"""Verbs of the field agents' work."""

from app.outreach.services.visits import VisitDetails, finish_step, load_visit, record_visit

__all__ = ["VisitDetails", "finish_step", "load_visit", "record_visit"]
