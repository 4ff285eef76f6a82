"""Reads of companies, openings and positions."""

from app.openings.queries.facts import company_facts, opening_facts
from app.openings.queries.positions import lapsed_positions, position_hold

__all__ = [
    "company_facts",
    "lapsed_positions",
    "opening_facts",
    "position_hold",
]
